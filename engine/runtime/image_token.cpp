// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/image_token.h"

#include "engine/io/ggml_blocks.h"
#include "engine/runtime/prompt.h"

#include <algorithm>

namespace lapilli {
namespace {

constexpr uint64_t kStepRows = 64;

std::vector<float> read_rows(const WeightSource& source, uint64_t first, uint64_t rows) {
  std::vector<std::byte> stored(rows * row_bytes(source.type.dtype, source.type.cols()));
  source.read(first, stored).value();
  std::vector<float> values(rows * source.type.cols());
  decode_row(source.type.dtype, stored, values);
  return values;
}

std::vector<float> mean_row(const WeightSource& source) {
  const uint64_t rows = source.type.rows(), cols = source.type.cols();
  std::vector<double> sums(cols);
  for (uint64_t row = 0; row < rows; row += kStepRows) {
    const std::vector<float> values = read_rows(source, row, std::min(kStepRows, rows - row));
    for (size_t index = 0; index < values.size(); ++index) sums[index % cols] += values[index];
  }
  std::vector<float> mean(cols);
  std::transform(sums.begin(), sums.end(), mean.begin(),
                 [&](double sum) { return static_cast<float>(sum / static_cast<double>(rows)); });
  return mean;
}

/// f32; rows behind the source's are its mean.
WeightSource longer(const WeightSource& source, uint64_t rows) {
  WeightSource result = source;
  result.type = {DType::f32, {rows, source.type.cols()}};
  result.read = [source, mean = mean_row(source)](uint64_t first, std::span<std::byte> to) {
    return try_result([&] {
      const uint64_t bytes = mean.size() * sizeof(float);
      for (uint64_t row = first; !to.empty(); ++row, to = to.subspan(bytes)) {
        const std::vector<float> values = row < source.type.rows() ? read_rows(source, row, 1) : mean;
        std::memcpy(to.data(), values.data(), bytes);
      }
    });
  };
  return result;
}

}  // namespace

LoadedModel with_image_token(const LoadedModel& model) {
  LoadedModel result;
  result.config = model.config;
  result.weights = model.weights;
  result.end_ids = model.end_ids;
  result.facts = model.facts;
  const uint32_t vocab = model.config.language.vocab;
  const auto known = model.tokenizer ? model.tokenizer->find(kImageMark) : std::nullopt;
  if (known && static_cast<uint32_t>(*known) < vocab) {
    result.tokenizer = Tokenizer::create(model.tokenizer->vocabulary()).value();
    result.config.image_token = *known;
    return result;
  }
  const uint32_t id = model.tokenizer ? static_cast<uint32_t>(model.tokenizer->size()) : vocab;
  if (model.tokenizer) {
    Vocabulary vocabulary = model.tokenizer->vocabulary();
    vocabulary =
        with_added_tokens(std::move(vocabulary), {{.id = id, .text = std::string(kImageMark)}}).value();
    result.tokenizer = Tokenizer::create(std::move(vocabulary)).value();
  }
  result.config.image_token = static_cast<int32_t>(id);
  if (id < vocab) return result;
  result.config.language.vocab = id + 1;
  for (WeightSource& source : result.weights) {
    if (source.name == "token_embedding" || source.name == "lm_head") source = longer(source, id + 1);
  }
  return result;
}

}  // namespace lapilli
