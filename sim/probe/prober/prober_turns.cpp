// SPDX-License-Identifier: Apache-2.0
// Which flow a prober begins next, and when there is none left.
#include <algorithm>
#include <utility>

#include "probe/prober/prober.h"

namespace stayalive {
namespace {

// So many flows answer a question of yes or no; when they disagree, up to so many.
constexpr std::uint32_t kVoters = 3;
constexpr std::uint32_t kMostVoters = 7;
// A measure is given up when so many flows in a row have taught nothing.
constexpr std::uint32_t kMostSpoilt = 12;

bool is_refreshed(Measure measure) {
  return measure == Measure::UdpRefreshedOut || measure == Measure::UdpRefreshedIn ||
         measure == Measure::UdpRefreshedBoth;
}

// After which silence a flow is surely dead.
Duration surely_dead(const LifetimeSearch::Edge& edge) {
  return std::max(edge.dead.value_or(Duration::zero()), edge.longest.value_or(Duration::zero()));
}

}  // namespace

bool Prober::gives_up_on(Measure measure) const {
  return spoilt_in_a_row_[place(measure)] >= kMostSpoilt;
}

// The silence with which a question of yes or no is asked; empty when it cannot be, or not yet.
std::optional<Duration> Prober::silence_for(Measure measure) const {
  const auto edge_of = [this](Measure lifetime) -> std::optional<LifetimeSearch::Edge> {
    const std::optional<LifetimeSearch>& search = searches_[place(lifetime)];
    if (!search || !search->finished()) return std::nullopt;
    const LifetimeSearch::Edge edge = search->edge();
    return edge.dead ? std::optional(edge) : std::nullopt;
  };
  const bool other_port = (control_.welcome().sockets & kOtherPort) != 0;
  const bool other_address = (control_.welcome().sockets & kOtherAddress) != 0;
  if (is_refreshed(measure)) {
    const auto edge = edge_of(Measure::UdpStream);
    return edge ? std::optional(surely_dead(*edge)) : std::nullopt;
  }
  switch (measure) {
    case Measure::UdpAnswered: {
      const auto single = edge_of(Measure::UdpSingle);
      const auto stream = edge_of(Measure::UdpStream);
      if (!single || !stream) return std::nullopt;
      const bool longer = stream->survived > *single->dead;
      const Duration low = surely_dead(longer ? *single : *stream);
      const Duration high = longer ? stream->survived : single->survived;
      // Where the two are nearly the same, it makes no difference.
      return high > low + low / 4 ? std::optional((low + high) / 2) : std::nullopt;
    }
    case Measure::LateFromInside: {
      const auto edge = edge_of(Measure::TcpEstablished);
      if (!edge || edge->told) return std::nullopt;
      const Duration dead = surely_dead(*edge);
      return dead + dead / 8 + plan_.tcp.sweep;
    }
    case Measure::MappingPort:
    case Measure::FilterPort:
      return other_port ? std::optional(Duration::zero()) : std::nullopt;
    case Measure::MappingAddress:
    case Measure::FilterAddress:
      return other_address ? std::optional(Duration::zero()) : std::nullopt;
    case Measure::Hairpin: {
      const bool translated = control_.welcome().seen.address != control_.local().address;
      return translated ? std::optional(Duration::zero()) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

std::uint32_t Prober::running(Measure measure, Duration silence) const {
  return static_cast<std::uint32_t>(std::ranges::count_if(trials_, [&](const auto& entry) {
    return entry.second->measure() == measure && entry.second->silence() == silence;
  }));
}

// Which silence to try now, if any.
std::optional<LifetimeSearch::Wanted> Prober::next_silence(Measure measure, TimePoint now) const {
  const LifetimeSearch& search = *searches_[place(measure)];
  for (const LifetimeSearch::Wanted& wanted : search.wanted()) {
    if (now + wanted.silence > later(begun_, plan_.time_limit)) break;
    if (wanted.spread && now < spread_until_[place(measure)]) continue;
    if (search.tried(wanted.silence) + running(measure, wanted.silence) < wanted.flows)
      return wanted;
  }
  return std::nullopt;
}

bool Prober::votes_wanted(Measure measure) const {
  const Votes& votes = votes_[place(measure)];
  const std::uint32_t all = votes.all();
  if (all < kVoters) return true;
  const std::uint32_t most =
      std::max({votes.alive, votes.dead, votes.reset, votes.answered, votes.same, votes.other});
  return most < all && all < kMostVoters;
}

// Whether nothing can be learned any more.
bool Prober::known(Measure measure) const {
  if (gives_up_on(measure)) return true;
  if (is_lifetime(measure)) return searches_[place(measure)]->finished();
  if (!votes_wanted(measure)) return true;
  if (silence_for(measure)) return false;
  const auto over = [this](Measure lifetime) {
    return !searches_[place(lifetime)] || known(lifetime);
  };
  if (is_refreshed(measure)) return over(Measure::UdpStream);
  if (measure == Measure::UdpAnswered) return over(Measure::UdpSingle) && over(Measure::UdpStream);
  if (measure == Measure::LateFromInside) return over(Measure::TcpEstablished);
  return true;
}

// Starts the next flow of whose turn it is; false when nobody wants one now.
bool Prober::start_one(TimePoint now, ProbeOutbox& out) {
  for (std::size_t i = 0; i < plan_.measures.size(); ++i) {
    const Measure measure = plan_.measures[(turn_ + i) % plan_.measures.size()];
    if (gives_up_on(measure)) continue;
    std::optional<Duration> silence;
    if (is_lifetime(measure)) {
      const auto wanted = next_silence(measure, now);
      if (!wanted) continue;
      silence = wanted->silence;
      const SearchRules& rules = searches_[place(measure)]->rules();
      if (wanted->spread) spread_until_[place(measure)] = now + rules.sweep / rules.survivors;
    } else {
      silence = silence_for(measure);
      if (!silence || !votes_wanted(measure)) continue;
      if (now + *silence > later(begun_, plan_.time_limit)) continue;
      if (votes_[place(measure)].all() + running(measure, *silence) >=
          std::max(kVoters, votes_[place(measure)].all() + 1)) {
        continue;
      }
    }
    turn_ = static_cast<std::uint32_t>((turn_ + i + 1) % plan_.measures.size());
    start(measure, *silence, now, out);
    return true;
  }
  return false;
}

void Prober::plan_more(TimePoint now, ProbeOutbox& out) {
  if (stopped_ || !control_.ready()) return;
  bool more = true;
  while (more && now >= next_start_ && trials_.size() < plan_.flows_at_once)
    more = start_one(now, out);
  // Somebody may want a flow as soon as one may begin, or when its share of a sweep is over.
  starts_again_ = kNever;
  if (trials_.size() >= plan_.flows_at_once) return;
  if (more) {
    starts_again_ = next_start_;
    return;
  }
  for (const TimePoint until : spread_until_) {
    if (until > now) starts_again_ = std::min(starts_again_, until);
  }
  if (!trials_.empty() || starts_again_ != kNever) return;
  const bool all_known =
      std::ranges::all_of(plan_.measures, [this](Measure measure) { return known(measure); });
  stop(all_known ? ProbeStop::Known : ProbeStop::Time, now, out);
}

}  // namespace stayalive
