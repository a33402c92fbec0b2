// SPDX-License-Identifier: Apache-2.0
#include "study/trials/job_pool.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <mutex>
#include <thread>

namespace stayalive {
namespace {

// What the threads of one pool share: which job is next, and how many are done.
class Jobs {
 public:
  Jobs(std::size_t count, const std::function<void(std::size_t)>& work, const JobOptions& options)
      : count_(count), work_(work), options_(options) {}

  // Takes one job after the other until none is left or a stop was requested.
  void take_turns() {
    while (!options_.stop.stop_requested()) {
      const std::size_t job = next_.fetch_add(1);
      if (job >= count_) return;
      work_(job);
      const std::lock_guard lock(mutex_);
      ++done_;
      if (options_.finished) options_.finished(job, done_);
    }
  }
  std::size_t done() const { return done_; }

 private:
  std::size_t count_;
  const std::function<void(std::size_t)>& work_;
  const JobOptions& options_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::size_t done_ = 0;
};

}  // namespace

std::size_t run_jobs(std::size_t count, const std::function<void(std::size_t job)>& work,
                     const JobOptions& options) {
  const unsigned machine = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t wanted = options.threads == 0 ? machine : options.threads;
  const std::size_t threads = std::min(wanted, count);
  Jobs jobs(count, work, options);
  if (threads <= 1) {
    jobs.take_turns();
    return jobs.done();
  }
  boost::asio::thread_pool pool(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    boost::asio::post(pool, [&jobs] { jobs.take_turns(); });
  }
  pool.join();
  return jobs.done();
}

}  // namespace stayalive
