// SPDX-License-Identifier: Apache-2.0
#include "scenario/sections/limits.h"

#include <array>
#include <functional>

#include "base/text.h"
#include "scenario/json/object_reader.h"

namespace stayalive {
namespace {

using ReadAmount = std::function<bool(Reader&, Amount&)>;

bool read_count(Reader& in, Amount& amount) {
  std::int64_t count = 0;
  if (!in.whole(count, 0, INT64_MAX)) return false;
  amount = static_cast<std::uint64_t>(count);
  return true;
}

bool read_share(Reader& in, Amount& amount) {
  Ratio share;
  if (!in.ratio(share)) return false;
  amount = share;
  return true;
}

bool read_span(Reader& in, Amount& amount) {
  Duration span{};
  if (!in.span(span)) return false;
  amount = span;
  return true;
}

bool read_count_or_share(Reader& in, Amount& amount) {
  bool right = false;
  in.text_or([&](Reader& text) { right = read_share(text, amount); },
             [&](Reader& number) { right = read_count(number, amount); },
             R"(a share such as "90%")");
  return right;
}

bool is_above(const Amount& a, const Amount& b) {
  if (a.index() != b.index()) return false;  // which depends on what there will be
  if (const auto* span = std::get_if<Duration>(&a)) return *span > std::get<Duration>(b);
  if (const auto* count = std::get_if<std::uint64_t>(&a))
    return *count > std::get<std::uint64_t>(b);
  const Ratio share = std::get<Ratio>(a);
  const Ratio other = std::get<Ratio>(b);
  return std::uint64_t{share.numerator} * other.denominator >
         std::uint64_t{other.numerator} * share.denominator;
}

void read_both(ObjectReader& fields, const ReadAmount& read, Limits& limits) {
  const std::array<std::string_view, 2> keys{"at_least", "at_most"};
  fields.needs_any(keys, "there is no limit");
  const auto limit = [&](std::string_view key, std::string_view help) {
    Reader in = fields.optional(key, help);
    Amount amount;
    return read(in, amount) ? std::optional(amount) : std::nullopt;
  };
  limits.least = limit("at_least", "no less than this");
  limits.most = limit("at_most", "no more than this");
  if (limits.least && limits.most && is_above(*limits.least, *limits.most))
    fields.error_at("at_most", "at_most is less than at_least", "at_least first, at_most no less");
}

bool is_none_or_all(const Ratio& share) {
  return share.numerator == 0 || share.numerator == share.denominator;
}

}  // namespace

bool read_count_limits(Reader in, Limits& limits) {
  const std::size_t mistakes = in.mistakes();
  in.shared("count_limits", [&](Reader& place) {
    place.object_or([&](ObjectReader& fields) { read_both(fields, read_count, limits); },
                    [&](Reader& alone) {
                      Amount amount;
                      if (read_count(alone, amount)) limits = {amount, amount};
                    });
  });
  return in.present() && in.mistakes() == mistakes;
}

bool read_amount_limits(Reader in, Limits& limits) {
  const std::size_t mistakes = in.mistakes();
  in.shared("amount_limits", [&](Reader& place) {
    place.object_or([&](ObjectReader& fields) { read_both(fields, read_count_or_share, limits); },
                    [&](Reader& alone) {
                      Amount amount;
                      if (!read_count_or_share(alone, amount)) return;
                      limits = {amount, amount};
                      const auto* share = std::get_if<Ratio>(&amount);
                      if (share == nullptr || is_none_or_all(*share)) return;
                      alone.error(
                          "found " + alone.as_written() + ", which is hardly ever so exactly",
                          R"({"at_least": ")" + alone.as_written() + R"("} or {"at_most": ")" +
                              alone.as_written() + R"("})");
                    });
  });
  return in.present() && in.mistakes() == mistakes;
}

bool read_span_limits(Reader in, Limits& limits) {
  const std::size_t mistakes = in.mistakes();
  in.shared("span_limits", [&](Reader& place) {
    place.object([&](ObjectReader& fields) { read_both(fields, read_span, limits); });
  });
  return in.present() && in.mistakes() == mistakes;
}

bool read_share_limits(Reader in, Limits& limits) {
  const std::size_t mistakes = in.mistakes();
  in.shared("share_limits", [&](Reader& place) {
    place.object_or([&](ObjectReader& fields) { read_both(fields, read_share, limits); },
                    [&](Reader& alone) {
                      Amount amount;
                      if (read_share(alone, amount)) limits.least = amount;
                    });
  });
  return in.present() && in.mistakes() == mistakes;
}

}  // namespace stayalive
