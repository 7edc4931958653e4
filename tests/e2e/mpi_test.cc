// SPDX-License-Identifier: Apache-2.0

// videopose run under mpirun: the same training by several processes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "clips.h"
#include "program.h"
#include "stand_ins.h"
#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"

namespace videopose::internal::mpi_test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Empty where there is none.
std::string Mpirun() {
  std::istringstream folders(std::getenv("PATH"));
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (fs::exists(fs::path(folder) / "mpirun")) return fs::path(folder) / "mpirun";
  }
  return "";
}

ProgramOutcome RunTogether(int processes, const std::vector<std::string>& arguments,
                           ProgramOptions options = {}) {
  options.environment.emplace_back("OMP_NUM_THREADS=1");
  if (processes == 1) return RunVideopose(arguments, options);
  std::vector<std::string> words = {
      "--allow-run-as-root",     "--oversubscribe", "--bind-to", "none", "-n",
      std::to_string(processes), VIDEOPOSE_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return RunProgram(Mpirun(), words, options);
}

class MpiTest : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
#ifndef VIDEOPOSE_MPI
    GTEST_SKIP() << "built without MPI";
#endif
    if (Mpirun().empty()) GTEST_SKIP() << "mpirun is not installed (Debian: openmpi-bin)";
  }

  static std::vector<std::string> Arguments(const std::string& words, const fs::path& folder) {
    std::vector<std::string> arguments = {"run",  "--data-dir", TestData("golden") / "data", "-c",
                                          folder, "--report",   folder.string() + ".json"};
    std::istringstream stream(words);
    for (std::string word; stream >> word;) arguments.push_back(word);
    return arguments;
  }

  // The mean loss of each epoch.
  static std::vector<double> Losses(int processes, const std::string& words) {
    const fs::path folder = EmptyFolder("training" + std::to_string(processes));
    const ProgramOutcome outcome = RunTogether(processes, Arguments(words, folder));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err << outcome.out;
    const auto report = nlohmann::json::parse(Contents(folder.string() + ".json"));
    std::vector<double> losses;
    for (const auto& epoch : report["epochs"]) losses.push_back(epoch["3d_train"]);
    return losses;
  }

  static void ExpectSame(int processes, const std::string& words) {
    const std::vector<double> alone = Losses(1, words), together = Losses(processes, words);
    ASSERT_EQ(together.size(), alone.size());
    for (size_t i = 0; i < alone.size(); ++i) {
      EXPECT_NEAR(together[i], alone[i], 1e-5 * alone[i]) << "epoch " << i + 1;
    }
  }
};

// 201 steps, with dropout. Rounding grows with the learning rate: at 0.001 differences come to some
// 1e-5 by then on processors with AVX-512.
TEST_P(MpiTest, LossesOfTwoHundredStepsAreThoseOfOneProcess) {
  ExpectSame(GetParam(), "-k gt -str S1 -ste S9 -ch 64 -b 256 -e 67 -lr 0.0001 -lrd 0.9 --no-eval");
}

// The terms without ground truth make rounding grow fast, unless the learning rate is low.
TEST_P(MpiTest, SemiSupervisedLossesAreThoseOfOneProcess) {
  ExpectSame(GetParam(),
             "-k gt -str S1 -ste S9 -sun S5,S6 --subset 0.5 --warmup 1 -ch 32 -b 128 -e 4 "
             "-lr 0.0001");
}

TEST_P(MpiTest, LossesOnMotionCaptureAreThoseOfOneProcess) {
  const fs::path clips = EmptyFolder("bvh");
  for (int i = 0; i < 8; ++i) {
    WriteSwingingBvh(clips / ("clip" + std::to_string(i) + ".bvh"), 1 + 0.2 * i);
  }
  ExpectSame(GetParam(),
             "-d mocap --mocap-dir " + clips.string() +
                 " -arc 3,3 -ch 32 -e 2 -b 128 --mocap-windows 1024 --velocity-weight 1 "
                 "--symmetry-weight 0.1");
}

INSTANTIATE_TEST_SUITE_P(Processes, MpiTest, testing::Values(2, 4),
                         [](const auto& test) { return "Of" + std::to_string(test.param); });

class MpiJobTest : public MpiTest {};
INSTANTIATE_TEST_SUITE_P(Two, MpiJobTest, testing::Values(2), [](const auto&) { return "Of2"; });

TEST_P(MpiJobTest, AKilledJobGoesOnBitForBit) {
  constexpr int kEpochs = 30;
  const std::string words =
      "-k gt -str S1 -ste S9 -ch 32 -b 128 --checkpoint-frequency 1 --keep-best -e 30";
  const fs::path whole = EmptyFolder("whole"), killed = EmptyFolder("killed");
  ASSERT_EQ(RunTogether(2, Arguments(words, whole)).exit_code, 0);
  const auto reached = [&](int epoch) {
    return fs::exists(killed / ("epoch_" + std::to_string(epoch) + ".bin"));
  };
  const ProgramOutcome outcome =
      RunTogether(2, Arguments(words, killed), {.kill_when = [&] { return reached(5); }});
  EXPECT_EQ(outcome.exit_code, 128 + SIGKILL);
  int last = 0;
  while (last < kEpochs && reached(last + 1)) ++last;
  const std::string resume = " -r epoch_" + std::to_string(last) + ".bin";
  const ProgramOutcome rest = RunTogether(2, Arguments(words + resume, killed));
  ASSERT_EQ(rest.exit_code, 0) << rest.err;
  for (const std::string name : {"epoch_30.bin", "epoch_best.bin"}) {
    EXPECT_EQ(Contents(killed / name), Contents(whole / name)) << name;
  }
}

TEST_P(MpiJobTest, OneProcessSpeaksAndWrites) {
  const fs::path folder = EmptyFolder("speaks");
  const std::string words = "-k gt -str S1 -ste S9 -ch 16 -b 128 -e 2 ";
  const ProgramOutcome outcome = RunTogether(2, Arguments(words, folder));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("2 processes train together\n"));
  const size_t heading = outcome.out.find("epoch minutes");
  EXPECT_NE(heading, std::string::npos);
  EXPECT_EQ(outcome.out.find("epoch minutes", heading + 1), std::string::npos);
  const ProgramOutcome evaluated =
      RunTogether(2, Arguments(words + "--evaluate epoch_2.bin", folder));
  EXPECT_EQ(evaluated.exit_code, 0) << evaluated.err;
  const size_t average = evaluated.out.find("Average");
  EXPECT_NE(average, std::string::npos);
  EXPECT_EQ(evaluated.out.find("Average", average + 1), std::string::npos);

  const ProgramOutcome missing = RunTogether(2, Arguments("-k none", folder));
  EXPECT_EQ(missing.exit_code, 1);
  const size_t line = missing.err.find("videopose: ");
  EXPECT_NE(line, std::string::npos);
  EXPECT_EQ(missing.err.find("videopose: ", line + 1), std::string::npos) << missing.err;
}

TEST_P(MpiJobTest, LocalStatisticsTrainToo) {
  const std::string words = "-k gt -str S1 -ste S9 -ch 16 -b 128 -e 5 --no-eval ";
  const std::vector<double> local = Losses(2, words + "--local-batch-norm");
  const std::vector<double> whole = Losses(2, words);
  EXPECT_LT(local.back(), local.front() / 1.2);
  EXPECT_NE(local.back(), whole.back());
}

TEST_P(MpiJobTest, FoldersOfVideosAreDivided) {
  SKIP_WITHOUT_MODELS();
  const fs::path clips = EmptyFolder("clips"), out = EmptyFolder("out");
  for (const char* name : {"1.mp4", "2.mp4", "3.mp4"}) {
    WriteFigureClip(clips / name, 6, [](int64_t) { return true; });
  }
  const ProgramOutcome outcome = RunTogether(2, {"video", clips, "-o", out, "--height", "64"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("3 of 3 videos done"));
  EXPECT_THAT(NamesIn(out), ElementsAre("1_3d.mp4", "2_3d.mp4", "3_3d.mp4"));
}

TEST_P(MpiJobTest, BatchesThatAreTooSmallAreRefused) {
  // 704 windows, mirrored ones included; the last batch has two.
  const ProgramOutcome outcome =
      RunTogether(4, Arguments("-k gt -str S1 -ste S9 -ch 16 -b 351 -e 1", EmptyFolder("few")));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("choose another batch size"), Not(HasSubstr("usage"))));
}

}  // namespace
}  // namespace videopose::internal::mpi_test
