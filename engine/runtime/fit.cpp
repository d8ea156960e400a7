// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/fit.h"

#include "engine/exec/arena.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace lapilli {
namespace {

constexpr uint32_t kMostUsualContext = 4096;
constexpr uint32_t kLeastUsualContext = 1024;

/// Of each buffer that programs share.
std::vector<uint64_t> intermediates(const ModelConfig& config, const WeightTypes& types,
                                    const EvaluatorOptions& options, const DeviceCaps& caps) {
  std::vector<std::vector<uint64_t>> chunks;
  const auto plan = [&](const auto& build) {
    Graph graph;
    build(graph);
    chunks.push_back(make_plan(graph, caps).arena_chunk_bytes);
  };
  for (const StepShape& shape : step_shapes(options)) {
    plan([&](Graph& graph) {
      build_step_graph(graph, config, types, options.graph, shape, config.language.vocab);
    });
  }
  if (config.vision) {
    for (const uint32_t images : picture_batches(options.graph))
      plan([&](Graph& graph) { build_vision_graph(graph, config, types, options.graph, images); });
  }
  return common_chunks(chunks);
}

uint64_t logit_bytes(const ModelConfig& config, const EvaluatorOptions& options) {
  return uint64_t{4} * step_shapes(options).back().logit_rows * config.language.vocab;
}

uint64_t step_memory(const ModelConfig& config, const EvaluatorOptions& options) {
  const LlamaConfig& language = config.language;
  const GraphOptions& graph = options.graph;
  const uint64_t logits = logit_bytes(config, options);
  const uint64_t rope = uint64_t{4} * graph.context * language.head_dim;
  if (!config.vision) return logits + rope;
  const VisionConfig& vision = *config.vision;
  const uint64_t picture = row_bytes(graph.activation, uint64_t{vision.image_rows()} * language.dim);
  const uint64_t features = row_bytes(graph.activation, uint64_t{vision.rows()} * vision.dim);
  const uint64_t pixels = uint64_t{12} * vision.image_size * vision.image_size;
  return logits + rope + graph.image_slots * picture + graph.pictures_at_once * (picture + features + pixels);
}

/// The largest tensor of a picture program, of which a model without an encoder has none; a binding cannot be
/// larger than the device allows.
uint64_t widest_picture_value(const ModelConfig& config, const GraphOptions& graph) {
  if (!config.vision) return 0;
  const VisionConfig& vision = *config.vision;
  const uint64_t cols = std::max({vision.ffn, vision.dim, vision.patch_values(), config.language.dim});
  const uint64_t pixels = uint64_t{12} * vision.image_size * vision.image_size;
  return graph.pictures_at_once * std::max(row_bytes(graph.activation, vision.rows() * cols), pixels);
}

/// The same of what lanes share: the cache of a layer, the picture memory.
uint64_t widest_lane_value(const ModelConfig& config, const GraphOptions& graph) {
  const LlamaConfig& language = config.language;
  const uint64_t cache = row_bytes(graph.activation, uint64_t{graph.context} * language.kv_width());
  const uint64_t rows = config.vision ? config.vision->image_rows() : 0;
  return std::max(graph.lanes * cache, graph.image_slots * row_bytes(graph.activation, rows * language.dim));
}

}  // namespace

uint64_t cache_bytes(const LlamaConfig& language, const GraphOptions& graph) {
  return uint64_t{2} * language.layers * graph.lanes *
         row_bytes(graph.activation, uint64_t{graph.context} * language.kv_width());
}

uint32_t choose_context(uint32_t asked, const LlamaConfig& language, GraphOptions graph,
                        uint64_t free_bytes) {
  if (asked != 0) {
    require_possible_context(asked, language);
    return asked;
  }
  graph.context = std::min(language.context, kMostUsualContext);
  while (graph.context > kLeastUsualContext && cache_bytes(language, graph) > free_bytes / 3)
    graph.context /= 2;
  return graph.context;
}

MemoryNeed memory_need(const ModelConfig& config, std::span<const WeightSource> weights,
                       const EvaluatorOptions& options, const DeviceCaps& caps) {
  MemoryNeed need;
  WeightTypes types;
  std::map<std::string_view, uint64_t> groups;
  for (const WeightSource& source : weights) {
    types.emplace(source.name, source.type);
    const uint64_t placed = placed_bytes(source.type);
    need.weight_bytes += source.type.size_bytes();
    need.alignment_bytes += placed - source.type.size_bytes();
    groups[source.group] += placed;
    need.largest_piece_bytes = std::max(need.largest_piece_bytes, placed);
  }
  for (const WeightStack& stack : weight_stacks(weights)) types.emplace(stack.name, stack.type);
  for (const auto& [name, bytes] : groups)
    need.largest_group_bytes = std::max(need.largest_group_bytes, bytes);
  need.cache_bytes = cache_bytes(config.language, options.graph);
  const std::vector<uint64_t> chunks = intermediates(config, types, options, caps);
  need.intermediate_bytes = std::accumulate(chunks.begin(), chunks.end(), uint64_t{0});
  for (const uint64_t piece : chunks) need.largest_piece_bytes = std::max(need.largest_piece_bytes, piece);
  need.largest_piece_bytes = std::max(
      {need.largest_piece_bytes, widest_lane_value(config, options.graph), logit_bytes(config, options)});
  need.step_bytes = step_memory(config, options);
  return need;
}

GraphOptions fit_lanes(const ModelConfig& config, std::span<const WeightSource> weights,
                       EvaluatorOptions options, const DeviceCaps& caps, uint64_t free_bytes, uint32_t most) {
  constexpr uint32_t kMostAtOnce = 16;
  GraphOptions& graph = options.graph;
  for (graph.lanes = most;; graph.lanes /= 2) {
    graph.image_slots = std::max(2u, graph.lanes);
    graph.pictures_at_once = config.vision ? std::min(graph.lanes, kMostAtOnce) : 1;
    while (graph.pictures_at_once > 1 && widest_picture_value(config, graph) > caps.max_storage_range_bytes)
      graph.pictures_at_once /= 2;
    if (graph.lanes <= 1) return graph;
    const uint64_t widest = std::max(widest_lane_value(config, graph), widest_picture_value(config, graph));
    if (widest > caps.max_storage_range_bytes) continue;
    const MemoryNeed need = memory_need(config, weights, options, caps);
    if (judge_fit(need, {.device_bytes = free_bytes}) == Fit::kFits) return graph;
  }
}

std::string_view to_string(Fit fit) {
  switch (fit) {
    case Fit::kFits:
      return "fits";
    case Fit::kTight:
      return "tight";
    case Fit::kNeedsHostMemory:
      return "needs_host_memory";
    case Fit::kDoesNotFit:
      return "does_not_fit";
  }
  return "does_not_fit";
}

uint64_t driver_share_bytes(uint64_t free_bytes) {
  return std::min(uint64_t{256} << 20, free_bytes / 16);
}

Fit judge_fit(const MemoryNeed& need, const FreeMemory& free) {
  if (need.largest_piece_bytes > free.largest_allocation_bytes) return Fit::kDoesNotFit;
  const uint64_t total = need.total_bytes();
  const uint64_t usable = free.device_bytes - driver_share_bytes(free.device_bytes);
  if (total <= usable - free.device_bytes / 10) return Fit::kFits;
  if (total <= usable) return Fit::kTight;
  // The driver's share is what weights leave; without any of them the rest may take it.
  const uint64_t weights = need.weight_bytes + need.alignment_bytes;
  const uint64_t fixed = total - weights;
  if (fixed > free.device_bytes) return Fit::kDoesNotFit;
  // Weights move in whole groups, so up to one group more than the shortage stays outside.
  const uint64_t outside = std::min(weights, total - usable + need.largest_group_bytes);
  return outside <= free.host_bytes ? Fit::kNeedsHostMemory : Fit::kDoesNotFit;
}

}  // namespace lapilli
