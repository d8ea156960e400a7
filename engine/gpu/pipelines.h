// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/gpu/device.h"
#include "shaders/shader_info.h"

#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>

namespace lapilli::gpu {

/// A compute pipeline of one shader with its constants. Owned by the PipelineCache.
struct Pipeline {
  const ShaderInfo* shader = nullptr;
  VkPipeline_T* handle = nullptr;
  VkPipelineLayout_T* layout = nullptr;
};

/// A pipeline to be made: the shader and the values of its tunables in order; missing ones take their
/// default.
struct PipelineRequest {
  const ShaderInfo* shader = nullptr;
  std::vector<uint32_t> constants = {};
};

/// Called after each finished pipeline, by one thread at a time.
using CompileProgress = std::function<void(size_t done, size_t total)>;

/// The first of shader.needs that the device lacks, or that this product never enables; empty when it can run
/// there.
[[nodiscard]] std::string_view missing_need(const DeviceCaps& caps, const ShaderInfo& shader);

/// The pipelines of one device, each made once, with the driver's cache kept on disk.
///
/// The file's name holds driver, device and product version; a damaged or foreign file is ignored and
/// replaced. All functions may be called from several threads.
class PipelineCache {
 public:
  /// `folder` is created on the first save; an empty path keeps nothing on disk.
  PipelineCache(Device& device, const std::filesystem::path& folder);
  PipelineCache(PipelineCache&&) noexcept;
  PipelineCache& operator=(PipelineCache&&) noexcept;
  /// Saves what is new; a failure to write is ignored.
  ~PipelineCache();

  /// The pipeline of shader and constants, made now if need be; stays where it is for the cache's life.
  /// Throws kUnsupported when the device lacks one of shader.needs. Precondition: no more constants than
  /// tunables.
  const Pipeline& get(const ShaderInfo& shader, std::span<const uint32_t> constants = {});

  /// Makes all requested pipelines on as many threads as there are processors and saves the cache.
  /// Throws the first failure, or kStopped, after the threads have ended.
  void compile(std::span<const PipelineRequest> requests, const CompileProgress& progress = {},
               std::stop_token stop = {});

  /// Writes the file if pipelines were made since the last time.
  [[nodiscard]] Result<void> save();

  /// True when a valid file was found at construction.
  [[nodiscard]] bool warm() const;
  /// The file; empty when nothing is kept.
  [[nodiscard]] const std::filesystem::path& file() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lapilli::gpu
