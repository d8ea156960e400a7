// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace lapilli::captions {

/// Settings that come with the program. Data alone: the window, which knows the engine by its protocol, has
/// them from here too.
struct BuiltInPreset {
  std::string_view name;
  std::string_view form;  ///< JSON, as settings_from_json() reads it
};

inline constexpr BuiltInPreset kBuiltInPresets[] = {
    {"caption", R"({"questions": [{"field": "caption", "prompt": "Describe the image concisely."}],
                    "generation": {"max_tokens": 96}})"},
    {"detail", R"({"questions": [{"field": "caption", "prompt": "Describe the image in detail."}],
                   "generation": {"max_tokens": 512}})"},
    {"alt-text", R"({"questions": [{"field": "alt", "format": {"kind": "sentence"},
                     "prompt": "Describe the image in one sentence for a person who cannot see it."}],
                     "generation": {"max_tokens": 96}, "outputs": ["xmp"]})"},
    {"tags", R"({"questions": [{"field": "tags", "format": {"kind": "list"},
                 "prompt": "List the things that are visible in the image."}],
                 "generation": {"max_tokens": 128}, "outputs": ["xmp"]})"},
};

}  // namespace lapilli::captions
