// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/convert_rows.h"

#include "engine/io/ggml_blocks.h"
#include "engine/io/row_order.h"

#include <algorithm>
#include <thread>

namespace lapilli {
namespace {

constexpr uint64_t kShareElements = 256 * 1024;  // about 10 ms of quantising

/// One thread's rows.
struct Share {
  uint64_t first_row = 0;
  std::vector<std::byte> stored;
  std::vector<std::byte> converted;
  Result<void> result;

  void read(const WeightSource& source, uint64_t first, uint64_t rows, uint32_t interleaved_head) {
    first_row = first;
    stored.resize(rows * row_bytes(source.type.dtype, source.type.cols()));
    source.read(first, stored).value();
    if (interleaved_head != 0) interleave(stored.size() / rows, interleaved_head);
  }

  void convert(const WeightSource& source, DType dtype) {
    if (dtype == source.type.dtype) {
      converted = std::move(stored);
      return;
    }
    const uint64_t row = row_bytes(source.type.dtype, source.type.cols());
    const uint64_t elements = stored.size() / row * source.type.cols();
    std::vector<float> values(elements);
    decode_row(source.type.dtype, stored, values);
    converted.resize(row_bytes(dtype, elements));
    result = quantize_row(dtype, values, converted);
    if (!result) result = result.error().within(text(source.name, ", from row ", first_row));
  }

 private:
  void interleave(uint64_t bytes, uint32_t head) {
    std::vector<std::byte> ordered(stored.size());
    for (uint64_t row = 0; row * bytes < stored.size(); ++row) {
      const uint64_t from = checkpoint_row(row, head);
      std::copy_n(stored.begin() + static_cast<ptrdiff_t>(from * bytes), bytes,
                  ordered.begin() + static_cast<ptrdiff_t>(row * bytes));
    }
    stored = std::move(ordered);
  }
};

void convert_all(std::span<Share> shares, const WeightSource& source, DType dtype) {
  std::vector<std::jthread> threads;
  for (Share& share : shares.first(shares.size() - 1))
    threads.emplace_back([&] { share.convert(source, dtype); });
  shares.back().convert(source, dtype);
}

}  // namespace

Result<void> convert_rows(const WeightSource& source, const ConvertRowsOptions& options,
                          const GgufSink& sink) {
  const TensorType& type = source.type;
  return try_result([&] {
    const uint64_t unit = std::max<uint64_t>(options.interleaved_head, 1);
    const uint64_t share_rows = std::max<uint64_t>(kShareElements / type.cols() / unit, 1) * unit;
    std::vector<Share> shares(std::max(1u, options.num_threads));
    for (uint64_t row = 0; row < type.rows();) {
      size_t used = 0;
      for (; used < shares.size() && row < type.rows(); ++used) {
        const uint64_t rows = std::min(share_rows, type.rows() - row);
        shares[used].read(source, row, rows, options.interleaved_head);
        row += rows;
      }
      convert_all(std::span(shares).first(used), source, options.dtype);
      for (const Share& share : std::span(shares).first(used)) {
        share.result.value();
        sink(share.converted).value();
      }
    }
  });
}

}  // namespace lapilli
