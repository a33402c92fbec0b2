// SPDX-License-Identifier: Apache-2.0
#include "probe/search/lifetime_search.h"

#include <algorithm>

namespace stayalive {
namespace {

constexpr int kBetween = 8;
// Silences are whole tenths of a second, so that equal ones are found again.
constexpr Duration kGrain = 100ms;

Duration on_grain(Duration span) { return span - span % kGrain; }

}  // namespace

LifetimeSearch::Point& LifetimeSearch::at(Duration silence) {
  const auto place = std::ranges::lower_bound(points_, silence, {}, &Point::silence);
  if (place != points_.end() && place->silence == silence) return *place;
  return *points_.insert(place, Point{silence, 0, 0, kForever, kForever});
}

void LifetimeSearch::note_alive(Duration silence, Duration survived) {
  Point& point = at(silence);
  ++point.alive;
  point.survived = std::min(point.survived, survived);
}

void LifetimeSearch::note_dead(Duration silence, Duration dead_after) {
  Point& point = at(silence);
  ++point.dead;
  point.dead_after = std::min(point.dead_after, dead_after);
}

void LifetimeSearch::note_ended(Duration low, Duration high) {
  ++ended_.flows;
  ended_.low = std::min(ended_.low, low);
  ended_.high = std::min(ended_.high, high);
}

void LifetimeSearch::restore(const Point& point) { at(point.silence) = point; }

std::uint32_t LifetimeSearch::tried(Duration silence) const {
  const auto place = std::ranges::lower_bound(points_, silence, {}, &Point::silence);
  if (place == points_.end() || place->silence != silence) return 0;
  return place->alive + place->dead;
}

// Two deaths, unless they are few among many survivors.
bool LifetimeSearch::proven_dead(const Point& point) const {
  const std::uint32_t least = std::min<std::uint32_t>(rules_.repeats, 2);
  if (point.alive == 0) return point.dead >= rules_.repeats;
  return point.dead >= least && point.dead * 20 >= point.alive + point.dead;
}

// Some death that is not yet believed, and not yet outweighed.
bool LifetimeSearch::doubted(const Point& point) const {
  return point.dead > 0 && !proven_dead(point) && point.alive < 4 * rules_.repeats;
}

Duration LifetimeSearch::step_at(Duration silence) const {
  return std::max(rules_.step, silence / 100);
}

std::uint32_t LifetimeSearch::survivors_at(Duration silence) const {
  return step_at(silence) < rules_.sweep ? rules_.survivors : rules_.repeats;
}

const LifetimeSearch::Point* LifetimeSearch::first_dead() const {
  const auto found = std::ranges::find_if(
      points_, [this](const Point& point) { return proven_dead(point) || doubted(point); });
  return found == points_.end() ? nullptr : &*found;
}

const LifetimeSearch::Point* LifetimeSearch::last_alive_before(const Point* dead) const {
  const Point* last = nullptr;
  for (const Point& point : points_) {
    if (&point == dead) break;
    if (point.alive > 0) last = &point;
  }
  return last;
}

std::vector<LifetimeSearch::Wanted> LifetimeSearch::ladder() const {
  std::vector<Wanted> wanted;
  for (Duration silence = rules_.shortest;; silence = on_grain(silence + silence / 2)) {
    silence = std::min(silence, on_grain(rules_.longest));
    if (tried(silence) == 0) wanted.push_back({silence, 1});
    if (silence >= on_grain(rules_.longest)) return wanted;
  }
}

// What lies between, and the confirmation of the dead end, which takes no longer.
std::vector<LifetimeSearch::Wanted> LifetimeSearch::between(Duration low, const Point& high) const {
  std::vector<Wanted> wanted;
  const Duration step = step_at(high.silence);
  if (high.silence - low > step) {
    const Duration part = std::max((high.silence - low) / (kBetween + 1), step / 2);
    for (int i = 1; i <= kBetween; ++i) {
      const Duration silence = on_grain(low + i * part);
      if (silence <= low || silence >= high.silence) continue;
      if (tried(silence) == 0) wanted.push_back({silence, 1});
    }
  }
  const std::uint32_t had = high.alive + high.dead;
  const std::uint32_t more = high.alive == 0 ? rules_.repeats - high.dead : rules_.repeats;
  if (!proven_dead(high)) wanted.push_back({high.silence, had + more});
  return wanted;
}

std::vector<LifetimeSearch::Wanted> LifetimeSearch::wanted() const {
  if (ended_.flows >= rules_.repeats) return {};
  const Point* dead = first_dead();
  if (dead == nullptr) return ladder();
  const Point* alive = last_alive_before(dead);
  const Duration low = alive == nullptr ? Duration::zero() : alive->silence;
  std::vector<Wanted> wanted = between(low, *dead);
  if (!wanted.empty() || alive == nullptr) return wanted;
  const std::uint32_t needed = survivors_at(low);
  if (alive->alive + alive->dead < needed) wanted.push_back({low, needed, true});
  return wanted;
}

Duration LifetimeSearch::useless_from() const {
  if (ended_.flows >= rules_.repeats) return Duration::zero();
  const Point* dead = first_dead();
  return dead != nullptr && proven_dead(*dead) ? dead->silence : kForever;
}

LifetimeSearch::Edge LifetimeSearch::edge() const {
  Edge edge;
  if (ended_.flows >= rules_.repeats) {
    edge.survived = ended_.low;
    edge.dead = ended_.high;
    edge.alive_flows = edge.dead_flows = ended_.flows;
    edge.told = true;
    return edge;
  }
  const Point* dead = first_dead();
  while (dead != nullptr && !proven_dead(*dead)) {
    ++dead;
    if (dead == points_.data() + points_.size()) dead = nullptr;
  }
  if (const Point* alive = last_alive_before(dead)) {
    edge.survived = alive->survived;
    edge.alive_flows = alive->alive;
  }
  if (dead == nullptr) return edge;
  edge.dead = dead->dead_after;
  edge.dead_flows = dead->dead;
  for (const Point* point = dead; point != points_.data() + points_.size(); ++point) {
    if (point->alive == 0 || point->survived == kForever) continue;
    if (point->survived > *edge.dead + step_at(dead->silence)) edge.longest = point->survived;
  }
  return edge;
}

}  // namespace stayalive
