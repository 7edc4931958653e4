// SPDX-License-Identifier: Apache-2.0

// Many clips, several processes: every clip once, nothing lost.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "clips.h"
#include "program.h"
#include "support/models.h"
#include "support/test_folder.h"

namespace videopose::internal::cluster_test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class ClusterTest : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_MODELS();
    clips_ = EmptyFolder("clips");
    out_ = EmptyFolder("out");
  }

  void WriteClips(int count) const {
    constexpr int64_t kFrames = 6;
    WriteFigureClip(clips_ / "1.mp4", kFrames, [](int64_t) { return true; });
    for (int i = 2; i <= count; ++i) {
      fs::copy_file(clips_ / "1.mp4", clips_ / (std::to_string(i) + ".mp4"));
    }
  }

  // All at the same time.
  std::vector<ProgramOutcome> Run(const std::vector<ProgramOptions>& processes,
                                  const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"video",    clips_,  "-o",        out_,
                                          "--height", "64",    "--export",  "any.npz",
                                          "--report", report_, "--threads", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::vector<ProgramOutcome> outcomes(processes.size());
    std::vector<std::thread> threads;
    for (size_t i = 0; i < processes.size(); ++i) {
      threads.emplace_back([&, i] { outcomes[i] = RunVideopose(arguments, processes[i]); });
    }
    for (std::thread& thread : threads) thread.join();
    return outcomes;
  }

  // Makes one run of all, however late they start: a worker of another machine that is alive for
  // another hour.
  void KeepOpen() const {
    const fs::path workers = out_ / ".videopose" / "workers";
    fs::create_directories(workers);
    std::ofstream(workers / "test") << R"({"machine": "of the test", "since_ns": 1})";
    fs::last_write_time(workers / "test", fs::file_time_type::clock::now() + std::chrono::hours(1));
  }
  void End() const { fs::remove_all(out_ / ".videopose"); }

  nlohmann::json Report() const { return nlohmann::json::parse(Contents(report_)); }

  fs::path clips_, out_;
  const fs::path report_ = TestFolder() / "progress.json";
};

// How often each clip was begun: lines like "[3/8] FOLDER/3.mp4".
std::map<int, int> Begun(const std::vector<std::string>& outputs) {
  std::map<int, int> begun;
  const std::regex line(R"(\[(\d+)/\d+\])");
  for (const std::string& text : outputs) {
    for (std::sregex_iterator match(text.begin(), text.end(), line), end; match != end; ++match) {
      ++begun[std::stoi((*match)[1])];
    }
  }
  return begun;
}

TEST_F(ClusterTest, FourProcessesOfWhichOneIsKilledDoEveryClipOnce) {
  constexpr int kClips = 8;
  WriteClips(kClips);
  KeepOpen();
  std::vector<ProgramOptions> processes(4);
  const fs::path victims_output = TestFolder() / "victim.txt";
  processes[0].standard_output = victims_output;
  processes[0].kill_when = [&] { return !Begun({Contents(victims_output)}).empty(); };
  const std::vector<ProgramOutcome> outcomes = Run(processes);
  EXPECT_EQ(outcomes[0].exit_code, 128 + SIGKILL);
  std::vector<std::string> outputs;
  int wholes = 0;
  for (size_t i = 1; i < outcomes.size(); ++i) {
    EXPECT_EQ(outcomes[i].exit_code, 0) << outcomes[i].err;
    EXPECT_EQ(outcomes[i].err, "");
    outputs.push_back(outcomes[i].out);
    wholes += outcomes[i].out.find("8 of 8 videos done") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(wholes, 1) << "one process sums up";
  for (const auto& [clip, times] : Begun(outputs)) EXPECT_EQ(times, 1) << clip;
  outputs.push_back(Contents(victims_output));
  EXPECT_EQ(Begun(outputs).size(), kClips);
  for (int i = 1; i <= kClips; ++i) {
    EXPECT_TRUE(fs::exists(out_ / (std::to_string(i) + "_3d.mp4"))) << i;
    EXPECT_EQ(Contents(out_ / (std::to_string(i) + ".npz")), Contents(out_ / "1.npz")) << i;
  }
  EXPECT_THAT(NamesIn(out_ / ".videopose" / "claims"), IsEmpty());
  const nlohmann::json report = Report();
  EXPECT_EQ(report["done"], kClips);
  EXPECT_EQ(report["frames"], 6 * kClips);
  EXPECT_TRUE(report["failed"].empty() && report["running"].empty()) << report;
  int64_t clips = 0;
  for (const auto& [worker, its] : report["workers"].items()) clips += its["clips"].get<int64_t>();
  EXPECT_EQ(clips, kClips);
}

TEST_F(ClusterTest, ClocksOfMachinesMayDifferByAnHour) {
  constexpr int kClips = 4;
  WriteClips(kClips);
  KeepOpen();
  std::vector<ProgramOptions> processes(2);
  processes[1].environment = {std::string("LD_PRELOAD=") + VIDEOPOSE_FAULT_SHIM,
                              "VIDEOPOSE_CLOCK_AHEAD_S=3600"};
  const std::vector<ProgramOutcome> outcomes = Run(processes);
  for (const ProgramOutcome& outcome : outcomes) EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  const std::map<int, int> begun = Begun({outcomes[0].out, outcomes[1].out});
  EXPECT_EQ(begun.size(), kClips);
  for (const auto& [clip, times] : begun) EXPECT_EQ(times, 1) << clip;
  EXPECT_EQ(Report()["done"], kClips);
}

TEST_F(ClusterTest, WhatFailsIsTriedOnceAndAgainByTheNextRun) {
  WriteClips(2);
  std::ofstream(clips_ / "broken.mp4") << "words";
  const auto tries = [](const std::vector<ProgramOutcome>& outcomes) {
    int count = 0;
    for (const ProgramOutcome& outcome : outcomes) {
      count += outcome.out.find("broken.mp4") != std::string::npos ? 1 : 0;
    }
    return count;
  };
  for (int run = 0; run < 2; ++run) {
    KeepOpen();
    const std::vector<ProgramOutcome> outcomes = Run(std::vector<ProgramOptions>(2));
    EXPECT_EQ(tries(outcomes), 1);
    EXPECT_EQ(std::max(outcomes[0].exit_code, outcomes[1].exit_code), 1);
    const nlohmann::json report = Report();
    EXPECT_EQ(report["done"], 2);
    EXPECT_EQ(report["done_before"], run == 0 ? 0 : 2);
    ASSERT_EQ(report["failed"].size(), 1U);
    EXPECT_THAT(report["failed"][0]["error"].get<std::string>(), HasSubstr("broken.mp4"));
    End();
  }
}

TEST_F(ClusterTest, AListNamesClipsAndAddresses) {
  WriteClips(2);
  const fs::path list = clips_ / "list.txt";
  std::ofstream(list) << "# two clips and none\n2.mp4\n\nhttp://127.0.0.1:1/far.mp4\n";
  const ProgramOutcome outcome =
      RunVideopose({"video", "--list", list, "-o", out_, "--height", "64", "--threads", "1"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("http://127.0.0.1:1/far.mp4: cannot fetch: "));
  EXPECT_THAT(outcome.out, HasSubstr("1 of 2 videos done"));
  EXPECT_THAT(NamesIn(out_), UnorderedElementsAre("2_3d.mp4"));
  EXPECT_EQ(RunVideopose({"video", "--list", list}).exit_code, 2) << "no folder for the results";
}

}  // namespace
}  // namespace videopose::internal::cluster_test
