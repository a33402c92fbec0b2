// SPDX-License-Identifier: Apache-2.0
#include "probe/prober/prober.h"

#include <algorithm>
#include <utility>

namespace stayalive {
namespace {

constexpr Duration kLeastRoundTrip = 20ms;

}  // namespace

Prober::Prober(ProbePlan plan, Endpoint reflector, std::uint64_t session)
    : plan_(std::move(plan)),
      reflector_(reflector),
      session_(session),
      control_(0, session, reflector) {
  for (const Measure measure : plan_.measures) {
    if (!is_lifetime(measure)) continue;
    searches_[place(measure)].emplace(protocol_of(measure) == Protocol::Tcp ? plan_.tcp
                                                                            : plan_.udp);
  }
}

Prober::~Prober() = default;

void Prober::restore(Measure measure, const LifetimeSearch::Point& point) {
  std::optional<LifetimeSearch>& search = searches_[place(measure)];
  if (search) search->restore(point);
}

void Prober::restore(Measure measure, const LifetimeSearch::Ended& ended) {
  std::optional<LifetimeSearch>& search = searches_[place(measure)];
  if (search) search->restore(ended);
}

void Prober::restore(Measure measure, const Votes& votes) { votes_[place(measure)] = votes; }

void Prober::begin(TimePoint now, ProbeOutbox& out) {
  begun_ = next_start_ = now;
  control_.begin(now, out);
}

TrialSetting Prober::setting() const {
  TrialSetting setting;
  setting.session = session_;
  setting.cookie = control_.cookie();
  if (!cookies_.empty()) {
    const auto chosen =
        std::next(cookies_.begin(), static_cast<std::ptrdiff_t>(next_flow_ % cookies_.size()));
    setting.cookie = chosen->second;
  }
  const Endpoint other = control_.welcome().other;
  for (std::size_t i = 0; i < kReflectorSockets; ++i) {
    setting.reflector[i].address = (i & kOtherAddress) != 0 ? other.address : reflector_.address;
    setting.reflector[i].port = (i & kOtherPort) != 0 ? other.port : reflector_.port;
  }
  setting.round_trip = std::max(control_.round_trip(), kLeastRoundTrip);
  return setting;
}

void Prober::start(Measure measure, Duration silence, TimePoint now, ProbeOutbox& out) {
  const std::uint32_t flow = next_flow_;
  next_flow_ += 2;
  auto trial = std::make_unique<Trial>(measure, silence, flow, setting());
  Trial& begun = *trial;
  trials_.emplace(flow, std::move(trial));
  next_start_ = now + plan_.between_flows;
  begun.begin(now, wishes_);
  flush(now, out);
}

Trial* Prober::trial_of(std::uint32_t flow) {
  // A twin has the number after its flow.
  const auto after = trials_.upper_bound(flow);
  if (after == trials_.begin()) return nullptr;
  Trial& trial = *std::prev(after)->second;
  return trial.owns(flow) ? &trial : nullptr;
}

// Passes on what trials want.
void Prober::flush(TimePoint now, ProbeOutbox& out) {
  for (const ProbeAct& act : wishes_.acts) out.acts.push_back(act);
  for (const TrialOutbox::Wish& wish : wishes_.orders)
    control_.order(wish.flow, wish.action, wish.socket, now, out);
  wishes_.clear();
}

void Prober::note(const TrialResult& result) {
  const std::size_t measure = place(result.measure);
  votes_[measure].note(result.end);
  const bool spoilt = result.end == TrialEnd::Spoilt;
  spoilt_in_a_row_[measure] = spoilt ? spoilt_in_a_row_[measure] + 1 : 0;
  ++tried_;
  if (result.seen.port != 0) {
    ++(result.seen.port == result.local.port ? ports_kept_ : ports_changed_);
    outside_.insert(result.seen.address);
  }
  if (!is_lifetime(result.measure)) return;
  LifetimeSearch& search = *searches_[measure];
  switch (result.end) {
    case TrialEnd::Alive:
      search.note_alive(result.silence, result.low);
      break;
    case TrialEnd::Dead:
    case TrialEnd::Reset:
      search.note_dead(result.silence, result.high);
      if (result.measure == Measure::TcpEstablished) late_from_outside_.note(result.end);
      break;
    case TrialEnd::Ended:
      search.note_ended(result.low, result.high);
      break;
    default:
      ++spoilt_[measure];
      break;
  }
}

// Flows that are silent for longer than it takes to die show nothing more.
void Prober::drop_useless(TimePoint now, ProbeOutbox& out) {
  for (auto place_of = trials_.begin(); place_of != trials_.end();) {
    Trial& trial = *place_of->second;
    const bool useless = is_lifetime(trial.measure()) &&
                         trial.silence() >= searches_[place(trial.measure())]->useless_from();
    if (useless) trial.give_up(wishes_);
    place_of = useless ? trials_.erase(place_of) : std::next(place_of);
  }
  flush(now, out);
}

void Prober::settle(TimePoint now, ProbeOutbox& out) {
  if (stopped_) return;
  flush(now, out);
  bool learned = false;
  for (auto place_of = trials_.begin(); place_of != trials_.end();) {
    const std::optional<TrialResult>& result = place_of->second->result();
    if (!result) {
      ++place_of;
      continue;
    }
    note(*result);
    learned = true;
    place_of = trials_.erase(place_of);
  }
  if (learned) drop_useless(now, out);
  if (learned || now >= starts_again_) plan_more(now, out);
}

void Prober::opened(std::uint32_t flow, Endpoint local, TimePoint now, ProbeOutbox& out) {
  if (stopped_) return;
  if (flow == control_.flow()) {
    control_.opened(local, now, out);
  } else if (Trial* trial = trial_of(flow)) {
    trial->opened(flow, local, now, wishes_);
  }
  settle(now, out);
}

void Prober::remember_cookie(const ProbeMessage& welcome) {
  cookies_[welcome.seen.address] = welcome.cookie;
}

void Prober::receive(std::uint32_t flow, std::span<const std::uint8_t> bytes, TimePoint now,
                     ProbeOutbox& out) {
  if (stopped_) return;
  const std::optional<ProbeMessage> message = decode_probe(bytes);
  if (!message || message->session != session_) return;
  if (message->kind == ProbeKind::Welcome) remember_cookie(*message);
  if (flow == control_.flow()) {
    const bool was_ready = control_.ready();
    if (const auto done = control_.receive(*message, now, out)) {
      if (Trial* trial = trial_of(done->flow)) trial->done(*done, now, wishes_);
    }
    if (control_.refused()) return stop(ProbeStop::NoRoom, now, out);
    if (!was_ready && control_.ready()) plan_more(now, out);
  } else if (Trial* trial = trial_of(flow)) {
    trial->receive(flow, *message, now, wishes_);
  }
  settle(now, out);
}

void Prober::failed(std::uint32_t flow, ProbeFailure failure, TimePoint now, ProbeOutbox& out) {
  if (stopped_) return;
  if (flow == control_.flow()) {
    if (failure == ProbeFailure::NoSocket) stop(ProbeStop::Nobody, now, out);
    return;
  }
  if (Trial* trial = trial_of(flow)) trial->failed(failure, now, wishes_);
  settle(now, out);
}

void Prober::stop(ProbeStop why, TimePoint now, ProbeOutbox& out) {
  if (stopped_) return;
  for (auto& entry : trials_) entry.second->give_up(wishes_);
  flush(now, out);
  trials_.clear();
  out.acts.push_back({ProbeAct::Kind::Close, control_.flow(), {}, {}});
  stopped_ = why;
  stopped_at_ = now;
}

TimePoint Prober::next_deadline() const {
  if (stopped_) return kNever;
  TimePoint next = std::min(control_.next_deadline(), later(begun_, plan_.time_limit));
  next = std::min(next, starts_again_);
  for (const auto& entry : trials_) next = std::min(next, entry.second->next_deadline());
  return next;
}

TimePoint Prober::silent_until() const {
  TimePoint until = kStart;
  for (const auto& entry : trials_)
    until = std::max(until, entry.second->silent_until().value_or(kStart));
  return until;
}

void Prober::expire(TimePoint now, ProbeOutbox& out) {
  if (stopped_) return;
  if (now >= later(begun_, plan_.time_limit)) return stop(ProbeStop::Time, now, out);
  control_.expire(now, out);
  if (control_.lost(now)) return stop(ProbeStop::Nobody, now, out);
  for (auto& entry : trials_) entry.second->expire(now, wishes_);
  settle(now, out);
}

Findings Prober::findings(TimePoint now) const {
  Findings found;
  for (std::size_t i = 0; i < searches_.size(); ++i) {
    if (!searches_[i]) continue;
    found.lifetimes[i] = Findings::Lifetime{searches_[i]->edge(), searches_[i]->finished(),
                                            searches_[i]->rules().longest, spoilt_[i]};
  }
  found.votes = votes_;
  found.late_from_outside = late_from_outside_;
  found.local = control_.local();
  found.seen = control_.welcome().seen;
  found.ports_kept = ports_kept_;
  found.ports_changed = ports_changed_;
  found.outside_addresses = static_cast<std::uint32_t>(outside_.size());
  found.other_port = (control_.welcome().sockets & kOtherPort) != 0;
  found.other_address = (control_.welcome().sockets & kOtherAddress) != 0;
  found.round_trip = control_.round_trip();
  found.control_sent = control_.sent();
  found.control_repeated = control_.repeated();
  found.flows = tried_;
  found.spent = (stopped_ ? stopped_at_ : now) - begun_;
  return found;
}

}  // namespace stayalive
