// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "study/trials/confidence.h"

namespace stayalive {

// Whether something holds with a probability of at least `target`, judged after every trial.  Each
// answer is wrong with a probability of 5 % at most, over all looks together (Robbins, Annals of
// Mathematical Statistics 41, 1970): a mixture of likelihood ratios against the target, which
// exceeds 20 ever in less than one case of twenty where the target is right or better (Ville).
class SequentialTest {
 public:
  enum class Answer : std::uint8_t {
    Open,       // more trials are needed
    Holds,      // the probability is at least the target
    Fails,      // it is less
    Undecided,  // more than kMostFailures failed, or most_runs() were made, and nothing is shown
  };
  // It is not worth while to wait for an answer after so many failures.
  static constexpr std::uint64_t kMostFailures = 2;

  // 0 < target < 1.
  explicit SequentialTest(double target);
  Answer answer(std::uint64_t held, std::uint64_t runs) const;
  // So many trials show that it holds although kMostFailures of them failed.
  std::uint64_t most_runs() const { return most_runs_; }

  // Where the probability lies: the least and the greatest target that these trials, however many
  // were judged before, do not rule out.  Each bound is wrong with a probability of 5 % at most.
  static Interval confidence(std::uint64_t held, std::uint64_t runs);

 private:
  double target_;
  std::uint64_t most_runs_;
};

}  // namespace stayalive
