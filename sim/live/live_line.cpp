// SPDX-License-Identifier: Apache-2.0
#include "live/live_line.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "base/big_endian.h"
#include "base/check.h"
#include "net/wire_rewrite.h"
#include "run/address_plan.h"

namespace stayalive {
namespace {

// Windows are scaled by whoever follows the connections.
constexpr DecodeOptions kLiveDecoding{true, 0};
// Of a packet that waits, beside its bytes.
constexpr std::size_t kPlaceBytes = 256;

}  // namespace

const char* name(LiveLoss loss) {
  switch (loss) {
    case LiveLoss::Unreadable:
      return "unreadable";
    case LiveLoss::Chance:
      return "lost";
    case LiveLoss::Queue:
      return "queue-full";
    case LiveLoss::Cut:
      return "cut";
    case LiveLoss::Away:
      return "box-away";
    case LiveLoss::NoRoom:
      return "too-many-on-the-way";
  }
  return "unknown";
}

LiveLine::LiveLine(const Scenario& scenario, const Setting& setting, LiveSink& sink,
                   LiveObserver& observer)
    : setting_(setting), sink_(sink), observer_(observer) {
  const AddressPlan addresses = plan_addresses(scenario);
  for (std::size_t hop = 0; hop < scenario.path.size(); ++hop) {
    if (const auto* spec = std::get_if<MiddleboxSpec>(&scenario.path[hop])) {
      stages_.push_back({true, boxes_.size()});
      Box& box = boxes_.emplace_back();
      box.stage = stages_.size() - 1;
      box.spec = spec;
      box.box = std::make_unique<StatefulBox>(
          spec->profile, BoxIdentity{spec->name, scenario.seed, addresses.hops[hop]});
    } else if (const auto* line = std::get_if<LinkConfig>(&scenario.path[hop])) {
      stages_.push_back({false, wires_.size()});
      Wire& wire = wires_.emplace_back();
      wire.name = line->name;
      for (const Side side : {Side::Internal, Side::External}) {
        wire.towards[index(side)] = std::make_unique<Link>(
            *line, scenario.seed, line->name + (side == Side::External ? " outbound" : " inbound"));
      }
    } else {
      CHECK(false, "a live path has no proxies");
    }
  }
}

void LiveLine::enter(Side end, std::span<std::uint8_t> bytes, TimePoint now) {
  run_until(now);
  const DecodedPacket decoded = decode(bytes, kLiveDecoding);
  if (decoded.error != WireError::None) {
    ++counts_.unreadable[static_cast<std::size_t>(decoded.error)];
    return lose(LiveLoss::Unreadable, decoded.packet, now);
  }
  ++counts_.entered[index(end)];
  Carried carried{decoded.packet, decoded.packet, opposite(end),
                  end == Side::Internal ? 0 : static_cast<std::ptrdiff_t>(stages_.size()) - 1};
  observer_.entered(end, carried.packet, decoded, setting_.clock.box(now));
  // What follows the packet is padding.
  carry(carried, bytes.first(big16(bytes.data() + 2)), now);
}

void LiveLine::carry(Carried carried, std::span<std::uint8_t> bytes, TimePoint now) {
  while (carried.stage >= 0 && carried.stage < static_cast<std::ptrdiff_t>(stages_.size())) {
    const Stage& here = stages_[static_cast<std::size_t>(carried.stage)];
    if (here.is_box) {
      if (!pass_box(here.number, carried, now)) return;
      carried.go_on();
    } else {
      carried.go_on();
      if (!pass_wire(here.number, carried, bytes, now)) return;
    }
  }
  rewrite(bytes, carried.first, carried.packet);
  ++counts_.left[index(carried.towards)];
  observer_.left(carried.towards, carried.packet, setting_.clock.box(now));
  sink_.leave(carried.towards, bytes);
}

bool LiveLine::pass_box(std::size_t number, Carried& carried, TimePoint now) {
  Box& box = boxes_[number];
  if (now < box.away_until) {
    lose(LiveLoss::Away, carried.packet, now);
    return false;
  }
  const Side from = opposite(carried.towards);
  const TimePoint box_now = setting_.clock.box(now);
  const Packet before = carried.packet;
  Outbox out;
  std::swap(out, spare_);
  const Verdict verdict = box.box->process(from, carried.packet, box_now, out);
  for (const FlowNote& note : out.notes) observer_.flow_changed(number, note, box_now);
  observer_.processed(number, from, before, verdict, box_now);
  emit(number, out, now);
  if (verdict.hairpinned) carried.towards = from;
  return verdict.forwarded();
}

// Whether it goes on at once; otherwise it is lost, or waits.
bool LiveLine::pass_wire(std::size_t number, const Carried& carried,
                         std::span<const std::uint8_t> bytes, TimePoint now) {
  Wire& wire = wires_[number];
  if (now < wire.cut_until[index(carried.towards)]) {
    lose(LiveLoss::Cut, carried.packet, now);
    return false;
  }
  Link& link = *wire.towards[index(carried.towards)];
  const Link::Transit transit = link.transmit(now, static_cast<std::uint32_t>(bytes.size()));
  if (transit.loss != Link::Loss::None) {
    const bool queue = transit.loss == Link::Loss::Queue;
    lose(queue ? LiveLoss::Queue : LiveLoss::Chance, carried.packet, now);
    return false;
  }
  if (transit.arrival <= now) return true;
  const std::size_t size = bytes.size() + kPlaceBytes;
  if (waiting_bytes_ + size > setting_.most_waiting) {
    lose(LiveLoss::NoRoom, carried.packet, now);
    return false;
  }
  waiting_bytes_ += size;
  waiting_.push_back({transit.arrival, ++serial_, carried, {bytes.begin(), bytes.end()}});
  std::push_heap(waiting_.begin(), waiting_.end(), Later{});
  return false;
}

// What a box sends by itself, and what it says of its flows.
void LiveLine::settle(std::size_t number, Outbox& out, TimePoint now) {
  const TimePoint box_now = setting_.clock.box(now);
  for (const FlowNote& note : out.notes) observer_.flow_changed(number, note, box_now);
  emit(number, out, now);
}

void LiveLine::emit(std::size_t number, Outbox& out, TimePoint now) {
  // It is told apart from what the packets meet elsewhere on the way.
  const std::vector<Outbox::Sent> packets = std::exchange(out.packets, {});
  out.clear();
  std::swap(out, spare_);
  for (const Outbox::Sent& sent : packets) send(number, sent, now);
}

void LiveLine::send(std::size_t number, const Outbox::Sent& sent, TimePoint now) {
  const Packet& packet = sent.packet;
  std::vector<std::uint8_t> bytes(ip_bytes(packet));
  const bool carries = packet.protocol != Protocol::Icmp && !packet.has(tcp_flag::kRst);
  const std::vector<std::uint8_t> payload(carries ? packet.payload : 0);
  WireDetails details;
  details.window_shift = 0;
  encode(packet, details, payload, bytes);
  ++counts_.answered;
  observer_.answered(number, sent.to, packet, setting_.clock.box(now));
  Carried carried{packet, packet, sent.to, static_cast<std::ptrdiff_t>(boxes_[number].stage)};
  carried.go_on();
  carry(carried, bytes, now);
}

void LiveLine::lose(LiveLoss why, const Packet& packet, TimePoint now) {
  ++counts_.lost[static_cast<std::size_t>(why)];
  observer_.lost(why, packet, setting_.clock.box(now));
}

TimePoint LiveLine::next_deadline() const {
  TimePoint next = waiting_.empty() ? kNever : waiting_.front().at;
  for (const Box& box : boxes_)
    next = std::min(next, setting_.clock.real(box.box->next_deadline()));
  return next;
}

void LiveLine::expire(TimePoint now) { run_until(now); }

// What is due comes in the order of time, however late somebody looks.
void LiveLine::run_until(TimePoint now) {
  while (next_deadline() <= now) {
    expire_boxes(now);
    if (waiting_.empty() || waiting_.front().at > now) continue;
    std::pop_heap(waiting_.begin(), waiting_.end(), Later{});
    Waiting first = std::move(waiting_.back());
    waiting_.pop_back();
    waiting_bytes_ -= first.bytes.size() + kPlaceBytes;
    carry(first.carried, first.bytes, now);
  }
}

void LiveLine::expire_boxes(TimePoint now) {
  const TimePoint box_now = setting_.clock.box(now);
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    if (boxes_[i].box->next_deadline() > box_now) continue;
    Outbox out;
    boxes_[i].box->expire(box_now, out);
    settle(i, out, now);
  }
}

void LiveLine::flush(std::size_t box, TimePoint now) {
  run_until(now);
  Outbox out;
  boxes_[box].box->flush(setting_.clock.box(now), out);
  settle(box, out, now);
}

void LiveLine::reboot(std::size_t box, Duration span, TimePoint now) {
  flush(box, now);
  boxes_[box].away_until = later(now, span);
}

void LiveLine::change_timer(std::size_t box, Timeout timer, Duration span, TimePoint now) {
  run_until(now);
  Outbox out;
  boxes_[box].box->change_timer(timer, span, setting_.clock.box(now), out);
  settle(box, out, now);
}

void LiveLine::cut(std::size_t wire, Duration span, std::optional<Side> towards, TimePoint now) {
  run_until(now);
  for (const Side side : {Side::Internal, Side::External}) {
    if (!towards || *towards == side) wires_[wire].cut_until[index(side)] = later(now, span);
  }
}

}  // namespace stayalive
