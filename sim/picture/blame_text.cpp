// SPDX-License-Identifier: Apache-2.0
#include "picture/blame_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "picture/instant.h"

namespace stayalive {
namespace {

std::string with_article(const std::string& noun) {
  if (noun == "data") return noun;
  return (std::string("aeiou").find(noun.front()) == std::string::npos ? "a " : "an ") + noun;
}

// Whether the inside can wake the connection, where a setting of the box decides it.
std::string pickup_sentence(const Blame& blame) {
  const bool lost = blame.event == FlowEvent::Expired || blame.event == FlowEvent::Evicted ||
                    blame.event == FlowEvent::Flushed;
  if (!lost || blame.taken_up.empty()) return "";
  if (blame.taken_up == kPicksUp) {
    return fmt::format(" It takes it up again as soon as the inside sends ({}).", kPicksUp);
  }
  return fmt::format(" It does not take it up again when the inside sends: {}.", blame.taken_up);
}

std::string flow_sentence(const Blame& blame) {
  std::string timer = blame.timer.empty() ? "" : " " + blame.timer;
  if (!blame.setting.empty()) timer += fmt::format(" ({})", blame.setting);
  const std::string refreshed =
      fmt::format("the last packet that refreshed it was {} from the {} side at {}",
                  with_article(name(blame.refreshed_by)), name(blame.refreshed_from),
                  print_instant(blame.refreshed_at));
  switch (blame.event) {
    case FlowEvent::Opened:
      break;
    case FlowEvent::Expired:
      return fmt::format(
                 "{} forgot the connection at {}: its timer{} allows {} of silence, and {}.",
                 blame.who, print_instant(blame.at), timer, print_duration(blame.timeout),
                 refreshed) +
             (blame.because.empty() ? "" : " It was this timer because " + blame.because + ".");
    case FlowEvent::Evicted:
      return fmt::format("{} threw the connection out at {} to make room in its full table; {}.",
                         blame.who, print_instant(blame.at), refreshed);
    case FlowEvent::Flushed:
      return fmt::format("{} lost all it knew at {} and forgot every connection.", blame.who,
                         print_instant(blame.at));
    case FlowEvent::Closed:
      return fmt::format("{} deleted the connection at {}, when a packet told it that it was over.",
                         blame.who, print_instant(blame.at));
    case FlowEvent::AddressGone:
      return fmt::format(
          "{} got another outside address at {} and kept the entry of the connection, under the "
          "old one, to which nothing comes any more.",
          blame.who, print_instant(blame.at));
    case FlowEvent::TargetGone:
      return fmt::format(
          "{} kept the entry of the connection when its target was replaced at {}, and sends what "
          "comes to where nobody is.",
          blame.who, print_instant(blame.at));
  }
  return fmt::format("{} gave the connection another external endpoint at {}.", blame.who,
                     print_instant(blame.at));
}

std::string server_sentence(const Blame& blame) {
  const std::string at = print_instant(blame.at);
  if (blame.reason == kBacklogFull)
    return fmt::format("The accept queue of {} was full: it dropped what came, the last at {}.",
                       blame.who, at);
  if (blame.reason == kTurnedAway)
    return fmt::format("{} had all the connections that it may have, and closed this one at once.",
                       blame.who);
  return fmt::format("{} had no worker for it: it waited in the accept queue.", blame.who);
}

}  // namespace

std::string short_blame(const Blame& blame) {
  switch (blame.kind) {
    case FaultKind::None:
      return "";
    case FaultKind::Flow:
      if (blame.event == FlowEvent::Expired && blame.timer.empty())
        return fmt::format("{}: after {} of silence", blame.who, print_duration(blame.timeout));
      if (blame.event == FlowEvent::Expired) {
        return fmt::format("{}: {} {}", blame.who, blame.timer, print_duration(blame.timeout));
      }
      if (blame.event == FlowEvent::Evicted) return blame.who + ": table full";
      if (blame.event == FlowEvent::Flushed) return blame.who + ": lost its table";
      if (blame.event == FlowEvent::AddressGone) return blame.who + ": entry under an old address";
      if (blame.event == FlowEvent::TargetGone) return blame.who + ": entry to an old target";
      return blame.who;
    case FaultKind::Link:
      return blame.who + (blame.reason.empty() ? ": down" : ": queue full");
    case FaultKind::Host:
      return blame.who + ": went down";
    case FaultKind::Asleep:
      return blame.who + ": asleep";
    case FaultKind::Address:
      return blame.who + ": new address";
    case FaultKind::Away:
      return blame.who + ": away";
    case FaultKind::Way:
      return blame.who + ": another way";
    case FaultKind::Hung:
      return blame.who + ": hung";
    case FaultKind::Peer:
      return blame.who + " had left";
    case FaultKind::Drop:
    case FaultKind::Server:
      return blame.who + ": " + blame.reason;
    case FaultKind::Proxy:
      if (blame.timer.empty()) return blame.who + ": closed";
      return fmt::format("{}: {} {}", blame.who, blame.timer, print_duration(blame.timeout));
  }
  return "";
}

std::string blame_sentence(const Blame& blame) {
  switch (blame.kind) {
    case FaultKind::None:
      return "Nothing on the way lost its state.";
    case FaultKind::Flow:
      return flow_sentence(blame) + pickup_sentence(blame);
    case FaultKind::Link:
      if (blame.reason.empty())
        return fmt::format("{} went down at {}.", blame.who, print_instant(blame.at));
      return fmt::format("{} dropped packets of it, the last at {}, because its queue was full.",
                         blame.who, print_instant(blame.at));
    case FaultKind::Host:
      return fmt::format("{} went down at {} and forgot its connections.", blame.who,
                         print_instant(blame.at));
    case FaultKind::Asleep:
      return fmt::format("{} went to sleep at {}.", blame.who, print_instant(blame.at));
    case FaultKind::Address:
      return fmt::format("{} changed its address at {}; its peer still has the old one.", blame.who,
                         print_instant(blame.at));
    case FaultKind::Away:
      return fmt::format("{} passed nothing from {} on, until its standby had taken over.",
                         blame.who, print_instant(blame.at));
    case FaultKind::Way:
      return fmt::format("{} sent it another way from {} on, where nothing knew it.", blame.who,
                         print_instant(blame.at));
    case FaultKind::Hung:
      return fmt::format("The program of the {} hung from {} on, while its kernel went on.",
                         blame.who, print_instant(blame.at));
    case FaultKind::Peer:
      return fmt::format("The {} had already left at {}.", blame.who, print_instant(blame.at));
    case FaultKind::Server:
      return server_sentence(blame);
    case FaultKind::Drop:
      return fmt::format("{} dropped its packets from {} on and had no flow for it: {}.", blame.who,
                         print_instant(blame.at), blame.reason);
    case FaultKind::Proxy:
      if (blame.timer.empty()) {
        return fmt::format("{} ended its part of the connection at {}.", blame.who,
                           print_instant(blame.at));
      }
      return fmt::format("{} ended its part of the connection at {}: its {} of {} had run out.",
                         blame.who, print_instant(blame.at), blame.timer,
                         print_duration(blame.timeout));
  }
  return "";
}

}  // namespace stayalive
