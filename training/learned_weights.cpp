// SPDX-License-Identifier: Apache-2.0
#include "training/learned_weights.h"

#include "engine/io/safetensors.h"

#include <algorithm>
#include <map>
#include <set>

namespace lapilli::training {
namespace {

constexpr std::string_view kEndOfA = ".lora_a";
constexpr std::string_view kEndOfB = ".lora_b";

std::set<std::string> moment_names(const TensorFile& file) {
  std::set<std::string> names;
  for (const StoredTensor& tensor : file.tensors()) {
    names.insert(external::first_moment(tensor.name));
    names.insert(external::second_moment(tensor.name));
  }
  return names;
}

void require_pair(const LearnedFactors& factors, uint64_t rank) {
  const StoredTensor& any = factors.a ? *factors.a : *factors.b;
  if (!factors.a || !factors.b)
    throw Error(ErrorCode::kBadFile, text("\"", any.name, "\" has no counterpart; the checkpoint is damaged"),
                any.file);
  const bool fits = factors.a->shape.size() == 2 && factors.b->shape.size() == 2 &&
                    factors.a->shape[0] == rank && factors.b->shape[1] == rank;
  if (!fits)
    throw Error(ErrorCode::kBadFile,
                text("\"", factors.a->name, "\" is ", shape_text(factors.a->shape), ", \"", factors.b->name,
                     "\" is ", shape_text(factors.b->shape), ", the recipe's rank is ", rank),
                any.file);
}

}  // namespace

const StoredTensor* LearnedWeights::find_whole(const std::string& weight) const {
  const auto found =
      std::find_if(whole.begin(), whole.end(), [&](const auto* tensor) { return tensor->name == weight; });
  return found == whole.end() ? nullptr : *found;
}

Result<LearnedWeights> open_learned_weights(const Checkpoint& checkpoint) {
  return try_result([&] {
    LearnedWeights learned{.file = open_safetensors(parameter_file(checkpoint)).value(),
                           .whole = {},
                           .factors = {},
                           .rank = checkpoint.recipe.lora.rank,
                           .alpha = checkpoint.recipe.lora.alpha};
    const std::set<std::string> moments = moment_names(learned.file);
    std::map<std::string, LearnedFactors> pairs;
    for (const StoredTensor& tensor : learned.file.tensors()) {
      if (moments.contains(tensor.name)) continue;
      if (tensor.type.dtype != DType::f32)
        throw Error(ErrorCode::kBadFile, text("\"", tensor.name, "\" is ", tensor.type.name, ", not f32"),
                    tensor.file);
      const std::string_view name = tensor.name;
      if (name.ends_with(kEndOfA)) {
        pairs[std::string(name.substr(0, name.size() - kEndOfA.size()))].a = &tensor;
      } else if (name.ends_with(kEndOfB)) {
        pairs[std::string(name.substr(0, name.size() - kEndOfB.size()))].b = &tensor;
      } else {
        learned.whole.push_back(&tensor);
      }
    }
    for (auto& [weight, factors] : pairs) {
      require_pair(factors, learned.rank);
      factors.weight = weight;
      learned.factors.push_back(factors);
    }
    return learned;
  });
}

LoraUpdate update_of(const LearnedWeights& learned, const LearnedFactors& factors) {
  LoraUpdate update;
  update.weight = factors.weight;
  update.left = factors.b;
  update.right = factors.a;
  update.rank = learned.rank;
  update.scale = static_cast<float>(learned.alpha / static_cast<double>(learned.rank));
  return update;
}

}  // namespace lapilli::training
