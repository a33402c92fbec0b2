// SPDX-License-Identifier: Apache-2.0
#include "picture/story.h"

#include <fmt/format.h>

#include "base/text.h"
#include "document/not_yet.h"
#include "picture/admission_text.h"
#include "picture/blame_text.h"
#include "picture/instant.h"
#include "picture/lost_request_text.h"
#include "picture/margin_text.h"
#include "picture/population_story.h"
#include "picture/session_story.h"
#include "picture/support_text.h"
#include "picture/way_text.h"

namespace stayalive {
namespace {

std::string print_count(std::uint32_t count) {
  if (count <= 2) return count == 1 ? "once" : "twice";
  return fmt::format("{} times", count);
}

std::string opening_sentence(const ConnectionReport& connection, TimePoint end) {
  const SideReport& client = connection.sides[index(Role::Client)];
  if (!client.opened_at) {
    return fmt::format("{} ({} over {}) was not established {}.", connection.name,
                       connection.strategy, connection.transport, by_the_end(end));
  }
  return fmt::format(
      "{} ({} over {}) was opened at {}; the client sent {} keepalive{} and the server {}.",
      connection.name, connection.strategy, connection.transport, print_instant(*client.opened_at),
      client.counters.keepalives, client.counters.keepalives == 1 ? "" : "s",
      connection.sides[index(Role::Server)].counters.keepalives);
}

// What there is to say of a side whose connection works at the end of the run.
std::string living_sentence(const SideReport& side, const std::string& who) {
  const std::string lost =
      print_duration(std::chrono::round<std::chrono::milliseconds>(side.blackhole));
  if (side.outcome == Outcome::Remapped) {
    return fmt::format(
        "{} still has a working connection, under another external endpoint since {}.", who,
        print_instant(side.timeline.back().at));
  }
  if (side.times_forgotten == 0 && side.losses == 0) {
    if (side.reconnects > 0)
      return fmt::format("{} has a working connection at the end; it opened {}, and lost none.",
                         who, side.reconnects + 1);
    if (side.blackhole == Duration::zero()) return who + " had a working connection all the time.";
    return fmt::format("{} kept its connection, though for {} nothing could pass.", who, lost);
  }
  std::string sentence = who + " has a working connection at the end";
  if (side.times_forgotten > 0) sentence += ", but lost it " + print_count(side.times_forgotten);
  if (side.reconnects > 0) sentence += ", and reconnected " + print_count(side.reconnects);
  return sentence + "; " + lost + " in all were spent in a black hole.";
}

std::string forgotten_sentence(const SideReport& side, const std::string& who, TimePoint end) {
  const std::string lost =
      print_duration(std::chrono::round<std::chrono::milliseconds>(side.blackhole));
  if (side.times_forgotten <= 1 && !side.noticed_at)
    return fmt::format("{} had not noticed {}: {} in a black hole.", who, by_the_end(end), lost);
  return fmt::format("{} had not noticed the last time, at {}, {}: {} in a black hole in all.", who,
                     print_instant(side.timeline.back().at), by_the_end(end), lost);
}

std::string side_sentence(const SideReport& side, Role role, TimePoint end) {
  const std::string who = role == Role::Client ? "The client" : "The server";
  const std::string said = side.message.empty() ? "" : fmt::format(": \"{}\"", side.message);
  const std::string error =
      side.error == SocketError::None ? "" : fmt::format(" with {}", name(side.error));
  if (!side.outcome) return who + " had no connection " + by_the_end(end) + ".";
  const auto since = [&] { return print_instant(side.timeline.back().at); };
  switch (*side.outcome) {
    case Outcome::Alive:
    case Outcome::Remapped:
      return living_sentence(side, who);
    case Outcome::Forgotten:
      return forgotten_sentence(side, who, end);
    case Outcome::Detected:
      if (side.reconnects > 0)
        return fmt::format("{} has looked for its peer since {}{}.", who, since(), said);
      return fmt::format("{} gave up at {}{}{}.", who, since(), error, said);
    case Outcome::Reset:
      return fmt::format("{} was told by a RST at {}{}{}.", who, since(), error, said);
    case Outcome::Closed:
      if (side.reconnects > 0)
        return fmt::format("{} opened {} connections, and the last one ended at {}{}.", who,
                           side.reconnects + 1, since(), said);
      return fmt::format("{} ended at {}{}.", who, since(), said);
    case Outcome::Refused:
      return fmt::format("{} could not connect{}{}.", who, error, said);
  }
  return "";
}

void add_admission(std::vector<std::string>& story, const ConnectionReport& connection) {
  if (const std::string admission = admission_text(connection); !admission.empty())
    story.push_back("At its server: " + admission + ".");
}

}  // namespace

std::vector<std::string> tell_story(const ConnectionReport& connection, TimePoint end) {
  if (connection.population || connection.session) {
    std::vector<std::string> story =
        connection.population ? tell_population(connection) : tell_session(connection);
    add_admission(story, connection);
    return story;
  }
  std::vector<std::string> story{opening_sentence(connection, end)};
  if (connection.outcome != Outcome::Alive || connection.blame.kind != FaultKind::None) {
    story.push_back(blame_sentence(connection.blame));
  }
  for (const std::string& way : way_sentences(connection)) story.push_back(way);
  add_admission(story, connection);
  for (const std::string& lost : lost_request_sentences(connection, kMostLostRequests))
    story.push_back(lost);
  const std::string sure = support_sentence(connection.rests_on);
  if (!sure.empty()) story.push_back(sure);
  const std::uint32_t times =
      std::max(connection.sides[0].times_forgotten, connection.sides[1].times_forgotten);
  if (times > 1) {
    story.push_back(fmt::format("It came to life again and was forgotten {} times in all.", times));
  }
  story.push_back(side_sentence(connection.sides[index(Role::Client)], Role::Client, end));
  story.push_back(side_sentence(connection.sides[index(Role::Server)], Role::Server, end));
  for (const Role role : {Role::Client, Role::Server}) {
    const SideReport& side = connection.sides[index(role)];
    const std::optional<CloseGiveUp>& wait = side.close_give_up;
    if (wait && !side.noticed_at && wait->left <= wait->waited)
      story.push_back(give_up_sentence(*wait, role));
  }
  const ClosestCall* margin = margin_of(connection);
  if (margin != nullptr) story.push_back(margin_sentence(*margin));
  return story;
}

}  // namespace stayalive
