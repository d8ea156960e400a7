// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/timeline.h"
#include "shaders/probe.h"
#include "tests/support/device_fixture.h"

namespace lapilli::gpu {
namespace {

struct Params {
  uint32_t count;
  float factor;
};

/// One dispatch of the probe shader over host-visible buffers.
class GpuCommands : public test::GpuTest {
 protected:
  static constexpr uint32_t kCount = 1009;

  void SetUp() override {
    for (uint32_t i = 0; i < kCount; ++i)
      store(x_.mapped().data() + i * sizeof(float), static_cast<float>(i));
  }
  [[nodiscard]] float y(uint32_t i) const { return load<float>(y_.mapped().data() + i * sizeof(float)); }

  void record_probe(CommandRecorder& recorder, const Buffer& from, const Buffer& to, float factor) {
    recorder.bind(pipelines_.get(*shader::probe()));
    recorder.push_buffers(std::array{BoundRange{0, {&from}}, BoundRange{1, {&to}}});
    const Params params{kCount, factor};
    recorder.push_constants(std::as_bytes(std::span(&params, 1)));
    recorder.dispatch(static_cast<uint32_t>(divide_up(kCount, 32)));
  }

  Buffer x_ = device().buffer({.size_bytes = kCount * 4, .use = BufferUse::kHostVisibleDevice, .name = "x"});
  Buffer middle_ = device().buffer({.size_bytes = kCount * 4, .use = BufferUse::kDevice, .name = "middle"});
  Buffer y_ = device().buffer({.size_bytes = kCount * 4, .use = BufferUse::kReadback, .name = "y"});
  PipelineCache pipelines_{device(), {}};
  Timeline timeline_{device()};
};

TEST_F(GpuCommands, DispatchesFollowEachOtherThroughABarrier) {
  CommandRecorder recorder(device(), "two steps");
  record_probe(recorder, x_, middle_, 2.0f);
  recorder.barrier(Stage::kCompute, Stage::kCompute);
  record_probe(recorder, middle_, y_, 3.0f);
  const CommandBuffer commands = recorder.finish();
  timeline_.wait(timeline_.submit(commands));
  for (uint32_t i = 0; i < kCount; ++i) ASSERT_EQ(y(i), (static_cast<float>(i) * 2 + 32) * 3 + 32) << i;
}

TEST_F(GpuCommands, AForgottenBarrierIsReportedByValidation) {
  if (!environment().vulkan().validating()) GTEST_SKIP() << "no validation layer";
  CommandRecorder recorder(device());
  record_probe(recorder, x_, middle_, 2.0f);
  record_probe(recorder, middle_, y_, 3.0f);
  const CommandBuffer commands = recorder.finish();
  EXPECT_FALSE(environment().take_messages().empty());
}

TEST_F(GpuCommands, ReplayReadsNewInputsAndCostsNothing) {
  CommandRecorder recorder(device());
  record_probe(recorder, x_, y_, 1.0f);
  const CommandBuffer commands = recorder.finish();
  timeline_.wait(timeline_.submit(commands));
  const Counters before = device().counters();
  for (uint32_t step = 1; step <= 3; ++step) {
    store(x_.mapped().data(), static_cast<float>(100 * step));
    timeline_.wait(timeline_.submit(commands));
    EXPECT_EQ(y(0), static_cast<float>(100 * step + 32));
  }
  Counters expected = before;
  expected.submissions += 3;
  EXPECT_EQ(device().counters(), expected);
}

TEST_F(GpuCommands, CommandBuffersOfOneSubmissionRunInOrder) {
  CommandRecorder first(device());
  record_probe(first, x_, middle_, 2.0f);
  const CommandBuffer a = first.finish();
  CommandRecorder second(device());
  record_probe(second, middle_, y_, 1.0f);
  const CommandBuffer b = second.finish();
  timeline_.wait(timeline_.submit(std::array{&a, &b}));
  EXPECT_EQ(y(5), 5.0f * 2 + 32 + 32);
}

TEST_F(GpuCommands, TheTimelineCountsSubmissions) {
  CommandRecorder recorder(device());
  record_probe(recorder, x_, y_, 1.0f);
  const CommandBuffer commands = recorder.finish();
  EXPECT_EQ(timeline_.completed(), 0u);
  EXPECT_EQ(timeline_.submit(commands), 1u);
  EXPECT_TRUE(timeline_.wait(1, std::chrono::minutes(1)));
  EXPECT_EQ(timeline_.completed(), 1u);
  EXPECT_EQ(timeline_.submit({}), 2u);
  timeline_.wait(2);
  EXPECT_EQ(timeline_.submitted(), 2u);
}

TEST_F(GpuCommands, TimestampsEncloseTheWork) {
  if (!Timestamps::supported(device())) GTEST_SKIP() << "no timestamps";
  const Timestamps timestamps(device(), 3);
  CommandRecorder recorder(device());
  recorder.reset_timestamps(timestamps);
  recorder.write_timestamp(timestamps, 0);
  record_probe(recorder, x_, middle_, 2.0f);
  recorder.barrier(Stage::kCompute, Stage::kCompute);
  recorder.write_timestamp(timestamps, 1);
  record_probe(recorder, middle_, y_, 2.0f);
  recorder.write_timestamp(timestamps, 2);
  const CommandBuffer commands = recorder.finish();
  for (int replay = 0; replay < 2; ++replay) {
    const auto start = std::chrono::steady_clock::now();
    timeline_.wait(timeline_.submit(commands));
    const std::chrono::duration<double, std::nano> wall = std::chrono::steady_clock::now() - start;
    const auto intervals = timestamps.intervals_ns();
    ASSERT_EQ(intervals.size(), 2u);
    EXPECT_GT(intervals[0] + intervals[1], 0.0);
    EXPECT_LT(intervals[0] + intervals[1], wall.count());
  }
}

TEST_F(GpuCommands, RangesOutsideTheirBufferAreRefused) {
  CommandRecorder recorder(device());
  recorder.bind(pipelines_.get(*shader::probe()));
  const auto bind = [&](uint64_t offset, uint64_t size) {
    recorder.push_buffers(std::array{BoundRange{0, {&x_, offset, size}}});
  };
  EXPECT_THROW(bind(0, kCount * 4 + 1), Error);
  EXPECT_THROW(bind(kCount * 4, 0), Error);
  EXPECT_THROW(bind(1, 4), Error) << "unaligned";
  EXPECT_THROW(recorder.copy({&x_}, {&y_, 4}), Error);
  EXPECT_THROW(recorder.dispatch(1), Error) << "without buffers and parameters";
}

TEST_F(GpuCommands, ALostDeviceIsAnErrorWithAHint) {
  Device losing = environment().open({.lose_device_at = 2});
  Timeline timeline(losing);
  const CommandBuffer commands = CommandRecorder(losing).finish();
  timeline.wait(timeline.submit(commands));
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      timeline.submit(commands);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kDeviceLost);
      EXPECT_NE(error.message().find("start again"), std::string::npos) << error.message();
    }
  }
}

}  // namespace
}  // namespace lapilli::gpu
