// SPDX-License-Identifier: Apache-2.0
#include "study/trials/tally_json.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace stayalive {
namespace {

using Json = nlohmann::ordered_json;

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

Json write(Duration span) { return span.count(); }
Json write(TimePoint at) { return at.time_since_epoch().count(); }

Json write(const SpanStatistics& spans) {
  return Json::array({spans.count, write(spans.least), write(spans.most), spans.total_ms});
}
void read(ListReader& in, SpanStatistics& spans) {
  ListReader list = in.list();
  list.take(spans.count);
  list.take(spans.least);
  list.take(spans.most);
  list.take(spans.total_ms);
  in.require(list.done());
}

Json write(const Cost& cost) {
  return Json::array(
      {cost.packets, cost.bytes, cost.keepalives, cost.wakeups, cost.awake_us, write(cost.time)});
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
Json write_enum(Enum value) {
  return static_cast<std::uint64_t>(value);
}

Json write(const Blame& blame) {
  return Json::array({write_enum(blame.kind), blame.who, write(blame.at), blame.reason,
                      write_enum(blame.event), blame.timer, blame.setting, write(blame.timeout),
                      blame.because, blame.taken_up, write(blame.refreshed_at),
                      write_enum(blame.refreshed_from), write_enum(blame.refreshed_by)});
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
Json write(const std::optional<ClosestCall>& call) {
  if (!call) return Json::array();
  return Json::array({call->who, call->timer, call->setting, write(call->timeout),
                      write(call->left), write(call->silence), write(call->at),
                      write_enum(call->from), write_enum(call->by), write(call->slip)});
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
Json write(const std::array<std::uint64_t, kCount>& counts) {
  Json list = Json::array();
  for (const std::uint64_t count : counts) list.push_back(count);
  return list;
}
template <std::size_t kCount>
void read(ListReader& in, std::array<std::uint64_t, kCount>& counts) {
  ListReader list = in.list();
  for (std::uint64_t& count : counts) list.take(count);
  in.require(list.done());
}

// A list of one, or of none.
Json write(const std::optional<std::uint64_t>& number) {
  return number ? Json::array({*number}) : Json::array();
}
void read(ListReader& in, std::optional<std::uint64_t>& number) {
  ListReader list = in.list();
  if (!list.done()) list.take(number.emplace());
  in.require(list.done());
}

}  // namespace

Json tally_json(const Tally& tally) {
  return Json::array({tally.name, tally.strategy, tally.runs, tally.held, write(tally.outcomes[0]),
                      write(tally.outcomes[1]), write(tally.died), write(tally.blackhole),
                      write(tally.noticed[0]), write(tally.noticed[1]), write(tally.unaware),
                      write(tally.longest_run), write(tally.cost), write(tally.blame),
                      write(tally.failed_seed), write(tally.closest_call)});
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

Json tally_json(const ExpectationTally& tally) {
  Json list = Json::array({tally.text, tally.pointer, tally.runs, tally.held});
  if (!tally.failure) return list;
  const ExpectationFailure& failure = *tally.failure;
  list.push_back(failure.seed);
  list.push_back(failure.found);
  list.push_back(write(failure.blame));
  list.push_back(failure.of_many ? 1 : 0);
  return list;
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
