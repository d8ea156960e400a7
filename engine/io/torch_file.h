// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tensor_file.h"

namespace lapilli {

/// Reads a file of torch.save (version 1.6 or newer), given whole; tensors point into `file`.
///
/// Tensors may be strided views and may share their bytes. Refuses (kBadFile) TorchScript, big-endian files,
/// storages whose size differs from the member's, and all that read_zip and read_state_dict refuse.
[[nodiscard]] Result<std::vector<StoredTensor>> parse_torch_file(Bytes file);

/// Maps and reads a file; errors name it.
[[nodiscard]] Result<TensorFile> open_torch_file(const std::filesystem::path& path);

}  // namespace lapilli
