// SPDX-License-Identifier: Apache-2.0
#include "study/replay/likely_boxes.h"

#include <algorithm>

#include "middlebox/stateful_box.h"
#include "scenario/profiles/profiles.h"
#include "study/replay/opening.h"

namespace stayalive {
namespace {

// One box, and one flow through it that is open at kStart.
class TriedBox {
 public:
  TriedBox(const Profile& profile, Protocol protocol)
      : box_(profile, {"box", 1, {ipv4(198, 51, 100, 1)}}),
        opening_({{ipv4(10, 0, 0, 2), 40'000}, {ipv4(203, 0, 113, 10), 22}, protocol, 1000, 2000}) {
    Packet last;
    for (const Opening::Step& step : opening_.steps()) last = pass(step.from, step.packet);
    opened_at_ = now_;
  }

  // What becomes of the next packet of a side after so much silence.
  struct Result {
    bool passes = false;   // as part of the same flow
    bool reset = false;    // a RST goes back
    bool unasked = false;  // RSTs went to the ends before
    Timeout timer = Timeout::Generic;
    Duration timeout{};
    bool forgotten = false;
  };
  Result speak_after(Duration silence, Side from) {
    Result result;
    now_ = later(opened_at_, silence);
    box_.expire(now_, outbox_);
    result.unasked = std::ranges::any_of(outbox_.packets, is_reset);
    note_end(result);
    outbox_.clear();
    Packet packet = opening_.speaks(from);
    if (from == Side::External) packet.set_destination(mapped_);
    const Verdict verdict = box_.process(from, packet, now_, outbox_);
    note_end(result);
    const bool same =
        verdict.handling == Handling::Refreshed || verdict.handling == Handling::Passed;
    result.passes = verdict.forwarded() && same;
    result.reset = !verdict.forwarded() && std::ranges::any_of(outbox_.packets, is_reset);
    // Taken up again: the end that spoke notices nothing.
    if (verdict.forwarded() && !same) result.forgotten = false;
    return result;
  }

 private:
  static bool is_reset(const Outbox::Sent& sent) {
    return sent.packet.protocol == Protocol::Tcp && sent.packet.has(tcp_flag::kRst);
  }
  Packet pass(Side from, Packet packet) {
    if (from == Side::External) packet.set_destination(mapped_);
    (void)box_.process(from, packet, now_, outbox_);
    if (from == Side::Internal) mapped_ = packet.source();
    outbox_.clear();
    return packet;
  }
  void note_end(Result& result) const {
    for (const FlowNote& note : outbox_.notes) {
      if (note.event != FlowEvent::Expired) continue;
      result.forgotten = true;
      result.timer = note.timer;
      result.timeout = note.timeout;
    }
  }

  StatefulBox box_;
  Opening opening_;
  Outbox outbox_;
  Endpoint mapped_;
  TimePoint now_ = kStart;
  TimePoint opened_at_;
};

// Empty: it would have done something else.
std::optional<BrokenFlow::Candidate> tried(const ProfileDocument& document,
                                           const BrokenFlow& broken, Protocol protocol) {
  const Profile& profile = document.profile;
  if (broken.survived > Duration::zero() &&
      !TriedBox(profile, protocol).speak_after(broken.survived, broken.from).passes)
    return std::nullopt;
  const TriedBox::Result result =
      TriedBox(profile, protocol).speak_after(broken.silence, broken.from);
  if (!result.forgotten || result.passes) return std::nullopt;
  // The RST comes when the timer runs out, not later.
  constexpr Duration kLate = 3s;
  bool fits = false;
  switch (broken.how) {
    case BrokenFlow::How::Reset:
      fits = result.reset && !result.unasked;
      break;
    case BrokenFlow::How::Unasked:
      fits = result.unasked && broken.silence - result.timeout <= kLate;
      break;
    case BrokenFlow::How::Silence:
      fits = !result.reset && !result.unasked;
      break;
  }
  if (!fits) return std::nullopt;
  return BrokenFlow::Candidate{profile.name, result.timer, result.timeout};
}

}  // namespace

void name_likely_boxes(BrokenFlow& broken, Protocol protocol) {
  // A NAT that has forgotten a datagram's flow makes another, and nobody sees it.
  if (protocol == Protocol::Udp && broken.from == Side::Internal) return;
  for (const ProfileDocument* document : builtin_profiles()) {
    if (auto candidate = tried(*document, broken, protocol))
      broken.looks_like.push_back(std::move(*candidate));
  }
  std::ranges::stable_sort(broken.looks_like,
                           [](const auto& a, const auto& b) { return a.timeout > b.timeout; });
  if (broken.looks_like.size() <= kMostCandidates) return;
  broken.others = static_cast<std::uint32_t>(broken.looks_like.size() - kMostCandidates);
  broken.looks_like.resize(kMostCandidates);
}

}  // namespace stayalive
