// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/timeline.h"
#include "tests/support/device_fixture.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace lapilli::gpu {
namespace {

using testing::HasSubstr;

class GpuBuffer : public test::GpuTest {};

ErrorCode code_of(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::kInternal;
}

TEST_F(GpuBuffer, TheDeviceDescribesItself) {
  const DeviceInfo& info = device().info();
  EXPECT_TRUE(info.meets_floor()) << info.missing;
  EXPECT_EQ(info.uuid.size(), 32u);
  EXPECT_FALSE(info.driver.empty());
  EXPECT_GE(info.caps.subgroup_size, 4u);
  EXPECT_GE(info.caps.max_storage_range_bytes, uint64_t{1} << 27);
  EXPECT_GE(info.caps.max_allocation_bytes, uint64_t{1} << 30);
  ASSERT_FALSE(info.heaps.empty());
  EXPECT_GT(info.heaps[device().heap_of(BufferUse::kDevice)].size_bytes, 0u);
  EXPECT_TRUE(info.heaps[device().heap_of(BufferUse::kDevice)].device_local);
  EXPECT_EQ(environment().vulkan().find(info.uuid).value().caps.name, info.caps.name);
}

TEST_F(GpuBuffer, BytesTravelUpAndDown) {
  constexpr size_t kBytes = 1013 * 4;
  const Buffer upload = device().buffer({.size_bytes = kBytes, .use = BufferUse::kUpload, .name = "up"});
  const Buffer middle = device().buffer({.size_bytes = kBytes + 64, .use = BufferUse::kDevice});
  const Buffer readback = device().buffer({.size_bytes = kBytes, .use = BufferUse::kReadback});
  for (size_t i = 0; i < kBytes; ++i) upload.mapped()[i] = static_cast<std::byte>(i * 7);

  CommandRecorder recorder(device(), "round trip");
  recorder.fill({&middle}, 0xdeadbeef);
  recorder.barrier(Stage::kTransfer, Stage::kTransfer);
  recorder.copy({&upload}, {&middle, 64});
  recorder.barrier(Stage::kTransfer, Stage::kTransfer);
  recorder.copy({&middle, 60, kBytes}, {&readback});
  const CommandBuffer commands = recorder.finish();
  Timeline timeline(device());
  timeline.wait(timeline.submit(commands));

  EXPECT_EQ(load<uint32_t>(readback.mapped().data()), 0xdeadbeefu);
  EXPECT_TRUE(std::ranges::equal(readback.mapped().subspan(4), upload.mapped().first(kBytes - 4)));
}

TEST_F(GpuBuffer, EveryUseButDeviceCanBeMapped) {
  for (const BufferUse use :
       {BufferUse::kHostVisible, BufferUse::kHostVisibleDevice, BufferUse::kUpload, BufferUse::kReadback}) {
    const Buffer buffer = device().buffer({.size_bytes = 5, .use = use, .name = "b"});
    EXPECT_EQ(buffer.mapped().size(), 5u);
    EXPECT_EQ(buffer.size_bytes(), 5u);
    EXPECT_EQ(buffer.use(), use);
  }
}

TEST_F(GpuBuffer, MemoryIsCountedAndGivenBack) {
  constexpr uint64_t kBytes = uint64_t{8} << 20;
  const auto allocated = [&] {
    return device().memory_use()[device().heap_of(BufferUse::kDevice)].allocated_bytes;
  };
  const uint64_t before = allocated();
  const Counters counters = device().counters();
  {
    const Buffer buffer = device().buffer({.size_bytes = kBytes});
    EXPECT_GE(allocated(), before + kBytes);
  }
  EXPECT_EQ(allocated(), before);
  EXPECT_EQ(device().counters().allocations, counters.allocations + 1);
}

TEST_F(GpuBuffer, AnEmptyBufferIsRefused) {
  EXPECT_EQ(code_of([&] { return device().buffer({.size_bytes = 0, .name = "none"}); }),
            ErrorCode::kInvalidArgument);
}

TEST_F(GpuBuffer, MoreThanOneAllocationMayHoldNamesWantedFreeAndBudget) {
  const uint64_t size_bytes = device().caps().max_allocation_bytes + 1;
  try {
    static_cast<void>(device().buffer({.size_bytes = size_bytes, .name = "weights"}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kOutOfMemory);
    EXPECT_THAT(error.message(), HasSubstr("buffer \"weights\" needs "));
    EXPECT_THAT(error.message(), HasSubstr("(device memory) has "));
    EXPECT_THAT(error.message(), HasSubstr(" free of a budget of "));
  }
}

TEST_F(GpuBuffer, AMemoryLimitHoldsForDeviceBuffersTogether) {
  constexpr uint64_t kMiB = uint64_t{1} << 20;
  Device limited = environment().open({.memory_limit_bytes = 4 * kMiB});
  EXPECT_EQ(limited.free_bytes(BufferUse::kDevice), 4 * kMiB);
  EXPECT_GT(limited.free_bytes(BufferUse::kHostVisible), 4 * kMiB);
  {
    const Buffer first = limited.buffer({.size_bytes = 3 * kMiB});
    EXPECT_EQ(limited.free_bytes(BufferUse::kDevice), kMiB);
    EXPECT_EQ(code_of([&] { return limited.buffer({.size_bytes = 2 * kMiB}); }), ErrorCode::kOutOfMemory);
    EXPECT_NO_THROW(limited.buffer({.size_bytes = 8 * kMiB, .use = BufferUse::kHostVisible}));
  }
  EXPECT_NO_THROW(limited.buffer({.size_bytes = 4 * kMiB}));
}

TEST_F(GpuBuffer, ThePeakIsTheMostThatWasTakenAtOneTime) {
  constexpr uint64_t kMiB = uint64_t{1} << 20;
  Device device = environment().open();
  EXPECT_EQ(device.peak_bytes(), 0u);
  {
    const Buffer first = device.buffer({.size_bytes = 3 * kMiB});
    const Buffer second = device.buffer({.size_bytes = 2 * kMiB});
    EXPECT_GE(device.peak_bytes(), 5 * kMiB);
  }
  const uint64_t peak = device.peak_bytes();
  EXPECT_LT(peak, 6 * kMiB);
  const Buffer third = device.buffer({.size_bytes = 4 * kMiB});
  EXPECT_EQ(device.peak_bytes(), peak);
  const Buffer fourth = device.buffer({.size_bytes = 4 * kMiB});
  EXPECT_GE(device.peak_bytes(), 8 * kMiB);
}

TEST_F(GpuBuffer, AnyAllocationMayFailAndLeavesNothingBehind) {
  constexpr uint64_t kBuffers = 4;
  for (uint64_t n = 1; n <= kBuffers; ++n) {
    Device failing = environment().open({.fail_allocation_at = n});
    std::vector<Buffer> buffers;
    EXPECT_EQ(code_of([&] {
                for (uint64_t i = 0; i < kBuffers; ++i)
                  buffers.push_back(failing.buffer({.size_bytes = 4096, .name = "b"}));
              }),
              ErrorCode::kOutOfMemory);
    EXPECT_EQ(buffers.size(), n - 1);
    EXPECT_NO_THROW(buffers.push_back(failing.buffer({.size_bytes = 4096}))) << "the device is still usable";
  }
}

}  // namespace
}  // namespace lapilli::gpu
