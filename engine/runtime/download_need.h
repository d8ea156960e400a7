// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/runtime/fit.h"

#include <optional>
#include <span>
#include <string>

namespace lapilli {

/// A file of a model that is somewhere else.
struct RemoteFile {
  std::string path;
  uint64_t size_bytes = 0;
};

struct DownloadNeed {
  MemoryNeed need = {};
  uint32_t context = 0;  ///< tokens of the conversation that is counted
};

/// What a model of these files will take, from their names and sizes alone; nothing where none holds weights.
///
/// Weights take what their files do. Parameters are the language model's bytes by what a GGUF file's name
/// says of its type, two bytes each elsewhere; from their number follow width and layers, for LLaMA models
/// grow alike, and from these the conversation's cache and the intermediate values. `asked`, `free_bytes`: as
/// for choose_context.
[[nodiscard]] std::optional<DownloadNeed> download_need(std::span<const RemoteFile> files, uint32_t asked,
                                                        DType activation, uint64_t free_bytes);

}  // namespace lapilli
