// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/device_info.h"
#include "engine/gpu/pipelines.h"
#include "engine/gpu/quirks.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace lapilli::gpu {
namespace {

constexpr uint32_t kRadv = 3, kAmdProprietary = 1, kLlvmpipe = 13;  // VkDriverId

DeviceInfo fake(std::string name, DeviceType type, size_t physical_index, std::string uuid) {
  DeviceInfo info;
  info.caps.name = std::move(name);
  info.caps.type = type;
  info.physical_index = physical_index;
  info.uuid = std::move(uuid);
  return info;
}

std::vector<DeviceInfo> laptop() {
  return sort_and_merge({fake("llvmpipe (LLVM 15)", DeviceType::kSoftware, 0, "aa01"),
                         fake("Iris Xe", DeviceType::kIntegrated, 1, "bb02"),
                         fake("GeForce RTX 4060", DeviceType::kDiscrete, 2, "cc03")});
}

std::vector<std::string> names(const std::vector<DeviceInfo>& devices) {
  std::vector<std::string> result;
  for (const DeviceInfo& device : devices) result.push_back(device.caps.name);
  return result;
}

TEST(GpuDeviceInfo, DiscreteComesFirstAndSoftwareLast) {
  EXPECT_EQ(names(laptop()), (std::vector<std::string>{"GeForce RTX 4060", "Iris Xe", "llvmpipe (LLVM 15)"}));
  EXPECT_EQ(choose_device(laptop()).value(), 0u);
}

TEST(GpuDeviceInfo, UnusableDevicesAreLastWhateverTheirType) {
  auto old = fake("GeForce GT 710", DeviceType::kDiscrete, 0, "01");
  old.missing = "16-bit storage";
  const auto devices = sort_and_merge({old, fake("llvmpipe", DeviceType::kSoftware, 1, "02")});
  EXPECT_EQ(devices[choose_device(devices).value()].caps.name, "llvmpipe");
  const auto forced = choose_device(devices, "710");
  ASSERT_FALSE(forced.ok());
  EXPECT_EQ(forced.error().code(), ErrorCode::kUnsupported);
  EXPECT_EQ(forced.error().message(), "device 1 \"GeForce GT 710\" lacks 16-bit storage");
}

TEST(GpuDeviceInfo, SelectsByIndexNamePartAndUuid) {
  const auto devices = laptop();
  EXPECT_EQ(choose_device(devices, "2").value(), 2u);
  EXPECT_EQ(choose_device(devices, "iris").value(), 1u);
  EXPECT_EQ(choose_device(devices, "AA01").value(), 2u);
  EXPECT_EQ(choose_device(devices, "4060").value(), 0u) << "a number beyond the list may be part of a name";
}

/// What a driver lists in another order, or without a device, after something was plugged in or out.
TEST(GpuDeviceInfo, AUuidNamesTheSameDeviceInEveryOrder) {
  std::vector<DeviceInfo> all = {fake("A770", DeviceType::kDiscrete, 0, "bb02"),
                                 fake("A770", DeviceType::kDiscrete, 1, "aa01"),
                                 fake("llvmpipe", DeviceType::kSoftware, 2, "cc03"),
                                 fake("Iris Xe", DeviceType::kIntegrated, 3, "dd04")};
  std::vector<size_t> order = {0, 1, 2, 3};
  do {
    std::vector<DeviceInfo> listed;
    for (const size_t index : order) {
      listed.push_back(all[index]);
      listed.back().physical_index = listed.size() - 1;
    }
    const auto devices = sort_and_merge(listed);
    for (const DeviceInfo& device : all)
      EXPECT_EQ(devices[choose_device(devices, device.uuid).value()].uuid, device.uuid);
    EXPECT_EQ(devices[choose_device(devices).value()].caps.type, DeviceType::kDiscrete);
    EXPECT_EQ(devices.back().caps.type, DeviceType::kSoftware);
    // Its twin does not stand in for one that is gone.
    std::erase_if(listed, [](const DeviceInfo& device) { return device.uuid == "aa01"; });
    EXPECT_EQ(choose_device(sort_and_merge(listed), "aa01").error().code(), ErrorCode::kNotFound);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(GpuDeviceInfo, AnUnknownSelectorListsWhatThereIs) {
  const auto result = choose_device(laptop(), "radeon");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(result.error().message(),
            "no device is called \"radeon\"; there are: 0 \"GeForce RTX 4060\", 1 \"Iris Xe\", "
            "2 \"llvmpipe (LLVM 15)\"");
}

TEST(GpuDeviceInfo, NothingUsableIsNoDevice) {
  EXPECT_EQ(choose_device({}).error().code(), ErrorCode::kNoDevice);
  auto old = fake("GMA", DeviceType::kIntegrated, 0, "01");
  old.missing = "push descriptors, 16-bit storage";
  const std::array devices = {old};
  EXPECT_EQ(choose_device(devices).error().code(), ErrorCode::kNoDevice);
  EXPECT_EQ(choose_device(devices).error().message(),
            "no Vulkan device can be used: \"GMA\" lacks push descriptors, 16-bit storage; a newer driver "
            "may help");
}

TEST(GpuDeviceInfo, OneGpuUnderTwoDriversIsListedOnceWithTheBetterDriver) {
  auto proprietary = fake("RX 7900 (amdvlk)", DeviceType::kDiscrete, 0, "dd");
  proprietary.driver_id = kAmdProprietary;
  auto radv = fake("RX 7900 (radv)", DeviceType::kDiscrete, 1, "dd");
  radv.driver_id = kRadv;
  EXPECT_EQ(names(sort_and_merge({proprietary, radv})), std::vector<std::string>{"RX 7900 (radv)"});
  EXPECT_EQ(names(sort_and_merge({radv, proprietary})), std::vector<std::string>{"RX 7900 (radv)"});
  radv.missing = "16-bit storage";
  EXPECT_EQ(names(sort_and_merge({radv, proprietary})), std::vector<std::string>{"RX 7900 (amdvlk)"});
}

TEST(GpuDeviceInfo, TwinsAndDevicesWithoutIdentityStayApart) {
  EXPECT_EQ(sort_and_merge(
                {fake("A770", DeviceType::kDiscrete, 0, "01"), fake("A770", DeviceType::kDiscrete, 1, "02")})
                .size(),
            2u);
  EXPECT_EQ(
      sort_and_merge({fake("a", DeviceType::kOther, 0, "0000"), fake("b", DeviceType::kOther, 1, "0000")})
          .size(),
      2u);
}

TEST(GpuDeviceInfo, TheUsualMatrixShapeWinsThenTheLargest) {
  constexpr MatrixShape kUsual = {16, 16, 16};
  EXPECT_EQ(choose_matrix_shape(std::array{MatrixShape{32, 32, 16}, kUsual, MatrixShape{8, 8, 8}}), kUsual);
  EXPECT_EQ(choose_matrix_shape(std::array{MatrixShape{8, 8, 8}, MatrixShape{8, 16, 16}}),
            (MatrixShape{8, 16, 16}));
  EXPECT_EQ(choose_matrix_shape({}), MatrixShape{});
}

TEST(GpuQuirks, ApplyToTheirDriverAndVersionsOnly) {
  DeviceInfo device;
  device.driver_id = kLlvmpipe;
  device.driver_version = 1;
  EXPECT_TRUE(has_quirk(known_quirks(), device, QuirkFlag::kHeapSizeIsFixed));
  device.driver_version = (26u << 22) | (1u << 12) | 6u;
  EXPECT_FALSE(has_quirk(known_quirks(), device, QuirkFlag::kHeapSizeIsFixed));
  device.driver_version = 1;
  device.driver_id = kRadv;
  EXPECT_FALSE(has_quirk(known_quirks(), device, QuirkFlag::kHeapSizeIsFixed));
}

TEST(GpuPipelines, NamesTheFirstFeatureADeviceLacks) {
  constexpr std::array<std::string_view, 2> kNeeds = {"float16", "coopmat"};
  ShaderInfo shader = {};
  shader.needs = kNeeds;
  DeviceCaps caps;
  EXPECT_EQ(missing_need(caps, shader), "float16");
  caps.float16_arithmetic = true;
  EXPECT_EQ(missing_need(caps, shader), "coopmat");
  caps.cooperative_matrix = true;
  EXPECT_EQ(missing_need(caps, shader), "");
}

}  // namespace
}  // namespace lapilli::gpu
