// SPDX-License-Identifier: Apache-2.0
#include "engine/io/convert_tensor.h"

#include "engine/io/ggml_blocks.h"

#include <algorithm>
#include <thread>

namespace lapilli {
namespace {

constexpr uint64_t kChunkElements = 256 * 1024;  // a multiple of every block; about 10 ms of quantising
constexpr uint64_t kCopyBytes = 4 << 20;

Error refusal(const StoredTensor& tensor, std::string message) {
  return Error(ErrorCode::kInvalidArgument, text("tensor ", tensor.name, " ", message), tensor.file);
}

Result<void> copy_stored(const StoredTensor& tensor, const GgufSink& sink) {
  const uint64_t total = stored_bytes(tensor.type, tensor.shape).value();
  const uint64_t step = kCopyBytes / tensor.type.block_bytes * tensor.type.block_bytes;
  std::vector<std::byte> chunk;
  for (uint64_t done = 0; done < total; done += chunk.size()) {
    chunk.resize(std::min(step, total - done));
    const uint64_t first = done / tensor.type.block_bytes * tensor.type.block_elements;
    if (auto copied = copy_raw(tensor, first, chunk); !copied) return copied;
    if (auto taken = sink(chunk); !taken) return taken;
  }
  return {};
}

/// One thread's share of a wave: elements [first, first + values.size()).
struct Share {
  std::vector<float> values;
  std::vector<std::byte> stored;
  Result<void> result;

  void convert(const StoredTensor& tensor, uint64_t first, uint64_t count, DType dtype) {
    values.resize(count);
    stored.resize(row_bytes(dtype, count));
    result = try_result([&] {
      copy_f32(tensor, first, values).value();
      if (auto made = quantize_row(dtype, values, stored); !made)
        throw made.error().within(text(tensor.file, ": tensor ", tensor.name, ", from element ", first));
    });
  }
};

}  // namespace

Result<void> convert_tensor(const StoredTensor& tensor, DType dtype, unsigned num_threads,
                            const GgufSink& sink) {
  if (tensor.type.dtype == dtype && tensor.strides.empty()) return copy_stored(tensor, sink);
  if (!can_quantize(dtype)) return refusal(tensor, text("cannot be stored as ", to_string(dtype)));
  const uint64_t cols = tensor.shape.empty() ? 1 : tensor.shape.back();
  if (cols % block_elements(dtype) != 0)
    return refusal(tensor, text("has rows of ", cols, " elements, ", to_string(dtype), " blocks hold ",
                                block_elements(dtype)));

  const uint64_t total = element_count(tensor.shape).value();
  std::vector<Share> shares(std::max(1u, num_threads));
  for (uint64_t wave = 0; wave < total; wave += kChunkElements * shares.size()) {
    size_t used = 0;
    {
      std::vector<std::jthread> threads;
      for (uint64_t first = wave; used < shares.size() && first < total; first += kChunkElements, ++used) {
        const uint64_t count = std::min(kChunkElements, total - first);
        Share& share = shares[used];
        if (used + 1 == shares.size() || first + count == total) {
          share.convert(tensor, first, count, dtype);  // the last share is this thread's
        } else {
          threads.emplace_back(
              [&share, &tensor, first, count, dtype] { share.convert(tensor, first, count, dtype); });
        }
      }
    }
    for (size_t i = 0; i < used; ++i) {
      if (!shares[i].result) return shares[i].result;
      if (auto taken = sink(shares[i].stored); !taken) return taken;
    }
  }
  return {};
}

}  // namespace lapilli
