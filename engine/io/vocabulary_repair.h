// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/vocabulary.h"

#include <optional>

namespace lapilli {

/// The value of a byte piece's text, `<0x00>` … `<0xFF>` with upper-case digits.
[[nodiscard]] std::optional<uint8_t> byte_piece_value(std::string_view text);

/// Makes the vocabulary acceptable to the sentencepiece library without moving any id: a second unknown
/// piece, an incomplete set of byte pieces, empty and repeated texts become unused pieces (the latter two
/// under a placeholder text). Fails on what has no such repair: limits, ids out of range, scores that are not
/// finite.
[[nodiscard]] Result<Vocabulary> repaired(Vocabulary vocabulary);

}  // namespace lapilli
