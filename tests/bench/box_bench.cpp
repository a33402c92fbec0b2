// SPDX-License-Identifier: Apache-2.0
// What a packet through a box costs, and what a flow in it weighs.  Every flow is kept alive once
// in 25 s: one packet out, its answer in.  `packet` is the time of one packet, `flow` the bytes of
// one flow with everything that belongs to it, `peak` the most of them while the table grew.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "middlebox/stateful_box.h"
#include "scenario/profiles/profiles.h"
#include "support/counted_memory.h"

namespace stayalive::bench {
namespace {

struct Case {
  std::string profile;
  Protocol protocol = Protocol::Udp;
  std::uint32_t flows = 0;
  bool random_order = false;
  friend bool operator==(const Case&, const Case&) = default;
};

// A box with its flows open, and the order in which they are kept alive.
class Population {
 public:
  explicit Population(const Case& wanted)
      : tcp_(wanted.protocol == Protocol::Tcp), step_(Duration{25s} / wanted.flows) {
    for (std::uint32_t i = 0; i < wanted.flows; ++i) visits_.push_back({internal(i), {}});
    if (wanted.random_order) shuffle();
    answered_ = visits_.size() - kInFlight;
    Profile profile = find_builtin_profile(wanted.profile)->profile;
    // Room for all: no limit of the profile is to play a part.
    profile.capacity = 4 * wanted.flows;
    profile.adaptive = {};
    profile.ports.low = 1024;
    out_.notes.reserve(16);
    test::begin_peak();
    const std::int64_t before = test::counted_memory().live;
    box_ = std::make_unique<StatefulBox>(profile, BoxIdentity{"box", 1, external_addresses()});
    for (Visit& visit : visits_) open(visit);
    bytes_ = test::counted_memory().live - before;
    peak_ = test::counted_memory().peak - before;
    for (std::uint32_t i = 0; i < 5 * wanted.flows; ++i) exchange();
  }

  // One packet out and the answer to an earlier one in.
  void exchange() {
    now_ += step_;
    out_.clear();
    box_->foresee(Side::Internal, outbound(visits_[ahead(next_)]));
    box_->foresee(Side::External, inbound(visits_[ahead(answered_)]));
    Packet ask = outbound(visits_[next_]);
    const Verdict asked = box_->process(Side::Internal, ask, now_, out_);
    Packet answer = inbound(visits_[answered_]);
    const Verdict told = box_->process(Side::External, answer, now_, out_);
    CHECK(asked.forwarded() && told.forwarded(), "every flow is kept alive");
    advance(next_);
    advance(answered_);
  }
  std::uint64_t flows() const { return visits_.size(); }
  std::int64_t bytes() const { return bytes_; }
  std::int64_t peak() const { return peak_; }

 private:
  struct Visit {
    Endpoint internal;
    Endpoint mapped;
  };
  static constexpr std::size_t kInFlight = 200;  // questions under way
  static constexpr std::size_t kAhead = 6;       // exchanges that the box foresees
  static constexpr Endpoint kServer{ipv4(203, 0, 113, 1), 51820};

  // One host per flow; ports that collide now and then.
  static Endpoint internal(std::uint32_t i) {
    return {AddressId{ipv4(100, 64, 0, 0).value + i},
            static_cast<std::uint16_t>(1024 + std::uint64_t{i} * 7919 % 64000)};
  }
  static std::vector<AddressId> external_addresses() {
    std::vector<AddressId> pool;
    for (std::uint8_t i = 0; i < 24; ++i) pool.push_back(ipv4(198, 51, 100, i));
    return pool;
  }
  void shuffle() {
    Random random(1, "visits", "bench");
    for (std::size_t i = visits_.size(); i > 1; --i) {
      std::swap(visits_[i - 1], visits_[random.below(i)]);
    }
  }
  void advance(std::size_t& place) const { place = place + 1 == visits_.size() ? 0 : place + 1; }

  std::size_t ahead(std::size_t place) const {
    return place + kAhead < visits_.size() ? place + kAhead : place;
  }

  Packet outbound(const Visit& visit) const {
    Packet packet;
    packet.set_source(visit.internal);
    packet.set_destination(kServer);
    if (tcp_) as_segment(packet, tcp_flag::kAck, 1000, 5001);
    return packet;
  }
  Packet inbound(const Visit& visit) const {
    Packet packet;
    packet.set_source(kServer);
    packet.set_destination(visit.mapped);
    if (tcp_) as_segment(packet, tcp_flag::kAck, 5001, 1001);
    return packet;
  }
  static void as_segment(Packet& packet, std::uint8_t flags, std::uint32_t sequence,
                         std::uint32_t acknowledgment) {
    packet.protocol = Protocol::Tcp;
    packet.flags = flags;
    packet.sequence = sequence;
    packet.acknowledgment = acknowledgment;
    packet.window = 65535;
  }

  // Opens the flow, with a handshake where there is one.
  void open(Visit& visit) {
    now_ += step_;
    out_.clear();
    Packet first = outbound(visit);
    if (tcp_) as_segment(first, tcp_flag::kSyn, 1000, 0);
    const Verdict opened = box_->process(Side::Internal, first, now_, out_);
    CHECK(opened.handling == Handling::Opened, "there is room for every flow");
    visit.mapped = first.source();
    if (!tcp_) return;
    Packet second = inbound(visit);
    as_segment(second, tcp_flag::kSyn | tcp_flag::kAck, 5000, 1001);
    box_->process(Side::External, second, now_, out_);
    Packet third = outbound(visit);
    as_segment(third, tcp_flag::kAck, 1001, 5001);
    box_->process(Side::Internal, third, now_, out_);
  }

  bool tcp_;
  Duration step_;
  std::vector<Visit> visits_;  // in order
  std::unique_ptr<StatefulBox> box_;
  Outbox out_;
  TimePoint now_ = kStart;
  std::size_t next_ = 0;
  std::size_t answered_ = 0;
  std::int64_t bytes_ = 0;
  std::int64_t peak_ = 0;
};

// The library calls a benchmark several times; what takes long to build is kept between the calls.
Population& population(const Case& wanted) {
  static Case known;
  static std::unique_ptr<Population> kept;
  if (kept == nullptr || !(known == wanted)) {
    kept.reset();
    kept = std::make_unique<Population>(wanted);
    known = wanted;
  }
  return *kept;
}

void keep_alive(benchmark::State& state, const Case& wanted) {
  Population& all = population(wanted);
  const std::uint64_t before = test::counted_memory().allocations;
  for (auto _ : state) all.exchange();
  const auto packets = static_cast<double>(2 * state.iterations());
  const auto flows = static_cast<double>(all.flows());
  using benchmark::Counter;
  state.counters["packet"] = Counter(packets, Counter::kIsRate | Counter::kInvert);
  state.counters["flow"] = static_cast<double>(all.bytes()) / flows;
  state.counters["peak"] = static_cast<double>(all.peak()) / flows;
  state.counters["allocations"] =
      static_cast<double>(test::counted_memory().allocations - before) / packets;
}

void add(const Case& wanted) {
  const std::string name = wanted.profile + (wanted.protocol == Protocol::Tcp ? "/tcp" : "/udp") +
                           (wanted.random_order ? "/random/" : "/ordered/") +
                           std::to_string(wanted.flows);
  benchmark::RegisterBenchmark(name.c_str(),
                               [wanted](benchmark::State& state) { keep_alive(state, wanted); });
}

const bool kAdded = [] {
  for (const std::uint32_t flows : {1'000u, 100'000u, 1'000'000u}) {
    for (const bool random_order : {false, true}) {
      for (const char* profile : {"home-router", "carrier-nat", "linux-conntrack", "pf-normal"}) {
        add({profile, Protocol::Udp, flows, random_order});
      }
      add({"linux-conntrack", Protocol::Tcp, flows, random_order});
      add({"linux-firewall", Protocol::Tcp, flows, random_order});
    }
  }
  return true;
}();

}  // namespace
}  // namespace stayalive::bench
