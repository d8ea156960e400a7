// SPDX-License-Identifier: Apache-2.0
#include "training/training_graphs.h"

#include "engine/model/clip_vision.h"
#include "engine/model/llama.h"
#include "engine/model/projector.h"
#include "engine/ops/autodiff.h"
#include "engine/ops/training.h"
#include "training/recipe_fields.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lapilli::training {

DType activation_of(Precision precision) {
  switch (precision) {
    case Precision::kF32:
      return DType::f32;
    case Precision::kF16:
      return DType::f16;
    case Precision::kBf16:
      return DType::bf16;
  }
  return DType::f32;
}

std::string external::gradient(const std::string& weight) {
  return weight + ".gradient";
}
std::string external::parameter(const std::string& weight) {
  return weight + ".parameter";
}
std::string external::first_moment(const std::string& weight) {
  return weight + ".first_moment";
}
std::string external::second_moment(const std::string& weight) {
  return weight + ".second_moment";
}
std::string external::settings(const std::string& group) {
  return "settings." + group;
}

namespace {

void add_parameters(std::vector<Parameter>& parameters, const std::vector<WeightInfo>& weights,
                    const std::string& part, DType activation) {
  for (const WeightInfo& info : weights) {
    const bool vector = info.kind == WeightKind::kVector;
    parameters.push_back({.name = info.name,
                          .shape = info.shape,
                          .compute = vector ? DType::f32 : activation,
                          .group = part + (vector ? "" : "_decay")});
  }
}

/// Whether one of the targets is this weight of a block ("layers.3.wq").
bool is_target(const std::string& weight, const std::vector<std::string>& targets) {
  return std::any_of(kLoraTargets.begin(), kLoraTargets.end(), [&](const auto& target) {
    return weight.ends_with(text('.', target.second)) &&
           std::find(targets.begin(), targets.end(), target.first) != targets.end();
  });
}

void add_low_rank(std::vector<Parameter>& parameters, const std::vector<WeightInfo>& weights,
                  const Recipe::Lora& lora, DType activation) {
  for (const WeightInfo& info : weights) {
    if (info.kind != WeightKind::kMatrix || !is_target(info.name, lora.targets)) continue;
    const Shape a{lora.rank, info.shape.cols()}, b{info.shape.rows(), lora.rank};
    const float bound = 1.0f / std::sqrt(static_cast<float>(info.shape.cols()));
    parameters.push_back({lora_a(info.name), a, activation, "language_decay", bound});
    parameters.push_back({lora_b(info.name), b, activation, "language_decay", 0});
  }
}

TensorType ints(uint32_t count) {
  return {DType::i32, {count}};
}

TensorType scalar() {
  return {DType::f32, {1}};
}

/// One micro-step's graph under construction.
class MicroStep {
 public:
  MicroStep(Graph& graph, const ModelConfig& config, const WeightTypes& types,
            const MicroStepOptions& options, const MicroStepShape& shape)
      : graph_(graph), config_(config), types_(types), options_(options), shape_(shape) {}

  [[nodiscard]] Tensor loss() {
    LlamaWeights weights(config_.language);
    for_each_weight(weights, config_.language, declare());
    const Adapters adapters = declare_updates();
    const StepInputs step{
        .ids = graph_.input(lapilli::external::kIds, ints(shape_.rows())),
        .positions = graph_.input(lapilli::external::kPositions, ints(shape_.rows())),
        .lanes = {},
        .rope_table = graph_.weight(lapilli::external::kRopeTable,
                                    {DType::f32, {shape_.length, config_.language.head_dim}}),
        .sequence_rows = shape_.length,
        .recompute = options_.recompute,
        .adapters = &adapters};
    Tensor x = ops::embedding(weights.token_embedding, step.ids, options_.activation);
    if (config_.vision)
      x = ops::splice(x, pictures(), graph_.input(lapilli::external::kImageIndex, ints(shape_.rows())));
    x = llama_blocks(x, weights, config_.language, step, nullptr);

    const Graph::Scope scope(graph_, "loss");
    x = ops::gather_rows(x, graph_.input(external::kLossIndex, ints(shape_.loss_rows)));
    if (x.type().dtype != DType::f32) x = ops::convert(x, DType::f32);
    x = ops::rms_norm(x, weights.final_norm, config_.language.rms_norm_eps);
    return ops::linear_cross_entropy(x, weights.lm_head,
                                     graph_.input(external::kLabels, ints(shape_.loss_rows)),
                                     graph_.input(external::kLossShare, scalar()))
        .loss;
  }

  /// The handle of a weight that the model uses.
  [[nodiscard]] Tensor weight(const std::string& name) const { return weights_.at(name); }

 private:
  WeightVisitor declare() {
    return [this](const WeightInfo& info, Tensor& slot) {
      const auto found = types_.find(info.name);
      if (found == types_.end() || found->second.shape != info.shape) {
        throw Error(ErrorCode::kInvalidArgument,
                    text("the model has no weight \"", info.name, "\" of shape ", info.shape));
      }
      slot = graph_.weight(info.name, found->second);
      weights_[info.name] = slot;
    };
  }

  /// The updates of the weights declared so far, of those the types have.
  Adapters declare_updates() {
    Adapters adapters = declare_adapters(graph_, types_, weights_, options_.lora_scale);
    const std::map<std::string, Tensor> bases = weights_;
    for (const auto& [name, base] : bases) {
      const auto found = adapters.by_weight.find(base.id());
      if (found == adapters.by_weight.end()) continue;
      weights_[lora_a(name)] = found->second.a;
      weights_[lora_b(name)] = found->second.b;
    }
    if (options_.gradients && options_.lora_dropout > 0 && !adapters.by_weight.empty()) {
      adapters.dropout = options_.lora_dropout;
      adapters.seed = graph_.input(external::kDropoutSeed, ints(1));
    }
    return adapters;
  }

  /// Rows of all slots for the language model, [slots·image rows, dim].
  Tensor pictures() {
    const VisionConfig& vision = *config_.vision;
    const Tensor selected = graph_.weight(external::kSelectedRows, ints(shape_.slots * vision.image_rows()));
    Tensor features;
    if (options_.with_tower) {
      ClipVisionWeights tower(vision);
      for_each_weight(tower, vision, declare());
      const Tensor pixels = graph_.input(
          external::kPixels, {DType::f32, {shape_.slots, 3, vision.image_size, vision.image_size}});
      const Tensor row_index = graph_.weight(external::kRowIndex, ints(shape_.slots * vision.rows()));
      features = clip_vision(pixels, row_index, tower, vision, options_.activation);
    } else {
      features = graph_.state(external::kFeatures,
                              {options_.activation, {shape_.slots * vision.rows(), vision.dim}});
    }
    ProjectorWeights projection(config_);
    for_each_weight(projection, config_, declare());
    return projector(ops::gather_rows(features, selected), projection);
  }

  Graph& graph_;
  const ModelConfig& config_;
  const WeightTypes& types_;
  const MicroStepOptions& options_;
  const MicroStepShape& shape_;
  std::map<std::string, Tensor> weights_;
};

}  // namespace

std::vector<Parameter> parameters_of(const ModelConfig& config, const Recipe& recipe, DType activation) {
  std::vector<Parameter> parameters;
  if (config.vision && recipe.train.tower)
    add_parameters(parameters, weight_list<ClipVisionWeights>(*config.vision), "tower", activation);
  if (config.vision && recipe.train.projector)
    add_parameters(parameters, weight_list<ProjectorWeights>(config), "projector", activation);
  if (recipe.train.language_model == LanguageModelTraining::kFull)
    add_parameters(parameters, weight_list<LlamaWeights>(config.language), "language", activation);
  if (recipe.train.language_model == LanguageModelTraining::kLora)
    add_low_rank(parameters, weight_list<LlamaWeights>(config.language), recipe.lora, activation);
  return parameters;
}

WeightTypes compute_types(WeightTypes types, std::span<const Parameter> parameters) {
  for (const Parameter& parameter : parameters) types[parameter.name] = {parameter.compute, parameter.shape};
  return types;
}

void build_micro_step(Graph& graph, const ModelConfig& config, const WeightTypes& types,
                      std::span<const Parameter> parameters, const MicroStepOptions& options,
                      const MicroStepShape& shape) {
  graph.set_differentiable();
  MicroStep step(graph, config, types, options, shape);
  const Tensor loss = step.loss();
  if (options.gradients) {
    std::vector<ops::GradientSum> sums;
    for (const Parameter& parameter : parameters) {
      sums.push_back({step.weight(parameter.name),
                      graph.state(external::gradient(parameter.name), {DType::f32, parameter.shape})});
    }
    const ops::Seed seed{loss, graph.input(external::kLossScale, scalar())};
    ops::accumulate_gradients(graph, {&seed, 1}, sums);
  }
  ops::accumulate(graph.state(external::kLossSum, scalar()), loss);
}

void build_tower(Graph& graph, const ModelConfig& config, const WeightTypes& types, DType activation) {
  const VisionConfig& vision = *config.vision;
  ClipVisionWeights tower(vision);
  for_each_weight(tower, vision, [&](const WeightInfo& info, Tensor& slot) {
    slot = graph.weight(info.name, types.at(info.name));
  });
  const Tensor pixels =
      graph.input(lapilli::external::kPixels, {DType::f32, {1, 3, vision.image_size, vision.image_size}});
  const Tensor row_index = graph.weight(external::kRowIndex, ints(vision.rows()));
  graph.output(external::kTowerFeatures, clip_vision(pixels, row_index, tower, vision, activation));
}

void build_norm(Graph& graph, std::span<const Parameter> parameters) {
  std::vector<Tensor> gradients;
  for (const Parameter& parameter : parameters)
    gradients.push_back(graph.state(external::gradient(parameter.name), {DType::f32, parameter.shape}));
  graph.output(external::kGradientNorm, ops::global_norm(gradients));
}

void build_update(Graph& graph, std::span<const Parameter> parameters) {
  std::map<std::string, Tensor> settings;
  for (const Parameter& parameter : parameters) {
    const TensorType type{DType::f32, parameter.shape};
    const bool copied = parameter.compute != DType::f32;
    const auto state = [&](const std::string& name) { return graph.state(name, type); };
    ops::AdamwStates states{.parameter = state(copied ? external::parameter(parameter.name) : parameter.name),
                            .first_moment = state(external::first_moment(parameter.name)),
                            .second_moment = state(external::second_moment(parameter.name))};
    if (copied) states.copy = graph.state(parameter.name, {parameter.compute, parameter.shape});
    Tensor& shared = settings[parameter.group];
    if (!shared)
      shared = graph.input(external::settings(parameter.group), {DType::f32, {ops::kNumAdamwSettings}});
    const Tensor gradient = state(external::gradient(parameter.name));
    ops::adamw(states, gradient, shared);
    ops::fill(gradient, 0.0f);
  }
}

}  // namespace lapilli::training
