// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/text.h"
#include "strategy/channel.h"
#include "strategy/strategy.h"

namespace stayalive {

using Lines = std::vector<std::string>;

// A Channel that does nothing but write down what a strategy did and when, and, like the real one,
// tells the strategy what it has written.
class FakeChannel final : public Channel {
 public:
  enum class State { Open, Pausing, Ended };

  void attach(Strategy& strategy) { strategy_ = &strategy; }
  void set_now(TimePoint now) { now_ = now; }
  TimePoint now() const { return now_; }
  State state() const { return state_; }
  TimePoint resume_at() const { return resume_at_; }
  bool ready() const { return ready_; }
  bool forgotten() const { return forgotten_; }
  // With which the program last ended, connected anew or forgot its peer.
  const Ending& last_ending() const { return last_ending_; }
  void open() {
    state_ = State::Open;
    forgotten_ = false;
  }
  // Where messages go; nowhere when it is not set.
  std::function<void(const Message&)> wire;

  // What happened since the last call, one line each: "12.000 request 52".
  Lines take_lines() { return std::exchange(lines_, {}); }

  void send(const Message& message) override {
    Message stamped = message;
    stamped.sent_at = now_;
    note(std::string(word(message.kind)) + " " + std::to_string(message.bytes));
    if (strategy_ != nullptr) strategy_->on_sent(now_, stamped);
    if (wire) wire(stamped);
  }
  void give_up(const Ending& ending) override {
    last_ending_ = ending;
    state_ = State::Ended;
    note("gives up, " + std::to_string(ending.exit_code) + ": " + ending.message);
  }
  void finish(const Ending& ending) override {
    last_ending_ = ending;
    state_ = State::Ended;
    note("finishes, " + std::to_string(ending.exit_code) + ": " + ending.message);
  }
  void reconnect(Duration pause, const Ending& reason) override {
    last_ending_ = reason;
    pause_for(pause);
    note("reconnects after " + print_duration(pause) + ": " + reason.message);
  }
  void retry(Duration pause, const std::string& reason) override {
    pause_for(pause);
    note("retries after " + print_duration(pause) + ": " + reason);
  }
  void adopt_source() override { note("adopts source"); }
  void forget_peer(const Ending& reason) override {
    last_ending_ = reason;
    forgotten_ = true;
    note("forgets peer: " + reason.message);
  }
  void set_ready(bool ready) override {
    ready_ = ready;
    note(ready ? "ready" : "not ready");
  }
  void forget_waiting() override { note("forgets what waits"); }
  void forget_answers() override {}
  void shut_down() override { note("shuts down"); }
  void log(const std::string& line) override { note("says: " + line); }

  static const char* word(MessageKind kind) {
    switch (kind) {
      case MessageKind::Application:
        return "application";
      case MessageKind::Request:
        return "request";
      case MessageKind::Reply:
        return "reply";
      case MessageKind::Ping:
        return "ping";
      case MessageKind::Control:
        return "control";
      case MessageKind::Goodbye:
        return "goodbye";
    }
    return "";
  }

 private:
  void note(const std::string& what) { lines_.push_back(print_seconds(now_) + " " + what); }
  void pause_for(Duration pause) {
    state_ = State::Pausing;
    resume_at_ = later(now_, pause);
  }

  Strategy* strategy_ = nullptr;
  TimePoint now_;
  State state_ = State::Open;
  TimePoint resume_at_ = kNever;
  bool ready_ = true;
  bool forgotten_ = false;
  Ending last_ending_;
  Lines lines_;
};

}  // namespace stayalive
