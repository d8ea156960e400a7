// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/weight_binding.h"

#include "engine/base/half.h"
#include "engine/io/ggml_blocks.h"

#include <algorithm>
#include <optional>

namespace lapilli {
namespace {

constexpr uint64_t kPieceBytes = uint64_t{256} << 10;

/// Shapes agree when they have the same elements in the same rows; files keep or drop axes of one, and
/// convolution kernels count as rows of all their values.
bool same_layout(const Shape& wanted, std::span<const uint64_t> stored) {
  const auto count = element_count(stored);
  if (!count || *count != wanted.elements()) return false;
  if (wanted.rank() < 2 || wanted[0] == 1) return true;
  return !stored.empty() && stored[0] == wanted[0];
}

DType kept_type(const WeightInfo& info, const StoredTensor& tensor, DType activation, bool merged) {
  if (info.kind == WeightKind::kVector) return DType::f32;
  if (info.kind == WeightKind::kActivation) return activation;
  const DType stored = tensor.type.dtype.value_or(DType::f32);
  return merged && is_quantized(stored) ? DType::f16 : stored;
}

/// Elements as f32, whatever block format they are stored in.
Result<void> read_f32(const StoredTensor& tensor, uint64_t first, std::span<float> to) {
  if (!tensor.type.dtype || !is_quantized(*tensor.type.dtype)) return copy_f32(tensor, first, to);
  std::vector<std::byte> blocks(row_bytes(*tensor.type.dtype, to.size()));
  if (auto copied = copy_raw(tensor, first, blocks); !copied) return copied;
  decode_row(*tensor.type.dtype, blocks, to);
  return {};
}

void store_floats(DType dtype, std::span<const float> values, std::span<std::byte> to) {
  for (size_t index = 0; index < values.size(); ++index) {
    switch (dtype) {
      case DType::f32:
        store(&to[4 * index], values[index]);
        break;
      case DType::f16:
        store(&to[2 * index], float_to_half(values[index]));
        break;
      case DType::bf16:
        store(&to[2 * index], float_to_bfloat16(values[index]));
        break;
      default:
        LAPILLI_ASSERT(false);
    }
  }
}

/// Checked in a buffer of its own: `to` may be memory of a GPU, which is slow to read.
Result<void> read_raw(const StoredTensor& tensor, DType dtype, uint64_t first, std::span<std::byte> to) {
  const uint64_t bytes = block_bytes(dtype);
  std::vector<std::byte> piece;
  while (!to.empty()) {
    piece.resize(std::min<uint64_t>(to.size(), kPieceBytes / bytes * bytes));
    if (auto copied = copy_raw(tensor, first, piece); !copied) return copied;
    if (auto checked = check_blocks(dtype, piece); !checked) {
      return checked.error().within(text(tensor.file, ": ", tensor.name));
    }
    std::copy(piece.begin(), piece.end(), to.begin());
    to = to.subspan(piece.size());
    first += piece.size() / bytes * block_elements(dtype);
  }
  return {};
}

using ReadRows = std::function<Result<void>(uint64_t first_row, std::span<std::byte> to)>;

/// Fills `to`, rows of `row_size`, with the weight's rows from `first_row` on: all at once, or one by one
/// where they are stored in another order.
template <class Value, class Read>
Result<void> read_in_order(const RowOrder& order, uint64_t first_row, uint64_t row_size, std::span<Value> to,
                           const Read& read) {
  if (order.head == 0) return read(first_row, to);
  for (uint64_t row = 0; row * row_size < to.size(); ++row) {
    const auto one = read(order.stored_row(first_row + row), to.subspan(row * row_size, row_size));
    if (!one) return one;
  }
  return {};
}

/// Through f32: for types that change and for merged weights.
ReadRows converting_reader(const StoredTensor& tensor, const TensorType& type, const RowOrder& order,
                           std::optional<LoraFactors> factors) {
  return [&tensor, type, order, factors = std::move(factors)](uint64_t first_row,
                                                              std::span<std::byte> to) -> Result<void> {
    const uint64_t rows = to.size() / row_bytes(type.dtype, type.cols());
    std::vector<float> values(rows * type.cols());
    const auto read_stored = [&](uint64_t row, std::span<float> some) {
      return read_f32(tensor, row * type.cols(), some);
    };
    auto read = read_in_order(order, first_row, type.cols(), std::span<float>(values), read_stored);
    if (!read) return read;
    if (factors) merge_lora(values, first_row, *factors);
    const auto finite = [](float value) { return value - value == 0.0f; };
    if (!std::all_of(values.begin(), values.end(), finite)) {
      return Error(ErrorCode::kBadFile, "holds a value that is not a number or not finite",
                   text(tensor.file, ": ", tensor.name));
    }
    store_floats(type.dtype, values, to);
    return {};
  };
}

ReadRows raw_reader(const StoredTensor& tensor, const TensorType& type, const RowOrder& order) {
  return [&tensor, type, order](uint64_t first_row, std::span<std::byte> to) {
    const auto read_stored = [&](uint64_t row, std::span<std::byte> some) {
      return read_raw(tensor, type.dtype, row * type.cols(), some);
    };
    return read_in_order(order, first_row, row_bytes(type.dtype, type.cols()), to, read_stored);
  };
}

Result<std::optional<LoraFactors>> factors_of(const LoraUpdates& lora, const WeightInfo& info) {
  const auto found = lora.find(info.name);
  if (found == lora.end()) return std::optional<LoraFactors>();
  const uint64_t shape[] = {info.shape.rows(), info.shape.cols()};
  auto factors = load_factors(found->second, shape);
  if (!factors) return factors.error();
  return std::optional<LoraFactors>(std::move(*factors));
}

Result<WeightSource> bind(const WeightInfo& info, const StoredTensor& tensor, const RowOrder& order,
                          DType activation, const LoraUpdates& lora) {
  if (!same_layout(info.shape, tensor.shape)) {
    return Error(ErrorCode::kBadFile,
                 text("is ", shape_text(tensor.shape), ", the configuration asks for ", info.shape),
                 text(tensor.file, ": ", tensor.name));
  }
  const bool computable =
      tensor.type.dtype ? tensor.type.dtype != DType::i32 : tensor.type.name == kStoredF64.name;
  if (!computable) {
    return Error(ErrorCode::kUnsupported,
                 text("is stored as ", tensor.type.name, ", which is no weight type"),
                 text(tensor.file, ": ", tensor.name));
  }
  auto factors = factors_of(lora, info);
  if (!factors) return factors.error();
  const DType dtype = kept_type(info, tensor, activation, factors->has_value());
  const TensorType type{dtype, info.shape};
  if (info.shape.cols() % block_elements(dtype) != 0) {
    return Error(ErrorCode::kBadFile,
                 text("has rows of ", info.shape.cols(), " elements, ", to_string(dtype),
                      " needs multiples of ", block_elements(dtype)),
                 text(tensor.file, ": ", tensor.name));
  }
  const bool raw = !factors->has_value() && tensor.type.dtype == dtype;
  return WeightSource{.name = info.name,
                      .type = type,
                      .group = info.group,
                      .stack = info.stack,
                      .read = raw ? raw_reader(tensor, type, order)
                                  : converting_reader(tensor, type, order, std::move(*factors))};
}

}  // namespace

Result<std::vector<WeightSource>> bind_weights(std::span<const WeightInfo> list, const StoredWeights& stored,
                                               DType activation, const LoraUpdates& lora) {
  std::vector<WeightSource> sources;
  for (const WeightInfo& info : list) {
    const StoredTensor* tensor = stored.find(info.name);
    if (tensor == nullptr) {
      return Error(ErrorCode::kBadFile,
                   text("this weight, ", info.shape,
                        ", is not there; a file or shard is missing, or the configuration belongs to "
                        "another model"),
                   stored.place(info.name));
    }
    const RowOrder order = stored.rows ? stored.rows(info.name) : RowOrder();
    auto source = bind(info, *tensor, order, activation, lora);
    if (!source) return source.error();
    sources.push_back(std::move(*source));
  }
  return sources;
}

}  // namespace lapilli
