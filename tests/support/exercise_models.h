// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/ggml_blocks.h"
#include "engine/io/gguf.h"
#include "engine/io/llama2c.h"
#include "engine/io/vocabulary.h"

#include <algorithm>

namespace lapilli::test {

/// Reads the ends of every tensor as a loader would; `data` must be readable where a reader says it is.
inline void exercise_tensors(std::span<const StoredTensor> tensors) {
  for (const StoredTensor& tensor : tensors) {
    const uint64_t total = element_count(tensor.shape).value();
    const uint64_t block = tensor.type.block_elements;
    std::vector<float> values(std::min<uint64_t>(total, 2 * block));
    (void)copy_f32(tensor, 0, values);
    (void)copy_f32(tensor, total - values.size(), values);
    std::vector<std::byte> stored(tensor.type.block_bytes);
    copy_raw(tensor, total - block, stored).value();
    if (tensor.type.dtype) (void)check_blocks(*tensor.type.dtype, tensor.data);
  }
}

/// True when the content was accepted; every typed reading of its metadata is tried then.
inline bool exercise_gguf(Bytes content) {
  const auto file = GgufFile::parse(content, "fuzz.gguf");
  if (!file) return false;
  const GgufMetadata& metadata = file->metadata();
  for (const auto& [key, value] : metadata.entries()) {
    (void)metadata.get_u32(key);
    (void)metadata.get_f32(key);
    (void)metadata.get_bool(key);
    (void)metadata.get_string(key);
    (void)metadata.get_u32s(key);
    (void)metadata.get_i32s(key, 3);
    (void)metadata.get_f32s(key);
    (void)metadata.get_strings(key);
  }
  exercise_tensors(file->tensors());
  return true;
}

inline bool exercise_llama2c(Bytes content) {
  (void)Llama2cFile::detect(content);
  const auto file = Llama2cFile::parse(content, "fuzz.bin");
  if (file) exercise_tensors(file->tensors());
  return file.ok();
}

inline bool exercise_llama2c_vocabulary(Bytes content) {
  return read_llama2c_vocabulary(content).ok();
}

}  // namespace lapilli::test
