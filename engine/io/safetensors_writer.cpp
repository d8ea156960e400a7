// SPDX-License-Identifier: Apache-2.0
#include "engine/io/safetensors.h"
#include "engine/io/safetensors_types.h"

#include <algorithm>
#include <unordered_set>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kChunkBytes = uint64_t{4} << 20;

Error unwritable(const TensorToWrite& tensor, std::string message) {
  return Error(ErrorCode::kInvalidArgument, std::move(message), text("tensor \"", tensor.name, "\""));
}

/// The position of a type in the format's order; nothing for types it cannot hold.
std::optional<size_t> type_rank(const StoredType& type) {
  for (size_t rank = 0; rank < kSafetensorsTypes.size(); ++rank) {
    if (kSafetensorsTypes[rank].type.name == type.name) return rank;
  }
  return std::nullopt;
}

Result<void> check(std::span<const TensorToWrite> tensors) {
  std::unordered_set<std::string_view> names;
  for (const TensorToWrite& tensor : tensors) {
    if (!is_usable_tensor_name(tensor.name) || tensor.name == kSafetensorsMetadataKey) {
      return unwritable(tensor, "the name cannot be used in a safetensors file");
    }
    if (!names.insert(tensor.name).second) return unwritable(tensor, "is given twice");
    if (!type_rank(tensor.type)) {
      return unwritable(tensor, text("is ", tensor.type.name, ", which safetensors files cannot hold"));
    }
    const auto size = stored_bytes(tensor.type, tensor.shape);
    if (!size || (!tensor.fill && *size != tensor.data.size())) {
      return unwritable(tensor, text("is ", tensor.type.name, " ", shape_text(tensor.shape), ", but has ",
                                     tensor.data.size(), " bytes"));
    }
  }
  return {};
}

/// The tensors in the order of the file.
std::vector<const TensorToWrite*> ordered(std::span<const TensorToWrite> tensors) {
  std::vector<const TensorToWrite*> order;
  for (const TensorToWrite& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const TensorToWrite* a, const TensorToWrite* b) {
    const auto rank_a = *type_rank(a->type);
    const auto rank_b = *type_rank(b->type);
    return rank_a != rank_b ? rank_a > rank_b : a->name < b->name;
  });
  return order;
}

std::string header_text(const std::vector<const TensorToWrite*>& order,
                        const std::map<std::string, std::string>& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header[std::string(kSafetensorsMetadataKey)] = metadata;
  uint64_t begin = 0;
  for (const TensorToWrite* tensor : order) {
    const uint64_t end = begin + *stored_bytes(tensor->type, tensor->shape);
    Json entry = Json::object();
    entry["dtype"] = kSafetensorsTypes[*type_rank(tensor->type)].name;
    entry["shape"] = tensor->shape;
    entry["data_offsets"] = {begin, end};
    header.push_back({tensor->name, std::move(entry)});
    begin = end;
  }
  std::string result = header.dump();
  result.resize(align_up(result.size(), 8), ' ');
  return result;
}

Result<void> write_tensor(int descriptor, const TensorToWrite& tensor) {
  if (!tensor.fill) return write_all(descriptor, tensor.data);
  const uint64_t size = *stored_bytes(tensor.type, tensor.shape);
  std::vector<std::byte> chunk;
  for (uint64_t done = 0; done < size; done += chunk.size()) {
    chunk.resize(std::min(kChunkBytes, size - done));
    if (auto filled = tensor.fill(done, chunk); !filled) return filled;
    if (auto written = write_all(descriptor, chunk); !written) return written;
  }
  return {};
}

}  // namespace

Result<void> write_safetensors(const std::filesystem::path& path, std::span<const TensorToWrite> tensors,
                               const std::map<std::string, std::string>& metadata) {
  if (auto checked = check(tensors); !checked) return checked;
  const auto order = ordered(tensors);
  std::string header;
  try {
    header = header_text(order, metadata);
  } catch (const Json::exception&) {
    return Error(ErrorCode::kInvalidArgument, "a tensor name or metadata text is not valid UTF-8",
                 path.string());
  }
  return replace_file(path, [&](int descriptor) -> Result<void> {
    std::array<std::byte, 8> size{};
    store<uint64_t>(size.data(), header.size());
    if (auto written = write_all(descriptor, size); !written) return written;
    if (auto written = write_all(descriptor, as_bytes(header)); !written) return written;
    for (const TensorToWrite* tensor : order) {
      if (auto written = write_tensor(descriptor, *tensor); !written) return written;
    }
    return {};
  });
}

}  // namespace lapilli
