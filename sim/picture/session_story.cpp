// SPDX-License-Identifier: Apache-2.0
#include "picture/session_story.h"

#include <fmt/format.h>

#include "base/text.h"
#include "picture/blame_text.h"
#include "picture/margin_text.h"
#include "picture/support_text.h"

namespace stayalive {
namespace {

std::string some(std::uint64_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string opening(const ConnectionReport& connection) {
  const SessionReport& session = *connection.session;
  const std::string pool =
      session.product.empty() ? std::string("a pool") : "the pool " + session.product;
  return fmt::format("{} is {} of strategy {}: it opened {}, {} at once at most.", connection.name,
                     session.page ? "a page" : pool, connection.strategy,
                     some(session.sums.opened, "connection"), session.figures.most_open);
}

std::string requests(const ConnectionReport& connection) {
  const SessionReport& session = *connection.session;
  const MessageCounters& its = connection.sides[index(Role::Client)].messages;
  std::string text = fmt::format("Of {} {} answered", some(its.asked, "request"), its.answered);
  if (its.failed > 0) text += fmt::format(", {} failed", its.failed);
  if (its.repeated > 0) text += fmt::format(", {} sent again", its.repeated);
  if (its.duplicate > 0) text += fmt::format(", {} carried out twice", its.duplicate);
  if (session.figures.waited > 0)
    text += fmt::format("; {} waited for a connection, up to {}", session.figures.waited,
                        print_duration(session.figures.longest_wait));
  if (session.figures.failed_waiting > 0)
    text += fmt::format("; {} got none", session.figures.failed_waiting);
  return text + ".";
}

std::string loads(const SessionReport& session) {
  const PageFigures& pages = session.figures.pages;
  if (!session.page) return "";
  if (pages.loaded == 0) return fmt::format("It was loaded 0 of {} times.", pages.begun);
  return fmt::format("It was loaded {} of {} times, the first time in {}, at most in {}.",
                     pages.loaded, pages.begun, print_duration(pages.first_load),
                     print_duration(pages.longest_load));
}

// Of the place that lost most.
std::string worst_place(const SessionReport& session) {
  const PlaceReport* worst = nullptr;
  for (const PlaceReport& place : session.places) {
    if (place.losses > 0 && (worst == nullptr || place.losses > worst->losses)) worst = &place;
  }
  if (worst == nullptr) return "";
  return fmt::format(
      "{} lost {}, the last at {}: {}.", worst->name, some(worst->losses, "connection"),
      print_duration(worst->figures.ended_at.time_since_epoch()), worst->figures.said);
}

}  // namespace

std::vector<std::string> tell_session(const ConnectionReport& connection) {
  std::vector<std::string> story{opening(connection), requests(connection)};
  if (connection.blame.kind != FaultKind::None) story.push_back(blame_sentence(connection.blame));
  for (std::string text : {loads(*connection.session), support_sentence(connection.rests_on),
                           worst_place(*connection.session)})
    if (!text.empty()) story.push_back(std::move(text));
  const ClosestCall* margin = margin_of(connection);
  if (margin != nullptr) story.push_back(margin_sentence(*margin));
  return story;
}

}  // namespace stayalive
