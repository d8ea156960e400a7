// SPDX-License-Identifier: Apache-2.0
#include "training/run_origin.h"

#include "engine/base/hash.h"

#include <set>
#include <vector>

namespace lapilli::training {

uint64_t frozen_weights_hash(const LoadedModel& model, std::span<const Parameter> parameters) {
  std::set<std::string_view> learned;
  for (const Parameter& parameter : parameters) learned.insert(parameter.name);
  uint64_t state = fnv1a({});
  std::vector<std::byte> row;
  for (const WeightSource& source : model.weights) {
    if (learned.contains(source.name)) continue;
    state = fnv1a(std::as_bytes(std::span(source.name)), state);
    state = hash_value(source.type.dtype, state);
    row.resize(row_bytes(source.type.dtype, source.type.cols()));
    source.read(source.type.rows() / 2, row).value();
    state = fnv1a(row, state);
  }
  return state;
}

uint64_t data_hash(std::span<const int32_t> lengths) {
  return fnv1a(std::as_bytes(lengths));
}

}  // namespace lapilli::training
