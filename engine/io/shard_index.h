// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli {

/// Which file of a sharded model holds which tensor (`*.index.json`, for safetensors and PyTorch alike).
struct ShardIndex {
  std::map<std::string, std::string> file_of;  ///< tensor name → file name
  std::vector<std::string> files;              ///< every file once, by name
};

/// Reads the text of an index file. Refuses (kBadFile) file names that are more than a plain name in the same
/// folder: separators, "..", drive letters, control characters, Windows device names.
[[nodiscard]] Result<ShardIndex> parse_shard_index(std::string_view json);

/// A name without path that every system accepts.
[[nodiscard]] bool is_plain_file_name(std::string_view name);

}  // namespace lapilli
