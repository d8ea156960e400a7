// SPDX-License-Identifier: Apache-2.0
#include "training/device_memory.h"

#include <algorithm>
#include <cstring>

namespace lapilli::training {
namespace {

constexpr uint64_t kStagingBytes = uint64_t{16} << 20;
/// Kernels that read whole words may look this far behind a tensor of odd size.
constexpr uint64_t kPadding = 16;

}  // namespace

const gpu::Buffer& DeviceMemory::add(const std::string& name, uint64_t size_bytes, gpu::BufferUse use) {
  buffers_.erase(name);
  const gpu::Buffer& buffer =
      buffers_
          .emplace(name, device_.buffer(
                             {.size_bytes = align_up(size_bytes + kPadding, 16), .use = use, .name = name}))
          .first->second;
  bindings_.set(name, {&buffer, 0, 0});
  gpu::CommandRecorder recorder(device_, "zeros");
  recorder.fill({&buffer, 0, buffer.size_bytes()}, 0);
  const gpu::CommandBuffer commands = recorder.finish();
  timeline_.wait(timeline_.submit(commands));
  return buffer;
}

const gpu::Buffer& DeviceMemory::staging(gpu::BufferUse use, uint64_t size_bytes) {
  auto found = stagings_.find(use);
  if (found == stagings_.end()) {
    const uint64_t size = std::max(size_bytes, kStagingBytes);
    found = stagings_.emplace(use, device_.buffer({.size_bytes = size, .use = use, .name = "staging"})).first;
  }
  return found->second;
}

void DeviceMemory::write(const gpu::Buffer& to, uint64_t offset_bytes, Bytes bytes) {
  if (!to.mapped().empty()) {
    std::ranges::copy(bytes, to.mapped().begin() + static_cast<ptrdiff_t>(offset_bytes));
    return;
  }
  while (!bytes.empty()) {
    const gpu::Buffer& from = staging(gpu::BufferUse::kUpload, kStagingBytes);
    const Bytes piece = bytes.first(std::min<uint64_t>(bytes.size(), kStagingBytes));
    std::ranges::copy(piece, from.mapped().begin());
    gpu::CommandRecorder recorder(device_, "upload");
    recorder.copy({&from, 0, piece.size()}, {&to, offset_bytes, piece.size()});
    const gpu::CommandBuffer commands = recorder.finish();
    timeline_.wait(timeline_.submit(commands));
    bytes = bytes.subspan(piece.size());
    offset_bytes += piece.size();
  }
}

void DeviceMemory::read(const gpu::Buffer& from, uint64_t offset_bytes, std::span<std::byte> to) {
  if (!from.mapped().empty()) {
    std::ranges::copy(from.mapped().subspan(offset_bytes, to.size()), to.begin());
    return;
  }
  while (!to.empty()) {
    const gpu::Buffer& middle = staging(gpu::BufferUse::kReadback, kStagingBytes);
    const auto piece = to.first(std::min<uint64_t>(to.size(), kStagingBytes));
    gpu::CommandRecorder recorder(device_, "download");
    recorder.copy({&from, offset_bytes, piece.size()}, {&middle, 0, piece.size()});
    const gpu::CommandBuffer commands = recorder.finish();
    timeline_.wait(timeline_.submit(commands));
    std::ranges::copy(middle.mapped().first(piece.size()), piece.begin());
    to = to.subspan(piece.size());
    offset_bytes += piece.size();
  }
}

}  // namespace lapilli::training
