// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapilli::captions {

/// Failures of one kind.
struct FailureGroup {
  std::string code;
  std::string reason;  ///< of the first one
  uint64_t count = 0;
  std::vector<std::string> examples;  ///< the first kFailureExamples of the pictures
};
inline constexpr size_t kFailureExamples = 5;

/// Sorts failures into kinds: reasons that differ in their numbers or in the names of other files alone are
/// of one.
class FailureGroups {
 public:
  void add(std::string_view code, const std::string& reason, const std::string& path);
  /// In the order of their codes.
  [[nodiscard]] std::vector<FailureGroup> all() const;

 private:
  std::map<std::pair<std::string, std::string>, FailureGroup> groups_;
};

}  // namespace lapilli::captions
