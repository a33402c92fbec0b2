// SPDX-License-Identifier: Apache-2.0
#include "picture/passage_teller.h"

#include <algorithm>
#include <utility>

#include "picture/passages.h"

namespace stayalive {

void PassageTeller::add(ToldLine line) {
  const bool pause = !any_ || line.at - last_at_ >= kPause;
  last_at_ = line.at;
  ++held_;
  if (any_ && line.shape == run_shape_) {
    goes_on_ = goes_on_ || pause;
    ++run_length_;
    if (each_) return pass(std::move(line), true);
    run_.push_back(std::move(line));
    begins_.push_back(pause);
    if (goes_on_ && run_length_ > kListedEachTime) {
      each_ = true;
      for (ToldLine& before : std::exchange(run_, {})) pass(std::move(before), true);
      begins_.clear();
    }
    return;
  }
  const bool after_each = each_;
  end_run();
  any_ = true;
  run_shape_ = line.shape;
  run_length_ = 1;
  goes_on_ = each_ = false;
  run_.push_back(std::move(line));
  begins_.push_back(pause || after_each);
}

void PassageTeller::end_run() {
  std::vector<ToldLine> run = std::exchange(run_, {});
  for (std::size_t i = 0; i < run.size(); ++i) pass(std::move(run[i]), begins_[i]);
  begins_.clear();
}

void PassageTeller::pass(ToldLine line, bool begins) {
  if (begins) refrain_.reset();
  if (begins || refrain_ == line.shape) end_exchange();
  open_.push_back(std::move(line));
  if (open_.size() % kLongExchange == 0) cut_long_exchange();
}

void PassageTeller::cut_long_exchange() {
  std::vector<std::uint32_t> shapes;
  for (const ToldLine& line : open_) shapes.push_back(line.shape);
  refrain_ = find_refrain(shapes);
  for (ToldLine& line : std::exchange(open_, {})) {
    if (refrain_ == line.shape) end_exchange();
    open_.push_back(std::move(line));
  }
}

void PassageTeller::end_exchange() {
  if (open_.empty()) return;
  std::vector<std::uint32_t> shape;
  shape.reserve(open_.size());
  for (const ToldLine& line : open_) shape.push_back(line.shape);
  const std::size_t number = shapes_.try_emplace(std::move(shape), shapes_.size()).first->second;
  take({open_.front().at, number, std::exchange(open_, {})});
}

// The last one is at 0.
PassageTeller::Exchange& PassageTeller::from_back(std::size_t position) {
  return position < tail_.size() ? tail_[tail_.size() - 1 - position]
                                 : head_[head_.size() - 1 - (position - tail_.size())];
}

void PassageTeller::take(Exchange exchange) {
  for (std::size_t length = 1; length <= kLongest; ++length) {
    Repetition& its = repetitions_[length];
    if (!its.goes_on) continue;
    const bool repeats = exchanges_ < length || from_back(length - 1).shape == exchange.shape;
    its.goes_on = repeats;
    if (repeats) its.same = exchanges_ + 1;
  }
  ++exchanges_;
  if (head_.size() < kKept && tail_.empty()) {
    head_.push_back(std::move(exchange));
  } else {
    tail_.push_back(std::move(exchange));
    if (tail_.size() > kKept) {
      held_ -= tail_.front().lines.size();
      tail_.pop_front();
    }
  }
  if (!any_goes_on()) cut();
}

bool PassageTeller::any_goes_on() const {
  return std::any_of(repetitions_.begin() + 1, repetitions_.end(),
                     [](const Repetition& its) { return its.goes_on; });
}

// Cuts off the passage at the beginning, once it is known which one that is; what is left is looked
// at again.
void PassageTeller::cut() {
  std::size_t length = 1;
  std::size_t times = 1;
  for (std::size_t n = 1; n <= std::min(kLongest, exchanges_); ++n) {
    const std::size_t found = repetitions_[n].same / n;
    if (found > kListedEachTime && found * n > length * times) {
      length = n;
      times = found;
    }
  }
  const std::size_t left = exchanges_ - length * times;
  keep_passage(length, times);
  std::vector<Exchange> rest;
  for (std::size_t i = 0; i < left; ++i) rest.push_back(std::move(from_back(left - 1 - i)));
  for (const Exchange& exchange : head_) held_ -= exchange.lines.size();
  for (const Exchange& exchange : tail_) held_ -= exchange.lines.size();
  head_.clear();
  tail_.clear();
  exchanges_ = 0;
  repetitions_ = {};
  for (Exchange& exchange : rest) take(std::move(exchange));
}

void PassageTeller::keep_passage(std::size_t length, std::size_t times) {
  ToldPassage passage;
  passage.times = times;
  const auto copy = [&](std::vector<ToldLine>& lines, const Exchange& exchange) {
    lines.insert(lines.end(), exchange.lines.begin(), exchange.lines.end());
    held_ += exchange.lines.size();
  };
  for (std::size_t i = 0; i < length; ++i) copy(passage.first, head_[i]);
  if (times > 1) {
    passage.period = head_[length].at - head_[0].at;
    const std::size_t left = exchanges_ - length * times;
    for (std::size_t i = 0; i < length; ++i) copy(passage.last, from_back(left + length - 1 - i));
  }
  told_.push_back(std::move(passage));
}

std::vector<ToldPassage> PassageTeller::finish() {
  end_run();
  end_exchange();
  while (exchanges_ > 0) cut();
  return std::exchange(told_, {});
}

}  // namespace stayalive
