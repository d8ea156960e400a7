// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace lapilli {

/// Checks a sentencepiece `precompiled_charsmap` (u32 trie size, double-array trie, normalised strings): the
/// library follows its offsets without looking. Throws kBadFile on an offset outside.
void check_charsmap(std::string_view charsmap);

}  // namespace lapilli
