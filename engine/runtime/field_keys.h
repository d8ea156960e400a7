// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/error.h"

#include <span>
#include <string_view>

namespace lapilli {

/// A field of ModelConfig as validate names it, and the key that a kind of file has for it.
struct FieldKey {
  std::string_view field, key;
};

/// A refusal of validate's, its field followed by the key; as it is where the list lacks the field.
[[nodiscard]] inline Error with_key(const Error& error, std::span<const FieldKey> keys) {
  for (const FieldKey& known : keys) {
    if (known.field == error.place())
      return Error(error.code(), error.message(), text(known.field, " (", known.key, ')'));
  }
  return error;
}

}  // namespace lapilli
