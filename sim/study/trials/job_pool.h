// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <functional>
#include <stop_token>

namespace stayalive {

struct JobOptions {
  unsigned threads = 0;  // 0: as many as the machine runs at once
  // When it is requested, jobs that have begun are finished and no other begins.
  std::stop_token stop{};
  // Called after each job, one call at a time, in whichever thread ran it: which job, and how many
  // are done.
  std::function<void(std::size_t job, std::size_t done)> finished{};
  // When it is requested, no other job begins either, and runs that have begun end early, wherever
  // they are: what they have found is thrown away.
  std::stop_token leave{};
  // Requested with `leave` when a run has reached a limit (RunLimits): what was found since then
  // may be of a part of a run, and means nothing.
  std::stop_token limited{};

  bool stopped() const { return stop.stop_requested() || leave.stop_requested(); }
};

// Runs work(0) ... work(count - 1), each once, on a thread pool, begun in this order.  Jobs share
// nothing but what the caller gives each a place of its own for, so that the result does not depend
// on the number of threads.  Returns how many were run.  Where the machine has no further thread to
// give, fewer run them.  An exception of a job, such as std::bad_alloc, lets no other begin, and
// comes out of here when those that have begun are finished.
std::size_t run_jobs(std::size_t count, const std::function<void(std::size_t job)>& work,
                     const JobOptions& options = {});

}  // namespace stayalive
