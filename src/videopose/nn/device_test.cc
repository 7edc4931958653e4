// SPDX-License-Identifier: Apache-2.0

// Memory of devices.

#include "videopose/nn/device.h"

#include "videopose/nn/test_devices.h"

namespace videopose::internal::device_test {

class BufferTest : public DeviceTest {};
INSTANTIATE_TEST_SUITE_P(On, BufferTest, AllDevices(), kDeviceName);

TEST_P(BufferTest, GrowsWithZerosAndKeepsItsValues) {
  Buffer buffer(device(), 2);
  device().Upload(std::vector<float>{1, 2}, buffer.data());
  buffer.Reserve(4);
  EXPECT_EQ(device().Downloaded(buffer.span()), (std::vector<float>{1, 2, 0, 0}));
  buffer.Reserve(3);
  EXPECT_EQ(buffer.size(), 4U);
}

TEST_P(BufferTest, CopiesOverlapTowardsTheFront) {
  OnDevice values(device(), {1, 2, 3, 4, 5});
  device().Copy(values.span().subspan(1), values.span().data());
  EXPECT_EQ(values.host(), (std::vector<float>{2, 3, 4, 5, 5}));
}

// What network and trainer may not do: read a device's memory themselves.
TEST(PlainDeviceDeathTest, ItsMemoryIsNotTheHosts) {
  const Buffer buffer(PlainDevice(), 1);
  EXPECT_DEATH(
      {
        volatile float value = *buffer.data();
        (void)value;
      },
      "");
}

}  // namespace videopose::internal::device_test
