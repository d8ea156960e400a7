// SPDX-License-Identifier: Apache-2.0
#include "engine/io/shard_index.h"

#include "engine/base/json.h"
#include "engine/io/safetensors_types.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

constexpr JsonLimits kLimits = {.max_size_bytes = size_t{16} << 20, .max_depth = 8};
constexpr size_t kMaxFileNameBytes = 255;

bool is_windows_device(std::string_view name) {
  std::string stem(name.substr(0, name.find('.')));
  std::transform(stem.begin(), stem.end(), stem.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  constexpr std::array<std::string_view, 4> kDevices = {"con", "prn", "aux", "nul"};
  if (std::find(kDevices.begin(), kDevices.end(), stem) != kDevices.end()) return true;
  const bool numbered = stem.size() == 4 && stem[3] >= '0' && stem[3] <= '9';
  return numbered && (stem.starts_with("com") || stem.starts_with("lpt"));
}

ShardIndex read(std::string_view json) {
  const auto parsed = parse_json(json, kLimits);
  if (!parsed) throw parsed.error();
  const auto map = parsed->is_object() ? parsed->find("weight_map") : parsed->end();
  if (map == parsed->end() || !map->is_object()) {
    throw Error(ErrorCode::kBadFile, "has no object \"weight_map\", which says where each tensor is");
  }
  if (map->empty() || map->size() > kMaxSafetensorsTensors) {
    throw Error(ErrorCode::kBadFile,
                text("lists ", map->size(), " tensors, 1 to ", kMaxSafetensorsTensors, " are expected"));
  }
  ShardIndex index;
  std::set<std::string> files;
  for (const auto& item : map->items()) {
    if (!is_usable_tensor_name(item.key())) {
      throw Error(ErrorCode::kBadFile, text("has a tensor name of ", item.key().size(),
                                            " bytes that is empty, too long or holds control characters"));
    }
    if (!item.value().is_string() || !is_plain_file_name(item.value().get_ref<const std::string&>())) {
      throw Error(ErrorCode::kBadFile,
                  text("names the file ", item.value().dump(-1, ' ', true).substr(0, 80),
                       ", a plain file name in the same folder is expected"),
                  text("tensor \"", item.key(), "\""));
    }
    files.insert(item.value().get<std::string>());
    index.file_of.emplace(item.key(), item.value().get<std::string>());
  }
  index.files.assign(files.begin(), files.end());
  return index;
}

}  // namespace

bool is_plain_file_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxFileNameBytes || name == "." || name == "..") return false;
  for (const char c : name) {
    if (c == '/' || c == '\\' || c == ':' || c == 0x7f || static_cast<unsigned char>(c) < 0x20) return false;
  }
  return !is_windows_device(name);
}

Result<ShardIndex> parse_shard_index(std::string_view json) {
  return try_result([&] { return read(json); });
}

}  // namespace lapilli
