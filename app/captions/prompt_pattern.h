// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/base/result.h"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::captions {

/// A prompt with placeholders: {filename} {stem} {folder} {caption} {tags} {width} {height} {date} {index}
/// and {exif:Name}; `{{` and `}}` are braces.
class PromptPattern {
 public:
  /// Fails with kInvalidArgument, place = column, for a name that does not exist and for a lone brace.
  [[nodiscard]] static Result<PromptPattern> parse(std::string_view pattern);

  /// The text; `value_of` gives what stands for a name.
  [[nodiscard]] std::string fill(const std::function<std::string(const std::string& name)>& value_of) const;
  [[nodiscard]] bool uses(std::string_view name) const;

 private:
  struct Part {
    bool is_name;
    std::string text;
  };
  std::vector<Part> parts_;
};

}  // namespace lapilli::captions
