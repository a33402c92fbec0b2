// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "scenario/json/object_reader.h"
#include "scenario/profiles/pools.h"
#include "scenario/sections/sections.h"
#include "strategy/strategy.h"

namespace stayalive {
namespace {

constexpr std::uint32_t kMostResources = 1000;
constexpr std::uint32_t kMostResourceBytes = 100'000'000;
constexpr std::array<std::string_view, 2> kResourceKeys{"resources", "sizes"};
constexpr SpanLimits kPageSpan{1ms, 8784h};

// Reads what a page consists of, and makes the requests of it.
class PageReader {
 public:
  PageReader(const Draft& draft, ConnectionSpec& connection)
      : draft_(draft), connection_(connection) {}

  void read(ObjectReader& fields) {
    read_sizes(fields);
    std::uint32_t connections = 6;
    fields
        .with_default("connections",
                      "most connections at once, as a browser has them to a host; over HTTP/2 one, "
                      "beside one that its server lets run out")
        .count(connections, 1, SessionSpec::kMostSize);
    session_.size = connections;
    fields.with_default("request_bytes", "of each request").count(request_.bytes, 1, 1'000'000);
    TrafficSpec::Answer answer;
    fields.with_default("after", "how long the server needs for each answer").span(answer.after);
    request_.answer = answer;
    Reader give_up = fields.optional(
        "give_up", "an answer that takes longer than this fails, and its connection is closed");
    Duration longest{};
    if (give_up.span(longest, kPageSpan)) request_.give_up = longest;
    read_times(fields);
  }

  void finish() {
    request_.repeatable = true;
    connection_.traffic.clear();
    for (const std::uint32_t bytes : sizes_) {
      TrafficSpec its = request_;
      its.answer->bytes = bytes;
      connection_.traffic.push_back(its);
      // Only the first has instants.
      request_.at = request_.until = kNever;
      request_.every.reset();
    }
    session_.page = PageSpec{document_};
    connection_.session = session_;
  }

 private:
  void read_sizes(ObjectReader& fields) {
    std::uint32_t size = 10'000;
    Reader document = fields.optional(
        "document",
        "bytes of the page itself: the resources are asked for when it has come; with none they "
        "are asked for at once");
    std::uint32_t bytes = 0;
    document_ = document.count(bytes, 1, kMostResourceBytes);
    if (document_) sizes_.push_back(bytes);
    Reader resources = fields.optional("resources", "how many there are");
    Reader each = fields.with_default("size", "bytes of each of them");
    Reader list = fields.optional("sizes", "instead of both the bytes of each");
    std::uint32_t number = 0;
    each.count(size, 1, kMostResourceBytes);
    if (resources.count(number, 1, kMostResources)) sizes_.insert(sizes_.end(), number, size);
    list.array(1, kMostResources, [&](Reader& item) {
      std::uint32_t its = size;
      item.count(its, 1, kMostResourceBytes);
      sizes_.push_back(its);
    });
    fields.needs_any(kResourceKeys, "there is nothing to load");
    for (const Reader* other : {&resources, &each}) {
      if (list.present() && other->present())
        other->error("the list says it of each resource", "this key without sizes");
    }
  }

  void read_times(ObjectReader& fields) {
    request_.at = connection_.start;
    Reader at = fields.optional("at",
                                "when it is loaded first; at the connection's start when "
                                "missing");
    const bool known = read_instant_of_run(at, draft_, request_.at);
    if (known && request_.at < connection_.start)
      at.error("found " + quote(at.as_written()) + ", before the connection starts",
               "an instant at or after " + print_duration(connection_.start.time_since_epoch()));
    Duration period{};
    Reader every = fields.optional(
        "every", "then again and again, unless the one before is not over; once when missing");
    if (!every.span(period, kPageSpan)) return;
    request_.every = period;
    if (draft_.duration_known) request_.until = later(kStart, draft_.scenario.duration);
  }

  const Draft& draft_;
  ConnectionSpec& connection_;
  SessionSpec session_;
  TrafficSpec request_;
  std::vector<std::uint32_t> sizes_;
  bool document_ = false;
};

}  // namespace

void read_page(Reader in, const Draft& draft, ConnectionSpec& connection) {
  if (!in.present() && !in.describing()) return;
  PageReader page(draft, connection);
  const std::size_t mistakes = in.describing() ? 0 : in.mistakes();
  in.object([&](ObjectReader& fields) { page.read(fields); });
  if (in.describing() || in.mistakes() != mistakes) return;
  const StrategyKind* kind = find_strategy(connection.strategy);
  if (kind == nullptr || !kind->requests_only) {
    in.error("a page is loaded over HTTP", "this key with strategy http");
    return;
  }
  page.finish();
  SessionSpec& loads = *connection.session;
  if (kind->requests_at_once != nullptr)
    loads.requests_at_once = kind->requests_at_once(connection.options);
  loads.multiplexes = is_multiplexed(connection);
}

}  // namespace stayalive
