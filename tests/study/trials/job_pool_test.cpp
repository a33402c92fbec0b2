// SPDX-License-Identifier: Apache-2.0
#include "study/trials/job_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <new>
#include <numeric>
#include <set>
#include <stop_token>
#include <thread>
#include <vector>

namespace stayalive {
namespace {

TEST(JobPool, EveryJobIsRunOnceWhateverTheNumberOfThreads) {
  for (const unsigned threads : {0U, 1U, 2U, 7U}) {
    std::vector<int> runs(100);
    JobOptions options;
    options.threads = threads;
    EXPECT_EQ(run_jobs(
                  runs.size(), [&runs](std::size_t job) { ++runs[job]; }, options),
              100u);
    EXPECT_EQ(runs, std::vector<int>(100, 1)) << threads << " threads";
  }
}

TEST(JobPool, WithoutJobsNothingHappens) {
  EXPECT_EQ(run_jobs(0, [](std::size_t) { FAIL() << "there was no job"; }), 0u);
}

TEST(JobPool, JobsBeginInOrder) {
  std::mutex mutex;
  std::vector<std::size_t> begun;
  for (const unsigned threads : {1U, 2U}) {
    begun.clear();
    JobOptions options;
    options.threads = threads;
    run_jobs(
        50,
        [&](std::size_t job) {
          const std::lock_guard lock(mutex);
          begun.push_back(job);
        },
        options);
    // Between beginning and being noted each thread may be overtaken; but no job begins before
    // another thread has at least taken the one before it.
    for (std::size_t i = 0; i < begun.size(); ++i) EXPECT_LE(begun[i], i + threads - 1);
  }
}

TEST(JobPool, AnExceptionOfAJobComesOutWhenNobodyWorksAnyMore) {
  for (const unsigned threads : {1U, 3U}) {
    std::atomic<int> working = 0;
    std::atomic<int> begun = 0;
    JobOptions options;
    options.threads = threads;
    const auto work = [&](std::size_t job) {
      ++begun;
      if (job == 5) throw std::bad_alloc();
      ++working;
      std::this_thread::yield();
      --working;
    };
    EXPECT_THROW(run_jobs(1'000'000, work, options), std::bad_alloc) << threads;
    EXPECT_EQ(working, 0) << threads;
    EXPECT_LT(begun, 1'000'000) << "no other job begins";
  }
}

TEST(JobPool, SeveralThreadsWorkAtOnce) {
  // Each of two jobs ends only after the other has begun, which one thread alone cannot do.
  std::atomic<int> begun = 0;
  JobOptions options;
  options.threads = 2;
  const auto work = [&begun](std::size_t) {
    ++begun;
    while (begun < 2) std::this_thread::yield();
  };
  EXPECT_EQ(run_jobs(2, work, options), 2u);
}

TEST(JobPool, TellsOfEachJobThatIsFinishedOneCallAtATime) {
  std::set<std::size_t> jobs;
  std::vector<std::size_t> counts;
  JobOptions options;
  options.threads = 4;
  options.finished = [&](std::size_t job, std::size_t done) {
    jobs.insert(job);
    counts.push_back(done);
  };
  run_jobs(
      200, [](std::size_t) {}, options);
  EXPECT_EQ(jobs.size(), 200u);
  std::vector<std::size_t> wanted(200);
  std::iota(wanted.begin(), wanted.end(), 1u);
  EXPECT_EQ(counts, wanted);
}

TEST(JobPool, AfterAStopWhatHasBegunIsFinishedAndNothingElseBegins) {
  std::stop_source stop;
  std::vector<std::size_t> finished;
  JobOptions options;
  options.threads = 1;
  options.stop = stop.get_token();
  options.finished = [&finished](std::size_t job, std::size_t) { finished.push_back(job); };
  const auto work = [&stop](std::size_t job) {
    if (job == 3) stop.request_stop();
  };
  EXPECT_EQ(run_jobs(10, work, options), 4u);
  EXPECT_EQ(finished, (std::vector<std::size_t>{0, 1, 2, 3}));
  EXPECT_EQ(run_jobs(10, work, options), 0u) << "the stop was requested before the first job";
}

}  // namespace
}  // namespace stayalive
