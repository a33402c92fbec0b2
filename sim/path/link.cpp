// SPDX-License-Identifier: Apache-2.0
#include "path/link.h"

#include <algorithm>

namespace stayalive {

Link::Link(const LinkConfig& config, std::uint64_t seed, std::string_view stream)
    : config_(&config), jitter_(seed, stream, "jitter"), loss_(seed, stream, "loss") {
  if (config.loss.numerator == 0) return;
  gap_.emplace(config.loss);
  passing_ = gap_->draw(loss_);
}

std::size_t Link::outage_at(TimePoint now) const {
  const std::vector<Outage>& outages = config_->outages;
  const auto after =
      std::upper_bound(outages.begin(), outages.end(), now,
                       [](TimePoint at, const Outage& outage) { return at < outage.from; });
  const bool covers = after != outages.begin() && now < std::prev(after)->until;
  return covers ? static_cast<std::size_t>(after - outages.begin()) - 1 : outages.size();
}

bool Link::down(TimePoint now) const { return outage_at(now) < config_->outages.size(); }

bool Link::lost_in_outage(TimePoint at) const {
  const std::size_t outage = outage_at(at);
  return outage < hit_.size() && hit_[outage];
}

std::optional<Duration> Link::constant_delay() const {
  const bool varies = draws_each_time() || gap_ || config_->rate.bits_per_second > 0 ||
                      config_->reorder || !config_->outages.empty();
  return varies ? std::nullopt : std::optional(config_->delay);
}

bool Link::loses_next() {
  if (!gap_) return false;
  if (passing_ > 0) {
    --passing_;
    return false;
  }
  passing_ = gap_->draw(loss_);
  return true;
}

bool Link::finds_queue_full(TimePoint now, std::uint32_t bytes) {
  while (!queue_.empty() && queue_.front().until <= now) {
    waiting_ -= queue_.front().bytes;
    queue_.pop();
  }
  if (free_at_ <= now) return false;  // it is sent at once
  const QueueLimit& limit = config_->queue;
  if (limit.packets > 0 ? queue_.size() >= limit.packets : waiting_ + bytes > limit.bytes)
    return true;
  queue_.push() = {free_at_, bytes};
  waiting_ += bytes;
  return false;
}

Link::Transit Link::transmit(TimePoint now, std::uint32_t bytes) {
  if (const std::size_t outage = outage_at(now); outage < config_->outages.size()) {
    hit_.resize(config_->outages.size());
    hit_[outage] = true;
    return {kNever, Loss::Outage};
  }
  if (config_->rate.bits_per_second > 0 && finds_queue_full(now, bytes)) {
    ++dropped_.packets;
    dropped_.bytes += bytes;
    return {kNever, Loss::Queue};
  }
  // A packet draws its jitter whether it is lost or not, so that a changed loss ratio leaves the
  // jitter of the others alone.
  const Duration jitter = jitter_.up_to(config_->jitter);
  const bool lost = loses_next();
  free_at_ = later(std::max(now, free_at_), transmission_time(bytes, config_->rate));
  if (lost) return {kNever, Loss::Chance};
  TimePoint arrival = later(later(free_at_, config_->delay), jitter);
  if (!config_->reorder) {
    arrival = std::max(arrival, last_arrival_);
    last_arrival_ = arrival;
  }
  return {arrival, Loss::None};
}

void Link::walk(StateWalk& walk) {
  walk.still(jitter_.state());
  walk.source(loss_.state());
  walk.countdown(passing_);
  walk.past(free_at_);
  walk.past(last_arrival_);
  walk.counter(dropped_.packets);
  walk.counter(dropped_.bytes);
  walk.still(queue_.size());
  walk.still(waiting_);
  for (std::size_t i = 0; i < queue_.size(); ++i) {
    walk.past(queue_[i].until);
    walk.still(queue_[i].bytes);
  }
  // An outage begins and ends whether or not anybody sends.
  for (const Outage& outage : config_->outages) {
    for (TimePoint edge : {outage.from, outage.until}) walk.past(edge);
  }
}

}  // namespace stayalive
