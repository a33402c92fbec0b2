// SPDX-License-Identifier: Apache-2.0
// Which keepalives of a connection survive an idle hour behind a box?  The name of the box is the
// only argument.
#include <stayalive/stayalive.h>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: interval PROFILE\n");
    return 2;
  }
  const std::string box = argv[1];
  int intervals = 0;
  for (const char* idle : {"1m", "2m", "5m", "10m"}) {
    const std::string scenario =
        R"({ "title": "an idle hour", "duration": "1h",
             "path": [ { "link": { "delay": "20ms" } },
                       { "middlebox": { "profile": ")" +
        box + R"(" } } ],
             "connections": [ { "name": "mine", "strategy": { "tcp_keepalive": { "idle": ")" +
        idle + R"(" } } } ],
             "expect": [ { "connection": "mine", "is": "held" } ] })";
    const stayalive::api::Answer answer = stayalive::api::run(scenario);
    for (const auto& mistake : answer.mistakes)
      std::fprintf(stderr, "%s\n", mistake.text().c_str());
    if (!answer.ok()) return 2;
    const bool holds = answer.json.find("\"holds\": true") != std::string::npos;
    std::printf("%s %s\n", idle, holds ? "holds" : "does not hold");
    intervals += holds ? 1 : 0;
  }
  return intervals > 0 ? 0 : 1;
}
