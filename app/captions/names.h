// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace lapilli::captions {

// What settings are called, on the command line and in JSON. Data alone: the window, which knows the engine
// by its protocol, has them from here too.

inline constexpr std::array<std::string_view, 7> kOutputNames = {
    "txt", "caption", "xmp", "embedded", "jsonl", "csv", "llava-json"};  ///< in the order of Output
inline constexpr std::array<std::string_view, 7> kExistingNames = {
    "skip", "replace", "append", "prepend", "empty", "failed", "ask"};  ///< in the order of Existing
inline constexpr std::array<std::string_view, 3> kAspectNames = {"pad", "crop", "stretch"};
inline constexpr std::array<std::string_view, 2> kOrientationNames = {"apply", "ignore"};

/// What a setting's value is in JSON. kName, kNames: one of the names, or a list of them.
enum class SettingForm { kText, kSwitch, kName, kNames, kNumber, kCount, kTexts, kQuestions, kObject };
struct SettingName {
  std::string_view key;
  SettingForm form;
  std::span<const std::string_view> names = {};
};

inline constexpr std::array<SettingName, 12> kSettingNames = {
    {{"questions", SettingForm::kQuestions},
     {"system", SettingForm::kText},
     {"template", SettingForm::kText},
     {"aspect", SettingForm::kName, kAspectNames},
     {"orientation", SettingForm::kName, kOrientationNames},
     {"generation", SettingForm::kObject},
     {"outputs", SettingForm::kNames, kOutputNames},
     {"existing", SettingForm::kName, kExistingNames},
     {"overwrite_edited", SettingForm::kSwitch},
     {"recursive", SettingForm::kSwitch},
     {"bom", SettingForm::kSwitch},
     {"shard", SettingForm::kObject}}};
inline constexpr std::array<SettingName, 8> kGenerationNames = {{{"temperature", SettingForm::kNumber},
                                                                 {"top_p", SettingForm::kNumber},
                                                                 {"min_p", SettingForm::kNumber},
                                                                 {"repeat_penalty", SettingForm::kNumber},
                                                                 {"top_k", SettingForm::kCount},
                                                                 {"seed", SettingForm::kCount},
                                                                 {"max_tokens", SettingForm::kCount},
                                                                 {"stop_strings", SettingForm::kTexts}}};
inline constexpr std::array<SettingName, 2> kShardNames = {
    {{"index", SettingForm::kCount}, {"count", SettingForm::kCount}}};
inline constexpr std::array<SettingName, 3> kQuestionNames = {
    {{"field", SettingForm::kText}, {"prompt", SettingForm::kText}, {"format", SettingForm::kObject}}};

}  // namespace lapilli::captions
