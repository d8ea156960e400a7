// SPDX-License-Identifier: Apache-2.0
// The device test: what works is told from what computes something else, and from what fails.
#include "engine/runtime/device_test.h"

#include <cstdlib>
#include <iostream>

#include <gmock/gmock.h>

namespace lapilli::test {
namespace {

DeviceTestOptions options(Compute compute) {
  DeviceTestOptions result{.compute = compute};
  if (const char* device = std::getenv("LAPILLI_DEVICE")) result.device = device;
  return result;
}

class DeviceTestOf : public testing::TestWithParam<Compute> {};

TEST_P(DeviceTestOf, AGoodDeviceWorksWithRoomToSpare) {
  const DeviceTestResult result = test_device(options(GetParam())).value();
  std::cout << "[ figure   ] differences " << result.prompt_difference << ", " << result.decoded_difference
            << " of " << result.allowed_difference << ", " << result.tokens_per_second << " tokens/s\n";
  EXPECT_TRUE(result.works());
  EXPECT_LE(result.difference, result.allowed_difference / 2);
  EXPECT_GT(result.prompt_difference, 0.0);
  EXPECT_GT(result.decoded_difference, 0.0);
  EXPECT_GT(result.tokens_per_second, 0.0);
  EXPECT_NE(result.device, "");
}

INSTANTIATE_TEST_SUITE_P(Activations, DeviceTestOf, testing::Values(Compute::kF32, Compute::kF16));

TEST(DeviceTest, OtherNumbersAreTold) {
  DeviceTestOptions other = options(Compute::kAuto);
  other.model_seed = kDeviceTestSeed + 1;
  const DeviceTestResult result = test_device(other).value();
  EXPECT_FALSE(result.works());
  EXPECT_GT(result.prompt_difference, 0.3);
  EXPECT_GT(result.decoded_difference, 0.3);
}

TEST(DeviceTest, AFailureIsOneSentence) {
  DeviceTestOptions lost = options(Compute::kAuto);
  lost.device_options.lose_device_at = 3;
  const auto result = test_device(lost);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kDeviceLost);
  DeviceTestOptions small = options(Compute::kAuto);
  small.device_options.memory_limit_bytes = 1;
  EXPECT_EQ(test_device(small).error().code(), ErrorCode::kOutOfMemory);
  EXPECT_EQ(test_device({.device = "no such device"}).error().code(), ErrorCode::kNotFound);
}

TEST(DeviceTest, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(test_device(options(Compute::kAuto), stop.get_token()).error().code(), ErrorCode::kStopped);
}

}  // namespace
}  // namespace lapilli::test
