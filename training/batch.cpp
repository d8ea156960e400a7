// SPDX-License-Identifier: Apache-2.0
#include "training/batch.h"

#include "engine/runtime/prompt.h"

#include <algorithm>
#include <bit>

namespace lapilli::training {

uint32_t padded_extent(uint32_t count) {
  constexpr uint32_t kLeast = 32;
  if (count <= kLeast) return kLeast;
  const uint32_t step = std::max(std::bit_floor(count - 1) / 4, kLeast / 4);
  return (count + step - 1) / step * step;
}

uint64_t count_labels(const Sample& sample) {
  if (sample.labels.empty()) return 0;
  return static_cast<uint64_t>(std::count_if(sample.labels.begin() + 1, sample.labels.end(),
                                             [](int32_t label) { return label != kIgnoredLabel; }));
}

SampleOptions sample_options(const Recipe& recipe, const ModelConfig& config) {
  return {
      .prompt_version = recipe.prompt_version,
      .mask = recipe.mask,
      .image_rows = config.vision ? config.vision->image_rows() : 0,
      .max_length = static_cast<uint32_t>(std::min<uint64_t>(recipe.max_length, config.language.context))};
}

MicroStepShape shape_of(std::span<const Sample> samples) {
  uint32_t longest = 1;
  uint32_t pictures = 0;
  uint64_t labels = 1;
  for (const Sample& sample : samples) {
    longest = std::max(longest, static_cast<uint32_t>(sample.ids.size()));
    pictures += static_cast<uint32_t>(sample.pictures.size());
    labels += count_labels(sample);
  }
  const auto sequences = static_cast<uint32_t>(samples.size());
  const uint32_t length = padded_extent(longest);
  return {.sequences = sequences,
          .length = length,
          .slots = std::bit_ceil(std::max(pictures, 1u)),
          .loss_rows = std::min(padded_extent(static_cast<uint32_t>(labels)), sequences * length)};
}

MicroBatch make_micro_batch(std::span<const Sample> samples, const MicroStepShape& shape,
                            uint32_t image_rows) {
  LAPILLI_ASSERT(samples.size() <= shape.sequences);
  MicroBatch batch{.shape = shape,
                   .ids = std::vector<int32_t>(shape.rows(), 0),
                   .positions = std::vector<int32_t>(shape.rows()),
                   .image_index = std::vector<int32_t>(shape.rows(), -1),
                   .loss_index = {},
                   .labels = {}};
  for (uint32_t row = 0; row < shape.rows(); ++row)
    batch.positions[row] = static_cast<int32_t>(row % shape.length);
  uint32_t slot = 0;
  for (size_t index = 0; index < samples.size(); ++index) {
    const Sample& sample = samples[index];
    LAPILLI_ASSERT(sample.ids.size() <= shape.length);
    const auto first = static_cast<uint32_t>(index) * shape.length;
    std::transform(sample.ids.begin(), sample.ids.end(), batch.ids.begin() + first,
                   [](int32_t id) { return id == kImageToken ? -1 : id; });
    for (const PicturePlace& place : sample.pictures) {
      for (uint32_t row = 0; row < place.rows; ++row)
        batch.image_index[first + place.first + row] = static_cast<int32_t>(slot * image_rows + row);
      ++slot;
    }
    for (uint32_t row = 0; row + 1 < sample.labels.size(); ++row) {
      if (sample.labels[row + 1] == kIgnoredLabel) continue;
      batch.loss_index.push_back(static_cast<int32_t>(first + row));
      batch.labels.push_back(sample.labels[row + 1]);
    }
  }
  LAPILLI_ASSERT(slot <= shape.slots && batch.labels.size() <= shape.loss_rows);
  batch.loss_index.resize(shape.loss_rows, 0);
  batch.labels.resize(shape.loss_rows, kIgnoredLabel);
  return batch;
}

}  // namespace lapilli::training
