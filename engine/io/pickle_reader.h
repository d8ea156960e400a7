// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tensor_file.h"

namespace lapilli {

/// Elements that tensors of a pickle share: member `data/<key>` of the archive.
struct PickledStorage {
  std::string key;
  StoredType type;
  uint64_t elements = 0;
};

/// A view of a storage: element (k0, k1, …) is storage[offset + Σ ki·strides_i].
struct PickledTensor {
  std::string name;
  size_t storage = 0;  ///< index into PickledWeights::storages
  uint64_t offset = 0;
  std::vector<uint64_t> shape, strides;  ///< same length, at most 8
};

struct PickledWeights {
  std::vector<PickledStorage> storages;
  std::vector<PickledTensor> tensors;
};

/// Interprets the pickle of a state dictionary as torch.save writes it; nothing is ever executed.
///
/// Only the operations and the dozen names such files consist of are understood; anything else is refused
/// (kBadFile, place = offset; the name is in the message). The value must be a dictionary of tensors;
/// dictionaries under "state_dict" and "model" are entered, numbers and texts beside the tensors are left
/// out. Every tensor is checked to lie inside its storage. Limits: 64 MiB, 4 M operations, 1 M values,
/// nesting 16.
[[nodiscard]] Result<PickledWeights> read_state_dict(Bytes pickle);

}  // namespace lapilli
