// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/random.h>

#include <memory>
#include <optional>
#include <string>

#include "base/text.h"
#include "command.h"
#include "interruption.h"
#include "output.h"
#include "progress.h"
#include "sockets/host_name.h"
#include "sockets/reflector_sockets.h"

namespace stayalive {
namespace {

struct ReflectorArguments {
  std::string listen = "0.0.0.0";
  std::uint16_t port = kProbePort;
  std::optional<std::uint16_t> other_port;
  std::string other_address;
  std::optional<Duration> time_limit;
};

// The options as places; false, and everything said, where they do not fit together.
bool read_place(const ReflectorArguments& arguments, ReflectorPlace& place) {
  const auto listen = parse_address(arguments.listen);
  if (!listen) {
    say_error(fmt::format("--listen: {} is no IPv4 address of this machine", arguments.listen));
    return false;
  }
  place.main = {*listen, arguments.port};
  const auto next =
      static_cast<std::uint16_t>(arguments.port == 65535 ? 65534 : arguments.port + 1);
  place.other_port = arguments.other_port.value_or(arguments.port == 0 ? 0 : next);
  if (place.other_port != 0 && place.other_port == place.main.port) {
    say_error("--other-port: it is the same as --port");
    return false;
  }
  if (arguments.other_address.empty()) return true;
  place.other_address = parse_address(arguments.other_address);
  if (!place.other_address || *place.other_address == *listen) {
    say_error(fmt::format("--other-address: {} is no other IPv4 address of this machine",
                          arguments.other_address));
    return false;
  }
  if (listen->value == 0 || place.other_port == 0) {
    say_error("--other-address needs --listen with an address of its own, and another port");
    return false;
  }
  return true;
}

int reflect(const ReflectorArguments& arguments) {
  ReflectorPlace place;
  if (!read_place(arguments, place)) return kWrongInput;
  AddressProof::Key key;
  if (::getrandom(&key, sizeof key, 0) != static_cast<ssize_t>(sizeof key)) {
    say_error("the system gives no random numbers");
    return kWrongInput;
  }
  Interruption interruption(Interruption::Work::Run, arguments.time_limit);
  ReflectorSockets sockets(place, {}, key);
  std::string why;
  if (!sockets.listen(why)) {
    say_error(why);
    return kWrongInput;
  }
  say(fmt::format(
      "listening on {}, UDP and TCP{}{}\n", print_endpoint(sockets.local()),
      place.other_port != 0 ? fmt::format(", and UDP port {}", place.other_port) : "",
      place.other_address ? ", and the same at " + print_address(*place.other_address) : ""));
  {
    StatusLine line;
    sockets.run(interruption.leave(), [&line](const Reflector& reflector) {
      if (has_status())
        line.show(fmt::format("{} probes, {} flows, {} connections", reflector.sessions(),
                              reflector.flows(), reflector.connections()));
    });
  }
  interruption.finish();
  // It has no other end.
  return kHolds;
}

}  // namespace

void add_reflector(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "reflector", "Be the far end of `stayalive probe`, until it is interrupted");
  auto arguments = std::make_shared<ReflectorArguments>();
  command->add_option("--listen", arguments->listen, "The address to listen on; all when missing")
      ->type_name("ADDRESS");
  command->add_option("--port", arguments->port, "The port, of UDP and TCP")->capture_default_str();
  command
      ->add_option("--other-port", arguments->other_port,
                   "Another UDP port, for mapping and filtering by port; 0: none, --port + 1 when "
                   "missing")
      ->type_name("PORT");
  command
      ->add_option("--other-address", arguments->other_address,
                   "Another address of this machine, for mapping and filtering by address")
      ->type_name("ADDRESS");
  add_time_limit(*command, arguments->time_limit);
  command->footer(
      "It answers an address that has not proven itself with one message for each that came, of "
      "the same\nlength, keeps at most 64 probes with 512 flows each, and logs nothing of what "
      "they "
      "send.\n\nExamples:\n"
      "  stayalive reflector\n"
      "  stayalive reflector --listen 198.51.100.10 --other-address 198.51.100.11");
  command->callback([arguments, &exit_code] { exit_code = reflect(*arguments); });
}

}  // namespace stayalive
