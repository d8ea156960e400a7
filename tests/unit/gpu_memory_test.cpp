// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/memory.h"

#include <gtest/gtest.h>

namespace lapilli::gpu {
namespace {

constexpr uint32_t kAll = ~0u;
constexpr uint64_t kGiB = uint64_t{1} << 30;

constexpr MemoryType device_only(uint32_t heap) {
  return {.heap = heap, .device_local = true};
}
constexpr MemoryType host(uint32_t heap, bool cached) {
  return {.heap = heap, .host_visible = true, .host_coherent = true, .host_cached = cached};
}
constexpr MemoryType window(uint32_t heap) {
  return {.heap = heap, .device_local = true, .host_visible = true, .host_coherent = true};
}

/// A discrete GPU whose processor sees 256 MiB of its memory.
MemoryLayout small_bar() {
  return {.types = {window(2), device_only(0), host(1, false), host(1, true)},
          .heap_bytes = {8 * kGiB, 32 * kGiB, kGiB / 4}};
}

/// A discrete GPU whose whole memory can be mapped.
MemoryLayout resizable_bar() {
  return {.types = {device_only(0), host(1, false), window(0), host(1, true)},
          .heap_bytes = {8 * kGiB, 32 * kGiB}};
}

MemoryLayout lavapipe() {
  return {.types = {{.heap = 0,
                     .device_local = true,
                     .host_visible = true,
                     .host_coherent = true,
                     .host_cached = true}},
          .heap_bytes = {2 * kGiB}};
}

TEST(GpuMemory, WeightsNeverGoToTheSmallWindow) {
  EXPECT_EQ(choose_memory_type(small_bar(), kAll, BufferUse::kDevice), 1u);
  EXPECT_EQ(choose_memory_type(small_bar(), kAll, BufferUse::kHostVisibleDevice), 0u);
}

TEST(GpuMemory, AWholeMappableDeviceIsMapped) {
  EXPECT_EQ(choose_memory_type(resizable_bar(), kAll, BufferUse::kDevice), 2u);
}

TEST(GpuMemory, HostUsesStayInHostMemory) {
  for (const auto& layout : {small_bar(), resizable_bar()}) {
    for (const BufferUse use : {BufferUse::kHostVisible, BufferUse::kUpload, BufferUse::kReadback}) {
      const auto type = choose_memory_type(layout, kAll, use);
      ASSERT_TRUE(type.has_value());
      EXPECT_EQ(layout.types[*type].heap, 1u);
      EXPECT_EQ(layout.types[*type].host_cached, use == BufferUse::kReadback);
    }
  }
}

TEST(GpuMemory, UnifiedMemoryServesEveryUse) {
  for (const BufferUse use : {BufferUse::kDevice, BufferUse::kHostVisible, BufferUse::kHostVisibleDevice,
                              BufferUse::kUpload, BufferUse::kReadback})
    EXPECT_EQ(choose_memory_type(lavapipe(), kAll, use), 0u);
}

TEST(GpuMemory, ReadbackTakesUncachedMemoryBeforeNone) {
  const MemoryLayout layout{.types = {device_only(0), host(1, false)}, .heap_bytes = {kGiB, kGiB}};
  EXPECT_EQ(choose_memory_type(layout, kAll, BufferUse::kReadback), 1u);
}

TEST(GpuMemory, DeviceUseNeverFallsBackToHostMemory) {
  EXPECT_EQ(choose_memory_type(small_bar(), 0b1100, BufferUse::kDevice), std::nullopt);
}

TEST(GpuMemory, SpecialAndIncoherentTypesAreLeftAlone) {
  MemoryLayout layout = lavapipe();
  layout.types[0].special = true;
  EXPECT_EQ(choose_memory_type(layout, kAll, BufferUse::kDevice), std::nullopt);
  layout = lavapipe();
  layout.types[0].host_coherent = false;
  EXPECT_EQ(choose_memory_type(layout, kAll, BufferUse::kUpload), std::nullopt);
}

}  // namespace
}  // namespace lapilli::gpu
