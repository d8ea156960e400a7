// SPDX-License-Identifier: Apache-2.0
#include "engine/io/tensor_file.h"

#include "engine/base/half.h"
#include "engine/io/ggml_blocks.h"

#include <algorithm>
#include <cmath>

namespace lapilli {
namespace {

/// Elements converted at a time; bounds the extra memory of copy_f32.
constexpr uint64_t kChunkElements = 16384;

Error tensor_error(const StoredTensor& tensor, ErrorCode code, std::string message) {
  return Error(code, text("tensor ", tensor.name, " ", message), tensor.file);
}

/// Walks a strided tensor in row-major order from element `first`, copying one element at a time.
void gather(const StoredTensor& tensor, uint64_t first, std::span<std::byte> to) {
  const size_t rank = tensor.shape.size();
  const uint64_t size = tensor.type.block_bytes;
  std::vector<uint64_t> index(rank);
  for (size_t d = rank; d-- > 0; first /= tensor.shape[d]) index[d] = first % tensor.shape[d];

  uint64_t position = 0;
  for (size_t d = 0; d < rank; ++d) position += index[d] * tensor.strides[d];
  for (size_t done = 0; done < to.size(); done += size) {
    std::memcpy(to.data() + done, tensor.data.data() + position * size, size);
    for (size_t d = rank; d-- > 0;) {
      position += tensor.strides[d];
      if (++index[d] < tensor.shape[d]) break;
      position -= tensor.shape[d] * tensor.strides[d];
      index[d] = 0;
    }
  }
}

template <class Bits, float (*kConvert)(Bits)>
void convert(std::span<const std::byte> from, std::span<float> to) {
  for (size_t i = 0; i < to.size(); ++i) to[i] = kConvert(load<Bits>(from.data() + i * sizeof(Bits)));
}

using Converter = void (*)(std::span<const std::byte>, std::span<float>);

float same(float value) {
  return value;
}
float narrow(double value) {
  return static_cast<float>(value);
}

Converter converter(const StoredType& type) {
  if (type.dtype == DType::f32) return convert<float, same>;
  if (type.dtype == DType::f16) return convert<uint16_t, half_to_float>;
  if (type.dtype == DType::bf16) return convert<uint16_t, bfloat16_to_float>;
  if (type.name == kStoredF64.name) return convert<double, narrow>;
  return nullptr;
}

/// All bits of the exponent set: infinity or NaN.
template <class Bits>
std::optional<uint64_t> first_with_full_exponent(Bytes elements, Bits exponent) {
  for (uint64_t i = 0; i < elements.size() / sizeof(Bits); ++i) {
    if ((load<Bits>(elements.data() + i * sizeof(Bits)) & exponent) == exponent) return i;
  }
  return std::nullopt;
}

}  // namespace

StoredType stored_type(DType dtype) {
  return {to_string(dtype), block_elements(dtype), block_bytes(dtype), dtype};
}

std::optional<uint64_t> element_count(std::span<const uint64_t> shape) {
  // Zero dimensions are left out of the product first, so that they cannot hide an overflow of the others.
  uint64_t product = 1;
  bool empty = false;
  for (const uint64_t size : shape) {
    if (size == 0) {
      empty = true;
      continue;
    }
    const auto next = checked_mul(product, size);
    if (!next) return std::nullopt;
    product = *next;
  }
  return empty ? 0 : product;
}

std::optional<uint64_t> stored_bytes(const StoredType& type, std::span<const uint64_t> shape) {
  const auto elements = element_count(shape);
  if (!elements || *elements % type.block_elements != 0) return std::nullopt;
  return checked_mul(*elements / type.block_elements, type.block_bytes);
}

Result<void> copy_raw(const StoredTensor& tensor, uint64_t first, std::span<std::byte> to) {
  const auto total = element_count(tensor.shape);
  const uint64_t blocks = to.size() / tensor.type.block_bytes;
  const uint64_t first_block = first / tensor.type.block_elements;
  const bool whole = to.size() % tensor.type.block_bytes == 0 && first % tensor.type.block_elements == 0;
  if (!whole || !total || first > *total || blocks > (*total - first) / tensor.type.block_elements) {
    return tensor_error(tensor, ErrorCode::kInvalidArgument,
                        text("is ", tensor.type.name, " ", shape_text(tensor.shape), "; ", to.size(),
                             " bytes from element ", first, " on are not whole blocks inside it"));
  }
  if (to.empty()) return {};
  if (!tensor.strides.empty()) {
    gather(tensor, first, to);
    return {};
  }
  const Bytes from = tensor.data.subspan(first_block * tensor.type.block_bytes, to.size());
  if (tensor.source) {
    return tensor.source->read_at(static_cast<uint64_t>(from.data() - tensor.source->bytes().data()), to);
  }
  std::memcpy(to.data(), from.data(), from.size());
  return {};
}

Result<void> copy_f32(const StoredTensor& tensor, uint64_t first, std::span<float> to) {
  const Converter convert_chunk = converter(tensor.type);
  const bool has_blocks = tensor.type.dtype && is_quantized(*tensor.type.dtype);
  if (!convert_chunk && !has_blocks) {
    return tensor_error(tensor, ErrorCode::kUnsupported,
                        text("is stored as ", tensor.type.name, ", which has no conversion to f32"));
  }
  if (to.size() % tensor.type.block_elements != 0) {
    return tensor_error(tensor, ErrorCode::kInvalidArgument,
                        text("is stored in blocks of ", tensor.type.block_elements, "; ", to.size(),
                             " elements are not whole blocks"));
  }
  if (tensor.type.dtype == DType::f32) return copy_raw(tensor, first, std::as_writable_bytes(to));
  std::vector<std::byte> chunk;
  for (uint64_t done = 0; done < to.size();) {
    const uint64_t count = std::min<uint64_t>(kChunkElements, to.size() - done);
    chunk.resize(divide_up(count, tensor.type.block_elements) * tensor.type.block_bytes);
    if (auto copied = copy_raw(tensor, first + done, chunk); !copied) return copied;
    if (has_blocks) {
      decode_row(*tensor.type.dtype, chunk, to.subspan(done, count));
    } else {
      convert_chunk(chunk, to.subspan(done, count));
    }
    done += count;
  }
  return {};
}

std::optional<uint64_t> first_non_finite(DType dtype, Bytes elements) {
  switch (dtype) {
    case DType::f32:
      return first_with_full_exponent<uint32_t>(elements, 0x7f800000u);
    case DType::f16:
      return first_with_full_exponent<uint16_t>(elements, 0x7c00u);
    case DType::bf16:
      return first_with_full_exponent<uint16_t>(elements, 0x7f80u);
    default:
      return std::nullopt;
  }
}

TensorFile::TensorFile(MappedFile mapped, std::vector<StoredTensor> tensors,
                       std::map<std::string, std::string> metadata)
    : mapped_(std::make_unique<const MappedFile>(std::move(mapped))),
      tensors_(std::move(tensors)),
      metadata_(std::move(metadata)) {
  for (size_t i = 0; i < tensors_.size(); ++i) {
    tensors_[i].file = mapped_->path().string();
    tensors_[i].source = mapped_.get();
    index_.emplace(tensors_[i].name, i);
  }
}

const StoredTensor* TensorFile::find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &tensors_[found->second];
}

std::string shape_text(std::span<const uint64_t> shape) {
  std::string result = "[";
  for (size_t d = 0; d < shape.size(); ++d) result += text(d == 0 ? "" : ", ", shape[d]);
  return result + "]";
}

}  // namespace lapilli
