// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/judge/judge.h"
#include "app/ledger.h"
#include "live/live_clock.h"
#include "middlebox/middlebox.h"
#include "net/flow_key.h"
#include "net/wire.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// Follows the flows that programs of the internal end open: gives their packets a number, tells a
// Judge what boxes and ends do, and reports each as a run reports a connection.  What an end has
// come to is seen on the line alone: a socket is open when its handshake is over, it has ended when
// the other end has acknowledged its FIN or it was sent a RST, and it has given up when it sends a
// RST itself after it has waited for an answer.  A program that gives up without a packet is not
// seen to.  A flow is named after the connection of the scenario that calls at its port, in the
// order in which both stand there, else by its ports.  Instants are those of the boxes' clock.
class FlowBook final : public Judge::Listener {
 public:
  static constexpr std::uint32_t kUsualFlows = 100'000;
  static constexpr std::uint32_t kMostFlows = 1'000'000;

  // named: whether flows have names of the scenario.  It must outlive the book.
  FlowBook(const Scenario& scenario, const LiveClock& clock, std::uint32_t most_flows, bool named);
  ~FlowBook() override;

  // A packet has come from this end: it gets the number of its flow, the kind of a keepalive probe
  // and its true window.  Those of no flow that is followed have no number.
  void entered(Side end, Packet& packet, const DecodedPacket& decoded, TimePoint now);
  // A packet leaves towards this end.
  void left(Side end, const Packet& packet, TimePoint now);
  void dropped(std::size_t box, const Packet& packet, DropReason why, TimePoint now);
  void flow_changed(std::size_t box, const FlowNote& note, TimePoint now);

  std::size_t size() const { return flows_.size(); }
  // Packets of flows that are not followed: there were too many, or the external end opened them.
  std::uint64_t beyond() const { return beyond_; }
  std::string name(ConnectionId flow) const;
  Endpoint client(ConnectionId flow) const { return flows_[flow.value].client; }
  Endpoint server(ConnectionId flow) const { return flows_[flow.value].server; }
  Protocol protocol(ConnectionId flow) const { return flows_[flow.value].protocol; }
  // Before its last packet; zero before the second.
  Duration silence(ConnectionId flow) const { return flows_[flow.value].silence; }

  void happened(std::uint32_t number, Role role, const SideEvent& event) override;
  void became(std::uint32_t number, Role role, Outcome outcome, TimePoint at,
              const SideEvent* event) override;
  void concluded(std::uint32_t number, const ConnectionResult& result) override;

  // The session is over: a report of each flow, those of the scenario's connections first, then
  // those that were lost, then others, no more than `most`.
  std::vector<ConnectionReport> finish(TimePoint now, std::size_t most);

 private:
  struct Hash {
    std::size_t operator()(const FlowKey& key) const {
      return static_cast<std::size_t>(key.hash());
    }
  };
  struct End {
    bool opening = false;
    bool open = false;
    bool ended = false;
    std::optional<std::uint32_t> next{};     // behind the last octet it has sent
    std::optional<std::uint32_t> fin_end{};  // behind its FIN
    std::optional<TimePoint> asked_at{};     // since when it waits for an answer
    std::uint8_t shift = 14;                 // of its window; the most there is where not known
    TimePoint heard_at{};
    SideCounters counters;
    SideResult result;
    std::optional<TimePoint> opened_at;
    SocketError error = SocketError::None;
    std::uint32_t times_forgotten = 0;
    std::vector<Transition> timeline;
  };
  struct Flow {
    Protocol protocol = Protocol::Tcp;
    Endpoint client;
    Endpoint server;
    Endpoint peer;                 // where the server sends to
    std::optional<FlowKey> outer;  // of packets from the external end
    std::uint32_t first_sequence = 0;
    std::optional<std::size_t> connection;  // of the scenario
    TimePoint last{};
    Duration silence{};
    std::array<End, 2> ends;  // by Role
    Outcome outcome = Outcome::Refused;
    Attribution blame;
  };

  ConnectionId find(Side end, const Packet& packet);
  ConnectionId open(const Packet& packet, const FlowKey& key);
  std::optional<std::size_t> connection_for(const Packet& packet);
  void sent(std::uint32_t number, Role role, const Packet& packet, TimePoint now);
  void heard(std::uint32_t number, Role role, const Packet& packet, TimePoint now);
  void heard_segment(std::uint32_t number, Role role, const Packet& packet, TimePoint now);
  void note(std::uint32_t number, Role role, SideEvent::Kind kind, TimePoint now, Endpoint remote);
  void end(std::uint32_t number, Role role, Outcome outcome, SocketError error, TimePoint now);
  TimePoint in_order(TimePoint at);
  ConnectionReport report(std::uint32_t number) const;
  ConnectionReport absent(std::size_t connection) const;

  const Scenario& scenario_;
  LiveClock clock_;
  std::uint32_t most_flows_;
  JudgedPath path_;
  std::unique_ptr<Judge> judge_;
  std::deque<Flow> flows_;
  std::unordered_map<FlowKey, std::uint32_t, Hash> inner_;
  std::unordered_map<FlowKey, std::uint32_t, Hash> outer_;
  std::vector<bool> taken_;  // by connection of the scenario
  bool named_;
  std::uint64_t beyond_ = 0;
  TimePoint told_{};
};

}  // namespace stayalive
