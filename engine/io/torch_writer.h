// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/safetensors.h"

namespace lapilli {

/// Writes (atomically) a state dictionary as torch.save does since PyTorch 1.6: an archive of stored members,
/// each tensor contiguous in a storage of its own, that torch.load(weights_only=True) and open_torch_file
/// read. Element types: f32, f16, bf16. Fails with kInvalidArgument for other types, names given twice or
/// data whose size differs from the shape's, kUnsupported where the archive would reach 4 GiB.
/// Source: PKWARE APPNOTE 6.3; PyTorch's serialization note.
[[nodiscard]] Result<void> write_torch_file(const std::filesystem::path& path,
                                            std::span<const TensorToWrite> tensors);

}  // namespace lapilli
