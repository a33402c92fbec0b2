// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "live/live_session.h"
#include "net/wire.h"
#include "scenario/parse.h"

namespace stayalive {

// The two ends of a live line as a test plays them: what leaves at each is kept, as packets.
class TwoEnds final : public LiveSink {
 public:
  void leave(Side end, std::span<const std::uint8_t> bytes) override {
    const DecodedPacket decoded = decode(bytes, {true, 0});
    EXPECT_EQ(decoded.error, WireError::None) << name(decoded.error);
    got[index(end)].push_back(decoded.packet);
    bytes_got[index(end)].emplace_back(bytes.begin(), bytes.end());
  }
  std::array<std::vector<Packet>, 2> got;  // by the end where it left
  std::array<std::vector<std::vector<std::uint8_t>>, 2> bytes_got;
};

inline Scenario scenario_of(const std::string& path, const std::string& more = "") {
  const std::string text =
      "{\"path\": " + path + more +
      (more.find("connections") == std::string::npos ? ", \"connections\": [{\"name\": \"flow\"}]}"
                                                     : "}");
  Result<Scenario> scenario = parse_scenario(text, "");
  if (!scenario.ok()) ADD_FAILURE() << to_string(scenario.errors().front());
  return std::move(scenario).value();
}

// A packet as bytes, with a payload that can be told.
inline std::vector<std::uint8_t> bytes_of(const Packet& packet) {
  std::vector<std::uint8_t> payload(packet.payload);
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<std::uint8_t>(i);
  std::vector<std::uint8_t> bytes(ip_bytes(packet));
  encode(packet, {}, payload, bytes);
  return bytes;
}

inline Packet datagram(Endpoint from, Endpoint to, std::uint16_t payload = 10) {
  Packet packet;
  packet.set_source(from);
  packet.set_destination(to);
  packet.payload = payload;
  return packet;
}

inline Packet segment(Endpoint from, Endpoint to, std::uint8_t flags, std::uint32_t sequence,
                      std::uint32_t acknowledgment, std::uint16_t payload = 0) {
  Packet packet = datagram(from, to, payload);
  packet.protocol = Protocol::Tcp;
  packet.flags = flags;
  packet.sequence = sequence;
  packet.acknowledgment = acknowledgment;
  packet.window = 64000;
  return packet;
}

inline constexpr Endpoint kClient{ipv4(10, 0, 0, 2), 40000};
inline constexpr Endpoint kServer{ipv4(203, 0, 113, 10), 7000};

// A session and its ends.  Instants are of real time.
class Bench {
 public:
  explicit Bench(const std::string& path, std::uint32_t scale = 1, const std::string& more = "")
      : scenario(scenario_of(path, more)),
        session(scenario, setting_of(scale, more), ends,
                [this](const std::string& line) { log.push_back(line); }) {}

  // Whether it reaches the other end, at once.
  bool send(Side from, const Packet& packet, TimePoint at) {
    std::vector<std::uint8_t> bytes = bytes_of(packet);
    const std::size_t before = ends.got[index(opposite(from))].size();
    session.enter(from, bytes, at);
    return ends.got[index(opposite(from))].size() > before;
  }
  // A handshake between the two, with 1000 and 5000 as the first sequence numbers; where the client
  // is for the server.
  Endpoint shake_hands(TimePoint at) {
    using namespace tcp_flag;
    send(Side::Internal, segment(kClient, kServer, kSyn, 1000, 0), at);
    const Endpoint seen = ends.got[index(Side::External)].back().source();
    send(Side::External, segment(kServer, seen, kSyn | kAck, 5000, 1001), at);
    send(Side::Internal, segment(kClient, kServer, kAck, 1001, 5001), at);
    return seen;
  }

  static LiveSession::Setting setting_of(std::uint32_t scale, const std::string& more) {
    LiveSession::Setting setting;
    setting.clock = LiveClock(scale);
    setting.most_flows = 100;
    setting.named = !more.empty();
    return setting;
  }

  Scenario scenario;
  TwoEnds ends;
  std::vector<std::string> log;
  LiveSession session;
};

inline std::string path_through(const std::string& profile, const std::string& more = "") {
  return "[{\"middlebox\": {\"profile\": \"" + profile + "\", \"name\": \"" + profile + "\"" +
         more + "}}]";
}

}  // namespace stayalive
