// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/training_checkpoint.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/train/parameter_layout.h"
#include "videopose/train/test_one_thread.h"

namespace videopose::internal::training_checkpoint_test {

namespace fs = std::filesystem;

TrainingCheckpoint::Model RandomModel(RandomState& random, int output_channels) {
  const TemporalArchitecture architecture{
      .widths = {3, 5}, .channels = 4, .input_channels = 6, .output_channels = output_channels};
  TrainingCheckpoint::Model model{.weights = InitialWeights(architecture, random),
                                  .batches_seen = 28};
  Adam::State adam{.step = 28};
  adam.mean.resize(ParameterLayout(architecture).size);
  for (float& v : adam.mean) v = static_cast<float>(random.NextDouble());
  adam.square = adam.mean;
  adam.max_square.assign(adam.mean.size(), 2);
  model.adam = adam;
  return model;
}

TrainingCheckpoint RandomCheckpoint() {
  RandomState random(1);
  TrainingCheckpoint checkpoint{.epoch = 3, .learning_rate = 0.00095};
  checkpoint.pose = RandomModel(random, 9);
  checkpoint.trajectory = RandomModel(random, 3);
  checkpoint.random = random.state();
  random.Permutation(10);
  checkpoint.random_semi = random.state();
  checkpoint.continuation = {.momentum = 0.05,
                             .dropout_seed = -9,
                             .semi_before_epoch = RandomState(5).state(),
                             .semi_next_batch = 17,
                             .best_epoch = 2,
                             .best_error_mm = 46.8};
  return checkpoint;
}

void ExpectSame(const TrainingCheckpoint::Model& a, const TrainingCheckpoint::Model& b) {
  EXPECT_EQ(a.batches_seen, b.batches_seen);
  EXPECT_EQ(a.adam, b.adam);
  ASSERT_EQ(a.weights.convolutions.size(), b.weights.convolutions.size());
  for (size_t i = 0; i < a.weights.convolutions.size(); ++i) {
    const ConvolutionWeights &x = a.weights.convolutions[i], &y = b.weights.convolutions[i];
    EXPECT_EQ(x.weight, y.weight);
    EXPECT_EQ(x.norm.weight, y.norm.weight);
    EXPECT_EQ(x.norm.bias, y.norm.bias);
    EXPECT_EQ(x.norm.running_mean, y.norm.running_mean);
    EXPECT_EQ(x.norm.running_var, y.norm.running_var);
  }
  EXPECT_EQ(a.weights.shrink_weight, b.weights.shrink_weight);
  EXPECT_EQ(a.weights.shrink_bias, b.weights.shrink_bias);
}

void ExpectSame(const TrainingCheckpoint& a, const TrainingCheckpoint& b) {
  EXPECT_EQ(a.epoch, b.epoch);
  EXPECT_EQ(a.learning_rate, b.learning_rate);
  EXPECT_EQ(a.random, b.random);
  EXPECT_EQ(a.random_semi, b.random_semi);
  EXPECT_EQ(a.continuation, b.continuation);
  ExpectSame(a.pose, b.pose);
  ASSERT_EQ(a.trajectory.has_value(), b.trajectory.has_value());
  if (a.trajectory) ExpectSame(*a.trajectory, *b.trajectory);
}

TEST(TrainingCheckpoint, ComesBackAsItWas) {
  const fs::path path = TestFolder() / "training_checkpoint.bin";
  TrainingCheckpoint checkpoint = RandomCheckpoint();
  WriteTrainingCheckpoint(path, checkpoint);
  ExpectSame(ReadTrainingCheckpoint(path), checkpoint);
  checkpoint.trajectory.reset();
  checkpoint.random_semi.reset();
  checkpoint.continuation.reset();
  checkpoint.pose.adam.reset();
  WriteTrainingCheckpoint(path, checkpoint);
  ExpectSame(ReadTrainingCheckpoint(path), checkpoint);
}

// The reference's files, both formats, rewritten by us.
TEST(TrainingCheckpoint, SaysHowALifterReadsItsInput) {
  const fs::path path = TestFolder() / "record.bin";
  TrainingCheckpoint checkpoint = RandomCheckpoint();
  checkpoint.trajectory.reset();
  checkpoint.random_semi.reset();
  WriteTrainingCheckpoint(path, checkpoint);
  EXPECT_EQ(ReadLifterRecord(TorchCheckpoint::Read(path)), LifterRecord());
  checkpoint.pose.weights.architecture.causal = true;
  WriteTrainingCheckpoint(path, checkpoint);
  EXPECT_EQ(ReadLifterRecord(TorchCheckpoint::Read(path)), (LifterRecord{.causal = true}));
  EXPECT_TRUE(ReadTrainingCheckpoint(path).pose.weights.architecture.causal);
  EXPECT_TRUE(ReadLiftCheckpoint(path).pose.architecture.causal);
  // Six values a frame are not what a person's row has.
  checkpoint.input = LifterInput::kPerson;
  WriteTrainingCheckpoint(path, checkpoint);
  EXPECT_EQ(ReadTrainingCheckpoint(path).input, LifterInput::kPerson);
  EXPECT_THROW(ReadLiftCheckpoint(path), Error);
  fs::remove(path);
}

TEST(TrainingCheckpoint, IsPackedToTheModelsInHalfPrecision) {
  const fs::path path = TestFolder() / "lifter.bin";
  const TrainingCheckpoint checkpoint = RandomCheckpoint();
  WriteLifter(path, checkpoint);
  const TrainingCheckpoint packed = ReadTrainingCheckpoint(path);
  EXPECT_FALSE(packed.pose.adam.has_value());
  EXPECT_FALSE(packed.random.has_value());
  ASSERT_TRUE(packed.trajectory.has_value());
  const auto& weights = checkpoint.pose.weights.convolutions[1];
  const auto& halves = packed.pose.weights.convolutions[1];
  EXPECT_EQ(halves.norm.running_var, weights.norm.running_var);
  ASSERT_EQ(halves.weight.shape, weights.weight.shape);
  for (size_t i = 0; i < weights.weight.values.size(); ++i) {
    const float value = weights.weight.values[i];
    EXPECT_NEAR(halves.weight.values[i], value, 0x1p-11 * std::abs(value) + 0x1p-25);
  }
  fs::remove(path);
}

TEST(TrainingCheckpoint, GoldenFilesComeBack) {
  const fs::path path = TestFolder() / "training_checkpoint_golden.bin";
  for (const char* name :
       {"ck_333/epoch_1.bin", "ck_333/epoch_1_legacy.bin", "ck_semi/epoch_1.bin"}) {
    const TrainingCheckpoint checkpoint = ReadTrainingCheckpoint(TestData("golden") / name);
    EXPECT_EQ(checkpoint.epoch, 1);
    EXPECT_NEAR(checkpoint.learning_rate, 0.00095, 1e-12);
    ASSERT_TRUE(checkpoint.random.has_value());
    ASSERT_TRUE(checkpoint.pose.adam.has_value());
    EXPECT_EQ(checkpoint.pose.adam->step, checkpoint.pose.batches_seen);
    WriteTrainingCheckpoint(path, checkpoint);
    ExpectSame(ReadTrainingCheckpoint(path), checkpoint);
  }
}

TEST(TrainingCheckpoint, CorruptFilesAreNamed) {
  const fs::path path = TestFolder() / "training_checkpoint_corrupt.bin";
  WriteTrainingCheckpoint(path, RandomCheckpoint());
  std::ifstream in(path, std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(in)), {});
  RandomState random(2);
  int refused = 0;
  for (int trial = 0; trial < 300; ++trial) {
    std::string bad = good;
    if (trial % 2 == 0) {
      bad.resize(random.NextInterval(static_cast<uint32_t>(good.size() - 1)));
    } else {
      bad[random.NextInterval(static_cast<uint32_t>(good.size() - 1))] ^= 0x41;
    }
    std::ofstream(path, std::ios::binary) << bad;
    try {
      ReadTrainingCheckpoint(path);  // a flipped value may well be another good value
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GE(refused, 150);  // everything that is cut off
}

// Debian's python3-torch, where it is installed: what the reference does to resume.
TEST(TrainingCheckpoint, PyTorchGoesOnFromIt) {
  if (std::system("/usr/bin/python3 -c 'import torch, numpy' 2>/dev/null") != 0) {
    GTEST_SKIP() << "no python3-torch here (apt-get install python3-torch)";
  }
  const fs::path path = TestFolder() / "training_checkpoint_torch.bin";
  const TrainingCheckpoint checkpoint = RandomCheckpoint();
  WriteTrainingCheckpoint(path, checkpoint);
  const fs::path script = TestFolder() / "training_checkpoint.py";
  std::ofstream(script) << R"(
import sys, numpy, torch
c = torch.load(sys.argv[1])
assert list(c) == ['epoch', 'lr', 'random_state', 'optimizer', 'model_pos', 'model_traj',
                   'random_state_semi', 'videopose'], list(c)
assert c['epoch'] == 3 and c['lr'] == 0.00095
state = c['random_state'].get_state()
assert state[0] == 'MT19937' and state[1].dtype == numpy.uint32 and state[2] == int(sys.argv[2])
assert (c['random_state'].permutation(10) == numpy.array(eval(sys.argv[3]))).all()
class Block(torch.nn.Module):
    def __init__(self, out):
        super().__init__()
        self.expand_bn = torch.nn.BatchNorm1d(4)
        self.shrink = torch.nn.Conv1d(4, out, 1)
        self.expand_conv = torch.nn.Conv1d(6, 4, 3, bias=False)
        self.layers_conv = torch.nn.ModuleList([torch.nn.Conv1d(4, 4, 5, bias=False),
                                                torch.nn.Conv1d(4, 4, 1, bias=False)])
        self.layers_bn = torch.nn.ModuleList([torch.nn.BatchNorm1d(4), torch.nn.BatchNorm1d(4)])
pos, traj = Block(9), Block(3)
assert list(c['model_pos']) == list(pos.state_dict())
pos.load_state_dict(c['model_pos'])
traj.load_state_dict(c['model_traj'])
assert pos.expand_bn.num_batches_tracked.item() == 28
parameters = list(pos.parameters()) + list(traj.parameters())
optimizer = torch.optim.Adam(parameters, lr=0.1, amsgrad=True)
optimizer.load_state_dict(c['optimizer'])
assert optimizer.param_groups[0]['lr'] == 0.00095
for p in parameters:
    assert optimizer.state[p]['exp_avg'].shape == p.shape
    assert optimizer.state[p]['step'].item() == 28
    p.grad = torch.ones_like(p)
optimizer.step()
)";
  RandomState random(*checkpoint.random);
  const std::vector<int64_t> order = random.Permutation(10);
  const std::string command =
      fmt::format("/usr/bin/python3 {} {} {} '[{}]'", script.string(), path.string(),
                  checkpoint.random->pos, fmt::join(order, ","));
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace videopose::internal::training_checkpoint_test
