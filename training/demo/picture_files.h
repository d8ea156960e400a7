// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/image.h"
#include "engine/runtime/events.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace lapilli::demo {

/// "images/SET/NNN/NNNNNN.png": a thousand pictures a folder.
[[nodiscard]] std::string picture_name(std::string_view set, uint64_t index);

struct PictureSet {
  std::filesystem::path folder;
  std::string_view set;
  uint64_t count = 0;
  unsigned num_threads = 0;  ///< 0: as many as there are processors
};

/// Writes picture_name() of each index in folder, drawn by `picture` on several threads. `sink` is called on
/// one of them at a time. Fails with kIo, kStopped.
[[nodiscard]] Result<void> write_pictures(const PictureSet& pictures,
                                          const std::function<Image(uint64_t index)>& picture,
                                          const EventSink& sink, const std::stop_token& stop);

}  // namespace lapilli::demo
