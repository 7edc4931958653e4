// SPDX-License-Identifier: Apache-2.0

#include "videopose/cluster/claims.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "support/error_of.h"
#include "support/test_folder.h"

namespace videopose::internal::claims_test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class ClaimsTest : public testing::Test {
 protected:
  void SetUp() override { folder_ = EmptyFolder("claims"); }

  fs::path File(const std::string& kind, const std::string& name) const {
    return folder_ / ".videopose" / kind / name;
  }
  // A worker of another machine that last gave a sign so long ago, by the file system's clock, with
  // a claim on `piece`.
  void OtherMachine(const std::string& worker, int silent_s, const std::string& piece) const {
    for (const char* kind : {"workers", "claims", "done"}) {
      fs::create_directories(folder_ / ".videopose" / kind);
    }
    const fs::path file = File("workers", worker);
    std::ofstream(file) << R"({"machine": "another", "process": 1, "start": "1"})";
    struct stat now {};
    ASSERT_EQ(utimensat(AT_FDCWD, file.c_str(), nullptr, 0), 0);
    ASSERT_EQ(stat(file.c_str(), &now), 0);
    const timespec then = {now.st_mtim.tv_sec - silent_s, now.st_mtim.tv_nsec};
    const timespec times[] = {then, then};
    ASSERT_EQ(utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
    std::ofstream(File("claims", piece + ".0")) << worker;
  }

  fs::path folder_;
  const std::vector<std::string> pieces_ = {"a", "b"};
};

TEST_F(ClaimsTest, TwoWorkersNeverHoldTheSame) {
  Claims first(folder_), second(folder_);
  EXPECT_EQ(first.Take(pieces_), "a");
  EXPECT_EQ(second.Take(pieces_), "b");
  EXPECT_EQ(first.Take(pieces_), std::nullopt);
  EXPECT_TRUE(first.Holds("a"));
  EXPECT_FALSE(first.Holds("b"));
  EXPECT_THAT(first.Held(), ElementsAre(Pair("a", first.worker()), Pair("b", second.worker())));
}

TEST_F(ClaimsTest, WhatIsFinishedIsNotTakenAgainByTheSameRun) {
  Claims first(folder_), second(folder_);
  EXPECT_EQ(first.Take(pieces_), "a");
  first.Finish("a", "record");
  EXPECT_THAT(second.Records(), ElementsAre(Pair("a", "record")));
  EXPECT_EQ(second.Take(pieces_), "b");
  const Claims third(folder_);  // joins the run while others live
  EXPECT_FALSE(first.Take(pieces_));
  EXPECT_THAT(first.Held(), ElementsAre(Pair("b", second.worker())));
}

TEST_F(ClaimsTest, ALaterRunKnowsNothingOfRecordsBefore) {
  const fs::path record = File("done", "a");
  {
    Claims first(folder_);
    EXPECT_EQ(first.Take(pieces_), "a");
    first.Finish("a", "failed");
    fs::copy(folder_, folder_.string() + "_kept", fs::copy_options::recursive);
  }
  EXPECT_TRUE(fs::is_empty(folder_)) << "the last one cleans up";
  // As a kill leaves it.
  fs::remove_all(folder_);
  fs::rename(folder_.string() + "_kept", folder_);
  fs::remove_all(folder_ / ".videopose" / "workers");
  ASSERT_TRUE(fs::exists(record));
  Claims later(folder_);
  EXPECT_THAT(later.Records(), IsEmpty());
  EXPECT_EQ(later.Take(pieces_), "a");
}

TEST_F(ClaimsTest, WhoLeavesGivesItsClaimsBack) {
  auto first = std::make_unique<Claims>(folder_);
  Claims second(folder_);
  EXPECT_EQ(first->Take(pieces_), "a");
  first.reset();
  EXPECT_EQ(second.Take(pieces_), "a");
  EXPECT_TRUE(second.Holds("a"));
}

TEST_F(ClaimsTest, AKilledProcessOfThisMachineIsDeadAtOnce) {
  Claims claims(folder_);
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    Claims other(folder_);
    const bool has_taken = other.Take(std::vector<std::string>{"a"}) == "a";
    (void)!write(ready[1], has_taken ? "y" : "n", 1);
    for (;;) pause();
  }
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  EXPECT_FALSE(claims.Take(std::vector<std::string>{"a"}));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(claims.Take(pieces_), "a");
  EXPECT_TRUE(claims.Holds("a"));
}

TEST_F(ClaimsTest, AWorkerOfAnotherMachineIsDeadWhereItsHeartStopped) {
  OtherMachine("far-1", 59, "a");
  OtherMachine("far-2", 61, "b");
  Claims claims(folder_);
  EXPECT_EQ(claims.Take(pieces_), "b");
  EXPECT_EQ(claims.Take(pieces_), std::nullopt);
  EXPECT_THAT(claims.Held(), ElementsAre(Pair("a", "far-1"), Pair("b", claims.worker())));
}

TEST_F(ClaimsTest, AWorkerAheadOfTheClockLives) {
  OtherMachine("far", -3600, "a");
  Claims claims(folder_);
  EXPECT_EQ(claims.Take(pieces_), "b");
}

TEST_F(ClaimsTest, AClaimWithoutAWorkerIsBeingWritten) {
  Claims claims(folder_);
  std::ofstream(File("claims", "a.0")) << "";
  EXPECT_EQ(claims.Take(pieces_), "b");
  const timespec old[] = {{1, 0}, {1, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, File("claims", "a.0").c_str(), old, 0), 0);
  EXPECT_EQ(claims.Take(pieces_), "a");
}

TEST_F(ClaimsTest, WhoSleptTooLongHasLostItsClaim) {
  Claims sleeper(folder_);
  EXPECT_EQ(sleeper.Take(pieces_), "a");
  // As another machine sees it.
  OtherMachine(sleeper.worker(), 61, "a");
  Claims other(folder_);
  EXPECT_EQ(other.Take(pieces_), "a");
  EXPECT_FALSE(sleeper.Holds("a"));
  EXPECT_TRUE(other.Holds("a"));
  other.Finish("a", "done");
  EXPECT_FALSE(sleeper.Holds("a"));
}

// Eight workers want the same eight pieces of a dead one again and again; each round each piece has
// one holder.
TEST_F(ClaimsTest, OneOfManyGetsWhatADeadOneHeld) {
  constexpr int kWorkers = 8;
  std::vector<std::string> names;
  for (int i = 0; i < kWorkers; ++i) {
    names.push_back("piece " + std::to_string(i));
    OtherMachine("dead", 1000, names.back());
  }
  std::vector<std::unique_ptr<Claims>> workers;
  for (int i = 0; i < kWorkers; ++i) workers.push_back(std::make_unique<Claims>(folder_));
  std::vector<std::vector<std::string>> taken(kWorkers);
  std::atomic<size_t> all{0};
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kWorkers; ++i) {
    threads.emplace_back([&, i] {
      while (all < names.size()) {
        if (const auto name = workers[i]->Take(names)) {
          taken[i].push_back(*name);
          ++all;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::multiset<std::string> held;
  for (size_t i = 0; i < kWorkers; ++i) {
    for (const std::string& name : taken[i]) {
      EXPECT_TRUE(workers[i]->Holds(name));
      held.insert(name);
    }
  }
  EXPECT_EQ(held, std::multiset<std::string>(names.begin(), names.end()));
}

TEST_F(ClaimsTest, NamesMayHoldDots) {
  Claims claims(folder_);
  const std::vector<std::string> names = {"clip.7", "clip"};
  EXPECT_EQ(claims.Take(names), "clip.7");
  EXPECT_EQ(claims.Take(names), "clip");
  EXPECT_THAT(claims.Held(), SizeIs(2));
}

TEST_F(ClaimsTest, AFolderThatCannotBeWrittenToIsAnError) {
  std::ofstream(folder_ / ".videopose") << "a file";
  EXPECT_THAT(ErrorOf([&] { const Claims claims(folder_); }), HasSubstr("cannot make this folder"));
}

}  // namespace
}  // namespace videopose::internal::claims_test
