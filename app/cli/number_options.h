// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/number_range.h"

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace lapilli::cli {

/// The number a text is. Throws CLI::ValidationError with one sentence: option, value, what it takes, what to
/// do. For uint32_t, uint64_t, int32_t and float.
template <class Number>
[[nodiscard]] Number parse_number(const std::string& option, const std::string& value,
                                  const NumberRange<Number>& range);

/// An option whose value is a number.
template <class Number>
CLI::Option* add_number(CLI::App& command, const std::string& name, const NumberRange<Number>& range,
                        const std::string& help, std::function<void(Number)> set) {
  return command
      .add_option_function<std::string>(
          name,
          [name, range, set = std::move(set)](const std::string& value) {
            set(parse_number<Number>(name, value, range));
          },
          help)
      ->type_name("NUMBER");
}

/// The same, with its target, whose present value is shown as the default.
template <class Number>
CLI::Option* add_number(CLI::App& command, const std::string& name, Number& to,
                        const NumberRange<Number>& range, const std::string& help) {
  std::ostringstream present;
  present << to;
  return add_number<Number>(command, name, range, help, [&to](Number value) { to = value; })
      ->default_str(present.str());
}

/// An option of several numbers with commas between them.
template <class Number>
CLI::Option* add_numbers(CLI::App& command, const std::string& name, std::vector<Number>& to,
                         const NumberRange<Number>& range, const std::string& help) {
  return command
      .add_option_function<std::vector<std::string>>(
          name,
          [name, range, &to](const std::vector<std::string>& values) {
            to.clear();
            for (const std::string& value : values) to.push_back(parse_number<Number>(name, value, range));
          },
          help)
      ->delimiter(',')
      ->type_name("NUMBERS");
}

}  // namespace lapilli::cli
