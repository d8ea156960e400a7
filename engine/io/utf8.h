// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lapilli {

/// U+FFFD, what an invalid byte becomes.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

/// What stands at the start of a byte string.
struct Utf8Start {
  enum class Kind { kCharacter, kIncomplete, kInvalid };
  Kind kind;
  size_t size_bytes;  ///< the character's length; 1 when invalid; all that is left when incomplete
};

/// Looks at the first character. Overlong forms, surrogates and values above U+10FFFF are invalid; a string
/// that ends inside a character that may still become valid is incomplete. Precondition: not empty.
[[nodiscard]] Utf8Start utf8_start(std::string_view bytes);

/// Takes the complete characters from the front of `bytes`, each invalid byte as U+FFFD, and leaves an
/// incomplete character there.
[[nodiscard]] std::string take_complete_utf8(std::string& bytes);

/// The bytes as valid UTF-8: each invalid byte, a cut-off character's bytes included, becomes U+FFFD.
[[nodiscard]] std::string to_valid_utf8(std::string_view bytes);

}  // namespace lapilli
