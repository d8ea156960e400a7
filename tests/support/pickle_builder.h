// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/zip_builder.h"

#include <string>
#include <vector>

namespace lapilli::test {

/// Pieces of a protocol-2 pickle as torch.save lays it out, without memo.
namespace pickle {

inline std::string start() {
  return std::string("\x80\x02", 2);
}
inline std::string string(std::string_view value) {
  return "X" + little(static_cast<uint32_t>(value.size())) + std::string(value);
}
inline std::string integer(int64_t value) {
  return std::string("\x8a\x08", 2) + little(value);
}
inline std::string global(std::string_view module, std::string_view name) {
  return "c" + std::string(module) + "\n" + std::string(name) + "\n";
}
inline std::string integers(const std::vector<int64_t>& values) {
  std::string result = "(";
  for (const int64_t value : values) result += integer(value);
  return result + "t";
}
inline std::string ordered_dict() {
  return global("collections", "OrderedDict") + ")R";
}

struct Tensor {
  std::string key = "0";
  std::string storage_class = "FloatStorage";
  int64_t elements = 6;
  int64_t offset = 0;
  std::vector<int64_t> shape = {2, 3};
  std::vector<int64_t> strides = {3, 1};
};

inline std::string storage(const Tensor& t) {
  return "(" + string("storage") + global("torch", t.storage_class) + string(t.key) + string("cpu") +
         integer(t.elements) + "tQ";
}
inline std::string tensor(const Tensor& t) {
  return global("torch._utils", "_rebuild_tensor_v2") + "(" + storage(t) + integer(t.offset) +
         integers(t.shape) + integers(t.strides) + "\x89" + ordered_dict() + "tR";
}

/// A whole state dictionary with one tensor "w".
inline std::string state_dict(const Tensor& t = {}) {
  return start() + "}(" + string("w") + tensor(t) + "u.";
}

}  // namespace pickle

/// A file of torch.save with that pickle and storage 0.
inline std::vector<ZipEntry> torch_members(std::string pickle, std::string storage) {
  return {{.name = "archive/data.pkl", .data = std::move(pickle)},
          {.name = "archive/byteorder", .data = "little"},
          {.name = "archive/data/0", .data = std::move(storage)},
          {.name = "archive/version", .data = "3\n"}};
}

}  // namespace lapilli::test
