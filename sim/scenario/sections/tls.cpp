// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/json/option_reader.h"
#include "scenario/sections/sections.h"
#include "strategy/strategy.h"

namespace stayalive {
namespace {

constexpr std::array<std::string_view, 2> kTlsVersions{"1.2", "1.3"};

using TlsOption = BoundOption<TlsRules>;

constexpr std::array kTlsOptions{
    TlsOption{OptionSpec::of_choice("version", "of the protocol", kTlsVersions),
              [](TlsRules& to) -> OptionSlot { return to.version; }},
    TlsOption{OptionSpec::of_flag("resumption",
                                  "whether the server gives its client a session to resume, which "
                                  "takes fewer bytes, and in 1.2 a round trip less"),
              [](TlsRules& to) -> OptionSlot { return to.resumption; }},
    TlsOption{OptionSpec::of_span("session_timeout",
                                  "how long after it was given a session may be resumed (nginx: "
                                  "ssl_session_timeout)",
                                  1ms, 8784h),
              [](TlsRules& to) -> OptionSlot { return to.session_timeout; }},
    TlsOption{
        OptionSpec::of_count("certificate_bytes",
                             "of the chain of certificates that the server sends", 1, 1'000'000),
        [](TlsRules& to) -> OptionSlot { return to.certificate_bytes; }},
    TlsOption{OptionSpec::of_span("server_timeout",
                                  "the server closes when the handshake takes longer (nginx: "
                                  "client_header_timeout); 0s is never"),
              [](TlsRules& to) -> OptionSlot { return to.server_timeout; }},
    TlsOption{OptionSpec::of_span("client_timeout",
                                  "the client gives up when the handshake takes longer (Go: "
                                  "TLSHandshakeTimeout, 10s); 0s is never"),
              [](TlsRules& to) -> OptionSlot { return to.client_timeout; }},
};

}  // namespace

void read_tls(Reader in, ConnectionSpec& connection) {
  if (!in.present() && !in.describing()) return;
  TlsRules rules;
  in.text_or([&](Reader& version) { version.choice(rules.version, kTlsVersions); },
             [&](Reader& object) {
               object.object([&](ObjectReader& fields) {
                 for (const TlsOption& option : kTlsOptions) {
                   Reader value = fields.with_default(option.spec.key, option.spec.help);
                   read_option(value, option.spec, option.slot(rules));
                 }
               });
             },
             R"("1.2", "1.3")");
  if (in.describing()) return;
  connection.tls = rules;
  if (connection.transport == Transport::Udp)
    return in.error("this connection uses udp, and TLS is inside of TCP", "this key with tcp only");
  if (!find_strategy(connection.strategy)->over_tls)
    in.error("the strategy " + connection.strategy + " has an encryption of its own",
             "this key with another strategy");
}

}  // namespace stayalive
