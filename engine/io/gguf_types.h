// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tensor_file.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace lapilli {

/// The stored type of a ggml type number; nothing for numbers that are refused.
[[nodiscard]] std::optional<StoredType> stored_type_from_ggml(uint32_t id);

/// The ggml number of a type.
[[nodiscard]] uint32_t ggml_type_id(DType dtype);

/// Why a number is refused: "is IQ2_XS, a quantisation this program does not read", "was removed from the
/// format", "is not known".
[[nodiscard]] std::string ggml_type_refusal(uint32_t id);

}  // namespace lapilli
