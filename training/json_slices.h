// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lapilli::training {

/// Where one record stands in a file; its content has not been looked at.
struct JsonSlice {
  uint64_t offset = 0;
  uint64_t size_bytes = 0;
  uint64_t line = 0;  ///< from 1
};

/// Why a file's structure could not be followed to its end.
struct SliceProblem {
  uint64_t line = 0;
  std::string message = {};
};

using SliceVisitor = std::function<void(const JsonSlice&)>;

/// Finds the elements of the array that the text consists of, without parsing them. Elements before a problem
/// have been visited.
[[nodiscard]] std::optional<SliceProblem> visit_array(std::string_view text, const SliceVisitor& visit);

/// Visits the lines that are not blank (JSON lines).
void visit_lines(std::string_view text, const SliceVisitor& visit);

}  // namespace lapilli::training
