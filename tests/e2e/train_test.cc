// SPDX-License-Identifier: Apache-2.0

// videopose run as it trains: the reference's numbers, runs that are killed, PyTorch as a reader.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "program.h"
#include "support/test_data.h"
#include "support/test_folder.h"

namespace videopose::internal::train_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const fs::path kGolden = TestData("golden");

nlohmann::json ReadJson(const fs::path& path) {
  std::ifstream file(path);
  return nlohmann::json::parse(file);
}

// "-e 4" -> {"-e", "4"}
std::vector<std::string> Words(const std::string& line) {
  std::istringstream stream(line);
  return {std::istream_iterator<std::string>(stream), {}};
}

// Small networks gain nothing from threads, and wait for each other where the machine is busy.
const std::vector<std::string> kOneThread = {"OMP_NUM_THREADS=1"};

ProgramOutcome RunTraining(const fs::path& checkpoint_dir, std::vector<std::string> more,
                           const ProgramOptions& options = {.environment = kOneThread}) {
  std::vector<std::string> arguments = {"run", "--data-dir", kGolden / "data", "-c",
                                        checkpoint_dir};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunVideopose(arguments, options);
}

struct GoldenRun {
  std::string name, checkpoint;
};
class GoldenTraining : public testing::TestWithParam<GoldenRun> {};

TEST_P(GoldenTraining, IsReproduced) {
  const nlohmann::json expected =
      ReadJson(kGolden / "expected" / ("train_" + GetParam().name + ".json"));
  const fs::path folder = EmptyFolder("golden_train");
  fs::copy_file(kGolden / GetParam().checkpoint / "epoch_1.bin", folder / "epoch_1.bin");
  std::vector<std::string> arguments = Words(expected["arguments"].get<std::string>());
  // After the golden command line's own folder, so that ours counts.
  arguments.insert(arguments.end(), {"-c", folder, "--report", folder / "report.json"});
  const auto result = RunTraining(folder, arguments);
  ASSERT_EQ(result.exit_code, 0) << result.err;

  const nlohmann::json report = ReadJson(folder / "report.json");
  for (const char* key :
       {"receptive_field", "parameters", "test_frames", "train_frames", "semi_frames"}) {
    EXPECT_EQ(report.value(key, -1), expected.value(key, -1)) << key;
  }
  // The reference's numbers change by this much if its weights change by one part in 3 million; the
  // first epoch is the strict test.
  constexpr double kTolerances[] = {5e-5, 3e-3, 1.5e-2};
  ASSERT_EQ(report["epochs"].size(), expected["epochs"].size());
  for (size_t i = 0; i < expected["epochs"].size(); ++i) {
    for (const auto& [key, value] : expected["epochs"][i].items()) {
      const double wanted = value;
      EXPECT_NEAR(report["epochs"][i][key].get<double>(), wanted,
                  kTolerances[std::min<size_t>(i, 2)] * wanted + 5e-7)
          << "epoch " << i << ", " << key;
    }
  }
  ASSERT_EQ(report["evaluations"].size(), expected["evaluations"].size());
  for (size_t i = 0; i < expected["evaluations"].size(); ++i) {
    for (const auto& [action, errors] : expected["evaluations"][i]["actions"].items()) {
      for (const auto& [metric, value] : errors.items()) {
        EXPECT_NEAR(report["evaluations"][i]["actions"][action][metric].get<double>(),
                    value.get<double>(), kTolerances[2] * value.get<double>())
            << action << " " << metric;
      }
    }
  }
  EXPECT_THAT(result.out, AllOf(HasSubstr("parameters"), HasSubstr("going on from"),
                                HasSubstr("P-MPJPE"), HasSubstr("minutes")));
}

INSTANTIATE_TEST_SUITE_P(All, GoldenTraining,
                         testing::Values(GoldenRun{"333", "ck_333"},
                                         GoldenRun{"causal", "ck_causal"}, GoldenRun{"he", "ck_he"},
                                         GoldenRun{"semi", "ck_semi"}),
                         [](const auto& run) { return run.param.name; });

// Seconds of work, with dropout and an unlabelled stream that is in mid-epoch at most breaks.
const std::vector<std::string> kKilledTraining = Words(
    "-k gt -str S1,S5 -sun S6,S7 -ste S9 -arc 3,3 -ch 64 -b 64 -e 10 --warmup 2 "
    "--checkpoint-frequency 1 --keep-best");

std::vector<std::string> With(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

int NewestEpoch(const fs::path& folder) {
  int newest = 0;
  for (int epoch = 1; epoch <= 10; ++epoch) {
    if (fs::exists(folder / ("epoch_" + std::to_string(epoch) + ".bin"))) newest = epoch;
  }
  return newest;
}

bool IsWriting(const fs::path& folder) {
  for (const std::string& name : NamesIn(folder)) {
    if (name.find(".partial") != std::string::npos) return true;
  }
  return false;
}

// By the number of threads, which decides in what order sums are taken.
class KilledTraining : public testing::TestWithParam<int> {};

TEST_P(KilledTraining, GoesOnFromItsLastCheckpointAsIfNothingHadHappened) {
  const fs::path whole = EmptyFolder("train_whole"), folder = EmptyFolder("train_killed");
  const auto training = With(kKilledTraining, {"--threads", std::to_string(GetParam())});
  const ProgramOptions undisturbed{.environment = {"OMP_WAIT_POLICY=passive"}};
  ASSERT_EQ(RunTraining(whole, training, undisturbed).exit_code, 0);

  // The checks hold for any moment of the kill, also one that is too late.
  const std::vector<std::function<bool(int)>> moments = {
      [&](int) { return NewestEpoch(folder) >= 1; },
      [&](int start) { return NewestEpoch(folder) > start; },
      [&](int) { return IsWriting(folder); },  // in the middle of a checkpoint
      [&](int start) { return NewestEpoch(folder) > start + 1; },
      [&](int start) { return NewestEpoch(folder) > start && IsWriting(folder); }};
  int kills = 0;
  for (const auto& moment : moments) {
    const int start = NewestEpoch(folder);
    if (start == 10) break;
    std::vector<std::string> arguments = training;
    if (start > 0) {
      arguments = With(arguments, {"--resume", "epoch_" + std::to_string(start) + ".bin"});
    }
    const auto result = RunTraining(
        folder, arguments,
        {.kill_when = [&] { return moment(start); }, .environment = undisturbed.environment});
    EXPECT_TRUE(result.exit_code == 137 || result.exit_code == 0) << result.err;
    kills += result.exit_code == 137 ? 1 : 0;
    for (int epoch = 1; epoch <= NewestEpoch(folder); ++epoch) {
      const std::string name = "epoch_" + std::to_string(epoch) + ".bin";
      EXPECT_TRUE(Contents(folder / name) == Contents(whole / name)) << name << " differs";
    }
  }
  EXPECT_GE(kills, 1);
  const int start = NewestEpoch(folder);
  const auto result = RunTraining(
      folder, With(training, {"--resume", "epoch_" + std::to_string(start) + ".bin"}), undisturbed);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  for (const char* name : {"epoch_10.bin", "epoch_best.bin"}) {
    EXPECT_TRUE(Contents(folder / name) == Contents(whole / name)) << name << " differs";
  }
  EXPECT_FALSE(IsWriting(folder)) << "the killed runs' left-overs are still there";
}

// VIDEOPOSE_KILLS=200 kills more often.
TEST(TrainingTest, KillsAtRandomMomentsChangeNoBit) {
  constexpr int kEpochs = 4;
  const char* const wanted = std::getenv("VIDEOPOSE_KILLS");
  const int most_kills = wanted == nullptr ? 10 : std::atoi(wanted);
  const std::vector<std::string> training =
      With(Words("-k gt -str S1 -sun S6 -ste S9 -arc 3,3 -ch 16 -b 64 --warmup 1 --keep-best "
                 "--checkpoint-frequency 1"),
           {"-e", std::to_string(kEpochs)});
  using Clock = std::chrono::steady_clock;
  const fs::path whole = EmptyFolder("random_whole");
  const Clock::time_point begin = Clock::now();
  ASSERT_EQ(RunTraining(whole, training).exit_code, 0);
  const std::chrono::duration<double> duration = Clock::now() - begin;
  std::mt19937 random(std::random_device{}());  // what holds, holds at every moment
  std::uniform_real_distribution<double> share(0, 1.1);
  int kills = 0;
  while (kills < most_kills) {
    const fs::path folder = EmptyFolder("random_killed");
    for (bool is_done = false; !is_done;) {
      const int start = NewestEpoch(folder);
      const auto arguments =
          start == 0 ? training
                     : With(training, {"--resume", "epoch_" + std::to_string(start) + ".bin"});
      const auto moment =
          Clock::now() + std::chrono::duration_cast<Clock::duration>(share(random) * duration);
      ProgramOptions options{.environment = kOneThread};
      if (kills < most_kills) options.kill_when = [&] { return Clock::now() >= moment; };
      const auto result = RunTraining(folder, arguments, options);
      ASSERT_TRUE(result.exit_code == 0 || result.exit_code == 137)
          << result.exit_code << " " << result.err << ", kill " << kills;
      is_done = result.exit_code == 0;
      kills += is_done ? 0 : 1;
      for (int epoch = 1; epoch <= NewestEpoch(folder); ++epoch) {
        const std::string name = "epoch_" + std::to_string(epoch) + ".bin";
        ASSERT_TRUE(Contents(folder / name) == Contents(whole / name))
            << name << ", kill " << kills;
      }
    }
    ASSERT_EQ(NewestEpoch(folder), kEpochs);
    ASSERT_TRUE(Contents(folder / "epoch_best.bin") == Contents(whole / "epoch_best.bin")) << kills;
    ASSERT_FALSE(IsWriting(folder)) << "the killed runs' left-overs are still there";
  }
}

TEST(TrainingTest, AReportHoldsAllEpochsAlsoThoseBeforeTheRunWentOn) {
  const fs::path folder = EmptyFolder("train_report");
  const auto training = [&](const char* epochs, const std::vector<std::string>& more) {
    return RunTraining(folder, With({"-str", "S1", "-ste", "S9", "-ch", "16", "-arc", "3,3", "-b",
                                     "64", "--checkpoint-frequency", "1", "-e", epochs},
                                    more));
  };
  ASSERT_EQ(training("3", {"--report", folder / "whole.json"}).exit_code, 0);
  ASSERT_EQ(training("3", {"-r", "epoch_2.bin", "--report", folder / "resumed.json"}).exit_code, 0);
  nlohmann::json whole = ReadJson(folder / "whole.json")["epochs"],
                 resumed = ReadJson(folder / "resumed.json")["epochs"];
  ASSERT_EQ(resumed.size(), 3U);
  for (size_t i = 0; i < 3; ++i) {
    whole[i].erase("minutes");
    resumed[i].erase("minutes");
    EXPECT_EQ(resumed[i], whole[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, KilledTraining, testing::Values(1, 2));

// Debian's python3-torch: opens what a run saved, takes up models, optimiser and random state as
// the reference would, and saves it in both of its formats, from which a run goes on.
TEST(TorchTest, ReadsCheckpointsAndWritesOnesThatGoOn) {
  if (std::system("/usr/bin/python3 -c 'import torch, numpy' 2>/dev/null") != 0) {
    GTEST_SKIP() << "no python3-torch here (apt-get install python3-torch)";
  }
  const fs::path folder = EmptyFolder("train_torch");
  const std::vector<std::string> training = Words(
      "-k gt -str S1 -sun S6 -ste S9 -arc 3,5 -ch 32 -b 64 -e 3 --warmup 0 --checkpoint-frequency "
      "1");
  ASSERT_EQ(RunTraining(folder, training).exit_code, 0);
  const std::string uninterrupted = Contents(folder / "epoch_3.bin");
  std::ofstream(folder / "check.py") << R"(
import sys, torch
folder = sys.argv[1]
c = torch.load(folder + '/epoch_2.bin')
assert c['epoch'] == 2 and abs(c['lr'] - 0.001 * 0.95 ** 2) < 1e-12
class Model(torch.nn.Module):
    def __init__(self, joints):
        super().__init__()
        self.expand_bn = torch.nn.BatchNorm1d(32)
        self.shrink = torch.nn.Conv1d(32, joints * 3, 1)
        self.expand_conv = torch.nn.Conv1d(34, 32, 3, bias=False)
        self.layers_conv = torch.nn.ModuleList([torch.nn.Conv1d(32, 32, 5, dilation=3, bias=False),
                                                torch.nn.Conv1d(32, 32, 1, bias=False)])
        self.layers_bn = torch.nn.ModuleList([torch.nn.BatchNorm1d(32), torch.nn.BatchNorm1d(32)])
pos, traj = Model(17), Model(1)
pos.load_state_dict(c['model_pos'])
traj.load_state_dict(c['model_traj'])
parameters = list(pos.parameters()) + list(traj.parameters())
optimizer = torch.optim.Adam(parameters, lr=0.1, amsgrad=True)
optimizer.load_state_dict(c['optimizer'])
for p in parameters:
    assert optimizer.state[p]['max_exp_avg_sq'].shape == p.shape
    assert optimizer.state[p]['step'].item() == pos.expand_bn.num_batches_tracked.item()
c['model_pos'], c['model_traj'] = pos.state_dict(), traj.state_dict()
c['optimizer'] = optimizer.state_dict()
torch.save(c, folder + '/zip.bin')
torch.save(c, folder + '/legacy.bin', _use_new_zipfile_serialization=False)
c['random_state'].permutation(10), c['random_state_semi'].permutation(10)
)";
  const std::string command =
      "/usr/bin/python3 " + (folder / "check.py").string() + " " + folder.string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  for (const char* name : {"zip.bin", "legacy.bin"}) {
    fs::remove(folder / "epoch_3.bin");
    const auto result = RunTraining(folder, With(training, {"--resume", name}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_TRUE(Contents(folder / "epoch_3.bin") == uninterrupted) << name;
  }
}

TEST(TrainingTest, SaysWhatItDoesAndKeepsTheReportUpToDate) {
  const fs::path folder = EmptyFolder("train_says");
  const fs::path report = folder / "report.json";
  const auto result = RunTraining(
      folder / "new",
      {"-str", "S1", "-ste", "S9", "-ch", "16", "-arc", "3,3", "-e", "50", "-b", "64", "--report",
       report},
      {.kill_when = [&] { return fs::exists(report) && ReadJson(report)["epochs"].size() >= 2; },
       .environment = kOneThread});
  const nlohmann::json partial = ReadJson(report);
  EXPECT_GE(partial["epochs"].size(), 2U);
  EXPECT_EQ(partial["epochs"][1]["epoch"], 2);
  EXPECT_THAT(result.out, AllOf(HasSubstr("widths 3,3 (9 frames), 16 channels"),
                                HasSubstr("frames to train on"), HasSubstr("valid")));
  EXPECT_EQ(result.err, "");
}

TEST(TrainingTest, RefusesWhatCannotBeTrained) {
  const fs::path folder = EmptyFolder("train_refuses");
  const auto refusal = [&](const std::vector<std::string>& arguments) {
    const auto result = RunTraining(folder, arguments);
    EXPECT_NE(result.exit_code, 0);
    EXPECT_EQ(result.error_line_count(), 1) << result.err;
    EXPECT_THAT(result.err, Not(HasSubstr("internal")));
    return result.err;
  };
  EXPECT_THAT(refusal({"-d", "humaneva15", "-k", "detectron_pt_coco", "-str", "Train/S1", "-ste",
                       "Validate/S1", "-sun", "Train/S2"}),
              HasSubstr("intrinsics"));
  EXPECT_THAT(refusal({"-str", "S1", "-ste", "S9", "-ch", "16", "-lr", "1e38"}),
              AllOf(HasSubstr("epoch 1, batch"), HasSubstr("no checkpoint")));
  EXPECT_THAT(refusal({"--resume", "nothing.bin"}), HasSubstr("nothing.bin"));
  EXPECT_THAT(refusal({"--keep-best", "--no-eval"}), HasSubstr("--no-eval"));
  EXPECT_THAT(refusal({"-c", "/proc/nowhere"}), HasSubstr("/proc/nowhere"));
}

}  // namespace videopose::internal::train_test
