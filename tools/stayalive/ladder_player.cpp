// SPDX-License-Identifier: Apache-2.0
#include "ladder_player.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "output.h"
#include "picture/ladder/ladder_show.h"
#include "screen.h"

namespace stayalive {
namespace {

using Clock = std::chrono::steady_clock;

// Of the keys that were pressed since the last look, the first that is left, which is taken away:
// one letter, or a control sequence.
std::string take_key(std::string& keys) {
  std::size_t length = 1;
  if (keys.starts_with("\033[") || keys.starts_with("\033O")) {
    length = 2;
    while (length < keys.size() && (keys[length] < '@' || keys[length] > '~')) ++length;
    length = std::min(length + 1, keys.size());
  }
  std::string key = keys.substr(0, length);
  keys.erase(0, length);
  return key;
}

std::optional<LadderShow::Key> meaning_of(const std::string& key) {
  using Key = LadderShow::Key;
  if (key == " ") return Key::Pause;
  if (key == "n" || key == "\n" || key == "\r" || key == "\033[C" || key == "\033OC" ||
      key == "\033[B" || key == "\033OB")
    return Key::Forward;
  if (key == "p" || key == "\033[D" || key == "\033OD" || key == "\033[A" || key == "\033OA")
    return Key::Back;
  if (key == "+" || key == "=") return Key::Faster;
  if (key == "-" || key == "_") return Key::Slower;
  if (key == "b" || key == "\033[H" || key == "\033OH") return Key::Begin;
  if (key == "e" || key == "\033[F" || key == "\033OF") return Key::End;
  return std::nullopt;
}

// Whether somebody wants to quit.
bool press(LadderShow& show, std::string keys) {
  while (!keys.empty()) {
    const std::string key = take_key(keys);
    if (key == "q" || key == "Q") return true;
    if (const std::optional<LadderShow::Key> known = meaning_of(key)) show.press(*known);
  }
  return false;
}

}  // namespace

int play_ladder(const Ladder& ladder, const Style& style) {
  // So many pictures a second are as smooth as a terminal is.
  constexpr std::chrono::milliseconds kPicture{40};
  constexpr std::chrono::milliseconds kNothingMoves{1000};
  LadderShow show(ladder);
  Screen screen;
  Clock::time_point shown = Clock::now();
  std::string before;
  while (true) {
    const ScreenSize size = screen_size();
    const std::string frame = safe_for_screen(show.frame(size.columns, size.lines, style));
    if (frame != before) screen.show(frame);
    before = frame;
    const Screen::Event event = screen.wait(show.stands_still() ? kNothingMoves : kPicture);
    const Clock::time_point now = Clock::now();
    show.advance(now - shown);
    shown = now;
    if (event == Screen::Event::Resized) before.clear();
    if (event == Screen::Event::Signal) return 128 + screen.signal();
    if (event == Screen::Event::Closed) return 0;
    if (event == Screen::Event::Key && press(show, screen.key())) return 0;
  }
}

}  // namespace stayalive
