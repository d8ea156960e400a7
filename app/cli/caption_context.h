// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/settings.h"
#include "engine/model/config.h"

#include <cstdint>

namespace lapilli::cli {

/// A context with room for a picture, the longest prompt and its answer: short, so that many lanes fit. What
/// stands for a placeholder may be longer than is counted for. 0, the model's own, where prompts hold texts
/// of any length. Throws kInvalidArgument for a prompt that is no pattern.
[[nodiscard]] uint32_t needed_context(const ModelConfig& config, const captions::Settings& settings);

}  // namespace lapilli::cli
