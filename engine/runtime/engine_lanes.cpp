// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/engine_state.h"

#include <algorithm>

namespace lapilli {

uint64_t bytes_beside_weights(const MemoryNeed& need, const GraphOptions& graph, uint64_t free_bytes) {
  const uint64_t beside = need.total_bytes() - need.weight_bytes - need.alignment_bytes;
  if (beside > free_bytes) {
    throw Error(ErrorCode::kOutOfMemory,
                text("beside its weights the model needs ", mebibytes(beside), " of device memory (",
                     mebibytes(need.cache_bytes), " of it for ", graph.context,
                     " tokens of context), the device has ", mebibytes(free_bytes),
                     " free; a shorter --context needs less"));
  }
  return beside + driver_share_bytes(free_bytes);
}

EvaluatorOptions Engine::State::choose_lanes(const LaneOptions& options, EvaluatorOptions base,
                                             uint64_t free_bytes) const {
  base.graph.lanes = options.lanes;
  base.graph.image_slots = options.image_slots;
  base.graph.pictures_at_once = 1;
  base.graph.context = choose_context(options.context, config.language, base.graph, free_bytes);
  if (options.most_lanes > 0)
    base.graph = fit_lanes(config, sources, base, device.caps(), free_bytes, options.most_lanes);
  return base;
}

void Engine::State::open_lanes(const EvaluatorOptions& options, const gpu::CompileProgress& progress,
                               const std::stop_token& stop) {
  evaluator.emplace(device, pipelines, config, weights->bindings(), types, options, progress, stop);
  pictures.emplace(options.graph.image_slots, [this](std::span<const SlotPixels> slots) {
    const auto start = std::chrono::steady_clock::now();
    evaluator->encode_images(slots, stop_encoding);
    picture_ms += milliseconds_since(start);
  });
  for (uint32_t index = 0; index < options.graph.lanes; ++index)
    lanes.emplace_back(*evaluator, *pictures, static_cast<int32_t>(index));
}

void Engine::State::close_lanes() {
  lanes.clear();
  pictures.reset();
  evaluator.reset();
}

uint64_t Engine::State::device_estimate(const MemoryNeed& need) const {
  const uint32_t host_heap = device.heap_of(gpu::BufferUse::kHostVisible);
  const bool shared = device.info().heaps.at(host_heap).device_local;
  return need.total_bytes() - (shared ? 0 : weights->host_bytes());
}

/// The old ones are closed first: there is no memory for both.
void Engine::State::set_lanes(const LaneOptions& options, const std::stop_token& stop) {
  LAPILLI_ASSERT(evaluator);
  const EvaluatorOptions former = evaluator->options();
  close_lanes();
  try {
    uint64_t weight_bytes = 0;
    for (const WeightSource& source : sources) weight_bytes += placed_bytes(source.type);
    const uint64_t free_bytes = device.free_bytes(gpu::BufferUse::kDevice);
    const EvaluatorOptions wanted =
        choose_lanes(options, former, free_bytes + weight_bytes - weights->host_bytes());
    const MemoryNeed need = memory_need(config, sources, wanted, device.caps());
    static_cast<void>(bytes_beside_weights(need, wanted.graph, free_bytes));
    open_lanes(wanted, {}, stop);
    estimated_bytes = std::max(estimated_bytes, device_estimate(need));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kDeviceLost) open_lanes(former, {}, {});
    throw;
  }
}

}  // namespace lapilli
