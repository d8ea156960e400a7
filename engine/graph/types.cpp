// SPDX-License-Identifier: Apache-2.0
#include "engine/graph/types.h"

#include "engine/base/error.h"

namespace lapilli {

Shape::Shape(std::initializer_list<uint64_t> extents) : Shape(std::span(extents.begin(), extents.size())) {}

Shape::Shape(std::span<const uint64_t> extents) {
  if (extents.size() > kMaxRank) {
    throw Error(ErrorCode::kShape,
                text("a tensor has ", extents.size(), " axes, at most ", kMaxRank, " are supported"));
  }
  for (const uint64_t extent : extents) {
    if (extent == 0 || extent > (uint64_t{1} << 31)) {
      throw Error(ErrorCode::kShape,
                  text("a tensor axis has ", extent, " elements, 1 to 2^31 are supported"));
    }
    extents_[rank_++] = static_cast<uint32_t>(extent);
  }
}

uint64_t Shape::rows() const {
  uint64_t rows = 1;
  for (size_t axis = 0; axis + 1 < rank_; ++axis) rows *= extents_[axis];
  return rows;
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  out << '[';
  for (size_t axis = 0; axis < shape.rank(); ++axis) out << (axis ? ", " : "") << shape[axis];
  return out << ']';
}

std::ostream& operator<<(std::ostream& out, const TensorType& type) {
  return out << to_string(type.dtype) << ' ' << type.shape << (type.live_rows ? " live" : "");
}

}  // namespace lapilli
