// SPDX-License-Identifier: Apache-2.0
#include "tests/support/host_tensor.h"

#include "engine/base/bytes.h"
#include "engine/base/half.h"

namespace lapilli::test {
namespace {

void store_value(DType dtype, std::byte* at, double value) {
  const auto single = static_cast<float>(value);
  switch (dtype) {
    case DType::f32:
      store(at, single);
      return;
    case DType::f16:
      store(at, float_to_half(single));
      return;
    case DType::bf16:
      store(at, float_to_bfloat16(single));
      return;
    case DType::i32:
      store(at, static_cast<int32_t>(value));
      return;
    default:
      LAPILLI_ASSERT(false);
  }
}

double load_value(DType dtype, const std::byte* at) {
  switch (dtype) {
    case DType::f32:
      return load<float>(at);
    case DType::f16:
      return half_to_float(load<uint16_t>(at));
    case DType::bf16:
      return bfloat16_to_float(load<uint16_t>(at));
    case DType::i32:
      return load<int32_t>(at);
    default:
      LAPILLI_ASSERT(false);
  }
  return 0;
}

}  // namespace

HostTensor HostTensor::zeros(TensorType type) {
  return {type, std::vector<std::byte>(type.size_bytes())};
}

HostTensor HostTensor::of(TensorType type, const std::vector<double>& values) {
  LAPILLI_ASSERT(values.size() == type.shape.elements());
  HostTensor tensor = zeros(type);
  const uint32_t step = block_bytes(type.dtype);
  for (size_t index = 0; index < values.size(); ++index)
    store_value(type.dtype, &tensor.bytes[index * step], values[index]);
  return tensor;
}

HostTensor HostTensor::of_ints(std::vector<int32_t> values) {
  return of({DType::i32, {values.size()}}, std::vector<double>(values.begin(), values.end()));
}

HostTensor HostTensor::random(TensorType type, std::mt19937& generator, double scale) {
  std::normal_distribution<double> normal(0.0, scale);
  std::vector<double> values(type.shape.elements());
  for (double& value : values) value = normal(generator);
  return of(type, values);
}

std::vector<double> HostTensor::values() const {
  std::vector<double> result(type.shape.elements());
  const uint32_t step = block_bytes(type.dtype);
  for (size_t index = 0; index < result.size(); ++index)
    result[index] = load_value(type.dtype, &bytes[index * step]);
  return result;
}

std::vector<int32_t> HostTensor::ints() const {
  const auto all = values();
  return {all.begin(), all.end()};
}

}  // namespace lapilli::test
