// SPDX-License-Identifier: Apache-2.0
#include "engine/exec/weights.h"

#include "engine/base/bytes.h"
#include "engine/gpu/commands.h"
#include "engine/gpu/timeline.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace lapilli {
namespace {

constexpr uint64_t kChunkBytes = uint64_t{256} << 20;
constexpr uint64_t kStagingBytes = uint64_t{16} << 20;
/// Offsets suit every device's binding alignment, and leave whole words after blocks of odd sizes.
constexpr uint64_t kAlignment = 256;
constexpr uint64_t kPadding = 16;

/// Where a weight goes: a chunk (by index into a size list) and an offset.
struct Slot {
  size_t chunk;
  uint64_t offset_bytes;
};

/// Packs weights of one memory kind into as few chunks as the allocation limit allows.
class Packer {
 public:
  Packer(gpu::BufferUse use, uint64_t chunk_bytes) : use_(use), chunk_bytes_(chunk_bytes) {}

  Slot place(uint64_t bytes) {
    if (sizes_.empty() || sizes_.back() + bytes > chunk_bytes_) sizes_.push_back(0);
    const Slot slot{sizes_.size() - 1, sizes_.back()};
    sizes_.back() += bytes;
    return slot;
  }
  [[nodiscard]] gpu::BufferUse use() const { return use_; }
  [[nodiscard]] const std::vector<uint64_t>& sizes() const { return sizes_; }

 private:
  gpu::BufferUse use_;
  uint64_t chunk_bytes_;
  std::vector<uint64_t> sizes_;
};

/// Brings bytes into a buffer: straight into mapped memory, or through two staging buffers in turn, so that
/// one is filled while the other is copied from.
class Uploader {
 public:
  explicit Uploader(gpu::Device& device) : device_(device), timeline_(device) {}
  Uploader(const Uploader&) = delete;
  Uploader& operator=(const Uploader&) = delete;
  ~Uploader() {
    try {
      finish();
    } catch (const Error&) {
      // A lost device uses no buffer any more, and is reported by whoever submits next.
    }
  }

  void upload(const WeightSource& source, const gpu::Buffer& to, uint64_t offset_bytes,
              const std::function<void(uint64_t)>& on_piece) {
    const uint64_t bytes_per_row = row_bytes(source.type.dtype, source.type.cols());
    const uint64_t rows_per_piece = std::max<uint64_t>(1, kStagingBytes / bytes_per_row);
    for (uint64_t row = 0; row < source.type.rows(); row += rows_per_piece) {
      const uint64_t rows = std::min(rows_per_piece, source.type.rows() - row);
      const gpu::BufferRange target{&to, offset_bytes + row * bytes_per_row, rows * bytes_per_row};
      upload_piece(source, row, target);
      on_piece(target.size_bytes);
    }
  }

  /// Waits for copies under way.
  void finish() {
    for (Staging& staging : stagings_) {
      if (staging.copying) timeline_.wait(staging.value);
      staging.copying = false;
    }
  }

 private:
  struct Staging {
    std::optional<gpu::Buffer> buffer;
    std::optional<gpu::CommandBuffer> commands;
    uint64_t value = 0;
    bool copying = false;
  };

  void upload_piece(const WeightSource& source, uint64_t first_row, const gpu::BufferRange& target) {
    const auto mapped = target.buffer->mapped();
    if (!mapped.empty()) {
      source.read(first_row, mapped.subspan(target.offset_bytes, target.size_bytes)).value();
      return;
    }
    Staging& staging = stagings_[next_++ % stagings_.size()];
    if (staging.copying) timeline_.wait(staging.value);
    staging.copying = false;
    if (!staging.buffer || staging.buffer->size_bytes() < target.size_bytes) {
      staging.buffer.emplace(device_.buffer({.size_bytes = std::max(kStagingBytes, target.size_bytes),
                                             .use = gpu::BufferUse::kUpload,
                                             .name = "weights on their way"}));
    }
    source.read(first_row, staging.buffer->mapped().first(target.size_bytes)).value();
    gpu::CommandRecorder recorder(device_, "upload");
    recorder.copy({&*staging.buffer, 0, target.size_bytes}, target);
    staging.commands.emplace(recorder.finish());
    staging.value = timeline_.submit(*staging.commands);
    staging.copying = true;
  }

  gpu::Device& device_;
  gpu::Timeline timeline_;
  std::array<Staging, 2> stagings_;
  size_t next_ = 0;
};

uint64_t weight_budget(gpu::Device& device, const WeightOptions& options) {
  if (options.device_budget_bytes != 0) return options.device_budget_bytes;
  const uint64_t free_bytes = device.free_bytes(gpu::BufferUse::kDevice);
  return free_bytes > options.reserve_bytes ? free_bytes - options.reserve_bytes : 0;
}

}  // namespace

uint64_t placed_bytes(const TensorType& type) {
  return align_up(type.size_bytes() + kPadding, kAlignment);
}

std::vector<WeightStack> weight_stacks(std::span<const WeightSource> sources) {
  std::vector<WeightStack> stacks;
  for (size_t first = 0, end = 1; first < sources.size(); first = end++) {
    const WeightSource& head = sources[first];
    const auto joins = [&](const WeightSource& other) {
      return !head.stack.empty() && other.stack == head.stack && other.group == head.group &&
             other.type.dtype == head.type.dtype && other.type.cols() == head.type.cols();
    };
    while (end < sources.size() && joins(sources[end])) ++end;
    const auto run = sources.subspan(first, end - first);
    // The same stack goes on with another type: it is none.
    const bool whole = end == sources.size() || sources[end].stack != head.stack;
    const bool without_gaps = std::all_of(run.begin(), run.end(), [](const WeightSource& source) {
      return source.type.size_bytes() % kAlignment == 0;
    });
    if (run.size() < 2 || !whole || !without_gaps) continue;
    uint64_t rows = 0;
    for (const WeightSource& source : run) rows += source.type.rows();
    stacks.push_back({head.stack, {head.type.dtype, {rows, head.type.cols()}}, first, run.size()});
  }
  return stacks;
}

std::vector<std::string> groups_beyond(std::span<const WeightSource> sources, uint64_t budget_bytes) {
  std::vector<std::string> order;
  std::map<std::string, uint64_t> bytes;
  uint64_t total = 0;
  for (const WeightSource& source : sources) {
    if (!bytes.contains(source.group)) order.push_back(source.group);
    bytes[source.group] += placed_bytes(source.type);
    total += placed_bytes(source.type);
  }
  std::vector<std::string> beyond;
  while (total > budget_bytes && !order.empty()) {
    total -= bytes[order.back()];
    beyond.insert(beyond.begin(), order.back());
    order.pop_back();
  }
  return beyond;
}

Weights::Weights(gpu::Device& device, std::span<const WeightSource> sources, const WeightOptions& options,
                 const LoadProgress& progress, std::stop_token stop) {
  host_groups_ = groups_beyond(sources, weight_budget(device, options));
  const uint64_t chunk_bytes = std::min(kChunkBytes, device.caps().max_allocation_bytes);
  Packer on_device(gpu::BufferUse::kDevice, chunk_bytes);
  Packer on_host(gpu::BufferUse::kHostVisible, chunk_bytes);
  std::vector<std::pair<Packer*, Slot>> slots;
  uint64_t total = 0;
  const std::vector<WeightStack> stacks = weight_stacks(sources);
  auto stack = stacks.begin();
  for (size_t index = 0; index < sources.size(); ++index) {
    const WeightSource& source = sources[index];
    const bool host = std::find(host_groups_.begin(), host_groups_.end(), source.group) != host_groups_.end();
    Packer& packer = host ? on_host : on_device;
    while (stack != stacks.end() && index >= stack->first + stack->count) ++stack;
    if (stack == stacks.end() || index < stack->first) {
      slots.emplace_back(&packer, packer.place(placed_bytes(source.type)));
    } else if (index == stack->first) {
      slots.emplace_back(&packer, packer.place(placed_bytes(stack->type)));
    } else {
      const Slot& before = slots.back().second;
      slots.emplace_back(&packer,
                         Slot{before.chunk, before.offset_bytes + sources[index - 1].type.size_bytes()});
    }
    (host ? host_bytes_ : device_bytes_) += source.type.size_bytes();
    total += source.type.size_bytes();
  }
  std::map<const Packer*, size_t> first_chunk;
  for (const Packer* packer : {&on_device, &on_host}) {
    first_chunk[packer] = chunks_.size();
    for (const uint64_t size : packer->sizes()) {
      chunks_.push_back(device.buffer({.size_bytes = size, .use = packer->use(), .name = "weights"}));
    }
  }

  const auto chunk_of = [&](size_t index) -> const gpu::Buffer& {
    const auto& [packer, slot] = slots[index];
    return chunks_[first_chunk.at(packer) + slot.chunk];
  };

  Uploader uploader(device);
  uint64_t done = 0;
  for (size_t index = 0; index < sources.size(); ++index) {
    if (stop.stop_requested()) throw Error(ErrorCode::kStopped, "loading was stopped as asked");
    const gpu::Buffer& chunk = chunk_of(index);
    const Slot& slot = slots[index].second;
    uploader.upload(sources[index], chunk, slot.offset_bytes, [&](uint64_t bytes) {
      done += bytes;
      if (progress) progress(done, total);
    });
    bindings_.set(sources[index].name,
                  {&chunk, slot.offset_bytes, sources[index].type.size_bytes() + kPadding});
  }
  uploader.finish();
  for (const WeightStack& whole : stacks) {
    bindings_.set(whole.name, {&chunk_of(whole.first), slots[whole.first].second.offset_bytes,
                               whole.type.size_bytes() + kPadding});
  }
}

}  // namespace lapilli
