// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/prompt_pattern.h"

#include "app/captions/metadata.h"

#include <algorithm>
#include <array>

namespace lapilli::captions {
namespace {

constexpr std::string_view kExif = "exif:";
constexpr std::array<std::string_view, 9> kNames = {"filename", "stem",   "folder", "caption", "tags",
                                                    "width",    "height", "date",   "index"};

Error refused(std::string_view message, size_t at) {
  return Error(ErrorCode::kInvalidArgument, std::string(message), text("column ", at + 1));
}

Result<void> check_name(const std::string& name, size_t at) {
  if (std::find(kNames.begin(), kNames.end(), name) != kNames.end()) return {};
  if (name.starts_with(kExif)) {
    if (is_exif_name(name.substr(kExif.size()))) return {};
    return refused(text("there is no EXIF tag \"", name.substr(kExif.size()),
                        "\"; {exif:Model} and {exif:Exif.Photo.LensModel} are examples"),
                   at);
  }
  std::string all;
  for (const std::string_view known : kNames) all += text('{', known, "}, ");
  return refused(text("there is no placeholder {", name, "}; known are ", all, "{exif:Name}; {{ is a brace"),
                 at);
}

}  // namespace

Result<PromptPattern> PromptPattern::parse(std::string_view pattern) {
  PromptPattern result;
  std::string plain;
  for (size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c != '{' && c != '}') {
      plain += c;
    } else if (at + 1 < pattern.size() && pattern[at + 1] == c) {
      plain += c;
      ++at;
    } else if (c == '}') {
      return refused("a } without its {; }} is a brace", at);
    } else {
      const size_t end = pattern.find('}', at);
      if (end == std::string_view::npos) return refused("a { without its }; {{ is a brace", at);
      const std::string name(pattern.substr(at + 1, end - at - 1));
      if (auto known = check_name(name, at); !known) return known.error();
      if (!plain.empty()) result.parts_.push_back({false, std::exchange(plain, {})});
      result.parts_.push_back({true, name});
      at = end;
    }
  }
  if (!plain.empty()) result.parts_.push_back({false, plain});
  return result;
}

std::string PromptPattern::fill(const std::function<std::string(const std::string&)>& value_of) const {
  std::string result;
  for (const Part& part : parts_) result += part.is_name ? value_of(part.text) : part.text;
  return result;
}

bool PromptPattern::uses(std::string_view name) const {
  return std::any_of(parts_.begin(), parts_.end(),
                     [&](const Part& part) { return part.is_name && part.text == name; });
}

}  // namespace lapilli::captions
