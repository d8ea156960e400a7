// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/record.h"

#include <string_view>

namespace lapilli::training {

/// The most that one record may take in a file.
inline constexpr size_t kRecordLimitBytes = size_t{16} << 20;

/// One record of LLaVA's or ShareGPT's files: `conversations` [{from, value}], `image` (a path, a list of
/// paths, or absent; also `images`), `id` (text or number, may be absent). Other keys are passed over.
/// Pictures' paths are returned as written; file and line are left to the caller.
[[nodiscard]] RecordReading read_record(std::string_view json);

}  // namespace lapilli::training
