// SPDX-License-Identifier: Apache-2.0

#include "videopose/nn/communicator.h"

namespace videopose::internal {
namespace {

class Alone : public Communicator {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  void Sum(std::span<double> /*values*/) override {}
  void Broadcast(std::span<float> /*values*/) override {}
  void BeginSum(std::span<float> /*values*/) override {}
  void FinishSums() override {}
};

}  // namespace

Communicator& OneProcess() {
  static Alone alone;
  return alone;
}

}  // namespace videopose::internal
