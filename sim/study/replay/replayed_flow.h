// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "middlebox/middlebox.h"
#include "middlebox/timeouts.h"
#include "net/address.h"
#include "net/packet.h"
#include "net/side.h"

// What a replay has found out about one flow of a capture: plain data.  Instants count from the
// first packet of the capture.  The client, who opened the flow, is inside.
namespace stayalive {

// Something that one end sends again and again after silence.
struct FoundKeepalive {
  Side from = Side::Internal;
  bool probe = false;  // a TCP keepalive; else a message
  std::uint32_t bytes = 0;
  Duration interval{};
  std::uint32_t times = 0;
};

// How a flow broke in the capture itself, after a silence.
struct BrokenFlow {
  enum class How : std::uint8_t {
    Reset,    // what was sent after it was answered with RST
    Unasked,  // a RST ended it
    Silence,  // what was sent after it was repeated and never answered
  };
  How how = How::Reset;
  Side from = Side::Internal;  // who spoke after the silence
  Duration silence{};
  Duration survived{};  // the longest silence after which the flow still worked
  TimePoint at;
  struct Candidate {
    std::string profile;
    Timeout timer = Timeout::Generic;
    Duration timeout{};
  };
  // Boxes that do just that, with the longest timeout first; and how many more do.
  std::vector<Candidate> looks_like{};
  std::uint32_t others = 0;
};

struct ReplayedFlow {
  enum class Fate : std::uint8_t {
    Lives,      // to the end of the capture
    Ended,      // in order, or by a RST that the boxes passed
    Forgotten,  // a box forgot it, and nothing was sent any more
    Dies,       // a box forgot it, and what was sent then did not get through
    Remapped,   // a NAT forgot it, and gave what was sent then another external endpoint
    Refused,    // a box did not let it begin
  };
  std::uint64_t number = 0;  // from 1, in order of their first packets
  Protocol protocol = Protocol::Tcp;
  Endpoint client;
  Endpoint server;
  bool begun_before = false;  // the capture has not its beginning
  TimePoint first;
  TimePoint last;
  std::array<std::uint64_t, 2> packets{};  // by the side they came from
  std::array<std::uint64_t, 2> bytes{};    // of payload
  Duration longest_silence{};

  Fate fate = Fate::Lives;
  struct Death {
    std::string box;
    DropReason drop = DropReason::None;  // of the packet that met it
    FlowEvent event = FlowEvent::Expired;
    Timeout timer = Timeout::Generic;
    std::string setting;  // under which the box has the timer; empty where there is none
    Duration timeout{};
    TimePoint forgotten_at;
    std::optional<TimePoint> met_at{};  // when a packet came too late
    Side met_from = Side::Internal;
    bool picked_up = false;  // the box took it up again, under another endpoint where it died
  };
  std::optional<Death> death;
  std::optional<TimePoint> first_forgotten_at;  // by any box, also where it was taken up again
  std::uint32_t taken_up = 0;  // how often a box had forgotten it and took it up as it was
  // Of each timer that ran: the longest silence that it had to bear.  The timer has to be longer.
  struct Wait {
    std::string box;
    Timeout timer = Timeout::Generic;
    Duration timeout{};  // of the box
    Duration longest{};
    TimePoint at;  // of the packet that ended it
  };
  std::vector<Wait> waits;
  std::optional<FoundKeepalive> keepalive;
  std::optional<BrokenFlow> broken;

  bool survives() const { return fate == Fate::Lives || fate == Fate::Ended; }
  // The wait for the timer that it died of, else the one that used most of its timer; nullptr:
  // none.
  const Wait* decisive_wait() const;
};
const char* name(ReplayedFlow::Fate fate);
const char* name(BrokenFlow::How how);

}  // namespace stayalive
