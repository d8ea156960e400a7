// SPDX-License-Identifier: Apache-2.0
#include "training/memory_plan.h"

#include "engine/base/units.h"
#include "engine/graph/plan.h"
#include "training/batch.h"

#include <algorithm>
#include <bit>
#include <iomanip>
#include <numeric>
#include <sstream>

namespace lapilli::training {
namespace {

uint64_t external_bytes(const Plan& plan, std::initializer_list<const char*> names) {
  uint64_t bytes = 0;
  for (const ExternalTensor& external : plan.externals) {
    const auto is = [&](const char* name) { return external.name == name; };
    if (std::any_of(names.begin(), names.end(), is)) bytes += external.size_bytes;
  }
  return bytes;
}

bool learns(std::span<const Parameter> parameters, const std::string& weight) {
  return std::any_of(parameters.begin(), parameters.end(),
                     [&](const Parameter& p) { return p.name == weight; });
}

}  // namespace

TrainingPlan plan_memory_of(const LoadedModel& model, const Recipe& recipe, const DeviceCaps& caps,
                            uint32_t micro, bool recompute, uint32_t length, uint32_t pictures) {
  const DType activation = activation_of(recipe.precision);
  const std::vector<Parameter> parameters = parameters_of(model.config, recipe, activation);
  TrainingPlan plan{.micro = micro, .recompute = recompute};
  for (const WeightSource& source : model.weights) {
    if (!learns(parameters, source.name)) plan.weight_bytes += source.type.size_bytes();
  }
  for (const Parameter& parameter : parameters) {
    const uint64_t elements = parameter.shape.elements();
    plan.parameter_bytes += 4 * elements;
    if (parameter.compute != DType::f32) plan.parameter_bytes += row_bytes(parameter.compute, elements);
    plan.gradient_bytes += 4 * elements;
    plan.moment_bytes += 8 * elements;
  }
  const uint32_t padded = padded_extent(length);
  const MicroStepShape shape{.sequences = micro,
                             .length = padded,
                             .slots = std::bit_ceil(std::max(1u, micro * pictures)),
                             .loss_rows = micro * padded};
  plan.shape = shape;
  const WeightTypes types = compute_types(weight_types(model), parameters);
  const auto planned = [&](const auto& build) {
    Graph graph;
    build(graph);
    return make_plan(graph, caps);
  };
  const Plan step = planned([&](Graph& graph) {
    build_micro_step(graph, model.config, types, parameters,
                     {.activation = activation,
                      .recompute = recompute,
                      .with_tower = recipe.train.tower,
                      .lora_scale = recipe.lora.alpha / static_cast<double>(recipe.lora.rank),
                      .lora_dropout = recipe.lora.dropout},
                     shape);
  });
  for (const PlannedStep& dispatch : step.steps) plan.flops += dispatch.dispatch.flops;
  std::vector<std::vector<uint64_t>> chunks = {step.arena_chunk_bytes};
  chunks.push_back(planned([&](Graph& graph) { build_norm(graph, parameters); }).arena_chunk_bytes);
  chunks.push_back(planned([&](Graph& graph) { build_update(graph, parameters); }).arena_chunk_bytes);
  if (model.config.vision && !recipe.train.tower) {
    chunks.push_back(planned([&](Graph& graph) {
                       build_tower(graph, model.config, types, activation);
                     }).arena_chunk_bytes);
  }
  const std::vector<uint64_t> common = common_chunks(chunks);
  plan.activation_bytes = std::accumulate(common.begin(), common.end(), uint64_t{0});
  plan.input_bytes = external_bytes(
      step, {lapilli::external::kIds, lapilli::external::kPositions, lapilli::external::kImageIndex,
             lapilli::external::kRopeTable, external::kFeatures, external::kPixels, external::kRowIndex,
             external::kSelectedRows, external::kLossIndex, external::kLabels});
  return plan;
}

namespace {

/// Records at once that divide the batch among the ranks, the most first.
std::vector<uint32_t> possible_micros(const Recipe& recipe, uint32_t ranks) {
  constexpr uint64_t kMost = 32;
  const uint64_t size = recipe.batch.size;
  if (size % ranks != 0 || (recipe.batch.micro != 0 && size % (recipe.batch.micro * ranks) != 0)) {
    throw Error(ErrorCode::kInvalidArgument,
                text("batch.size is ", size, recipe.batch.micro == 0 ? "" : ", batch.micro is ",
                     recipe.batch.micro == 0 ? "" : std::to_string(recipe.batch.micro), ", and ", ranks,
                     " processes are to share it: choose a batch.size that is a multiple of ",
                     ranks * std::max<uint64_t>(1, recipe.batch.micro)));
  }
  if (recipe.batch.micro != 0) return {static_cast<uint32_t>(recipe.batch.micro)};
  std::vector<uint32_t> micros;
  for (uint64_t micro = std::bit_floor(std::min(size, kMost)); micro >= 1; micro /= 2) {
    if (size % (micro * ranks) == 0) micros.push_back(static_cast<uint32_t>(micro));
  }
  return micros;
}

}  // namespace

TrainingPlan choose_plan(const LoadedModel& model, const Recipe& recipe, const DeviceCaps& caps,
                         const PlanLimits& limits) {
  uint64_t length = std::min<uint64_t>(recipe.max_length, model.config.language.context);
  if (limits.longest_record != 0) length = std::min(length, limits.longest_record);
  const auto pictures = static_cast<uint32_t>(std::max<uint64_t>(1, limits.most_pictures));
  const std::vector<uint32_t> micros = possible_micros(recipe, limits.ranks);
  std::vector<bool> ways;
  if (recipe.recompute != Switch::kOn) ways.push_back(false);
  if (recipe.recompute != Switch::kOff) ways.push_back(true);
  TrainingPlan smallest;
  for (const bool recompute : ways) {
    for (const uint32_t micro : micros) {
      TrainingPlan plan =
          plan_memory_of(model, recipe, caps, micro, recompute, static_cast<uint32_t>(length), pictures);
      plan.sample_bytes = limits.beside_bytes;
      if (plan.total_bytes() <= limits.memory_bytes) return plan;
      smallest = plan;
    }
  }
  throw Error(
      ErrorCode::kOutOfMemory,
      text("training needs ", mebibytes(smallest.total_bytes()), " of device memory even with ",
           counted(smallest.micro, "record"), " at once", smallest.recompute ? " and recomputation" : "",
           ", there are ", mebibytes(limits.memory_bytes),
           " for it; a smaller max_length, LoRA, or a quantised base need less"));
}

uint64_t checkpoint_disk_bytes(const TrainingPlan& plan) {
  constexpr uint64_t kAtOnce = 3;                              // two are kept while the next one is written
  return kAtOnce * (plan.gradient_bytes + plan.moment_bytes);  // parameters are as large as their gradients
}

std::string to_string(const TrainingPlan& plan) {
  std::ostringstream out;
  const auto line = [&](const char* name, uint64_t bytes) {
    out << "  " << std::left << std::setw(22) << name << std::right << std::setw(14) << mebibytes(bytes)
        << '\n';
  };
  line("frozen weights", plan.weight_bytes);
  line("parameters", plan.parameter_bytes);
  line("gradients", plan.gradient_bytes);
  line("moments", plan.moment_bytes);
  line("values of a micro-step", plan.activation_bytes);
  line("inputs", plan.input_bytes);
  if (plan.sample_bytes != 0) line("sample answers", plan.sample_bytes);
  line("together", plan.total_bytes());
  out << "  " << counted(plan.micro, "record") << " at once, blocks "
      << (plan.recompute ? "computed again for their gradients" : "kept for their gradients") << ", "
      << plan.flops * 1e-9 << " GFLOP a micro-step\n"
      << "  " << mebibytes(checkpoint_disk_bytes(plan)) << " of disk for checkpoints";
  return out.str();
}

}  // namespace lapilli::training
