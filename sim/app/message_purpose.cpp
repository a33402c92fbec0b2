// SPDX-License-Identifier: Apache-2.0
#include "app/message_purpose.h"

#include <fmt/format.h>

#include "strategy/http/http2_rules.h"
#include "strategy/tls/tls_messages.h"

namespace stayalive {
namespace {

std::string purpose_of_http(const Message& message) {
  const std::uint64_t number = (message.is_answer() ? message.answers : message.item) + 1ULL;
  switch (message.kind) {
    case MessageKind::Application:
      if (!message.is_answer()) return fmt::format("HTTP request #{}", number);
      return fmt::format("HTTP {} to #{}", message.status, number);
    case MessageKind::Request:
    case MessageKind::Ping:
      return "PING";
    case MessageKind::Reply:
      return "PING ack";
    case MessageKind::Goodbye:
      return fmt::format("GOAWAY last={} code={}", http2_stream(message.item), message.status);
    case MessageKind::Control:
      break;
  }
  switch (static_cast<Http2Setup>(message.subtype)) {
    case Http2Setup::Preface:
      return "PREFACE";
    case Http2Setup::Settings:
      return "SETTINGS";
    case Http2Setup::SettingsAck:
      return "SETTINGS ack";
  }
  return "control";
}

}  // namespace

std::string purpose_of(const Message& message, bool http) {
  if (is_close_notify(message)) return "close_notify";
  if (is_tls_flight(message)) return fmt::format("TLS flight {}", tls_position(message) + 1);
  return http ? purpose_of_http(message) : name(message.kind);
}

}  // namespace stayalive
