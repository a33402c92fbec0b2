// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "stack/close_give_up.h"
#include "strategy/message.h"

namespace stayalive {

// How a program ended or lost its connection, in its own words.
struct Ending {
  // What the user or the log sees: "Timeout, server 203.0.113.10 not responding."
  std::string message;
  int exit_code = 0;
};

// What a strategy may do.  The program that runs the strategy implements it and fills in everything
// else.
class Channel {
 public:
  virtual ~Channel() = default;
  // Writes a message: into the TCP stream, or as one datagram.  Ignored while there is no socket.
  virtual void send(const Message& message) = 0;
  // The program noticed that its peer is gone and ends; the kernel closes its socket.
  virtual void give_up(const Ending& ending) = 0;
  // The program ends in order; the kernel closes its socket.
  virtual void finish(const Ending& ending) = 0;
  // The program noticed that its peer is gone and opens a new socket (a new local port) after
  // `pause`; on_open follows.
  virtual void reconnect(Duration pause, const Ending& reason) = 0;
  // As reconnect, for an attempt that never got through: nothing new was noticed.
  virtual void retry(Duration pause, const std::string& reason) = 0;
  // UDP server: from now on datagrams go to where the message being handled came from.
  virtual void adopt_source() = 0;
  // UDP server: the instance for this peer is deleted; only a message that the strategy accepts in
  // on_unknown starts another.
  virtual void forget_peer(const Ending& reason) = 0;
  // Whether application messages can be carried; false from the start when a strategy sets up
  // first.
  virtual void set_ready(bool ready) = 0;
  // Application messages that wait for set_ready(true) are lost.
  virtual void forget_waiting() = 0;
  // Answers of this end that are not written yet never will be.
  virtual void forget_answers() = 0;
  // TCP: closes the sending direction; what arrives is still read.
  virtual void shut_down() = 0;
  // TLS: the handshake of a client is over, and took so many round trips.  Books.
  virtual void secured(bool /*resumed*/, std::uint32_t /*round_trips*/) {}
  // The peer says that it has not carried out these requests, in the order in which they were sent,
  // and never will: the client may send them again, whatever they ask for.
  virtual void unserved(std::span<const std::uint32_t> /*items*/) {}
  // Something came in time: how near the end was to giving up.  Books; its `waited` and `at` are
  // the program's to fill in.
  virtual void came_in_time(const CloseGiveUp&) {}
  // A line for the transcript.
  virtual void log(const std::string& line) = 0;
};

}  // namespace stayalive
