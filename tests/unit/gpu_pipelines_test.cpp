// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/pipelines.h"

#include "shaders/probe.h"
#include "tests/support/device_fixture.h"
#include "tests/support/temporary_folder.h"

#include <fstream>
#include <thread>

namespace lapilli::gpu {
namespace {

namespace fs = std::filesystem;

class GpuPipelines : public test::GpuTest {
 protected:
  static uint64_t created() { return device().counters().pipelines_created; }

  const test::OwnFolder own_;
  const fs::path folder_ = own_.path() / "made when something is kept";
};

TEST_F(GpuPipelines, EachIsMadeOnceAndDefaultsAreTheFirstValues) {
  PipelineCache cache(device(), {});
  const uint64_t before = created();
  const Pipeline& pipeline = cache.get(*shader::probe());
  EXPECT_EQ(&cache.get(*shader::probe(), std::array{32u}), &pipeline);
  EXPECT_EQ(created(), before + 1);
  EXPECT_NE(&cache.get(*shader::probe(), std::array{64u}), &pipeline);
  EXPECT_EQ(created(), before + 2);
  EXPECT_FALSE(cache.warm());
  EXPECT_TRUE(cache.file().empty());
}

TEST_F(GpuPipelines, CompilesAListOnSeveralThreadsWithProgress) {
  PipelineCache cache(device(), folder_);
  std::vector<PipelineRequest> requests;
  for (const uint32_t size : {8u, 32u, 64u, 8u, 32u, 64u, 8u}) requests.push_back({shader::probe(), {size}});
  const uint64_t before = created();
  std::vector<size_t> steps;
  cache.compile(requests, [&](size_t done, size_t total) {
    EXPECT_EQ(total, requests.size());
    steps.push_back(done);
  });
  EXPECT_EQ(steps, (std::vector<size_t>{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(created(), before + 3);
  EXPECT_TRUE(fs::exists(cache.file()));
}

TEST_F(GpuPipelines, CompilingStopsWhenAsked) {
  PipelineCache cache(device(), {});
  std::stop_source stop;
  const std::vector<PipelineRequest> requests(50, {shader::probe(), {}});
  try {
    cache.compile(
        requests, [&](size_t, size_t) { stop.request_stop(); }, stop.get_token());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kStopped);
  }
}

TEST_F(GpuPipelines, TheSecondStartIsWarm) {
  { PipelineCache(device(), folder_).get(*shader::probe()); }
  PipelineCache cache(device(), folder_);
  EXPECT_TRUE(cache.warm());
  EXPECT_NE(cache.get(*shader::probe()).handle, nullptr);
}

TEST_F(GpuPipelines, ADamagedFileIsIgnoredAndReplaced) {
  const fs::path file = PipelineCache(device(), folder_).file();
  fs::create_directories(folder_);
  std::ofstream(file) << "not a pipeline cache";
  {
    PipelineCache cache(device(), folder_);
    EXPECT_FALSE(cache.warm());
    cache.get(*shader::probe());
  }
  EXPECT_TRUE(PipelineCache(device(), folder_).warm());
}

TEST_F(GpuPipelines, AFolderThatCannotBeWrittenCostsNothingElse) {
  std::ofstream(folder_.string()) << "a file where the folder should be";
  PipelineCache cache(device(), folder_ / "sub");
  cache.compile(std::vector<PipelineRequest>{{shader::probe(), {}}});
  cache.get(*shader::probe(), std::array{64u});
  EXPECT_FALSE(cache.save().ok());
}

TEST_F(GpuPipelines, AShaderTheDeviceCannotRunIsNamed) {
  constexpr std::array<std::string_view, 1> kNeeds = {"float128"};
  ShaderInfo shader = *shader::probe();
  shader.needs = kNeeds;
  PipelineCache cache(device(), {});
  try {
    cache.get(shader);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnsupported);
    EXPECT_EQ(error.message(), "shader probe needs float128, which \"" + device().caps().name + "\" lacks");
  }
}

}  // namespace
}  // namespace lapilli::gpu
