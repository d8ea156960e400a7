// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/error.h"

#include <string_view>

namespace lapilli {

/// What a file is by its first bytes; names and extensions are not looked at.
enum class FileKind {
  kGguf,
  kSafetensors,
  kZip,  ///< PyTorch's container; other archives look the same from outside
  kLegacyTorch,
  kOldGgml,
  kGitLfsPointer,
  kHtml,
  kEmpty,
  kOther,
};

[[nodiscard]] FileKind detect(Bytes file);

/// For the kinds that hold no weights we read: one sentence saying what the file is and what to do. Empty for
/// kGguf, kSafetensors and kZip.
[[nodiscard]] std::string_view refusal(FileKind kind);

/// The code for a file of a kind that cannot be taken: kUnsupported for weights in a form not read there,
/// kBadFile for what holds no weights.
[[nodiscard]] ErrorCode refusal_code(FileKind kind);

}  // namespace lapilli
