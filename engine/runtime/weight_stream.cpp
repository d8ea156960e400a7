// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/weight_stream.h"

#include "engine/io/ggml_blocks.h"
#include "engine/io/row_order.h"
#include "engine/model/weight_names.h"

#include <algorithm>

namespace lapilli {
namespace {

constexpr uint64_t kStepElements = uint64_t{1} << 20;

std::vector<float> without_interleaving(const std::vector<float>& values, uint64_t cols, uint64_t head) {
  std::vector<float> result(values.size());
  for (uint64_t row = 0; row * cols < values.size(); ++row)
    std::copy_n(values.data() + interleaved_row(row, head) * cols, cols, result.data() + row * cols);
  return result;
}

}  // namespace

void WeightStream::load_rows() {
  const TensorType& type = source_->type;
  const uint64_t unit = std::max(head_, 1u);
  const uint64_t step = std::max<uint64_t>(kStepElements / type.cols() / unit, 1) * unit;
  const uint64_t rows = std::min(step, type.rows() - next_row_);
  LAPILLI_ASSERT(rows > 0);
  std::vector<std::byte> stored(rows * row_bytes(type.dtype, type.cols()));
  source_->read(next_row_, stored).value();
  std::vector<float> values(rows * type.cols());
  decode_row(type.dtype, stored, values);
  if (head_ != 0) values = without_interleaving(values, type.cols(), head_);
  buffer_.resize(row_bytes(dtype_, values.size()));
  if (auto converted = quantize_row(dtype_, values, buffer_); !converted)
    throw converted.error().within(text(source_->name, ", from row ", next_row_));
  next_row_ += rows;
  used_ = 0;
}

Result<void> WeightStream::read(std::span<std::byte> to) {
  return try_result([&] {
    while (!to.empty()) {
      if (used_ == buffer_.size()) load_rows();
      const size_t count = std::min(to.size(), buffer_.size() - used_);
      std::copy_n(buffer_.begin() + static_cast<ptrdiff_t>(used_), count, to.begin());
      used_ += count;
      to = to.subspan(count);
    }
  });
}

uint32_t interleaved_head(const std::string& weight, const LlamaConfig& language) {
  const bool rotated = weight.ends_with(".wq") || weight.ends_with(".wk");
  const bool interleaved = language.rope_pairing != ops::RopePairing::kHalves;
  return rotated && interleaved && !is_vision_weight(weight) ? language.head_dim : 0;
}

std::vector<uint64_t> checkpoint_shape(const WeightSource& source, const ModelConfig& config) {
  const Shape& shape = source.type.shape;
  if (source.name == "vision.patch_embedding")
    return {shape[0], 3, config.vision->patch_size, config.vision->patch_size};
  if (shape.rank() == 1 || shape.rows() == 1) return {shape.cols()};
  return {shape.rows(), shape.cols()};
}

}  // namespace lapilli
