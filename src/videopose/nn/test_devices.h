// SPDX-License-Identifier: Apache-2.0

// Tests of what each device must do run on all of them.

#ifndef VIDEOPOSE_NN_TEST_DEVICES_H_
#define VIDEOPOSE_NN_TEST_DEVICES_H_

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "videopose/nn/device.h"
#include "videopose/nn/plain/plain_device.h"

namespace videopose::internal {

struct TestDevice {
  const char* name;
  Device& (*get)();
};
inline std::ostream& operator<<(std::ostream& out, const TestDevice& d) { return out << d.name; }

inline auto AllDevices() {
  return testing::Values(TestDevice{"Cpu", CpuDevice}, TestDevice{"Plain", PlainDevice});
}

class DeviceTest : public testing::TestWithParam<TestDevice> {
 protected:
  Device& device() const { return GetParam().get(); }
};

// Of tests with a TestDevice, or a tuple that ends with one.
inline constexpr auto kDeviceName = [](const auto& test) -> std::string { return test.param.name; };
// `name_of`: of the tuple's first member.
template <typename NameOf>
auto NameAndDevice(const NameOf& name_of) {
  return [name_of](const auto& test) {
    return std::string(name_of(std::get<0>(test.param))) + "_" + std::get<1>(test.param).name;
  };
}

// Values in a device's memory.
class OnDevice {
 public:
  OnDevice(Device& device, const std::vector<float>& host_values)
      : device_(device), values_(device, host_values.size()) {
    device.Upload(host_values, values_.data());
  }
  Matrix matrix(int64_t rows, int64_t cols) { return {values_.data(), rows, cols}; }
  Matrix matrix(int64_t rows, int64_t cols, int64_t stride) {
    return {values_.data(), rows, cols, stride};
  }
  std::span<float> span() { return values_.span(); }
  std::vector<float> host() const { return device_.Downloaded(values_.span()); }

 private:
  Device& device_;
  Buffer values_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_NN_TEST_DEVICES_H_
