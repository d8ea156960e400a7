// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/caption_options.h"

#include "app/cli/command_line_groups.h"
#include "app/cli/engine_flags.h"
#include "app/cli/format_flags.h"
#include "app/cli/number_options.h"

#include <algorithm>
#include <charconv>

namespace lapilli::cli {
namespace {

using captions::Question;
using captions::Settings;
using captions::Shard;

std::string words_of(std::span<const std::string_view> names) {
  std::string words;
  for (const std::string_view name : names) words.append(words.empty() ? "" : ", ").append(name);
  return words;
}

/// The number of a word in a list of names.
size_t word_index(const char* option, const std::string& word, std::span<const std::string_view> names) {
  const auto found = std::find(names.begin(), names.end(), word);
  if (found == names.end())
    throw CLI::ValidationError(text(option, " is ", word, "; give one of ", words_of(names)));
  return static_cast<size_t>(found - names.begin());
}

Shard shard_from(const std::string& word) {
  Shard shard;
  const char* const end = word.data() + word.size();
  const auto index = std::from_chars(word.data(), end, shard.index);
  const bool has_slash = index.ec == std::errc() && index.ptr != end && *index.ptr == '/';
  const auto count = has_slash ? std::from_chars(index.ptr + 1, end, shard.count) : index;
  if (!has_slash || count.ec != std::errc() || count.ptr != end || shard.index < 1 ||
      shard.index > shard.count)
    throw CLI::ValidationError(text("--shard is ", word, "; 1/4 to 4/4 are the parts of four"));
  return shard;
}

void add_output_options(CLI::App& command, CaptionFlags& flags) {
  command
      .add_option_function<std::vector<std::string>>(
          "--output",
          [&flags](const std::vector<std::string>& words) {
            for (const std::string& word : words)
              add_output(flags.outputs, static_cast<captions::Output>(
                                            word_index("--output", word, captions::output_names())));
          },
          "where captions go, several with commas: " + words_of(captions::output_names()))
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("WORDS");
  command
      .add_option_function<std::string>(
          "--existing",
          [&flags](const std::string& word) {
            flags.existing =
                static_cast<captions::Existing>(word_index("--existing", word, captions::existing_names()));
          },
          "what happens to texts that are there: " + words_of(captions::existing_names()))
      ->type_name("WORD");
  command.add_flag("--overwrite-edited", flags.overwrite_edited,
                   "--existing replace takes the place of texts that were edited by hand, too");
  command.add_flag("--bom", flags.bom, "CSV begins with a byte-order mark, for Excel");
  command.add_flag("!--no-recursive", flags.recursive, "only the folder itself");
}

void add_action_options(CLI::App& command, CaptionFlags& flags) {
  using Action = CaptionFlags::Action;
  const auto add = [&](const char* name, Action action, const char* help) {
    command.add_flag_callback(
        name,
        [&flags, name, action] {
          if (flags.action != Action::kRun)
            throw CLI::ValidationError(text(name, " and another action exclude each other; give one"));
          flags.action = action;
        },
        help);
  };
  add("--resume", Action::kResume, "go on with the folder's newest run, with the settings it has");
  add("--retry", Action::kRetry, "the same, and try failed pictures again");
  add("--undo", Action::kUndo, "take back all that the newest run wrote; once more: the run before it");
  add("--plan", Action::kPlan, "show what would happen to each picture, and stop");
  const std::string accept =
      "accept all runs: what they have replaced is no longer kept, and they cannot be undone";
  command.add_flag("--forget-backups", accept);
  add_number<uint32_t>(command, "--try", {.least = 1, .most = 1000},
                       "caption so many pictures by chance, write nothing", [&flags](uint32_t value) {
                         flags.action = Action::kTry;
                         flags.try_count = value;
                       });
}

std::set<std::string> names_of_model_options() {
  CLI::App command;
  ModelFlags unused;
  add_model_options(command, unused, false);
  std::set<std::string> names = {"--batch"};
  for (const CLI::Option* option : command.get_options()) names.insert(option->get_name());
  return names;
}

/// An action on a run that was begun refuses what it would not heed.
void refuse_unheeded(const CaptionFlags& flags) {
  using Action = CaptionFlags::Action;
  const bool forgets = flags.given.contains("--forget-backups");
  const bool goes_on = flags.action == Action::kResume || flags.action == Action::kRetry;
  if (!forgets && !goes_on && flags.action != Action::kUndo) return;
  std::set<std::string> heeded = {"FOLDER", "--shard", "--json"};
  const std::string action = forgets                           ? "--forget-backups"
                             : flags.action == Action::kUndo   ? "--undo"
                             : flags.action == Action::kResume ? "--resume"
                                                               : "--retry";
  heeded.insert(action);
  if (goes_on) heeded.merge(names_of_model_options());
  std::string unheeded;
  for (const std::string& name : flags.given) {
    if (!heeded.contains(name)) unheeded += text(unheeded.empty() ? "" : ", ", name);
  }
  if (unheeded.empty()) return;
  throw CLI::ValidationError(
      text(action, goes_on ? " goes on with the settings that the run has" : " takes no settings",
           "; leave out ", unheeded));
}

/// Questions from --prompt and --ask; those of the preset where neither is given.
std::vector<Question> questions_of(const CaptionFlags& flags, std::vector<Question> preset) {
  std::vector<Question> questions;
  if (flags.prompt.prompt) {
    questions.push_back({.field = "caption", .prompt = *flags.prompt.prompt});
  } else if (flags.asked.empty() || !flags.preset.empty()) {
    questions = std::move(preset);
  }
  for (const std::string& asked : flags.asked) {
    const size_t equals = asked.find('=');
    if (equals == std::string::npos || equals == 0)
      throw Error(ErrorCode::kInvalidArgument, text("\"", asked, "\" is not FIELD=PROMPT"), "--ask");
    questions.push_back({.field = asked.substr(0, equals), .prompt = asked.substr(equals + 1)});
  }
  return questions;
}

void take_sampling(const CaptionFlags& flags, GenerationOptions& to) {
  const SamplingOptions& given = flags.sampling.options.sampling;
  const auto has = [&](const char* name) { return flags.given.contains(name); };
  if (has("--temperature")) to.sampling.temperature = given.temperature;
  if (has("--top-p")) to.sampling.top_p = given.top_p;
  if (has("--top-k")) to.sampling.top_k = given.top_k;
  if (has("--min-p")) to.sampling.min_p = given.min_p;
  if (has("--repeat-penalty")) to.sampling.repetition_penalty = given.repetition_penalty;
  if (has("--max-tokens")) to.max_tokens = flags.sampling.options.max_tokens;
  if (flags.sampling.seed) to.sampling.seed = *flags.sampling.seed;
}

Settings read_settings(const CaptionFlags& flags) {
  Settings settings = captions::load_preset(flags.preset.empty() ? "caption" : flags.preset).value();
  settings.questions = questions_of(flags, std::move(settings.questions));
  const ResponseFormat format = response_format(flags.format).value();
  if (format != ResponseFormat() && !settings.questions.empty()) settings.questions.front().format = format;
  if (flags.prompt.system) settings.system = flags.prompt.system;
  if (!flags.prompt.template_name.empty()) settings.template_name = flags.prompt.template_name;
  static_cast<void>(optional_template(settings.template_name).value());
  if (flags.pictures.options.aspect) settings.picture.aspect = flags.pictures.options.aspect;
  if (flags.given.contains("--orientation"))
    settings.picture.orientation = flags.pictures.options.orientation;
  take_sampling(flags, settings.generation);
  if (!flags.outputs.empty()) settings.outputs = flags.outputs;
  if (flags.existing) settings.existing = *flags.existing;
  if (flags.overwrite_edited) settings.overwrite_edited = true;
  if (flags.bom) settings.bom = true;
  if (!flags.recursive) settings.recursive = false;
  settings.shard = flags.shard;
  check_settings(settings).value();
  return settings;
}

}  // namespace

void add_caption_options(CLI::App& command, CaptionFlags& flags) {
  add_path(command, "FOLDER", flags.folder, "folder of pictures")->required();
  add_model_options(command, flags.model, false);
  add_aspect_options(command, flags.pictures.options);
  add_prompt_options(command, flags.prompt);
  command
      .add_option(
          "--ask", flags.asked,
          "one more question with a field of its own, as FIELD=PROMPT; may be repeated. \"tags\" and \"alt\" "
          "have places in XMP")
      ->allow_extra_args(false)
      ->type_name("TEXT");
  command.add_option("--preset", flags.preset,
                     "settings to begin with: " + words_of(captions::preset_names()) + ", or a .json file");
  add_format_options(command, flags.format);
  add_sampling_options(command, flags.sampling);
  for (const char* name :
       {"--temperature", "--top-p", "--top-k", "--min-p", "--repeat-penalty", "--seed", "--max-tokens"}) {
    CLI::Option* option = command.get_option(name);
    option->default_str("");
    const bool is_seed = option->get_name() == "--seed";
    option->description((is_seed ? "seed of the draws, reported at the end" : option->get_description()) +
                        "; else the preset's");
  }
  add_output_options(command, flags);
  command
      .add_option_function<std::string>(
          "--shard", [&flags](const std::string& word) { flags.shard = shard_from(word); },
          "do part I of N, 1/4 say; the parts of a folder never meet")
      ->type_name("I/N");
  add_number<uint32_t>(command, "--batch", flags.batch, {.least = 1, .most = 256},
                       "most pictures at once; fewer where memory is short");
  add_action_options(command, flags);
  command.parse_complete_callback([&command, &flags] {
    for (const CLI::Option* option : command.get_options()) {
      if (option->count() > 0) flags.given.insert(option->get_name());
    }
    if (flags.given.contains("--forget-backups") && flags.action != CaptionFlags::Action::kRun)
      throw CLI::ValidationError("--forget-backups and another action exclude each other; give one");
    refuse_unheeded(flags);
  });
}

Result<Settings> caption_settings(const CaptionFlags& flags) {
  return try_result([&] { return read_settings(flags); });
}

}  // namespace lapilli::cli
