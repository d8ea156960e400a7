// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/model_graphs.h"

#include "engine/model/clip_vision.h"
#include "engine/model/llama.h"
#include "engine/model/projector.h"

namespace lapilli {

std::string external::keys(uint32_t layer) {
  return text("keys.", layer);
}
std::string external::values(uint32_t layer) {
  return text("values.", layer);
}

namespace {

/// Declares each visited weight in the graph with the type its file has.
WeightVisitor declare(Graph& graph, const WeightTypes& types,
                      std::map<std::string, Tensor>* declared = nullptr) {
  return [&graph, &types, declared](const WeightInfo& info, Tensor& slot) {
    const auto found = types.find(info.name);
    if (found == types.end())
      throw Error(ErrorCode::kInvalidArgument, text("the model has no weight \"", info.name, '"'));
    if (found->second.shape != info.shape) {
      throw Error(ErrorCode::kShape, text("weight \"", info.name, "\" is ", found->second.shape,
                                          ", the configuration asks for ", info.shape));
    }
    slot = graph.weight(info.name, found->second);
    if (declared != nullptr) declared->emplace(info.name, slot);
  };
}

/// Declares the stacks that the weights of this model form.
WeightVisitor declare_stacks(Graph& graph, const WeightTypes& types) {
  return [&graph, &types](const WeightInfo& info, Tensor& slot) {
    const auto found = types.find(info.name);
    if (found == types.end()) return;
    LAPILLI_ASSERT(found->second.shape == info.shape);
    slot = graph.weight(info.name, found->second);
  };
}

KvCache declare_cache(Graph& graph, const LlamaConfig& config, const GraphOptions& options) {
  const TensorType type{options.activation,
                        {options.lanes, config.kv_heads, options.context, config.head_dim}};
  KvCache cache;
  for (uint32_t layer = 0; layer < config.layers; ++layer) {
    cache.keys.push_back(graph.state(external::keys(layer), type));
    cache.values.push_back(graph.state(external::values(layer), type));
  }
  return cache;
}

TensorType ints(uint32_t count, bool live) {
  return {DType::i32, {count}, live};
}

}  // namespace

Adapters declare_adapters(Graph& graph, const WeightTypes& types,
                          const std::map<std::string, Tensor>& weights, double scale) {
  Adapters adapters;
  for (const auto& [name, base] : weights) {
    const auto a = types.find(lora_a(name)), b = types.find(lora_b(name));
    if (a == types.end() || b == types.end()) continue;
    adapters.by_weight[base.id()] = {graph.weight(a->first, a->second), graph.weight(b->first, b->second),
                                     static_cast<float>(scale)};
  }
  return adapters;
}

void build_step_graph(Graph& graph, const ModelConfig& config, const WeightTypes& types,
                      const GraphOptions& options, const StepShape& shape, uint32_t id_limit) {
  const LlamaConfig& language = config.language;
  LlamaWeights weights(language);
  std::map<std::string, Tensor> declared;
  for_each_weight(weights, language, declare(graph, types, &declared));
  const Adapters adapters = declare_adapters(graph, types, declared, options.lora_scale);
  for_each_stack(weights, language, declare_stacks(graph, types));

  const bool live = shape.rows > 1;
  if (live) graph.set_live_rows(graph.input(external::kLiveRows, ints(1, false)));
  const StepInputs step{
      .ids = graph.input(external::kIds, ints(shape.rows, live)),
      .positions = graph.input(external::kPositions, ints(shape.rows, live)),
      .lanes = graph.input(external::kLanes, ints(shape.rows, live)),
      .rope_table = graph.weight(external::kRopeTable, {DType::f32, {options.context, language.head_dim}}),
      .adapters = &adapters};
  KvCache cache = declare_cache(graph, language, options);

  Tensor x = ops::embedding(weights.token_embedding, step.ids, options.activation);
  if (config.vision && shape.rows > 1) {
    const uint64_t memory_rows = uint64_t{options.image_slots} * config.vision->image_rows();
    const Tensor image_rows =
        graph.state(external::kImageRows, {options.activation, {memory_rows, language.dim}});
    x = ops::splice(x, image_rows, graph.input(external::kImageIndex, ints(shape.rows, live)));
  }
  x = llama_blocks(x, weights, language, step, &cache);

  // Where every row gives logits, rows beyond the live ones are skipped here too.
  const bool logits_live = live && shape.logit_rows == shape.rows;
  const Tensor index = graph.input(external::kLogitIndex, ints(shape.logit_rows, logits_live));
  const Tensor logits = llama_logits(ops::gather_rows(x, index), weights, language);
  graph.output(external::kLogits, logits);
  graph.output(external::kBestIds, ops::argmax(logits, id_limit));
}

void build_vision_graph(Graph& graph, const ModelConfig& config, const WeightTypes& types,
                        const GraphOptions& options, uint32_t images) {
  const VisionConfig& vision = *config.vision;
  ClipVisionWeights encoder(vision);
  for_each_weight(encoder, vision, declare(graph, types));
  ProjectorWeights projection(config);
  for_each_weight(projection, config, declare(graph, types));

  const Tensor pixels =
      graph.input(external::kPixels, {DType::f32, {images, 3, vision.image_size, vision.image_size}});
  const Tensor row_index = graph.weight(external::kRowIndex, ints(images * vision.rows(), false));
  const Tensor selected = graph.weight(external::kSelectedRows, ints(images * vision.image_rows(), false));
  const Tensor features = clip_vision(pixels, row_index, encoder, vision, options.activation);
  graph.output(external::kVisionFeatures, features);
  graph.output(external::kProjected, projector(ops::gather_rows(features, selected), projection));
}

}  // namespace lapilli
