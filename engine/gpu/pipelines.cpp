// SPDX-License-Identifier: Apache-2.0
#include "engine/gpu/pipelines.h"

#include "engine/gpu/pipeline_file.h"
#include "engine/gpu/vulkan_state.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

namespace lapilli::gpu {
namespace {

using PipelineKey = std::pair<const ShaderInfo*, std::vector<uint32_t>>;

struct PipelineEntry {
  std::mutex mutex;  // held while the pipeline is made
  Pipeline pipeline;
  VkDescriptorSetLayout set_layout = nullptr;
};

/// Everything on which the driver's data depends.
std::string file_key(const DeviceQuery& query) {
  const DeviceInfo& info = query.info;
  std::string key = text(LAPILLI_VERSION, "/", info.driver_uuid, "/", info.driver, "/", info.driver_version,
                         "/", info.caps.vendor_id, "/", info.device_id, "/");
  for (const uint8_t byte : query.pipeline_cache_uuid) key += text(static_cast<int>(byte), ".");
  return key;
}

/// Whether the driver's own header names this device; a driver need not check it.
bool is_for_device(Bytes data, const DeviceQuery& query) {
  if (data.size() < sizeof(VkPipelineCacheHeaderVersionOne)) return false;
  const auto header = load<VkPipelineCacheHeaderVersionOne>(data.data());
  return header.headerVersion == VK_PIPELINE_CACHE_HEADER_VERSION_ONE &&
         header.vendorID == query.info.caps.vendor_id && header.deviceID == query.info.device_id &&
         std::equal(query.pipeline_cache_uuid.begin(), query.pipeline_cache_uuid.end(),
                    header.pipelineCacheUUID);
}

std::vector<uint32_t> complete_constants(const ShaderInfo& shader, std::span<const uint32_t> constants) {
  LAPILLI_ASSERT(constants.size() <= shader.tunables.size());
  std::vector<uint32_t> complete(constants.begin(), constants.end());
  for (const ShaderTunable& tunable : shader.tunables.subspan(constants.size())) {
    LAPILLI_ASSERT(!tunable.values.empty());
    complete.push_back(tunable.values.front());
  }
  return complete;
}

VkDescriptorSetLayout create_set_layout(VkDevice device, const ShaderInfo& shader) {
  std::vector<VkDescriptorSetLayoutBinding> bindings;
  for (const ShaderBinding& binding : shader.bindings) {
    bindings.push_back({.binding = binding.binding,
                        .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                        .descriptorCount = 1,
                        .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT,
                        .pImmutableSamplers = nullptr});
  }
  const VkDescriptorSetLayoutCreateInfo info{.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
                                             .pNext = nullptr,
                                             .flags = VK_DESCRIPTOR_SET_LAYOUT_CREATE_PUSH_DESCRIPTOR_BIT_KHR,
                                             .bindingCount = static_cast<uint32_t>(bindings.size()),
                                             .pBindings = bindings.data()};
  VkDescriptorSetLayout layout = nullptr;
  check(vkCreateDescriptorSetLayout(device, &info, nullptr, &layout),
        text("create the bindings of shader ", shader.name));
  return layout;
}

VkPipelineLayout create_pipeline_layout(VkDevice device, const ShaderInfo& shader,
                                        VkDescriptorSetLayout set_layout) {
  const VkPushConstantRange params{
      .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT, .offset = 0, .size = shader.params_bytes};
  const VkPipelineLayoutCreateInfo info{.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
                                        .pNext = nullptr,
                                        .flags = 0,
                                        .setLayoutCount = 1,
                                        .pSetLayouts = &set_layout,
                                        .pushConstantRangeCount = shader.params_bytes ? 1u : 0u,
                                        .pPushConstantRanges = &params};
  VkPipelineLayout layout = nullptr;
  check(vkCreatePipelineLayout(device, &info, nullptr, &layout),
        text("create the layout of shader ", shader.name));
  return layout;
}

class ShaderModule {
 public:
  ShaderModule(VkDevice device, const ShaderInfo& shader) : device_(device) {
    const VkShaderModuleCreateInfo info{.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
                                        .pNext = nullptr,
                                        .flags = 0,
                                        .codeSize = shader.spirv.size_bytes(),
                                        .pCode = shader.spirv.data()};
    check(vkCreateShaderModule(device, &info, nullptr, &module_), text("load the shader ", shader.name));
  }
  ShaderModule(const ShaderModule&) = delete;
  ShaderModule& operator=(const ShaderModule&) = delete;
  ~ShaderModule() { vkDestroyShaderModule(device_, module_, nullptr); }
  [[nodiscard]] VkShaderModule get() const { return module_; }

 private:
  VkDevice device_;
  VkShaderModule module_ = nullptr;
};

VkPipeline create_pipeline(const DeviceState& state, VkPipelineCache cache, const ShaderInfo& shader,
                           std::span<const uint32_t> constants, VkPipelineLayout layout) {
  const ShaderModule module(state.device, shader);
  std::vector<VkSpecializationMapEntry> entries;
  for (uint32_t i = 0; i < constants.size(); ++i)
    entries.push_back({.constantID = i, .offset = i * 4, .size = sizeof(uint32_t)});
  const VkSpecializationInfo specialization{.mapEntryCount = static_cast<uint32_t>(entries.size()),
                                            .pMapEntries = entries.data(),
                                            .dataSize = constants.size_bytes(),
                                            .pData = constants.data()};
  const VkPipelineShaderStageRequiredSubgroupSizeCreateInfo subgroup{
      .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO,
      .pNext = nullptr,
      .requiredSubgroupSize = state.query.info.caps.subgroup_size};
  const bool cut = state.query.info.caps.max_dispatch_cost > 0;
  const VkComputePipelineCreateInfo info{
      .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
      .pNext = nullptr,
      .flags = cut ? VkPipelineCreateFlags{VK_PIPELINE_CREATE_DISPATCH_BASE} : 0,
      .stage = {.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
                .pNext = state.query.subgroup_size_varies ? &subgroup : nullptr,
                .flags = 0,
                .stage = VK_SHADER_STAGE_COMPUTE_BIT,
                .module = module.get(),
                .pName = "main",
                .pSpecializationInfo = &specialization},
      .layout = layout,
      .basePipelineHandle = nullptr,
      .basePipelineIndex = -1};
  VkPipeline pipeline = nullptr;
  check(vkCreateComputePipelines(state.device, cache, 1, &info, nullptr, &pipeline),
        text("compile the shader ", shader.name));
  return pipeline;
}

}  // namespace

std::string_view missing_need(const DeviceCaps& caps, const ShaderInfo& shader) {
  for (const std::string_view need : shader.needs) {
    const bool present =
        (need == "coopmat" && caps.cooperative_matrix) || (need == "float16" && caps.float16_arithmetic) ||
        ((need == "int8" || need == "storage8") && caps.storage_8bit) ||
        (need == "int16" && caps.int16_arithmetic) || (need == "int64" && caps.int64_arithmetic) ||
        (need == "addresses" && caps.buffer_addresses) || (need == "integer_dot" && caps.integer_dot_product);
    if (!present) return need;
  }
  return {};
}

struct PipelineCache::State {
  DeviceState* device;
  std::string key;
  std::filesystem::path file;
  bool warm = false;
  VkPipelineCache cache = nullptr;
  std::mutex mutex;  // guards the map and `unsaved`
  std::map<PipelineKey, PipelineEntry> entries;
  bool unsaved = false;

  State(DeviceState& owner, const std::filesystem::path& folder)
      : device(&owner), key(file_key(owner.query)) {
    std::vector<std::byte> content;
    if (!folder.empty()) {
      file = pipeline_file_path(folder, key);
      content = read_pipeline_file(file);
    }
    const Bytes data = decode_pipeline_file(key, content);
    warm = is_for_device(data, owner.query);
    create_cache(warm ? data : Bytes());
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    for (const auto& [name, entry] : entries) {
      if (entry.pipeline.handle) vkDestroyPipeline(device->device, entry.pipeline.handle, nullptr);
      if (entry.pipeline.layout) vkDestroyPipelineLayout(device->device, entry.pipeline.layout, nullptr);
      if (entry.set_layout) vkDestroyDescriptorSetLayout(device->device, entry.set_layout, nullptr);
    }
    if (cache) vkDestroyPipelineCache(device->device, cache, nullptr);
  }

  void create_cache(Bytes data) {
    const VkPipelineCacheCreateInfo info{.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO,
                                         .pNext = nullptr,
                                         .flags = 0,
                                         .initialDataSize = data.size(),
                                         .pInitialData = data.data()};
    check(vkCreatePipelineCache(device->device, &info, nullptr, &cache), "create the pipeline cache");
  }

  PipelineEntry& entry_of(const PipelineKey& wanted) {
    const std::lock_guard lock(mutex);
    return entries[wanted];
  }

  /// Precondition: entry.mutex is held.
  void make(PipelineEntry& entry, const ShaderInfo& shader, std::span<const uint32_t> constants) {
    if (!entry.set_layout) entry.set_layout = create_set_layout(device->device, shader);
    if (!entry.pipeline.layout)
      entry.pipeline.layout = create_pipeline_layout(device->device, shader, entry.set_layout);
    entry.pipeline.handle = create_pipeline(*device, cache, shader, constants, entry.pipeline.layout);
    entry.pipeline.shader = &shader;
    ++device->pipelines_created;
    device->name(VK_OBJECT_TYPE_PIPELINE, entry.pipeline.handle, std::string(shader.name));
    const std::lock_guard lock(mutex);
    unsaved = true;
  }
};

PipelineCache::PipelineCache(Device& device, const std::filesystem::path& folder)
    : state_(std::make_unique<State>(device.state(), folder)) {}
PipelineCache::PipelineCache(PipelineCache&&) noexcept = default;
PipelineCache& PipelineCache::operator=(PipelineCache&&) noexcept = default;

PipelineCache::~PipelineCache() {
  // A cache that cannot be written costs time at the next start and nothing else.
  if (state_) static_cast<void>(save().ok());
}

const Pipeline& PipelineCache::get(const ShaderInfo& shader, std::span<const uint32_t> constants) {
  if (const auto need = missing_need(state_->device->query.info.caps, shader); !need.empty()) {
    throw Error(ErrorCode::kUnsupported, text("shader ", shader.name, " needs ", need, ", which \"",
                                              state_->device->query.info.caps.name, "\" lacks"));
  }
  const PipelineKey key(&shader, complete_constants(shader, constants));
  PipelineEntry& entry = state_->entry_of(key);
  const std::lock_guard lock(entry.mutex);
  if (!entry.pipeline.handle) state_->make(entry, shader, key.second);
  return entry.pipeline;
}

void PipelineCache::compile(std::span<const PipelineRequest> requests, const CompileProgress& progress,
                            std::stop_token stop) {
  std::atomic<size_t> next = 0;
  std::mutex mutex;  // guards the two below and calls of progress
  size_t done = 0;
  std::exception_ptr failure;
  const auto work = [&] {
    for (size_t i = next++; i < requests.size(); i = next++) {
      try {
        if (stop.stop_requested())
          throw Error(ErrorCode::kStopped, "stopped while the shaders were being compiled");
        get(*requests[i].shader, requests[i].constants);
        const std::lock_guard lock(mutex);
        ++done;
        if (progress) progress(done, requests.size());
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next = requests.size();
      }
    }
  };
  {
    const size_t processors = std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::jthread> threads;
    for (size_t i = 1; i < std::min(processors, requests.size()); ++i) threads.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
  // As in the destructor: the pipelines are there, only the next start would be slower.
  static_cast<void>(save().ok());
}

Result<void> PipelineCache::save() {
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->unsaved || state_->file.empty()) return {};
    state_->unsaved = false;
  }
  size_t size = 0;
  vkGetPipelineCacheData(state_->device->device, state_->cache, &size, nullptr);
  std::vector<std::byte> data(size);
  const VkResult result = vkGetPipelineCacheData(state_->device->device, state_->cache, &size, data.data());
  if (result < 0) return vulkan_error(result, "read the pipeline cache");
  data.resize(size);
  return write_pipeline_file(state_->file, encode_pipeline_file(state_->key, data));
}

bool PipelineCache::warm() const {
  return state_->warm;
}

const std::filesystem::path& PipelineCache::file() const {
  return state_->file;
}

}  // namespace lapilli::gpu
