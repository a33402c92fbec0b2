// SPDX-License-Identifier: Apache-2.0
#include "picture/lost_request_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/ledger.h"
#include "picture/instant.h"

namespace stayalive {
namespace {

std::string cause(const LostRequestReport& lost) {
  switch (lost.why) {
    case LostRequest::Why::Closed:
      return fmt::format("{} closed the connection first", lost.peer);
    case LostRequest::Why::Reset:
      return fmt::format("the connection to {} was reset", lost.peer);
    case LostRequest::Why::NoAnswer:
      return fmt::format("{} did not answer in time", lost.peer);
    case LostRequest::Why::Refused:
      return fmt::format("{} refused the connection", lost.peer);
    case LostRequest::Why::Unreachable:
      return fmt::format("{} could not be reached", lost.peer);
    case LostRequest::Why::Unserved:
      return fmt::format("{} said that it had not carried it out", lost.peer);
  }
  return "";
}

std::string consequence(const LostRequestReport& lost) {
  if (lost.repeated) return "it sent the request again";
  if (lost.status != 0) return fmt::format("it answered {}", lost.status);
  return lost.by_client ? "the request failed" : "it closed without an answer";
}

// A request that was sent may have been carried out.
std::string advice(const LostRequestReport& lost) {
  if (lost.repeated || lost.why == LostRequest::Why::Refused ||
      lost.why == LostRequest::Why::Unreachable)
    return "";
  if (lost.repeatable) return "  It may be sent again: the traffic says that it is repeatable.";
  return "  It must not be sent again by itself: it may have been carried out.";
}

}  // namespace

std::string lost_request_sentence(const std::string& connection, const LostRequestReport& lost) {
  return fmt::format(
      "Request {} of {}, asked at {}, was lost at {} at {}: {}{}, and {}.{}", lost.number,
      connection, print_instant(lost.asked_at), lost.hop, print_instant(lost.at), cause(lost),
      lost.reused ? " (it had carried an answer before)" : "", consequence(lost), advice(lost));
}

std::vector<std::string> lost_request_sentences(const ConnectionReport& connection,
                                                std::size_t most) {
  std::vector<std::string> sentences;
  const std::size_t all = connection.lost_requests.size();
  for (std::size_t i = 0; i < std::min(all, most); ++i)
    sentences.push_back(lost_request_sentence(connection.name, connection.lost_requests[i]));
  if (all > most) {
    sentences.push_back(fmt::format("{}{} more requests of {} were lost.",
                                    all == kMostLostRequests ? "At least " : "", all - most,
                                    connection.name));
  }
  return sentences;
}

}  // namespace stayalive
