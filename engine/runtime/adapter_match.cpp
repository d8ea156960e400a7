// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/adapter_match.h"

#include "engine/model/weight_names.h"
#include "engine/runtime/load_model.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace lapilli {
namespace {

/// The model's weight for every name a checkpoint may use.
using KnownNames = std::unordered_map<std::string, std::string>;

KnownNames known_names(const std::vector<WeightInfo>& weights) {
  KnownNames known;
  for (const WeightInfo& info : weights) {
    for (std::string& name : checkpoint_names(info.name)) known.emplace(std::move(name), info.name);
  }
  return known;
}

/// Tensors of checkpoints that this model never computes with.
bool is_without_effect(const std::string& name) {
  constexpr std::array kParts = {"post_layernorm", "position_ids", "rotary_emb.inv_freq"};
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](const char* part) { return name.find(part) != std::string::npos; });
}

void require_known(const KnownNames& known, const std::string& name) {
  if (known.contains(name) || is_without_effect(name)) return;
  throw Error(ErrorCode::kBadFile,
              text("the adapter changes \"", name, "\", which this model does not have"));
}

}  // namespace

LoraUpdates match_adapter(const LoraAdapter& adapter, const ModelConfig& config, uint32_t vision_blocks) {
  ModelConfig whole = config;
  if (whole.vision) whole.vision->layers = vision_blocks;
  const KnownNames known = known_names(loading::model_weights(whole));
  const KnownNames used = known_names(loading::model_weights(config));
  for (const LoraReplacement& replacement : adapter.replacements) require_known(known, replacement.name);

  LoraUpdates updates;
  for (const LoraUpdate& update : adapter.updates) {
    require_known(known, update.weight);
    if (update.bias != nullptr) {
      throw Error(ErrorCode::kUnsupported,
                  text("trains a bias of the low-rank part (lora_bias), which is not supported; merge the "
                       "adapter with PEFT first"),
                  text(update.bias->file, ": ", update.bias->name));
    }
    const auto found = used.find(update.weight);
    if (found != used.end()) updates.emplace(found->second, update);
  }
  return updates;
}

LoraUpdates match_adapter(const GgufLora& adapter, const ModelConfig& config) {
  const bool halves = config.language.rope_pairing == ops::RopePairing::kHalves;
  KnownNames known;
  for (const WeightInfo& info : weight_list<LlamaWeights>(config.language))
    known.emplace(gguf_name(info.name, true), info.name);
  LoraUpdates updates;
  for (LoraUpdate update : adapter.updates) {
    const auto found = known.find(update.weight);
    if (found == known.end()) {
      throw Error(ErrorCode::kBadFile,
                  text("the adapter changes \"", update.weight, "\", which this model does not have"));
    }
    const bool rotated = found->second.ends_with(".wq") || found->second.ends_with(".wk");
    if (halves && rotated) update.interleaved_head = config.language.head_dim;
    updates.emplace(found->second, update);
  }
  return updates;
}

}  // namespace lapilli
