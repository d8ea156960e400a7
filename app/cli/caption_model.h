// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/flags.h"

namespace lapilli::cli {

/// What a caption run notes of its model, as JSON: what it is, and what --resume needs to open it again.
[[nodiscard]] std::string model_note(const ModelFlags& flags);

/// The model of an earlier run, unless another one is given. Throws kInvalidArgument for a note without one.
[[nodiscard]] ModelFlags model_of_note(const ModelFlags& given, const std::string& note);

}  // namespace lapilli::cli
