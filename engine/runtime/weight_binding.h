// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/exec/weights.h"
#include "engine/io/lora_adapter.h"
#include "engine/io/tensor_file.h"
#include "engine/model/weight_list.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lapilli {

/// Where the files hold the model's weights. `find`: the stored tensor of one, null where they do not have
/// it; `place`: file and name in it under which one is looked for, for messages; `rows`: how its rows come
/// into the model's order, empty: they are in it.
struct StoredWeights {
  std::function<const StoredTensor*(const std::string& weight)> find;
  std::function<std::string(const std::string& weight)> place;
  std::function<RowOrder(const std::string& weight)> rows = {};
};

/// Low-rank updates by the model's weight names.
using LoraUpdates = std::map<std::string, LoraUpdate>;

/// Finds every listed weight and describes how it is read: matrices as stored, vectors as f32, weights that
/// mix with activations as `activation`. A weight with a low-rank update is merged while it is read (a
/// quantised one becomes f16). What is returned refers to the stored tensors. Fails with kBadFile naming the
/// place of a missing weight or of one of another shape, kUnsupported for storage types nobody computes with.
[[nodiscard]] Result<std::vector<WeightSource>> bind_weights(std::span<const WeightInfo> list,
                                                             const StoredWeights& stored, DType activation,
                                                             const LoraUpdates& lora = {});

}  // namespace lapilli
