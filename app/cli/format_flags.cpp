// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/format_flags.h"

#include "app/cli/command_line_groups.h"
#include "app/cli/number_options.h"
#include "engine/io/file.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

using Kind = ResponseFormat::Kind;

constexpr uint64_t kMostFileBytes = uint64_t{1} << 20;

std::string kind_words() {
  std::string words;
  for (const std::string_view kind : response_format_kinds())
    words.append(words.empty() ? "" : ", ").append(kind);
  return words;
}

/// The kind that the flags name or imply.
Kind kind_of(const FormatFlags& flags) {
  const bool has_schema = !flags.schema_file.empty();
  if (!has_schema && flags.grammar_file.empty()) return flags.kind.value_or(Kind::kFree);
  const Kind by_file = has_schema ? Kind::kJsonSchema : Kind::kGbnf;
  if (flags.kind.value_or(by_file) == by_file) return by_file;
  throw Error(ErrorCode::kInvalidArgument, text("--format ", to_string(*flags.kind), " and a file for ",
                                                to_string(by_file), " exclude each other; give one of them"));
}

/// The JSON form of what the flags say, so that one reader tells what is wrong.
nlohmann::ordered_json form_of(const FormatFlags& flags) {
  const Kind kind = kind_of(flags);
  nlohmann::ordered_json form = {{"kind", to_string(kind)}};
  if (flags.count > 0) form["count"] = flags.count;
  if (!flags.items.empty()) form["items"] = flags.items;
  if (flags.unanswerable) form["unanswerable"] = true;
  if (kind == Kind::kGbnf && !flags.grammar_file.empty())
    form["grammar"] = read_text_file(flags.grammar_file, kMostFileBytes).value();
  return form;
}

ResponseFormat read_format(const FormatFlags& flags) {
  if (!flags.format_file.empty()) {
    auto format = parse_response_format(read_text_file(flags.format_file, kMostFileBytes).value());
    if (!format) throw format.error().within(flags.format_file.string());
    return std::move(*format);
  }
  nlohmann::ordered_json form = form_of(flags);
  if (flags.schema_file.empty()) return response_format_from_json(form).value();
  form["schema"] = nullptr;
  ResponseFormat format = response_format_from_json(form).value();
  format.schema = read_text_file(flags.schema_file, kMostFileBytes).value();
  return format;
}

}  // namespace

void add_format_options(CLI::App& command, FormatFlags& flags) {
  auto* kind =
      command
          .add_option_function<std::string>(
              "--format",
              [&flags](const std::string& word) {
                const auto kinds = response_format_kinds();
                const auto found = std::find(kinds.begin(), kinds.end(), word);
                if (found == kinds.end())
                  throw CLI::ValidationError(text("--format is ", word, "; give one of ", kind_words()));
                flags.kind = static_cast<Kind>(found - kinds.begin());
              },
              "form of the answer: " + kind_words())
          ->type_name("WORD");
  add_number<uint32_t>(command, "--count", {.least = 1, .most = 100}, "how many words, or items of a list",
                       [&flags](uint32_t value) { flags.count = value; });
  command.add_option("--tags", flags.items, "the tags to choose from, commas between them")->delimiter(',');
  add_path(command, "--json-schema", flags.schema_file, "file of a JSON Schema that the answer fulfils");
  add_path(command, "--grammar", flags.grammar_file, "file of a GBNF grammar that the answer follows");
  add_path(command, "--format-file", flags.format_file, "file of a format in its JSON form")->excludes(kind);
  command.add_flag("--unanswerable", flags.unanswerable,
                   "\"Unanswerable\" is an answer too, where the picture does not tell");
}

Result<ResponseFormat> response_format(const FormatFlags& flags) {
  return try_result([&] {
    ResponseFormat format = read_format(flags);
    if (const auto checked = check_format(format); !checked) {
      const std::filesystem::path& file = !flags.format_file.empty()   ? flags.format_file
                                          : !flags.schema_file.empty() ? flags.schema_file
                                                                       : flags.grammar_file;
      throw file.empty() ? checked.error() : checked.error().within(file.string());
    }
    return format;
  });
}

}  // namespace lapilli::cli
