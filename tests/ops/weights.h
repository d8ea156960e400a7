// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/half.h"
#include "engine/io/ggml_blocks.h"
#include "tests/reference/rows.h"
#include "tests/support/host_tensor.h"

#include <array>

namespace lapilli::test {

inline constexpr DType kWeightTypes[] = {DType::f32,  DType::f16,  DType::bf16, DType::q4_0,   DType::q4_1,
                                         DType::q5_0, DType::q5_1, DType::q8_0, DType::q2_k,   DType::q3_k,
                                         DType::q4_k, DType::q5_k, DType::q6_k, DType::iq4_nl, DType::iq4_xs};

/// Where a block holds the half that scales its values, the half that scales its minima (or the same again),
/// and what makes the values of random codes about 1.
struct BlockScales {
  size_t scale_at;
  size_t minimum_at;
  float size;
};

inline BlockScales block_scales(DType dtype) {
  switch (dtype) {
    case DType::q4_1:
    case DType::q5_1:
      return {0, 2, 0.05f};
    case DType::q8_0:
    case DType::iq4_nl:
      return {0, 0, 0.01f};
    case DType::q2_k:
      return {80, 82, 0.02f};
    case DType::q3_k:
      return {108, 108, 0.01f};
    case DType::q4_k:
    case DType::q5_k:
      return {0, 2, 0.001f};
    case DType::q6_k:
      return {208, 208, 0.0005f};
    case DType::iq4_xs:
      return {0, 0, 0.0005f};
    default:
      return {0, 0, 0.05f};
  }
}

/// A weight of any type: normally distributed floats, or blocks of random codes.
inline HostTensor random_weight(const TensorType& type, std::mt19937& generator) {
  if (!is_quantized(type.dtype)) return HostTensor::random(type, generator, 0.3);
  HostTensor weight = HostTensor::zeros(type);
  for (std::byte& byte : weight.bytes) byte = static_cast<std::byte>(generator());
  const BlockScales scales = block_scales(type.dtype);
  std::uniform_real_distribution<float> factor(0.5f, 1.5f);
  for (size_t block = 0; block < weight.bytes.size(); block += block_bytes(type.dtype)) {
    store(&weight.bytes[block + scales.minimum_at], float_to_half(scales.size * factor(generator)));
    store(&weight.bytes[block + scales.scale_at], float_to_half(scales.size * factor(generator)));
  }
  return weight;
}

/// The values of a two-dimensional weight.
inline reference::Matrix<double> values_of(const HostTensor& weight) {
  std::vector<float> values(weight.type.shape.elements());
  decode_row(weight.type.dtype, weight.bytes, values);
  return {weight.type.rows(), weight.type.cols(), {values.begin(), values.end()}};
}

}  // namespace lapilli::test
