// SPDX-License-Identifier: Apache-2.0
#include "shaders/tool/source.h"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <stdexcept>

#include "engine/base/dtype.h"

namespace lapilli::shader_tool {
namespace {

std::optional<uint32_t> parse_number(std::string_view word) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream stream{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

Axis parse_axis(const std::vector<std::string>& words) {
  if (words.size() < 3) throw std::runtime_error("an axis needs a name and at least one value");
  Axis axis{.name = words[1], .values = {words.begin() + 2, words.end()}};
  axis.is_dtype = std::all_of(axis.values.begin(), axis.values.end(),
                              [](const std::string& value) { return dtype_from_string(value).has_value(); });
  for (const std::string& value : axis.values) {
    if (!axis.is_dtype && !parse_number(value)) {
      throw std::runtime_error("axis " + axis.name + ": \"" + value +
                               "\" is neither a storage type nor a number like the others");
    }
    if (std::count(axis.values.begin(), axis.values.end(), value) > 1) {
      throw std::runtime_error("axis " + axis.name + ": \"" + value + "\" stands there twice");
    }
  }
  return axis;
}

Need parse_need(const std::vector<std::string>& words, const std::vector<Axis>& axes) {
  if (words.size() == 2) return {.axis = "", .value = "", .ability = words[1]};
  if (words.size() != 3 || words[1].find('=') == std::string::npos) {
    throw std::runtime_error("write `needs ABILITY` or `needs AXIS=VALUE ABILITY`");
  }
  const size_t equals = words[1].find('=');
  Need need{.axis = words[1].substr(0, equals), .value = words[1].substr(equals + 1), .ability = words[2]};
  const bool known = std::any_of(axes.begin(), axes.end(), [&](const Axis& axis) {
    return axis.name == need.axis &&
           std::find(axis.values.begin(), axis.values.end(), need.value) != axis.values.end();
  });
  if (!known) throw std::runtime_error("no axis line above has " + words[1]);
  return need;
}

Tunable parse_tunable(const std::vector<std::string>& words) {
  if (words.size() < 3) throw std::runtime_error("a tune line needs a name and at least one value");
  Tunable tunable{.name = words[1], .values = {}};
  for (size_t i = 2; i < words.size(); ++i) {
    const auto value = parse_number(words[i]);
    if (!value) throw std::runtime_error("tune " + words[1] + ": \"" + words[i] + "\" is not a number");
    tunable.values.push_back(*value);
  }
  return tunable;
}

std::string summary_of(std::string_view line, const std::string& op) {
  const size_t start = line.find_first_not_of(" \t", line.find(op) + op.size());
  return start == std::string_view::npos ? std::string() : std::string(line.substr(start));
}

void parse_line(std::string_view line, std::string_view stem, ShaderSource& source) {
  const std::vector<std::string> words = words_of(line);
  if (words.empty()) return;
  if (words[0] == "op") {
    if (words.size() < 2 || words[1] != stem) {
      throw std::runtime_error("op must be the file's name, \"" + std::string(stem) + "\"");
    }
    source.op = words[1];
    source.summary = summary_of(line, source.op);
  } else if (words[0] == "axis") {
    source.axes.push_back(parse_axis(words));
  } else if (words[0] == "needs") {
    source.needs.push_back(parse_need(words, source.axes));
  } else if (words[0] == "tune") {
    source.tunables.push_back(parse_tunable(words));
  } else {
    throw std::runtime_error("\"" + words[0] + "\" is none of op, axis, needs, tune");
  }
}

}  // namespace

ShaderSource parse_source(std::string_view text, std::string_view stem) {
  ShaderSource source;
  std::istringstream stream{std::string(text)};
  size_t number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (!line.starts_with("//!")) continue;
    try {
      parse_line(std::string_view(line).substr(3), stem, source);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error("line " + std::to_string(number) + ": " + error.what());
    }
  }
  if (source.op.empty()) throw std::runtime_error("line 1: there is no `//! op` line");
  return source;
}

std::vector<Variant> all_variants(const ShaderSource& source) {
  std::vector<Variant> variants = {{}};
  for (const Axis& axis : source.axes) {
    std::vector<Variant> longer;
    for (const Variant& variant : variants) {
      for (const std::string& value : axis.values) {
        longer.push_back(variant);
        longer.back().push_back(value);
      }
    }
    variants = std::move(longer);
  }
  return variants;
}

std::vector<std::string> abilities_of(const ShaderSource& source, const Variant& variant) {
  std::vector<std::string> abilities;
  for (const Need& need : source.needs) {
    bool applies = need.axis.empty();
    for (size_t i = 0; i < variant.size(); ++i) {
      applies |= source.axes[i].name == need.axis && variant[i] == need.value;
    }
    if (applies && std::find(abilities.begin(), abilities.end(), need.ability) == abilities.end()) {
      abilities.push_back(need.ability);
    }
  }
  return abilities;
}

std::string variant_name(const ShaderSource& source, const Variant& variant) {
  std::string name = source.op;
  for (const std::string& value : variant) name += " " + value;
  return name;
}

std::vector<std::string> definitions_of(const ShaderSource& source, const Variant& variant) {
  std::vector<std::string> definitions;
  for (size_t i = 0; i < variant.size(); ++i) {
    const Axis& axis = source.axes[i];
    if (!axis.is_dtype) {
      definitions.push_back(axis.name + "=" + variant[i]);
      continue;
    }
    definitions.push_back(axis.name + "=DTYPE_" + variant[i]);
    for (const char* what : {"SCALAR", "VEC4", "LOAD", "LOAD4", "STORE", "STORE4", "BYTES", "OCTET"}) {
      definitions.push_back(axis.name + "_" + what + "=" + what + "_" + variant[i]);
    }
  }
  return definitions;
}

}  // namespace lapilli::shader_tool
