// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/runtime/answer.h"
#include "engine/runtime/response_format.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace lapilli::captions {

/// Where captions go. The first four are written for each picture, the others are one file a folder.
enum class Output { kTxt, kCaption, kXmp, kEmbedded, kJsonl, kCsv, kLlavaJson };

/// What happens where a picture has a text already.
enum class Existing {
  kSkip,     ///< the picture is left out
  kReplace,  ///< the new text takes its place
  kAppend,   ///< the new text follows it, in a line of its own
  kPrepend,  ///< the new text comes in front
  kEmpty,    ///< left out, unless the text is nothing but white space
  kFailed,   ///< as kReplace, and every picture is left out but those that failed when they were last tried
  kAsk,      ///< the user says of each picture whether the new text takes its place
};

[[nodiscard]] std::span<const std::string_view> output_names();    ///< in the order of Output
[[nodiscard]] std::span<const std::string_view> existing_names();  ///< in the order of Existing
[[nodiscard]] std::string_view to_string(Output output);
[[nodiscard]] std::string_view to_string(Existing existing);
[[nodiscard]] bool is_of_folder(Output output);  ///< one file for all pictures
/// Unless it is there already: a file is written once.
void add_output(std::vector<Output>& outputs, Output output);

/// A question asked of every picture; the answer goes to the field. "caption", "tags" and "alt" have places
/// of their own in XMP; the first question's field is the one in text files.
struct Question {
  std::string field = "caption";
  std::string prompt = {};  ///< with placeholders, see PromptPattern
  ResponseFormat format = {};
};

/// Part `index` of `count`, from 1: pictures are dealt out by their names, so that no two parts meet.
struct Shard {
  uint32_t index = 1;
  uint32_t count = 1;
};

/// All that decides what a run writes.
struct Settings {
  std::vector<Question> questions;
  std::optional<std::string> system = {};
  std::string template_name = {};  ///< empty: the model's
  PictureOptions picture = {};
  GenerationOptions generation = {};
  std::vector<Output> outputs = {Output::kTxt};
  Existing existing = Existing::kSkip;
  bool overwrite_edited = false;  ///< kReplace, kFailed take the place of texts that were edited by hand, too
  bool recursive = true;
  bool bom = false;  ///< CSV begins with a byte-order mark
  Shard shard = {};
};

/// The JSON form, which journals and presets have. Keys that are absent keep the values of `base`; unknown
/// ones are refused. Fails with kInvalidArgument, place = JSON pointer.
[[nodiscard]] Result<Settings> settings_from_json(const nlohmann::ordered_json& form, Settings base = {});
[[nodiscard]] nlohmann::ordered_json to_json(const Settings& settings);

/// Fails with kInvalidArgument, naming what: no question, two of one field, a field's name, a prompt's
/// placeholder, a format that has no answers, no output, a field that none of the outputs has a place for, a
/// shard beyond its count.
[[nodiscard]] Result<void> check_settings(const Settings& settings);

/// The settings of a preset that comes with the program ("caption", "detail", "alt-text", "tags") or of a
/// JSON file. Fails with kInvalidArgument naming the presets, and as parse_json and settings_from_json do.
[[nodiscard]] Result<Settings> load_preset(const std::string& name_or_file);
[[nodiscard]] std::span<const std::string_view> preset_names();

}  // namespace lapilli::captions
