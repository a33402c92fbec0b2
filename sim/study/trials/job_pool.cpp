// SPDX-License-Identifier: Apache-2.0
#include "study/trials/job_pool.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace stayalive {
namespace {

// What the threads of one pool share: which job is next, and how many are done.
class Jobs {
 public:
  Jobs(std::size_t count, const std::function<void(std::size_t)>& work, const JobOptions& options)
      : count_(count), work_(work), options_(options) {}

  // Takes one job after the other until none is left or a stop was requested.
  void take_turns() {
    try {
      while (!failed_ && !options_.stopped()) {
        const std::size_t job = next_.fetch_add(1);
        if (job >= count_) return;
        work_(job);
        const std::lock_guard lock(mutex_);
        ++done_;
        if (options_.finished) options_.finished(job, done_);
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failed_) failure_ = std::current_exception();
      failed_ = true;
    }
  }
  // To be asked when no thread takes turns any more.
  std::size_t done() const {
    if (failure_) std::rethrow_exception(failure_);
    return done_;
  }

 private:
  std::size_t count_;
  const std::function<void(std::size_t)>& work_;
  const JobOptions& options_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::size_t done_ = 0;
  std::atomic<bool> failed_ = false;
  std::exception_ptr failure_;
};

// Begins as many threads as there can be.
void begin_threads(std::vector<std::thread>& threads, std::size_t count, Jobs& jobs) {
  try {
    threads.reserve(count);
    while (threads.size() < count) threads.emplace_back([&jobs] { jobs.take_turns(); });
  } catch (const std::system_error&) {
    return;
  } catch (const std::bad_alloc&) {
    return;
  }
}

}  // namespace

std::size_t run_jobs(std::size_t count, const std::function<void(std::size_t job)>& work,
                     const JobOptions& options) {
  const unsigned machine = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t wanted = options.threads == 0 ? machine : options.threads;
  Jobs jobs(count, work, options);
  // This thread is one of them.
  std::vector<std::thread> others;
  if (std::min(wanted, count) > 1) begin_threads(others, std::min(wanted, count) - 1, jobs);
  jobs.take_turns();
  for (std::thread& other : others) other.join();
  return jobs.done();
}

}  // namespace stayalive
