// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/plain_sweep.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "picture/plain_words.h"

namespace stayalive {
namespace {

// The keys of a path of either kind.
std::vector<std::string> keys_of(const std::string& path) {
  const char separator = path.starts_with('/') ? '/' : '.';
  std::vector<std::string> keys(1);
  for (const char c : path) {
    if (c == separator) {
      keys.emplace_back();
    } else {
      keys.back() += c == '_' ? ' ' : c;
    }
  }
  std::erase(keys, "");
  return keys;
}

// whose: with the name of what it is of.
std::string plain_axis_name(const std::string& path, bool whose) {
  const std::vector<std::string> keys = keys_of(path);
  if (keys.empty()) return path;
  const auto timeouts = std::ranges::find(keys, "timeouts");
  if (timeouts != keys.end() && timeouts != keys.begin())
    return "idle timeout of " + *std::prev(timeouts) +
           (whose ? " (" + keys.back() + ")" : std::string());
  return keys.back() + (whose && keys.size() > 1 ? " of " + keys[1] : std::string());
}

}  // namespace

Sweep in_plain_words(Sweep sweep) {
  std::vector<std::string> names;
  for (const Axis& axis : sweep.axes) names.push_back(plain_axis_name(axis.path, false));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool alone = std::ranges::count(names, names[i]) == 1;
    sweep.axes[i].path = alone ? names[i] : plain_axis_name(sweep.axes[i].path, true);
  }
  for (SweepPoint& point : sweep.points) {
    for (Tally& tally : point.connections) {
      tally.blame = in_plain_words(std::move(tally.blame));
      tally.closest_call.reset();
    }
  }
  return sweep;
}

}  // namespace stayalive
