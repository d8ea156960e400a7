// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/recipe.h"
#include "training/record.h"

#include <string>
#include <vector>

namespace lapilli::training {

/// A sentence for each thing in the conversation that training can't use: marks that don't fit the pictures,
/// unknown speakers, speakers out of order, no question or answer, empty answers.
[[nodiscard]] std::vector<std::string> conversation_problems(const Record& record, PromptVersion version);

}  // namespace lapilli::training
