// SPDX-License-Identifier: Apache-2.0
#include "picture/passages.h"

#include <algorithm>
#include <map>

namespace stayalive {
namespace {

constexpr std::size_t kLongestPattern = 6;

struct Exchange {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t shape = 0;  // equal for exchanges that look alike
};

// For each line whether an exchange begins with it.
std::vector<bool> find_beginnings(const std::vector<StoryLine>& lines) {
  std::vector<bool> begins(lines.size() + 1, true);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    begins[i] = lines[i].at - lines[i - 1].at >= kPause;
  }
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t end = i + 1;
    bool goes_on = false;  // for longer than one exchange
    for (; end < lines.size() && lines[end].shape == lines[i].shape; ++end) {
      goes_on = goes_on || begins[end];
    }
    if (goes_on && end - i > kListedEachTime) {
      for (std::size_t n = i; n <= end; ++n) begins[n] = true;
    }
    i = end;
  }
  return begins;
}

// Lets long exchanges begin anew with their refrain.
void cut_long_exchanges(const std::vector<StoryLine>& lines, std::vector<bool>& begins) {
  std::optional<std::uint32_t> refrain;
  std::vector<std::uint32_t> open;  // the shapes of the present exchange
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (begins[i]) refrain.reset();
    if (begins[i] || refrain == lines[i].shape) {
      begins[i] = true;
      open.clear();
    }
    open.push_back(lines[i].shape);
    if (open.size() % kLongExchange != 0) continue;
    refrain = find_refrain(open);
    const std::size_t first = i + 1 - open.size();
    for (std::size_t n = first + 1; n <= i; ++n) {
      if (refrain != lines[n].shape) continue;
      begins[n] = true;
      open.clear();
      for (std::size_t m = n; m <= i; ++m) open.push_back(lines[m].shape);
    }
  }
}

std::vector<Exchange> find_exchanges(const std::vector<StoryLine>& lines) {
  std::vector<bool> begins = find_beginnings(lines);
  cut_long_exchanges(lines, begins);
  std::vector<Exchange> found;
  std::map<std::vector<std::uint32_t>, std::size_t> shapes;
  std::vector<std::uint32_t> shape;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (begins[i]) found.push_back({i, i});
    shape.push_back(lines[i].shape);
    if (!begins[i + 1]) continue;
    found.back().end = i + 1;
    found.back().shape = shapes.try_emplace(shape, shapes.size()).first->second;
    shape.clear();
  }
  return found;
}

// How often the `length` exchanges from `from` on happen in a row.
std::size_t repeats(const std::vector<Exchange>& all, std::size_t from, std::size_t length) {
  std::size_t same = from + length;
  while (same < all.size() && all[same].shape == all[same - length].shape) ++same;
  return (same - from) / length;
}

bool is_steady(const std::vector<StoryLine>& lines, const std::vector<Exchange>& all,
               std::size_t from, std::size_t length, std::size_t times) {
  const auto begin = [&](std::size_t n) { return lines[all[from + n * length].begin].at; };
  const Duration first = begin(1) - begin(0);
  for (std::size_t n = 2; n < times; ++n) {
    const Duration off = begin(n) - begin(n - 1) - first;
    if (std::max(off, -off) > first / 8) return false;
  }
  return true;
}

}  // namespace

std::optional<std::uint32_t> find_refrain(const std::vector<std::uint32_t>& shapes) {
  std::map<std::uint32_t, std::size_t> times;
  std::size_t most = kListedEachTime;
  for (const std::uint32_t shape : shapes) most = std::max(most, ++times[shape]);
  const auto refrain = std::find_if(shapes.begin(), shapes.end(), [&](std::uint32_t shape) {
    return times[shape] == most && most > kListedEachTime;
  });
  return refrain == shapes.end() ? std::nullopt : std::optional(*refrain);
}

std::vector<Passage> find_passages(const std::vector<StoryLine>& lines) {
  const std::vector<Exchange> all = find_exchanges(lines);
  std::vector<Passage> passages;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t length = 1;
    std::size_t times = 1;
    for (std::size_t n = 1; n <= kLongestPattern && i + n <= all.size(); ++n) {
      const std::size_t found = repeats(all, i, n);
      if (found > kListedEachTime && found * n > length * times) {
        length = n;
        times = found;
      }
    }
    const std::size_t last = i + length * (times - 1);
    Passage passage{all[i].begin, all[i + length - 1].end, all[last].begin,
                    all[last + length - 1].end, times};
    if (times > 1) {
      passage.period = lines[all[i + length].begin].at - lines[passage.begin].at;
      passage.steady = is_steady(lines, all, i, length, times);
    }
    passages.push_back(passage);
    i = last + length;
  }
  return passages;
}

std::string without_numbers(const std::string& text) {
  std::string shape;
  for (const char c : text) {
    const bool fraction = c == '.' && !shape.empty() && shape.back() == '#';
    const bool digit = fraction || (c >= '0' && c <= '9');
    if (!digit) {
      shape += c;
    } else if (shape.empty() || shape.back() != '#') {
      shape += '#';
    }
  }
  return shape;
}

}  // namespace stayalive
