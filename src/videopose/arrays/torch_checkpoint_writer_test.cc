// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/torch_checkpoint_writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/test_folder.h"
#include "videopose/arrays/torch_checkpoint.h"
#include "videopose/base/error.h"

namespace videopose::internal::torch_checkpoint_writer_test {

namespace fs = std::filesystem;

PickleValue Text(std::string_view text) { return PickleValue::String(text); }

fs::path WriteExample() {
  const fs::path path = TestFolder() / "writer_example.bin";
  TorchCheckpointWriter writer;
  const PickleValue root = PickleValue::Dict(
      {{Text("epoch"), PickleValue::Int(7)},
       {Text("lr"), PickleValue::Float(0.00095)},
       {Text("weight"), writer.AddTensor(Tensor({2, 3}, {1, 2, 3, 4, 5, -6.5F}))},
       {Text("step"), writer.AddTensor(Tensor({}, {28}))},
       {Text("batches"), writer.AddTensor(BasicTensor<int64_t>({}, {int64_t{1} << 40}))},
       {Text("none"), PickleValue()}});
  writer.Write(path, root);
  return path;
}

TEST(TorchCheckpointWriter, IsReadBack) {
  const TorchCheckpoint file = TorchCheckpoint::Read(WriteExample());
  EXPECT_EQ(file.format(), TorchCheckpoint::Format::kZip);
  const PickleValue& root = file.root();
  EXPECT_EQ(root.At("epoch", "x").AsInt("x"), 7);
  EXPECT_EQ(root.At("lr", "x").AsDouble("x"), 0.00095);
  EXPECT_TRUE(root.At("none", "x").is_none());
  EXPECT_EQ(file.ReadFloats(root.At("weight", "x"), "x"), Tensor({2, 3}, {1, 2, 3, 4, 5, -6.5F}));
  EXPECT_EQ(file.ReadFloats(root.At("step", "x"), "x"), Tensor({}, {28}));
  EXPECT_EQ(file.ReadIntegers(root.At("batches", "x"), "x").values[0], int64_t{1} << 40);
}

TEST(TorchCheckpointWriter, LeavesTheOldFileWhereItCannotWrite) {
  const fs::path path = TestFolder() / "no_such_folder" / "x.bin";
  EXPECT_THROW(TorchCheckpointWriter().Write(path, PickleValue::Int(1)), Error);
  EXPECT_FALSE(fs::exists(path));
}

// Debian's python3-torch, where it is installed.
TEST(TorchCheckpointWriter, TorchLoadOpensIt) {
  if (std::system("/usr/bin/python3 -c 'import torch' 2>/dev/null") != 0) {
    GTEST_SKIP() << "no python3-torch here (apt-get install python3-torch)";
  }
  const fs::path script = TestFolder() / "writer_example.py";
  std::ofstream(script) << R"(
import sys, torch
c = torch.load(sys.argv[1])
assert list(c) == ['epoch', 'lr', 'weight', 'step', 'batches', 'none'], list(c)
assert c['epoch'] == 7 and c['lr'] == 0.00095 and c['none'] is None
assert torch.equal(c['weight'], torch.tensor([[1, 2, 3], [4, 5, -6.5]]))
assert c['weight'].dtype == torch.float32 and c['batches'].dtype == torch.int64
assert c['step'].item() == 28 and c['step'].dim() == 0
assert c['batches'].item() == 2 ** 40
torch.save(c, sys.argv[1] + '.again')
)";
  const std::string command = "/usr/bin/python3 " + script.string() + " " + WriteExample().string();
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace videopose::internal::torch_checkpoint_writer_test
