// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "support/command.h"

namespace stayalive {

// Whether tshark can be called here; tools/setup test installs it.
inline bool has_tshark() { return run_command("command -v tshark").exit_code == 0; }

// What tshark says of a packet of a capture.
struct SharkPacket {
  bool keepalive = false;
  bool retransmission = false;  // of any sort
  bool malformed = false;       // or an error of any sort
  bool bad_checksum = false;
};

// All packets of a file, in order; checksums are checked.
inline std::vector<SharkPacket> read_with_tshark(const std::string& file) {
  const CommandResult result = run_command(
      "tshark -n -r '" + file +
      "' -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE -o ip.check_checksum:TRUE "
      "-T fields -E separator=, -E occurrence=f -e tcp.analysis.keep_alive "
      "-e tcp.analysis.retransmission -e tcp.analysis.spurious_retransmission "
      "-e tcp.analysis.fast_retransmission -e _ws.malformed -e ip.checksum.status "
      "-e tcp.checksum.status -e udp.checksum.status -e frame.number 2>/dev/null");
  std::vector<SharkPacket> packets;
  std::istringstream lines(result.output);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> fields;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
    if (fields.size() != 9) continue;
    const auto set = [&](std::size_t i) { return !fields[i].empty(); };
    const auto bad = [&](std::size_t i) { return fields[i] == "0"; };
    packets.push_back({set(0), set(1) || set(2) || set(3), set(4), bad(5) || bad(6) || bad(7)});
  }
  return packets;
}

}  // namespace stayalive
