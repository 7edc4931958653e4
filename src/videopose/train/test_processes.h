// SPDX-License-Identifier: Apache-2.0

// Processes that learn together, as threads of one process.

#ifndef VIDEOPOSE_TRAIN_TEST_PROCESSES_H_
#define VIDEOPOSE_TRAIN_TEST_PROCESSES_H_

#include <barrier>
#include <functional>
#include <thread>
#include <vector>

#include "videopose/nn/communicator.h"

namespace videopose::internal {

class TestProcesses {
 public:
  explicit TestProcesses(int size)
      : size_(size), sums_(static_cast<size_t>(size)), barrier_(size) {}

  // Calls work(communicator) on a thread for each process.
  void Run(const std::function<void(Communicator&)>& work) {
    std::vector<std::jthread> threads;
    for (int rank = 0; rank < size_; ++rank) {
      threads.emplace_back([this, rank, &work] {
        Process process(*this, rank);
        work(process);
      });
    }
  }

 private:
  class Process : public Communicator {
   public:
    Process(TestProcesses& all, int rank) : all_(all), rank_(rank) {}
    int rank() const override { return rank_; }
    int size() const override { return all_.size_; }
    void Sum(std::span<double> values) override { Add(values); }
    void Broadcast(std::span<float> values) override {
      if (rank_ != 0) std::fill(values.begin(), values.end(), 0.0F);
      Add(values);
    }
    void BeginSum(std::span<float> values) override { begun_.push_back(values); }
    void FinishSums() override {
      for (const std::span<float> values : begun_) Add(values);
      begun_.clear();
    }

   private:
    template <typename T>
    void Add(std::span<T> values) {
      all_.sums_[static_cast<size_t>(rank_)].assign(values.begin(), values.end());
      all_.barrier_.arrive_and_wait();
      for (size_t i = 0; i < values.size(); ++i) {
        T sum = 0;
        for (const std::vector<double>& part : all_.sums_) sum += static_cast<T>(part[i]);
        values[i] = sum;
      }
      all_.barrier_.arrive_and_wait();
    }

    TestProcesses& all_;
    int rank_;
    std::vector<std::span<float>> begun_;
  };

  int size_;
  std::vector<std::vector<double>> sums_;
  std::barrier<> barrier_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_TEST_PROCESSES_H_
