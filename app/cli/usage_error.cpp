// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/usage_error.h"

#include <algorithm>
#include <numeric>

namespace lapilli::cli {
namespace {

/// Letters to change, add or leave out (Wagner, Fischer 1974).
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

/// The innermost command that was chosen, and its name with those around it.
struct Chosen {
  const CLI::App* command;
  std::string name;
};

Chosen chosen_command(const CLI::App& app) {
  Chosen chosen{&app, ""};
  for (auto below = app.get_subcommands(); !below.empty(); below = chosen.command->get_subcommands())
    chosen = {below.front(), chosen.name + " " + below.front()->get_name()};
  return chosen;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string words;
  for (const std::string& name : names) words += (words.empty() ? "" : ", ") + name;
  return words;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& words) {
  const std::string near = nearest_word(word, words);
  return near.empty() ? "" : text(", did you mean ", near, "?");
}

/// An option that takes one value and has another number of them.
std::string wrong_count(const CLI::App& command, const std::string& name) {
  const CLI::Option* option = command.get_option_no_throw(name);
  const size_t count = option == nullptr ? 0 : option->results().size();
  if (count < 2) return text(name, " takes one value; it has none");
  std::string values;
  for (const std::string& value : option->results()) values += text(values.empty() ? "" : ", ", value);
  return text(name, " takes one value; it has ", count, ": ", values);
}

std::string sentence(const CLI::ParseError& error, const CLI::App& app, const Chosen& chosen,
                     std::string_view first) {
  if (chosen.command == &app && !first.empty() && !first.starts_with('-'))
    return text("there is no command \"", first, "\"", suggestion(first, command_names(app)));
  const std::vector<std::string> unknown = app.remaining(true);
  const auto option = std::find_if(unknown.begin(), unknown.end(),
                                   [](const std::string& word) { return word.starts_with("-"); });
  if (option != unknown.end()) {
    const std::string name = option->substr(0, option->find('='));
    return text("there is no option ", name, suggestion(name, option_names(*chosen.command)));
  }
  if (unknown.empty() && chosen.command->get_require_subcommand_min() > 0 &&
      chosen.command->get_subcommands().empty())
    return text("a command is missing; give one of ", joined(command_names(*chosen.command)));
  if (!unknown.empty()) return text("\"", unknown.front(), "\" belongs to no option");
  const std::string what = error.what();
  if (error.get_name() == "ArgumentMismatch")
    return wrong_count(*chosen.command, what.substr(0, what.find(':')));
  return what;
}

}  // namespace

std::string nearest_word(std::string_view word, const std::vector<std::string>& words) {
  std::string nearest;
  size_t least = std::max<size_t>(word.size() / 3, 2) + 1;
  for (const std::string& candidate : words) {
    const size_t letters = distance(word, candidate);
    if (letters >= least) continue;
    least = letters;
    nearest = candidate;
  }
  return nearest;
}

Error usage_error(const CLI::ParseError& error, const CLI::App& app, std::string_view first) {
  const Chosen chosen = chosen_command(app);
  return Error(ErrorCode::kInvalidArgument,
               text(sentence(error, app, chosen, first), " (see \"lapilli", chosen.name, " --help\")"));
}

}  // namespace lapilli::cli
