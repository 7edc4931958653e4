// SPDX-License-Identifier: Apache-2.0

#include "videopose/base.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "support/deadline.h"
#include "support/test_folder.h"
#include "videopose/base/atomic_file.h"
#include "videopose/base/bounded_queue.h"
#include "videopose/base/check.h"
#include "videopose/base/edit_distance.h"
#include "videopose/base/error.h"
#include "videopose/base/parallel.h"

namespace videopose::internal::base_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> FilesIn(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  return names;
}

TEST(ErrorTest, FormatsItsMessage) {
  try {
    Fail("{}: {} frames", "a.mp4", 3);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "a.mp4: 3 frames");
  }
}

TEST(CheckTest, ABrokenPromiseIsALogicErrorAndNotBadInput) {
  EXPECT_NO_THROW(VP_CHECK(1 + 1 == 2, "arithmetic"));
  EXPECT_THROW(VP_CHECK(1 + 1 == 3, "{}", "arithmetic"), std::logic_error);
}

TEST(AtomicFileTest, AppearsOnlyWhenCommitted) {
  const fs::path folder = EmptyFolder("commit");
  {
    AtomicFile file(folder / "a.txt");
    EXPECT_EQ(file.temporary_path().extension(), ".txt");
    std::ofstream(file.temporary_path()) << "new";
    EXPECT_FALSE(fs::exists(folder / "a.txt"));
    file.Commit();
  }
  EXPECT_EQ(Contents(folder / "a.txt"), "new");
  EXPECT_EQ(FilesIn(folder).size(), 1U);
}

TEST(AtomicFileTest, WithoutCommitTheOldFileStaysAndNothingElse) {
  const fs::path folder = EmptyFolder("abandon");
  std::ofstream(folder / "a.txt") << "old";
  {
    AtomicFile file(folder / "a.txt");
    std::ofstream(file.temporary_path()) << "half";
  }
  EXPECT_EQ(Contents(folder / "a.txt"), "old");
  EXPECT_EQ(FilesIn(folder).size(), 1U);
}

TEST(AtomicFileTest, AMissingFolderIsNamed) {
  try {
    AtomicFile file("/no/such/folder/a.txt");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/no/such/folder"));
  }
}

TEST(AtomicFileTest, AFullDiskIsAnErrorAndLeavesNothing) {
  const fs::path folder = EmptyFolder("full");
  // A file size limit stands in for the full disk: write(2) fails in the same way.
  rlimit old_limit;
  getrlimit(RLIMIT_FSIZE, &old_limit);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small = {1000, old_limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(WriteFileAtomically(folder / "a.bin", std::string(100'000, 'x')), Error);
  setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_THAT(FilesIn(folder), IsEmpty());
}

TEST(BoundedQueueTest, HoldsAtMostItsCapacityAndKeepsTheOrder) {
  const Deadline deadline("the queue");
  BoundedQueue<int> queue(2);
  std::atomic<int> ahead{0}, most_ahead{0};
  std::jthread producer([&] {
    for (int i = 0; i < 1000; ++i) {
      queue.Push(i);
      most_ahead = std::max(most_ahead.load(), ++ahead);
    }
    queue.Close();
  });
  int expected = 0;
  while (const std::optional<int> item = queue.Pop()) {
    EXPECT_EQ(*item, expected++);
    --ahead;
  }
  EXPECT_EQ(expected, 1000);
  // Two inside and one popped but not yet counted by this thread.
  EXPECT_LE(most_ahead, 3);
}

TEST(BoundedQueueTest, ClosingFreesAProducerThatWaits) {
  const Deadline deadline("the producer");
  BoundedQueue<int> queue(1);
  ASSERT_TRUE(queue.Push(1));
  std::jthread producer([&] { EXPECT_FALSE(queue.Push(2)); });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  queue.Close();
}

TEST(BoundedQueueTest, OrDropsTheOldest) {
  BoundedQueue<int> queue(2, WhenFull::kDropOldest);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(queue.Push(i));
  EXPECT_EQ(queue.dropped(), 3);
  EXPECT_EQ(queue.Pop(), 3);
  queue.Close();
  EXPECT_EQ(queue.Pop(), 4);
  EXPECT_EQ(queue.Pop(), std::nullopt);
  EXPECT_FALSE(queue.Push(9));
}

TEST(ParallelForTest, CoversEveryItemOnce) {
  std::vector<std::atomic<int>> visits(10'007);
  ParallelFor(static_cast<int64_t>(visits.size()), 10, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) ++visits[static_cast<size_t>(i)];
  });
  for (const auto& count : visits) EXPECT_EQ(count, 1);
}

// The rest of the process may use OpenMP, too.
TEST(ParallelForTest, OurThreadCountIsNotThatOfTheProcess) {
  const int before = omp_get_max_threads();
  SetThreadCount(before + 3);
  ParallelFor(100, 1, [](int64_t, int64_t) {});
  EXPECT_EQ(ThreadCount(), before + 3);
  EXPECT_EQ(omp_get_max_threads(), before);
  SetThreadCount(0);
  EXPECT_EQ(ThreadCount(), before);
}

TEST(ParallelForTest, ThrowsOnWhatTheBodyThrows) {
  SetThreadCount(4);
  EXPECT_THROW(ParallelFor(100, 1, [](int64_t, int64_t) { Fail("inside"); }), Error);
  SetThreadCount(0);
}

TEST(ProgressTest, AStopIsThrownAtTheNextReport) {
  std::atomic<bool> stop{false};
  int64_t last = -1;
  const WorkMonitor monitor{[&](const Progress& progress) { last = progress.done; }, &stop};
  monitor.Report("detect", 7, 10);
  EXPECT_EQ(last, 7);
  stop = true;
  EXPECT_THROW(monitor.Report("detect", 8, 10), Cancelled);
  EXPECT_EQ(last, 7);
}

TEST(TensorTest, ValuesMustFitTheShape) {
  EXPECT_EQ(Tensor({2, 3}).size(), 6);
  EXPECT_THROW(Tensor({2, 3}, {1, 2}), std::logic_error);
}

TEST(EditDistanceTest, CountsChangesAdditionsRemovalsAndSwaps) {
  EXPECT_EQ(EditDistance("render", "render"), 0);
  EXPECT_EQ(EditDistance("rendr", "render"), 1);
  EXPECT_EQ(EditDistance("redner", "render"), 1);
  EXPECT_EQ(EditDistance("", "abc"), 3);
}

TEST(EditDistanceTest, NearestWordIsEmptyWhereNothingIsNear) {
  const std::vector<std::string> options = {"--height", "--theme", "--view", "--turntable"};
  EXPECT_EQ(NearestWord("--hieght", options), "--height");
  EXPECT_EQ(NearestWord("--turn", options), "--turntable");
  EXPECT_EQ(NearestWord("zzzzzzzzzzzz", options), "");
}

}  // namespace videopose::internal::base_test
