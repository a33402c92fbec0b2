// SPDX-License-Identifier: Apache-2.0
#include "study/trials/tally_json.h"

#include <charconv>
#include <optional>
#include <string>

#include "scenario/json/json_text.h"

namespace stayalive {
namespace {

// A whole number as it is written, which may be larger than JsonValue::integer can be.
template <class Integer>
bool read_whole(const JsonValue& value, Integer& number) {
  if (value.kind != JsonValue::Kind::Number) return false;
  const char* end = value.text.data() + value.text.size();
  const auto [stop, error] = std::from_chars(value.text.data(), end, number);
  return error == std::errc() && stop == end;
}

// Takes one value after the other out of a list; after the first that does not fit, all are wrong.
class ListReader {
 public:
  explicit ListReader(const JsonValue& list) : list_(list) {}

  void take(std::string& text) {
    const JsonValue* value = next();
    good_ = value != nullptr && value->kind == JsonValue::Kind::Text;
    if (good_) text = value->text;
  }
  void take(std::uint64_t& number) {
    const JsonValue* value = next();
    good_ = value != nullptr && read_whole(*value, number);
  }
  void take(std::int64_t& number) {
    const JsonValue* value = next();
    good_ = value != nullptr && read_whole(*value, number);
  }
  void take(Duration& span) {
    std::int64_t count = 0;
    take(count);
    span = Duration(count);
  }
  void take(TimePoint& at) {
    Duration since{};
    take(since);
    at = TimePoint(since);
  }
  template <class Enum>
  void take_enum(Enum& value, Enum last) {
    std::uint64_t number = 0;
    take(number);
    if (number > static_cast<std::uint64_t>(last)) good_ = false;
    if (good_) value = static_cast<Enum>(number);
  }
  // The list under the next place.
  ListReader list() {
    static const JsonValue kNone;
    const JsonValue* value = next();
    good_ = value != nullptr && value->kind == JsonValue::Kind::Array;
    return ListReader(good_ ? *value : kNone);
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

void write(JsonList& out, const SpanStatistics& spans) {
  JsonList list;
  list.add(spans.count).add(spans.least.count()).add(spans.most.count()).add(spans.total_ms);
  out.add_json(list.text());
}
void read(ListReader& in, SpanStatistics& spans) {
  ListReader list = in.list();
  list.take(spans.count);
  list.take(spans.least);
  list.take(spans.most);
  list.take(spans.total_ms);
  in.require(list.done());
}

void write(JsonList& out, const Cost& cost) {
  JsonList list;
  list.add(cost.packets).add(cost.bytes).add(cost.keepalives).add(cost.wakeups).add(cost.awake_us);
  list.add(cost.time.count());
  out.add_json(list.text());
}
void read(ListReader& in, Cost& cost) {
  ListReader list = in.list();
  list.take(cost.packets);
  list.take(cost.bytes);
  list.take(cost.keepalives);
  list.take(cost.wakeups);
  list.take(cost.awake_us);
  list.take(cost.time);
  in.require(list.done());
}

template <class Enum>
std::uint64_t number_of(Enum value) {
  return static_cast<std::uint64_t>(value);
}

std::int64_t number_of(TimePoint at) { return at.time_since_epoch().count(); }

void write(JsonList& out, const Blame& blame) {
  JsonList list;
  list.add(number_of(blame.kind)).add(blame.who).add(number_of(blame.at)).add(blame.reason);
  list.add(number_of(blame.event)).add(blame.timer).add(blame.setting).add(blame.timeout.count());
  list.add(blame.because).add(blame.taken_up).add(number_of(blame.refreshed_at));
  list.add(number_of(blame.refreshed_from)).add(number_of(blame.refreshed_by));
  out.add_json(list.text());
}
void read(ListReader& in, Blame& blame) {
  ListReader list = in.list();
  list.take_enum(blame.kind, FaultKind::Drop);
  list.take(blame.who);
  list.take(blame.at);
  list.take(blame.reason);
  list.take_enum(blame.event, FlowEvent::Closed);
  list.take(blame.timer);
  list.take(blame.setting);
  list.take(blame.timeout);
  list.take(blame.because);
  list.take(blame.taken_up);
  list.take(blame.refreshed_at);
  list.take_enum(blame.refreshed_from, Side::External);
  list.take_enum(blame.refreshed_by, PacketKind::IcmpError);
  in.require(list.done());
}

// A list of everything, or an empty one.
void write(JsonList& out, const std::optional<ClosestCall>& call) {
  JsonList list;
  if (call) {
    list.add(call->who).add(call->timer).add(call->setting).add(call->timeout.count());
    list.add(call->left.count()).add(call->silence.count()).add(number_of(call->at));
    list.add(number_of(call->from)).add(number_of(call->by)).add(call->slip.count());
  }
  out.add_json(list.text());
}
void read(ListReader& in, std::optional<ClosestCall>& call) {
  ListReader list = in.list();
  if (list.done()) return;
  ClosestCall& its = call.emplace();
  list.take(its.who);
  list.take(its.timer);
  list.take(its.setting);
  list.take(its.timeout);
  list.take(its.left);
  list.take(its.silence);
  list.take(its.at);
  list.take_enum(its.from, Side::External);
  list.take_enum(its.by, PacketKind::IcmpError);
  list.take(its.slip);
  in.require(list.done());
}

template <std::size_t kCount>
void write(JsonList& out, const std::array<std::uint64_t, kCount>& counts) {
  JsonList list;
  for (const std::uint64_t count : counts) list.add(count);
  out.add_json(list.text());
}
template <std::size_t kCount>
void read(ListReader& in, std::array<std::uint64_t, kCount>& counts) {
  ListReader list = in.list();
  for (std::uint64_t& count : counts) list.take(count);
  in.require(list.done());
}

// A list of one, or of none.
void write(JsonList& out, const std::optional<std::uint64_t>& number) {
  JsonList list;
  if (number) list.add(*number);
  out.add_json(list.text());
}
void read(ListReader& in, std::optional<std::uint64_t>& number) {
  ListReader list = in.list();
  if (!list.done()) list.take(number.emplace());
  in.require(list.done());
}

}  // namespace

std::string tally_json(const Tally& tally) {
  JsonList list;
  list.add(tally.name).add(tally.strategy).add(tally.runs).add(tally.held);
  for (const auto& counts : tally.outcomes) write(list, counts);
  write(list, tally.died);
  write(list, tally.blackhole);
  for (const SpanStatistics& spans : tally.noticed) write(list, spans);
  write(list, tally.unaware);
  list.add(tally.longest_run.count());
  write(list, tally.cost);
  write(list, tally.blame);
  write(list, tally.failed_seed);
  write(list, tally.closest_call);
  return list.text();
}

std::optional<Tally> read_tally(const JsonValue& json) {
  if (json.kind != JsonValue::Kind::Array) return std::nullopt;
  Tally tally;
  ListReader in(json);
  in.take(tally.name);
  in.take(tally.strategy);
  in.take(tally.runs);
  in.take(tally.held);
  for (auto& counts : tally.outcomes) read(in, counts);
  read(in, tally.died);
  read(in, tally.blackhole);
  for (SpanStatistics& spans : tally.noticed) read(in, spans);
  read(in, tally.unaware);
  in.take(tally.longest_run);
  read(in, tally.cost);
  read(in, tally.blame);
  read(in, tally.failed_seed);
  read(in, tally.closest_call);
  in.require(tally.held <= tally.runs);
  return in.done() ? std::optional(std::move(tally)) : std::nullopt;
}

std::string tally_json(const ExpectationTally& tally) {
  JsonList list;
  list.add(tally.text).add(tally.pointer).add(tally.runs).add(tally.held);
  if (tally.failure) {
    list.add(tally.failure->seed).add(tally.failure->found);
    write(list, tally.failure->blame);
    list.add(tally.failure->of_many ? 1 : 0);
  }
  return list.text();
}

std::optional<ExpectationTally> read_expectation_tally(const JsonValue& json) {
  if (json.kind != JsonValue::Kind::Array) return std::nullopt;
  ExpectationTally tally;
  ListReader in(json);
  in.take(tally.text);
  in.take(tally.pointer);
  in.take(tally.runs);
  in.take(tally.held);
  if (!in.done()) {
    ExpectationFailure& failure = tally.failure.emplace();
    std::uint64_t of_many = 0;
    in.take(failure.seed);
    in.take(failure.found);
    read(in, failure.blame);
    in.take(of_many);
    failure.of_many = of_many == 1;
  }
  in.require(tally.held <= tally.runs && tally.failure.has_value() == (tally.held < tally.runs));
  return in.done() ? std::optional(std::move(tally)) : std::nullopt;
}

}  // namespace stayalive
