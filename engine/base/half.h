// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace lapilli {

/// IEEE binary16 bits → float; exact, subnormals, infinities and NaN included.
[[nodiscard]] float half_to_float(uint16_t bits);

/// float → IEEE binary16 bits, round to nearest even; overflow gives infinity, NaN stays NaN (quiet).
[[nodiscard]] uint16_t float_to_half(float value);

/// bfloat16 bits → float; exact.
[[nodiscard]] float bfloat16_to_float(uint16_t bits);

/// float → bfloat16 bits, round to nearest even; NaN stays NaN.
[[nodiscard]] uint16_t float_to_bfloat16(float value);

}  // namespace lapilli
