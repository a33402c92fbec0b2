// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/check.h"
#include "fuzz/targets.h"
#include "probe/prober/probe_log.h"
#include "probe/prober/prober.h"
#include "probe/reflector/reflector.h"

namespace stayalive {
namespace {

constexpr Endpoint kFuzzReflector{ipv4(198, 51, 100, 10), 7478};
constexpr Endpoint kFuzzProbe{ipv4(203, 0, 113, 5), 40'000};
constexpr std::uint64_t kFuzzSession = 77;

ReflectorLimits small_limits() {
  ReflectorLimits limits;
  limits.sessions = 4;
  limits.flows_of_a_session = 4;
  limits.connections = 4;
  return limits;
}

// The bytes as datagrams and parts of connections, for both ends: a byte says to whom and how much
// later, then come up to 64 bytes.
class FuzzedEnds {
 public:
  FuzzedEnds() : reflector_({1, 2}, {kFuzzReflector, kOtherPort}, small_limits()) {
    ProbePlan plan;
    plan.measures = {Measure::UdpSingle, Measure::TcpEstablished, Measure::FilterPort};
    prober_ = std::make_unique<Prober>(plan, kFuzzReflector, kFuzzSession);
    prober_->begin(now_, acts_);
    prober_->opened(0, kFuzzProbe, now_, acts_);
  }
  void take(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
      const std::uint8_t choice = bytes[0];
      bytes = bytes.subspan(1);
      const auto part = bytes.first(std::min(bytes.size(), kProbeBytes));
      bytes = bytes.subspan(part.size());
      now_ += (choice >> 3) * 1s;
      answers_.clear();
      acts_.clear();
      to_one(choice & 7, part);
    }
  }

 private:
  void to_one(int whom, std::span<const std::uint8_t> part) {
    switch (whom) {
      case 0:
        reflector_.receive(0, kFuzzProbe, proven(part), now_, answers_);
        CHECK(answers_.datagrams.size() <= 2, "an answer, and what an order asks for");
        break;
      case 1:
        reflector_.accept(++connections_, kFuzzProbe, now_, answers_);
        break;
      case 2:
        reflector_.read(connections_, part, now_, answers_);
        break;
      case 3:
        reflector_.end(connections_, ConnectionEnd::Finished);
        break;
      case 4:
        reflector_.expire(now_, answers_);
        CHECK(reflector_.next_deadline() > now_, "what was due is done");
        break;
      case 5:
        prober_->receive(0, part, now_, acts_);
        break;
      case 6:
        prober_->receive(part.empty() ? 1u : part[0] & 15u, part, now_, acts_);
        break;
      default:
        prober_->expire(now_, acts_);
        CHECK(prober_->next_deadline() > now_, "what was due is done");
        break;
    }
    CHECK(reflector_.sessions() <= 4 && reflector_.flows() <= 16, "its memory is bounded");
    CHECK(reflector_.connections() <= 4, "its connections are bounded");
  }

  // A message without a cookie gets the right one.
  std::vector<std::uint8_t> proven(std::span<const std::uint8_t> part) const {
    std::vector<std::uint8_t> bytes(part.begin(), part.end());
    std::optional<ProbeMessage> message = decode_probe(part);
    if (!message || message->cookie != 0) return bytes;
    message->cookie = proof_.cookie(kFuzzProbe.address, now_);
    const ProbeBytes changed = encode_probe(*message);
    return {changed.begin(), changed.end()};
  }

  AddressProof proof_{{1, 2}};
  Reflector reflector_;
  std::unique_ptr<Prober> prober_;
  ReflectorOutbox answers_;
  ProbeOutbox acts_;
  std::uint32_t connections_ = 0;
  TimePoint now_ = kStart;
};

}  // namespace

void fuzz_probe(std::span<const std::uint8_t> bytes) {
  if (const auto message = decode_probe(bytes.first(std::min(bytes.size(), kProbeBytes)))) {
    CHECK(decode_probe(encode_probe(*message)) == message, "a message is read as it was written");
  }
  FuzzedEnds().take(bytes);
  // As the record of a probe: what can be read is written and read again as the same.
  ProbePlan plan;
  plan.measures = {Measure::UdpSingle, Measure::TcpEstablished, Measure::Hairpin};
  Prober prober(plan, kFuzzReflector, kFuzzSession);
  std::string text = "stayalive-probe 1 there\n";
  text.append(bytes.begin(), bytes.end());
  if (!read_probe_log(text, "record", "there", prober).empty()) return;
  Prober again(plan, kFuzzReflector, kFuzzSession);
  const std::string written = print_probe_log(prober, "there");
  CHECK(read_probe_log(written, "record", "there", again).empty(), "what is written can be read");
  CHECK(print_probe_log(again, "there") == written, "and says the same");
}

}  // namespace stayalive
