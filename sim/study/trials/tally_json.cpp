// SPDX-License-Identifier: Apache-2.0
#include "study/trials/tally_json.h"

#include <array>
#include <charconv>
#include <concepts>
#include <optional>
#include <string>

#include "scenario/json/json_text.h"

namespace stayalive {
namespace {

// What a list has, in its order, is said once for each type, by fields(): for a ListWriter, which
// puts one value after the other into a list, and for a ListReader, which takes them out again.

class ListWriter {
 public:
  void operator()(const std::string& text) { list_.add(text); }
  template <std::integral Integer>
  void operator()(Integer number) {
    list_.add(number);
  }
  void operator()(Duration span) { list_.add(span.count()); }
  void operator()(TimePoint at) { list_.add(at.time_since_epoch().count()); }
  template <class Enum>
  void choice(Enum value, Enum /*last*/) {
    list_.add(static_cast<std::uint64_t>(value));
  }
  // A list in the list.
  template <class Part>
  void part(Part& part) {
    ListWriter inner;
    fields(inner, part);
    list_.add_json(inner.text());
  }
  // Whether what may be missing at the end of a list is there.
  template <class Part>
  bool has(const std::optional<Part>& part) {
    return part.has_value();
  }
  std::string text() const { return list_.text(); }

 private:
  JsonList list_;
};

// A whole number as it is written, which may be larger than JsonValue::integer can be.
template <class Integer>
bool read_whole(const JsonValue& value, Integer& number) {
  if (value.kind != JsonValue::Kind::Number) return false;
  const char* end = value.text.data() + value.text.size();
  const auto [stop, error] = std::from_chars(value.text.data(), end, number);
  return error == std::errc() && stop == end;
}

// After the first value that does not fit, all are wrong.
class ListReader {
 public:
  explicit ListReader(const JsonValue& list) : list_(list) {}

  void operator()(std::string& text) {
    const JsonValue* value = next();
    good_ = value != nullptr && value->kind == JsonValue::Kind::Text;
    if (good_) text = value->text;
  }
  void operator()(std::uint64_t& number) {
    const JsonValue* value = next();
    good_ = value != nullptr && read_whole(*value, number);
  }
  void operator()(std::int64_t& number) {
    const JsonValue* value = next();
    good_ = value != nullptr && read_whole(*value, number);
  }
  void operator()(bool& flag) {
    std::uint64_t number = 0;
    (*this)(number);
    require(number <= 1);
    flag = number == 1;
  }
  void operator()(Duration& span) {
    std::int64_t count = 0;
    (*this)(count);
    span = Duration(count);
  }
  void operator()(TimePoint& at) {
    Duration since{};
    (*this)(since);
    at = TimePoint(since);
  }
  template <class Enum>
  void choice(Enum& value, Enum last) {
    std::uint64_t number = 0;
    (*this)(number);
    require(number <= static_cast<std::uint64_t>(last));
    if (good_) value = static_cast<Enum>(number);
  }
  template <class Part>
  void part(Part& part) {
    static const JsonValue kNone;
    const JsonValue* value = next();
    good_ = value != nullptr && value->kind == JsonValue::Kind::Array;
    ListReader inner(good_ ? *value : kNone);
    fields(inner, part);
    require(inner.done());
  }
  template <class Part>
  bool has(std::optional<Part>& part) {
    if (position_ < list_.items.size()) part.emplace();
    return part.has_value();
  }
  // Everything fitted and nothing is left.
  bool done() const { return good_ && position_ == list_.items.size(); }
  void require(bool good) { good_ = good_ && good; }

 private:
  const JsonValue* next() {
    const bool left = good_ && position_ < list_.items.size();
    return left ? &list_.items[position_++] : nullptr;
  }
  const JsonValue& list_;
  std::size_t position_ = 0;
  bool good_ = true;
};

template <class Io>
void fields(Io& io, std::uint64_t& number) {
  io(number);
}

template <class Io, std::size_t kCount>
void fields(Io& io, std::array<std::uint64_t, kCount>& counts) {
  for (std::uint64_t& count : counts) io(count);
}

// A list of everything, or an empty one.
template <class Io, class Part>
void fields(Io& io, std::optional<Part>& part) {
  if (io.has(part)) fields(io, *part);
}

template <class Io>
void fields(Io& io, SpanStatistics& spans) {
  io(spans.count);
  io(spans.least);
  io(spans.most);
  io(spans.total_ms);
}

template <class Io>
void fields(Io& io, Cost& cost) {
  io(cost.packets);
  io(cost.bytes);
  io(cost.keepalives);
  io(cost.wakeups);
  io(cost.awake_us);
  io(cost.brief_awake_us);
  io(cost.filling);
  io(cost.time);
}

template <class Io>
void fields(Io& io, Blame& blame) {
  io.choice(blame.kind, FaultKind::Server);
  io(blame.who);
  io(blame.at);
  io(blame.reason);
  io.choice(blame.event, FlowEvent::TargetGone);
  io(blame.timer);
  io(blame.setting);
  io(blame.timeout);
  io(blame.because);
  io(blame.taken_up);
  io(blame.refreshed_at);
  io.choice(blame.refreshed_from, Side::External);
  io.choice(blame.refreshed_by, PacketKind::IcmpError);
}

template <class Io>
void fields(Io& io, ClosestCall& call) {
  io(call.who);
  io(call.timer);
  io(call.setting);
  io(call.timeout);
  io.choice(call.status, ValueStatus::Chosen);
  io(call.left);
  io(call.silence);
  io(call.at);
  io.choice(call.from, Side::External);
  io.choice(call.by, PacketKind::IcmpError);
  io(call.slip);
}

template <class Io>
void fields(Io& io, SessionTally& session) {
  io(session.opened);
  io(session.asked);
  io(session.answered);
  io(session.failed);
  io.part(session.page_load);
}

template <class Io>
void fields(Io& io, ServerTally& server) {
  io.part(server.longest_wait);
  io(server.accepted);
  io(server.waited);
  io(server.kept_out);
  io(server.turned_away);
  io(server.dropped_syns);
  io(server.most_served);
  io(server.served_us);
  io(server.time);
}

template <class Io>
void fields(Io& io, Tally& tally) {
  io(tally.name);
  io(tally.strategy);
  io(tally.runs);
  io(tally.held);
  for (auto& counts : tally.outcomes) io.part(counts);
  io.part(tally.died);
  io.part(tally.blackhole);
  for (SpanStatistics& spans : tally.noticed) io.part(spans);
  io.part(tally.unaware);
  io(tally.longest_run);
  io.part(tally.cost);
  io.part(tally.blame);
  io.part(tally.failed_seed);
  io.part(tally.closest_call);
  io.part(tally.session);
  io.part(tally.at_server);
}

template <class Io>
void fields(Io& io, ExpectationTally& tally) {
  io(tally.text);
  io(tally.pointer);
  io(tally.runs);
  io(tally.held);
  if (!io.has(tally.failure)) return;
  io(tally.failure->seed);
  io(tally.failure->found);
  io.part(tally.failure->blame);
  io(tally.failure->of_many);
}

template <class Tallied>
std::string written(Tallied tally) {
  ListWriter out;
  fields(out, tally);
  return out.text();
}

template <class Tallied>
std::optional<Tallied> read_from(const JsonValue& json) {
  if (json.kind != JsonValue::Kind::Array) return std::nullopt;
  Tallied tally;
  ListReader in(json);
  fields(in, tally);
  in.require(tally.held <= tally.runs);
  return in.done() ? std::optional(std::move(tally)) : std::nullopt;
}

}  // namespace

std::string tally_json(const Tally& tally) { return written(tally); }
std::string tally_json(const ExpectationTally& tally) { return written(tally); }

std::optional<Tally> read_tally(const JsonValue& json) { return read_from<Tally>(json); }

std::optional<ExpectationTally> read_expectation_tally(const JsonValue& json) {
  std::optional<ExpectationTally> tally = read_from<ExpectationTally>(json);
  if (tally && tally->failure.has_value() != (tally->held < tally->runs)) tally.reset();
  return tally;
}

}  // namespace stayalive
