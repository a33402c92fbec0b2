// SPDX-License-Identifier: Apache-2.0
// What TCP endpoints cost by themselves, two of them face to face: `segment` is the time of one
// data segment with everything that both ends do for it, `probe` that of one keepalive probe and
// its answer.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>

#include "base/check.h"
#include "stack/tcp_connection.h"

namespace stayalive::bench {
namespace {

constexpr Duration kOneWay = 10ms;

// Two ends with a line of constant delay between them; one message is on its way at a time.
class Pair {
 public:
  explicit Pair(const TcpConfig& config) : config_(config) {
    client_.open(now_, out_);
    CHECK(out_.packets.size() == 1, "an end that opens sends a SYN");
    const Packet syn = out_.packets.front();
    out_.clear();
    now_ += kOneWay;
    server_.accept(syn, now_, out_);
    carry(server_, client_);
    CHECK(server_.state() == TcpState::Established, "the handshake is over");
  }

  void write(TcpConnection& from, TcpConnection& to, std::uint32_t message, std::uint32_t bytes) {
    from.send(message, bytes, now_, out_);
    carry(from, to);
  }
  // Lets time pass until this end says something by itself and is answered.
  void wait(TcpConnection& from, TcpConnection& to) {
    do {
      now_ = from.next_deadline();
      from.expire(now_, out_);
    } while (out_.packets.empty());
    carry(from, to);
  }
  TcpConnection& client() { return client_; }
  TcpConnection& server() { return server_; }
  std::uint64_t packets() const { return packets_; }

 private:
  // Carries packets to and fro until nobody says anything more.
  void carry(TcpConnection& from, TcpConnection& to) {
    TcpConnection* sender = &from;
    TcpConnection* receiver = &to;
    while (!out_.packets.empty()) {
      std::swap(out_.packets, carried_);
      out_.clear();
      now_ += kOneWay;
      packets_ += carried_.size();
      for (const Packet& packet : carried_) receiver->receive(packet, now_, out_);
      carried_.clear();
      std::swap(sender, receiver);
    }
    out_.events.clear();
  }

  TcpConfig config_;
  TcpConnection client_{
      config_, {ipv4(10, 0, 0, 2), 40000}, {ipv4(203, 0, 113, 10), 22}, {StreamId{0}, {}}, 1000};
  TcpConnection server_{
      config_, {ipv4(203, 0, 113, 10), 22}, {ipv4(10, 0, 0, 2), 40000}, {StreamId{1}, {}}, 2000};
  TimePoint now_ = kStart;
  TcpOutbox out_;
  std::vector<Packet> carried_;
  std::uint64_t packets_ = 0;
};

benchmark::Counter each(std::uint64_t count) {
  using Counter = benchmark::Counter;
  return {static_cast<double>(count), Counter::kIsRate | Counter::kInvert};
}

// A question and its answer, of one segment each.
void exchange(benchmark::State& state) {
  TcpConfig config;
  config.nodelay = true;
  const auto pair = std::make_unique<Pair>(config);
  const auto bytes = static_cast<std::uint32_t>(state.range(0));
  std::uint32_t message = 0;
  std::uint64_t segments = 0;
  const std::uint64_t before = pair->packets();
  for (auto _ : state) {
    ++message;
    pair->write(pair->client(), pair->server(), message, bytes);
    pair->write(pair->server(), pair->client(), message, bytes);
    segments += 2;
  }
  state.counters["segment"] = each(segments);
  state.counters["packets_per_segment"] =
      static_cast<double>(pair->packets() - before) / static_cast<double>(segments);
}
BENCHMARK(exchange)->Name("TCP-data")->Arg(100)->Arg(1448);

void probe(benchmark::State& state) {
  TcpConfig config;
  config.keepalive = true;
  config.keepalive_idle = 30s;
  config.keepalive_interval = 30s;
  const auto pair = std::make_unique<Pair>(config);
  const std::uint64_t before = pair->packets();
  for (auto _ : state) pair->wait(pair->client(), pair->server());
  CHECK(pair->client().state() == TcpState::Established, "every probe is answered");
  const auto probes = static_cast<std::uint64_t>(state.iterations());
  state.counters["probe"] = each(probes);
  state.counters["packets_per_probe"] =
      static_cast<double>(pair->packets() - before) / static_cast<double>(probes);
}
BENCHMARK(probe)->Name("TCP-keepalive");

}  // namespace
}  // namespace stayalive::bench
