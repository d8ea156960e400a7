// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/adapter_match.h"

#include "engine/model/weight_names.h"
#include "engine/runtime/load_model.h"
#include "engine/runtime/weight_stream.h"

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

bool is_of_pictures(const std::string& name) {
  constexpr std::array kParts = {"mm_projector", "multi_modal_projector", "vision_tower"};
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](const char* part) { return name.find(part) != std::string::npos; });
}

Error unknown_weight(const std::string& name, const StoredTensor& tensor, bool sees_pictures) {
  const bool hint = !sees_pictures && is_of_pictures(name);
  return Error(ErrorCode::kBadFile,
               text("the adapter changes \"", name, "\", which this model does not have",
                    hint ? "; the model's encoder is needed too: its mmproj file (GGUF) with --projector or "
                           "beside it, or --vision"
                         : ""),
               tensor.file);
}

/// Its one layer would take the first one's place among several.
void refuse_linear_projector(const LoraReplacement& replacement, const ModelConfig& config) {
  if (config.projector.layers == 1 || !replacement.name.ends_with("mm_projector.weight")) return;
  throw Error(ErrorCode::kBadFile,
              text("is a projector of one layer, the model's has ", config.projector.layers,
                   "; they belong to different models"),
              text(replacement.tensor->file, ": ", replacement.tensor->name));
}

LoraUpdates match(const LoraAdapter& adapter, const ModelConfig& config, uint32_t vision_blocks) {
  ModelConfig whole = config;
  if (whole.vision) whole.vision->layers = vision_blocks;
  const KnownNames known = known_names(loading::model_weights(whole));
  const KnownNames used = known_names(loading::model_weights(config));
  const auto require_known = [&](const std::string& name, const StoredTensor& tensor) {
    if (!known.contains(name) && !is_without_effect(name))
      throw unknown_weight(name, tensor, config.vision.has_value());
  };
  for (const LoraReplacement& replacement : adapter.replacements) {
    require_known(replacement.name, *replacement.tensor);
    refuse_linear_projector(replacement, config);
  }

  LoraUpdates updates;
  for (LoraUpdate update : adapter.updates) {
    require_known(update.weight, *update.left);
    if (update.bias != nullptr) {
      throw Error(ErrorCode::kUnsupported,
                  text("trains a bias of the low-rank part (lora_bias), which is not supported; merge the "
                       "adapter with PEFT first"),
                  text(update.bias->file, ": ", update.bias->name));
    }
    const auto found = used.find(update.weight);
    if (found == used.end()) continue;
    update.left_rows = checkpoint_rows(found->second, config.language);
    updates.emplace(found->second, update);
  }
  return updates;
}

LoraUpdates match(const GgufLora& adapter, const ModelConfig& config) {
  const bool halves = config.language.rope_pairing == ops::RopePairing::kHalves;
  KnownNames known;
  for (const WeightInfo& info : weight_list<LlamaWeights>(config.language))
    known.emplace(gguf_name(info.name, true), info.name);
  LoraUpdates updates;
  for (LoraUpdate update : adapter.updates) {
    const auto found = known.find(update.weight);
    if (found == known.end()) throw unknown_weight(update.weight, *update.left, true);
    const bool rotated = found->second.ends_with(".wq") || found->second.ends_with(".wk");
    if (halves && rotated)
      update.left_rows = {.head = config.language.head_dim, .wanted = RowOrder::Wanted::kCheckpoint};
    updates.emplace(found->second, update);
  }
  return updates;
}

}  // namespace

LoraUpdates match_adapter(const Adapter& adapter, const ModelConfig& config, uint32_t vision_blocks) {
  const auto* checkpoint = std::get_if<LoraAdapter>(&adapter);
  return checkpoint ? match(*checkpoint, config, vision_blocks) : match(std::get<GgufLora>(adapter), config);
}

const StoredTensor* replacement_of(const Adapter& adapter, const std::string& weight) {
  const auto* checkpoint = std::get_if<LoraAdapter>(&adapter);
  if (checkpoint == nullptr) return nullptr;
  const std::vector<std::string> names = checkpoint_names(weight);
  for (const LoraReplacement& replacement : checkpoint->replacements) {
    if (std::find(names.begin(), names.end(), replacement.name) != names.end()) return replacement.tensor;
  }
  return nullptr;
}

RowOrder checkpoint_rows(const std::string& weight, const LlamaConfig& language) {
  return {.head = interleaved_head(weight, language), .wanted = RowOrder::Wanted::kInterleaved};
}

}  // namespace lapilli
