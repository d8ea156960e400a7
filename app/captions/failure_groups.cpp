// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/failure_groups.h"

#include "app/captions/refusal.h"

namespace lapilli::captions {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The same for all reasons of a kind.
std::string kind_of(std::string_view code, std::string_view reason) {
  if (code == kSharedFile) return {};  // it names another picture each time
  std::string kind;
  for (const char c : reason) {
    if (!is_digit(c)) {
      kind += c;
    } else if (!kind.ends_with('#')) {
      kind += '#';
    }
  }
  return kind;
}

}  // namespace

void FailureGroups::add(std::string_view code, const std::string& reason, const std::string& path) {
  FailureGroup& group = groups_[{std::string(code), kind_of(code, reason)}];
  if (group.count++ == 0) {
    group.code = code;
    group.reason = reason;
  }
  if (group.examples.size() < kFailureExamples) group.examples.push_back(path);
}

std::vector<FailureGroup> FailureGroups::all() const {
  std::vector<FailureGroup> failures;
  for (const auto& [kind, group] : groups_) failures.push_back(group);
  return failures;
}

}  // namespace lapilli::captions
