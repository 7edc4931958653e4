// SPDX-License-Identifier: Apache-2.0

// Every failure in a loop: the n-th write, read or allocation fails, for n = 1, 2, 3, ... until a
// run gets by without it. Each of these runs ends with an error line and exit code 1, and what it
// was to write is the old or the new, whole.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "clips.h"
#include "program.h"
#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/detect.h"
#include "videopose/files.h"

namespace videopose::internal::faults_test {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kOld = "what was there before";

#ifdef __SANITIZE_ADDRESS__
#define SKIP_UNDER_SANITIZERS() GTEST_SKIP() << "the sanitizer has these calls for itself"
#else
#define SKIP_UNDER_SANITIZERS() static_assert(true)
#endif

// One run, in which the n-th call of a kind fails.
struct Fault {
  std::string kind;  // "WRITE", "READ", "ALLOC"
  int64_t number;
};

// Whether the run came to it.
bool RunWith(const Fault& fault, const std::vector<std::string>& arguments,
             ProgramOutcome& outcome) {
  const fs::path mark = TestFolder() / "mark";
  fs::remove(mark);
  outcome = RunVideopose(
      arguments,
      {.environment = {std::string("LD_PRELOAD=") + VIDEOPOSE_FAULT_SHIM,
                       "VIDEOPOSE_FAULT_MARK=" + mark.string(),
                       "VIDEOPOSE_FAIL_" + fault.kind + "=" + std::to_string(fault.number),
                       "OMP_NUM_THREADS=1"}});
  return fs::exists(mark);
}

// `arguments` write `outputs`, and nothing else, into `folder`. The step from one n to the next
// grows by `growth`, as there are thousands of allocations and they are much alike.
void FailEach(const std::string& kind, double growth, const std::vector<std::string>& arguments,
              const fs::path& folder, const std::vector<std::string>& outputs) {
  const std::string command = testing::PrintToString(arguments);
  ASSERT_EQ(RunVideopose(arguments).exit_code, 0) << command;
  std::vector<std::string> whole;
  for (const std::string& output : outputs) whole.push_back(Contents(folder / output));
  int64_t runs = 0, step = 1;
  for (int64_t n = 1;; n += step) {
    for (const std::string& output : outputs) std::ofstream(folder / output) << kOld;
    ProgramOutcome result;
    const bool failed = RunWith({kind, n}, arguments, result);
    const std::string which = fmt::format("{}: {} {}", command, kind, n);
    std::vector<std::string> found = NamesIn(folder);
    ASSERT_EQ(found, outputs) << which;
    for (size_t i = 0; i < outputs.size(); ++i) {
      const std::string now = Contents(folder / outputs[i]);
      ASSERT_TRUE(now == kOld || now.size() > whole[i].size() / 2) << which;
      // Together: the first is as new as all others.
      ASSERT_EQ(now == kOld, Contents(folder / outputs[0]) == kOld) << which;
    }
    if (!failed) {
      ASSERT_EQ(result.exit_code, 0) << which << result.err;
      break;
    }
    ++runs;
    // Some can do without what they did not get.
    ASSERT_THAT(result.exit_code, AnyOf(0, 1)) << which << result.err;
    if (result.exit_code == 1) {
      ASSERT_EQ(result.error_line_count(), 1) << which << result.err;
      ASSERT_THAT(result.err, StartsWith("videopose: ")) << which;
      ASSERT_THAT(result.err, Not(HasSubstr("internal error"))) << which;
    }
    step = std::max<int64_t>(1, static_cast<int64_t>(growth * static_cast<double>(n)));
  }
  EXPECT_GE(runs, 2) << command << ": nothing failed, so nothing was tested";
}

class EachFormat : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = EmptyFolder("out");
    poses_ = TestFolder() / "poses.npz";
    WritePoses(poses_, Figure().motion, nullptr);
    output_ = "out" + GetParam();
  }
  std::vector<std::string> Convert() const { return {"convert", poses_, folder_ / output_}; }

  fs::path folder_, poses_;
  std::string output_;
};

TEST_P(EachFormat, SurvivesEveryWriteThatFails) {
  SKIP_UNDER_SANITIZERS();
  FailEach("WRITE", 0, Convert(), folder_, {output_});
}

TEST_P(EachFormat, SurvivesEveryReadThatFails) {
  SKIP_UNDER_SANITIZERS();
  FailEach("READ", 0, Convert(), folder_, {output_});
}

TEST_P(EachFormat, SurvivesAllocationsThatFail) {
  SKIP_UNDER_SANITIZERS();
  FailEach("ALLOC", 0.25, Convert(), folder_, {output_});
}

INSTANTIATE_TEST_SUITE_P(Formats, EachFormat,
                         testing::Values(".npz", ".npy", ".json", ".bvh", ".csv", ".trc", ".c3d",
                                         ".glb", ".html"),
                         [](const auto& format) { return format.param.substr(1); });

TEST(FaultsTest, AVideoSurvivesEveryWriteThatFails) {
  SKIP_UNDER_SANITIZERS();
  SKIP_WITHOUT_MODELS();
  const fs::path folder = EmptyFolder("video");
  FailEach("WRITE", 0.2,
           {"video", FigureClip(), "-o", folder / "out.mp4", "--export", folder / "out.npz",
            "--max-frames", "3", "--detector", "blazepose-lite"},
           folder, {"out.mp4", "out.npz"});
}

// What is there afterwards are whole models, and a next run fetches the rest.
TEST(FaultsTest, FetchingModelsSurvivesEveryWriteAndReadThatFails) {
  SKIP_UNDER_SANITIZERS();
  SKIP_WITHOUT_MODELS();
  const fs::path source = DefaultModelsDir();
  for (const char* kind : {"WRITE", "READ"}) {
    int64_t runs = 0;
    for (int64_t n = 1;; n += 1 + n / 2) {
      const fs::path folder = EmptyFolder("models");
      ProgramOutcome result;
      const bool failed =
          RunWith({kind, n}, {"models", "fetch", "--from", source, "--models-dir", folder}, result);
      const std::string which = std::string(kind) + " " + std::to_string(n) + ": " + result.err;
      if (fs::exists(folder)) {
        for (const std::string& name : NamesIn(folder)) {
          if (name.ends_with(".checked")) continue;  // notes, with times
          ASSERT_TRUE(fs::exists(source / name)) << which << name;
          ASSERT_TRUE(Contents(folder / name) == Contents(source / name)) << which << name;
        }
      }
      if (!failed) break;
      ++runs;
      ASSERT_THAT(result.exit_code, AnyOf(0, 1)) << which;
      ASSERT_EQ(result.error_line_count(), result.exit_code) << which;
    }
    EXPECT_GE(runs, 5) << kind;
  }
}

// Also where it fails between the two files of an epoch.
TEST(FaultsTest, ATrainingGoesOnAfterEveryWriteThatFailsAndItsBestEpochIsRight) {
  SKIP_UNDER_SANITIZERS();
  const fs::path whole = EmptyFolder("whole");
  const auto training = [&](const fs::path& folder, const std::string& resumed) {
    std::vector<std::string> arguments = {"run", "--data-dir", TestData("golden") / "data",
                                          "-c",  folder,       "-str",
                                          "S1",  "-ste",       "S9",
                                          "-ch", "16",         "-arc",
                                          "3,3", "-b",         "64",
                                          "-e",  "3",          "--checkpoint-frequency",
                                          "1",   "--keep-best"};
    if (!resumed.empty()) arguments.insert(arguments.end(), {"-r", resumed});
    return arguments;
  };
  const ProgramOptions one_thread{.environment = {"OMP_NUM_THREADS=1"}};
  ASSERT_EQ(RunVideopose(training(whole, ""), one_thread).exit_code, 0);
  int64_t runs = 0;
  for (int64_t n = 1;; n += 1 + n / 8) {
    const fs::path folder = EmptyFolder("failing");
    ProgramOutcome result;
    if (!RunWith({"WRITE", n}, training(folder, ""), result)) break;
    ++runs;
    ASSERT_EQ(result.exit_code, 1) << n << result.err;
    std::string newest;
    for (const char* name : {"epoch_1.bin", "epoch_2.bin", "epoch_3.bin"}) {
      if (fs::exists(folder / name)) newest = name;
    }
    ASSERT_EQ(RunVideopose(training(folder, newest), one_thread).exit_code, 0) << n;
    for (const char* name : {"epoch_3.bin", "epoch_best.bin"}) {
      ASSERT_TRUE(Contents(folder / name) == Contents(whole / name)) << n << " " << name;
    }
  }
  EXPECT_GE(runs, 10);
}

}  // namespace videopose::internal::faults_test
