// SPDX-License-Identifier: Apache-2.0
#include "engine/model/clip_vision.h"

#include <cmath>

namespace lapilli {
namespace {

void visit_norm(LayerNormWeights& norm, const std::string& name, uint32_t dim, const std::string& group,
                const WeightVisitor& visit) {
  visit({name + ".weight", {dim}, WeightKind::kVector, group}, norm.weight);
  visit({name + ".bias", {dim}, WeightKind::kVector, group}, norm.bias);
}

void visit_linear(LinearWeights& linear, const std::string& name, uint32_t out, uint32_t in,
                  const std::string& group, const WeightVisitor& visit) {
  visit({name + ".weight", {out, in}, WeightKind::kMatrix, group}, linear.weight);
  visit({name + ".bias", {out}, WeightKind::kVector, group}, linear.bias);
}

Tensor layer_norm(Tensor x, const LayerNormWeights& w, const VisionConfig& c) {
  return ops::layer_norm(x, w.weight, w.bias, c.layer_norm_eps);
}

Tensor block(Tensor x, const ClipBlock& w, const VisionConfig& c) {
  const Tensor normed = layer_norm(x, w.norm1, c);
  const Tensor q = ops::linear(normed, w.wq.weight, {.bias = w.wq.bias});
  const Tensor k = ops::linear(normed, w.wk.weight, {.bias = w.wk.bias});
  const Tensor v = ops::linear(normed, w.wv.weight, {.bias = w.wv.bias});
  const Tensor attended = ops::attention(q, k, v,
                                         {.heads = c.heads,
                                          .kv_heads = c.heads,
                                          .scale = 1.0f / std::sqrt(static_cast<float>(c.dim / c.heads)),
                                          .sequence_rows = c.rows()});
  x = ops::linear(attended, w.wo.weight, {.bias = w.wo.bias, .residual = x});
  const Tensor hidden =
      ops::linear(layer_norm(x, w.norm2, c), w.fc1.weight, {.bias = w.fc1.bias, .activation = c.activation});
  return ops::linear(hidden, w.fc2.weight, {.bias = w.fc2.bias, .residual = x});
}

}  // namespace

void for_each_weight(ClipVisionWeights& weights, const VisionConfig& c, const WeightVisitor& visit) {
  visit({"vision.class_embedding", {1, c.dim}, WeightKind::kActivation, "vision"}, weights.class_embedding);
  visit({"vision.patch_embedding", {c.dim, c.patch_values()}, WeightKind::kMatrix, "vision"},
        weights.patch_embedding);
  visit({"vision.position_embedding", {c.rows(), c.dim}, WeightKind::kActivation, "vision"},
        weights.position_embedding);
  visit_norm(weights.pre_norm, "vision.pre_norm", c.dim, "vision", visit);
  for (uint32_t layer = 0; layer < c.layers; ++layer) {
    ClipBlock& block = weights.blocks[layer];
    const std::string prefix = text("vision.layers.", layer, '.');
    const std::string group = text("vision layer ", layer);
    visit_norm(block.norm1, prefix + "norm1", c.dim, group, visit);
    visit_linear(block.wq, prefix + "wq", c.dim, c.dim, group, visit);
    visit_linear(block.wk, prefix + "wk", c.dim, c.dim, group, visit);
    visit_linear(block.wv, prefix + "wv", c.dim, c.dim, group, visit);
    visit_linear(block.wo, prefix + "wo", c.dim, c.dim, group, visit);
    visit_norm(block.norm2, prefix + "norm2", c.dim, group, visit);
    visit_linear(block.fc1, prefix + "fc1", c.ffn, c.dim, group, visit);
    visit_linear(block.fc2, prefix + "fc2", c.dim, c.ffn, group, visit);
  }
}

Tensor clip_vision(Tensor pixels, Tensor row_index, const ClipVisionWeights& weights,
                   const VisionConfig& config, DType activation) {
  Graph& graph = pixels.graph();
  Tensor x;
  {
    const Graph::Scope scope(graph, "vision embedding");
    const Tensor patches =
        ops::linear(ops::patchify(pixels, config.patch_size, activation), weights.patch_embedding);
    const Tensor rows = ops::splice(weights.class_embedding, patches, row_index);
    x = layer_norm(ops::add(rows, weights.position_embedding), weights.pre_norm, config);
  }
  for (uint32_t layer = 0; layer < config.layers; ++layer) {
    const Graph::Scope scope(graph, text("vision layer ", layer));
    x = block(x, weights.blocks[layer], config);
  }
  return x;
}

std::vector<int32_t> clip_row_index(const VisionConfig& config, uint32_t images) {
  std::vector<int32_t> index;
  for (uint32_t image = 0; image < images; ++image) {
    index.push_back(-1);
    for (uint32_t patch = 0; patch < config.patches(); ++patch) {
      index.push_back(static_cast<int32_t>(image * config.patches() + patch));
    }
  }
  return index;
}

std::vector<int32_t> clip_selected_rows(const VisionConfig& config, uint32_t images) {
  std::vector<int32_t> index;
  const uint32_t first = config.keep_class_row ? 0 : 1;
  for (uint32_t image = 0; image < images; ++image) {
    for (uint32_t row = first; row < config.rows(); ++row)
      index.push_back(static_cast<int32_t>(image * config.rows() + row));
  }
  return index;
}

}  // namespace lapilli
