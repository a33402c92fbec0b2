// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <queue>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "base/units.h"
#include "middlebox/stateful_box.h"
#include "probe/lab/lab_host.h"
#include "probe/prober/prober.h"
#include "probe/reflector/reflector.h"

namespace stayalive {

// The path that is probed in virtual time.
struct LabPath {
  std::vector<Profile> boxes;  // from the inside to the outside
  Duration one_way = 10ms;     // on each line
  Ratio loss;                  // of each packet on each line
  std::uint64_t seed = 1;
  bool other_port = true;  // whether the reflector has another port,
  bool other_address = true;
};

// A probe and a reflector at the ends of simulated boxes.  Both are the same machines that run over
// real sockets; here their sockets are simulated, too, and a week takes a moment.
class ProbeLab {
 public:
  ProbeLab(ProbePlan plan, const LabPath& path);
  // Until the probe has nothing more to do.
  Findings run();
  const Prober& prober() const { return prober_; }
  Prober& prober() { return prober_; }
  const Reflector& reflector() const { return reflector_; }
  TimePoint now() const { return now_; }
  std::uint64_t packets() const { return packets_; }
  // The most flows that the probe had at one time.
  std::size_t most_flows() const { return most_flows_; }

 private:
  // A packet comes to a place: 0 is the probe, then the boxes, then the reflector.
  struct Arrival {
    TimePoint at;
    std::uint64_t order = 0;
    std::size_t place = 0;
    Side from = Side::Internal;
    Packet packet;
    std::uint32_t opened = 0;  // instead of a packet: this socket of the probe stands
    bool operator>(const Arrival& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };
  struct Local {
    Endpoint endpoint;
    std::uint32_t connection = 0;  // of TCP
    bool tcp = false;
  };

  void send(std::size_t from_place, Side towards, Packet packet);
  void send_datagram(std::size_t from_place, Endpoint from, Endpoint to, const ProbeBytes& bytes);
  void arrive(const Arrival& arrival);
  void pass_box(std::size_t box, Side from, Packet packet);
  void empty_box(std::size_t box);
  void at_probe(const Packet& packet);
  void at_reflector(const Packet& packet);
  void act(ProbeOutbox& out);
  void act(ReflectorOutbox& out);
  void tell_probe(LabHost::Outcome& outcome);
  void tell_reflector(LabHost::Outcome& outcome);
  void wake();
  TimePoint next_instant() const;
  std::size_t reflector_place() const { return boxes_.size() + 1; }

  LabPath path_;
  Random random_;
  std::vector<std::unique_ptr<StatefulBox>> boxes_;
  LabMessages messages_;
  StreamId datagrams_;
  LabHost inside_;
  LabHost outside_;
  Reflector reflector_;
  Prober prober_;
  std::map<std::uint32_t, Local> sockets_;              // of the probe, by flow
  std::map<std::uint32_t, std::uint32_t> connections_;  // flow by connection
  std::map<std::uint16_t, std::uint32_t> udp_ports_;    // flow by port
  std::uint16_t next_port_ = 40'000;
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals_;
  std::uint64_t order_ = 0;
  std::uint64_t packets_ = 0;
  std::size_t most_flows_ = 0;
  TimePoint now_ = kStart;
  Outbox box_out_;
};

}  // namespace stayalive
