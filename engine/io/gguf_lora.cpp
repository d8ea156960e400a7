// SPDX-License-Identifier: Apache-2.0
#include "engine/io/gguf_lora.h"

#include <map>

namespace lapilli {
namespace {

constexpr std::string_view kSuffixA = ".lora_a";
constexpr std::string_view kSuffixB = ".lora_b";
constexpr std::string_view kNormSuffix = "_norm.weight";
constexpr std::string_view kEmbedding = "token_embd.weight";

struct Halves {
  const StoredTensor* a = nullptr;
  const StoredTensor* b = nullptr;
};

Error tensor_error(const StoredTensor& tensor, std::string message) {
  return Error(ErrorCode::kBadFile, std::move(message), text(tensor.file, ": tensor \"", tensor.name, "\""));
}

void require_text(const GgufMetadata& metadata, std::string_view key, std::string_view expected) {
  const std::string found = metadata.get_string(key).value();
  if (found == expected) return;
  throw Error(ErrorCode::kUnsupported, text("is \"", found, "\", \"", expected, "\" is expected"),
              text("\"", key, "\""));
}

std::map<std::string, Halves> collect(const GgufFile& file) {
  std::map<std::string, Halves> halves;
  for (const StoredTensor& tensor : file.tensors()) {
    const std::string_view name = tensor.name;
    if (name.ends_with(kNormSuffix)) continue;  // unchanged copies that the converter may leave
    if (name.ends_with(kSuffixA)) {
      halves[std::string(name.substr(0, name.size() - kSuffixA.size()))].a = &tensor;
    } else if (name.ends_with(kSuffixB)) {
      halves[std::string(name.substr(0, name.size() - kSuffixB.size()))].b = &tensor;
    } else {
      throw tensor_error(tensor, "is neither a lora_a nor a lora_b");
    }
  }
  return halves;
}

LoraUpdate make_update(const std::string& weight, const Halves& halves, float alpha) {
  if (!halves.a || !halves.b) {
    throw tensor_error(halves.a ? *halves.a : *halves.b,
                       "has no counterpart: an update needs lora_a and lora_b");
  }
  const StoredTensor& a = *halves.a;
  const StoredTensor& b = *halves.b;
  // The embedding's a part is stored [vocab, rank], all others [rank, in]; b is [out, rank].
  const bool embedding = weight == kEmbedding;
  const bool matrices = a.shape.size() == 2 && b.shape.size() == 2;
  if (!matrices || a.shape[embedding ? 1 : 0] != b.shape[1]) {
    throw tensor_error(a, text("is ", shape_text(a.shape), ", ", b.name, " is ", shape_text(b.shape),
                               "; they have no common rank"));
  }
  LoraUpdate update;
  update.weight = weight;
  update.rank = b.shape[1];
  update.scale = alpha != 0 ? alpha / static_cast<float>(update.rank) : 1.0f;
  update.left = embedding ? &a : &b;
  update.right = embedding ? &b : &a;
  update.right_transposed = embedding;
  return update;
}

GgufLora open(const std::filesystem::path& path, std::string_view architecture) {
  GgufLora adapter = {GgufFile::open(path).value(), {}};
  try {
    const GgufMetadata& metadata = adapter.file.metadata();
    require_text(metadata, "general.type", "adapter");
    require_text(metadata, "general.architecture", architecture);
    require_text(metadata, "adapter.type", "lora");
    if (metadata.contains("adapter.alora.invocation_tokens")) {
      throw Error(ErrorCode::kUnsupported, "is an aLoRA adapter, which acts on parts of a prompt only");
    }
    const float alpha = metadata.get_f32("adapter.lora.alpha").value();
    for (const auto& [weight, halves] : collect(adapter.file)) {
      adapter.updates.push_back(make_update(weight, halves, alpha));
    }
    if (adapter.updates.empty()) {
      throw Error(ErrorCode::kBadFile, text("holds no updates: of its ", adapter.file.tensors().size(),
                                            " tensors none changes a weight; fetch the adapter again"));
    }
  } catch (const Error& error) {
    const bool named = error.place().starts_with(path.string());
    throw named ? error : error.within(path.string());
  }
  return adapter;
}

}  // namespace

Result<GgufLora> open_gguf_lora(const std::filesystem::path& path, std::string_view architecture) {
  return try_result([&] { return open(path, architecture); });
}

}  // namespace lapilli
