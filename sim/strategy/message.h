// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

#include "base/state_walk.h"
#include "base/time.h"

namespace stayalive {

// Which end of a connection: the one that opens it, or the one that is opened to.
enum class Role : std::uint8_t { Client, Server };
constexpr Role opposite(Role role) { return role == Role::Client ? Role::Server : Role::Client; }
constexpr std::size_t index(Role role) { return static_cast<std::size_t>(role); }
constexpr const char* name(Role role) { return role == Role::Client ? "client" : "server"; }

enum class Transport : std::uint8_t { Tcp, Udp };
constexpr const char* name(Transport transport) {
  return transport == Transport::Tcp ? "tcp" : "udp";
}

enum class MessageKind : std::uint8_t {
  Application,  // what the connection is for
  Request,      // a keepalive that asks for an answer
  Reply,        // the answer
  Ping,         // a keepalive that asks for nothing
  Control,      // setting up or re-negotiating
  Goodbye,      // tells the other end that this one leaves
};
constexpr const char* name(MessageKind kind) {
  switch (kind) {
    case MessageKind::Application:
      return "data";
    case MessageKind::Request:
      return "request";
    case MessageKind::Reply:
      return "reply";
    case MessageKind::Ping:
      return "ping";
    case MessageKind::Control:
      return "control";
    case MessageKind::Goodbye:
      return "goodbye";
  }
  return "data";
}

// A unit that a program writes and its peer reads: it says everything that its reader decides by.
// Application messages belong to exchanges: an item that asks, and perhaps one that answers it.
// Side and item name one for good, whichever socket carries it.
struct Message {
  static constexpr std::uint32_t kNoItem = 0xffff'ffff;
  // Subtype of a Request by which a pool asks whether a connection still works, and of the Reply:
  // the programs exchange these, and no strategy sees them.
  static constexpr std::uint8_t kPoolCheck = 255;

  MessageKind kind = MessageKind::Application;
  std::uint8_t subtype = 0;  // what the strategy pleases, for example which step of a handshake
  std::uint16_t status = 0;  // of an answer: the HTTP status code; 0: its protocol has none
  std::uint32_t bytes = 0;   // on the transport: TCP stream bytes or UDP payload
  // Of application messages: which one, numbered from 0 by the side that writes; the entry of the
  // traffic to which it belongs, or to whose messages it is an answer; which item of the other side
  // it answers.
  std::uint32_t item = 0;
  std::uint32_t traffic = 0;
  std::uint32_t answers = kNoItem;
  // More of the same answer follows, in messages of their own; it has arrived with the last.
  bool continues = false;
  TimePoint sent_at{};

  constexpr bool is_pool_check() const {
    return subtype == kPoolCheck && (kind == MessageKind::Request || kind == MessageKind::Reply);
  }
  constexpr bool is_answer() const { return answers != kNoItem; }
  // An answer that says that there is none: a proxy's, who could not get the server's.
  constexpr bool is_error() const { return status >= 500; }
};

// A message that somebody still has to write or to read is part of the state.
inline void walk(StateWalk& walk, Message& message) {
  walk.still(message.kind, message.subtype, message.status, message.bytes, message.traffic,
             message.is_answer(), message.continues);
  if (message.kind == MessageKind::Application) walk.sequence(message.item);
  if (message.is_answer()) walk.sequence(message.answers);
  walk.past(message.sent_at);
}

}  // namespace stayalive
