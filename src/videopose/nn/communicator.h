// SPDX-License-Identifier: Apache-2.0

// Processes that learn together: each has a part of every batch and all parameters.

#ifndef VIDEOPOSE_NN_COMMUNICATOR_H_
#define VIDEOPOSE_NN_COMMUNICATOR_H_

#include <cstdint>
#include <span>

namespace videopose::internal {

// The processes, of which this is number `rank`. All call the same functions in the same order, and
// all get the same bits, also when they do it again.
class Communicator {
 public:
  virtual ~Communicator() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;

  // In place: sums over the processes.
  virtual void Sum(std::span<double> values) = 0;
  // In place: what process 0 has.
  virtual void Broadcast(std::span<float> values) = 0;
  // Begins to sum in place, beside other work; until FinishSums the values stay untouched.
  virtual void BeginSum(std::span<float> values) = 0;
  virtual void FinishSums() = 0;

  bool is_alone() const { return size() == 1; }
  bool is_first() const { return rank() == 0; }

  struct Part {
    int64_t first = 0, count = 0;
  };
  // This process's part of so many things, in units that are not divided. Parts lie one after
  // another and differ by one unit at most.
  Part OwnPart(int64_t count, int64_t unit = 1) const {
    const int64_t units = count / unit;
    const int64_t first = units * rank() / size(), end = units * (rank() + 1) / size();
    return {first * unit, (end - first) * unit};
  }
};

// One process alone.
Communicator& OneProcess();

// The part of a batch of sequences that a process has: the first `split` are those from `first` on
// of the whole batch, the others those from `second` on. Without values: the whole batch.
struct BatchShare {
  int64_t whole = 0;  // sequences in the whole batch; 0: what there is
  int64_t first = 0, split = 0, second = 0;

  // Of rows, `frames` for each sequence.
  BatchShare InRows(int64_t frames) const {
    return {whole * frames, first * frames, split * frames, second * frames};
  }
  // Where a row of the part is in the whole batch.
  int64_t index(int64_t row) const { return row < split ? first + row : second + row - split; }
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_NN_COMMUNICATOR_H_
