// SPDX-License-Identifier: Apache-2.0
#include "shaders/tool/emit.h"

#include <cctype>
#include <sstream>

namespace lapilli::shader_tool {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string signature(const ShaderSource& source) {
  std::string result = "const ShaderInfo* " + source.op + "(";
  for (size_t i = 0; i < source.axes.size(); ++i) {
    result += i > 0 ? ", " : "";
    result += (source.axes[i].is_dtype ? "DType " : "uint32_t ") + lower(source.axes[i].name);
  }
  return result + ")";
}

std::string key_of(const ShaderSource& source, const Variant& variant) {
  std::string result = "{";
  for (size_t i = 0; i < variant.size(); ++i) {
    result += i > 0 ? ", " : "";
    result += source.axes[i].is_dtype ? "static_cast<uint32_t>(DType::" + variant[i] + ")" : variant[i] + "u";
  }
  return result + "}";
}

void write_words(std::ostream& out, const std::vector<uint32_t>& words, const std::string& name) {
  out << "constexpr uint32_t " << name << "[] = {";
  for (size_t i = 0; i < words.size(); ++i) out << (i % 24 == 0 ? "\n" : "") << words[i] << ',';
  out << "};\n";
}

/// `constexpr TYPE NAME[] = {…};` or nothing when the list is empty; returns what a span is initialised with.
template <class Values, class Write>
std::string write_list(std::ostream& out, const char* type, const std::string& name, const Values& values,
                       Write write) {
  if (values.empty()) return "{}";
  out << "constexpr " << type << ' ' << name << "[] = {";
  for (const auto& value : values) {
    write(value);
    out << ", ";
  }
  out << "};\n";
  return name;
}

std::string write_tunables(std::ostream& out, const ShaderSource& source) {
  std::vector<std::string> names;
  for (const Tunable& tunable : source.tunables) {
    names.push_back(write_list(out, "uint32_t", "kValues" + std::to_string(names.size()), tunable.values,
                               [&](uint32_t value) { out << value << 'u'; }));
  }
  size_t next = 0;
  return write_list(out, "ShaderTunable", "kTunables", source.tunables, [&](const Tunable& tunable) {
    out << "{\"" << tunable.name << "\", " << names[next++] << '}';
  });
}

/// Writes a variant's arrays and returns its ShaderInfo initialiser.
std::string write_variant(std::ostream& out, const ShaderSource& source, const CompiledVariant& variant,
                          const std::string& number, const std::string& tunables) {
  write_words(out, variant.words, "kSpirv" + number);
  const std::string bindings = write_list(
      out, "ShaderBinding", "kBindings" + number, variant.reflection.bindings, [&](const BindingUse& use) {
        out << '{' << use.binding << "u, " << (use.reads ? "true" : "false") << ", "
            << (use.writes ? "true" : "false") << '}';
      });
  const std::string needs = write_list(out, "std::string_view", "kNeeds" + number, variant.abilities,
                                       [&](const std::string& ability) { out << '"' << ability << '"'; });
  return "{\"" + variant_name(source, variant.variant) + "\", kSpirv" + number + ", " + bindings + ", " +
         std::to_string(variant.reflection.params_bytes) + "u, " + tunables + ", " + needs + "}";
}

}  // namespace

std::string header_text(const ShaderSource& source) {
  std::ostringstream out;
  out << "// Generated from shaders/" << source.op << ".comp.\n#pragma once\n\n#include <span>\n\n"
      << "#include \"engine/base/dtype.h\"\n#include \"shaders/shader_info.h\"\n\n"
      << "namespace lapilli::shader {\n\n/// " << source.summary
      << "\n/// nullptr for a combination that is not built.\n"
      << signature(source) << ";\n\n/// All that are built.\nstd::span<const ShaderInfo> " << source.op
      << "_variants();\n\n}  // namespace lapilli::shader\n";
  return out.str();
}

std::string source_text(const ShaderSource& source, const std::vector<CompiledVariant>& variants) {
  std::ostringstream out;
  out << "// Generated from shaders/" << source.op << ".comp.\n#include \"shaders/" << source.op
      << ".h\"\n\n#include <array>\n\nnamespace lapilli::shader {\nnamespace {\n\n";
  const std::string tunables = write_tunables(out, source);
  std::string infos, keys;
  for (size_t i = 0; i < variants.size(); ++i) {
    infos += "    " + write_variant(out, source, variants[i], std::to_string(i), tunables) + ",\n";
    keys += "    Key" + key_of(source, variants[i].variant) + ",\n";
  }
  const std::string count = std::to_string(variants.size());
  out << "using Key = std::array<uint32_t, " << source.axes.size() << ">;\nconstexpr std::array<Key, "
      << count << "> kKeys = {\n"
      << keys << "};\nconstexpr std::array<ShaderInfo, " << count << "> kInfos = {{\n"
      << infos << "}};\n\n}  // namespace\n\n"
      << signature(source) << " {\n  const Key key = {";
  for (const Axis& axis : source.axes) out << "static_cast<uint32_t>(" << lower(axis.name) << "), ";
  out << "};\n  for (size_t i = 0; i < kKeys.size(); ++i) {\n    if (kKeys[i] == key) return &kInfos[i];\n  "
         "}\n"
      << "  return nullptr;\n}\n\nstd::span<const ShaderInfo> " << source.op
      << "_variants() {\n  return kInfos;\n}\n\n}  // namespace lapilli::shader\n";
  return out.str();
}

}  // namespace lapilli::shader_tool
