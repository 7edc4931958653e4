// SPDX-License-Identifier: Apache-2.0

// mpi_bench [WIDTHS CHANNELS BATCH STEPS [plain]]: a training step of the processes that mpirun
// started, and where its time goes. With "plain", sums of gradients are not overlapped with the
// backward pass. bench/mpi_overhead.sh compares it with one process.

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "videopose/base/random.h"
#include "videopose/base/statistics.h"
#include "videopose/cluster/mpi.h"
#include "videopose/lift/architecture.h"
#include "videopose/train/learner.h"

namespace videopose::internal {
namespace {

double Now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Counts bytes and the time that passes in waiting.
class Counted : public Communicator {
 public:
  Counted(Communicator& real, bool is_plain) : real_(real), is_plain_(is_plain) {}
  int rank() const override { return real_.rank(); }
  int size() const override { return real_.size(); }
  void Sum(std::span<double> values) override {
    const double start = Now_s();
    real_.Sum(values);
    small_s += Now_s() - start;
    small_bytes += values.size_bytes();
    ++small_count;
  }
  void Broadcast(std::span<float> values) override {
    const double start = Now_s();
    real_.Broadcast(values);
    small_s += Now_s() - start;
    small_bytes += values.size_bytes();
    ++small_count;
  }
  void BeginSum(std::span<float> values) override {
    const double start = Now_s();
    real_.BeginSum(values);
    if (is_plain_) real_.FinishSums();
    gradient_s += Now_s() - start;
    gradient_bytes += values.size_bytes();
  }
  void FinishSums() override {
    const double start = Now_s();
    real_.FinishSums();
    gradient_s += Now_s() - start;
  }

  double small_s = 0, gradient_s = 0;
  size_t small_bytes = 0, gradient_bytes = 0, small_count = 0;

 private:
  Communicator& real_;
  bool is_plain_;
};

std::vector<float> RandomValues(RandomState& random, int64_t count) {
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = static_cast<float>(random.NextDouble() - 0.5);
  return values;
}

int Run(int argc, char** argv) {
  const auto argument = [&](int i, const char* otherwise) {
    return std::string(argc > i ? argv[i] : otherwise);
  };
  ProcessGroup group;
  Counted processes(group.processes(), argument(5, "") == "plain");
  TemporalArchitecture architecture{.channels = std::atoi(argument(2, "1024").c_str()),
                                    .input_channels = 34,
                                    .output_channels = 51};
  architecture.widths.clear();
  for (const char c : argument(1, "33333")) architecture.widths.push_back(c - '0');
  const int64_t batch_size = std::atoi(argument(3, "1024").c_str());
  const int steps = std::atoi(argument(4, "5").c_str());

  RandomState random(1);
  TrainableModel model(InitialWeights(architecture, random),
                       {.strided = true, .processes = &processes});
  Learner learner(std::move(model), std::nullopt, {.processes = &processes});
  const Communicator::Part part = processes.OwnPart(batch_size);
  WindowBatch batch{.windows = part.count, .first_window = part.first};
  if (!processes.is_alone()) batch.whole_windows = batch_size;
  batch.keypoints = RandomValues(
      random, part.count * architecture.receptive_field() * architecture.input_channels);
  batch.poses = RandomValues(random, part.count * architecture.output_channels);
  batch.roots.assign(static_cast<size_t>(part.count) * 3, 4);

  std::vector<double> step_s;
  for (int i = 0; i < steps + 2; ++i) {
    const bool is_warm = i >= 2;
    if (i == 2) {
      processes.small_s = processes.gradient_s = 0;
      processes.small_bytes = processes.gradient_bytes = processes.small_count = 0;
    }
    const double start = Now_s();
    learner.Step(batch, 0.001);
    if (is_warm) step_s.push_back(Now_s() - start);
  }
  if (processes.is_first()) {
    fmt::print(
        "{} processes: step {:.1f} ms (median), in statistics {:.2f} ms ({:.0f} messages, {:.0f} "
        "kB), in gradients {:.2f} ms ({:.2f} MB)\n",
        processes.size(), 1e3 * Median(step_s), 1e3 * processes.small_s / steps,
        static_cast<double>(processes.small_count) / steps,
        1e-3 * static_cast<double>(processes.small_bytes) / steps,
        1e3 * processes.gradient_s / steps,
        1e-6 * static_cast<double>(processes.gradient_bytes) / steps);
  }
  group.Leave();
  return 0;
}

}  // namespace
}  // namespace videopose::internal

int main(int argc, char** argv) { return videopose::internal::Run(argc, argv); }
