// SPDX-License-Identifier: Apache-2.0
// lapilli_shader_compiler: runs at build time, once to probe the compiler and once for every shader.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>

#include "shaders/tool/compiler.h"
#include "shaders/tool/emit.h"

namespace lapilli::shader_tool {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage =
    "usage: lapilli_shader_compiler probe   --glslang PROGRAM [--spirv-val PROGRAM] --abilities FILE\n"
    "       lapilli_shader_compiler compile --glslang PROGRAM [--spirv-val PROGRAM] --abilities FILE\n"
    "                                       [--include FOLDER]… --out FOLDER SHADER.comp\n"
    "compile writes OP.h, OP.cpp and OP.d (what was read) into the folder.";

struct Options {
  std::string command;
  Toolchain tools;
  fs::path abilities, out, shader;
};

Options parse_options(const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw std::runtime_error(kUsage);
  Options options;
  options.command = arguments[0];
  for (size_t i = 1; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (!name.starts_with("--")) {
      options.shader = name;
      continue;
    }
    if (++i == arguments.size()) throw std::runtime_error(kUsage);
    const std::string& value = arguments[i];
    if (name == "--glslang")
      options.tools.glslang = value;
    else if (name == "--spirv-val")
      options.tools.spirv_val = value;
    else if (name == "--include")
      options.tools.include_folders.push_back(value);
    else if (name == "--abilities")
      options.abilities = value;
    else if (name == "--out")
      options.out = value;
    else
      throw std::runtime_error(name + " is not an option\n" + kUsage);
  }
  return options;
}

/// Leaves an equal file as it is, so that nothing is rebuilt for its new date.
void write_if_changed(const fs::path& file, const std::string& text) {
  if (fs::exists(file) && read_text(file) == text) return;
  std::ofstream(file, std::ios::binary) << text;
}

void check_against_header(const ShaderSource& source, const Reflection& reflection) {
  for (const uint32_t id : reflection.constant_ids) {
    if (id >= source.tunables.size()) {
      throw std::runtime_error("constant_id " + std::to_string(id) + " has no tune line; there are " +
                               std::to_string(source.tunables.size()));
    }
  }
  constexpr uint32_t kMaxParamsBytes = 128;
  if (reflection.params_bytes > kMaxParamsBytes) {
    throw std::runtime_error("the push-constant block has " + std::to_string(reflection.params_bytes) +
                             " bytes; 128 are allowed");
  }
}

std::vector<CompiledVariant> compile_all(const Options& options, const ShaderSource& source) {
  const Abilities abilities = read_abilities(options.abilities);
  std::vector<CompiledVariant> compiled;
  for (const Variant& variant : all_variants(source)) {
    std::vector<std::string> needed = abilities_of(source, variant);
    bool compiles = true, validates = true;
    for (const std::string& name : needed) {
      const auto support = abilities.find(name);
      if (support == abilities.end()) throw std::runtime_error("needs: \"" + name + "\" is not an ability");
      compiles &= support->second.compiles;
      validates &= support->second.validates;
    }
    if (!compiles) continue;
    try {
      CompiledVariant result{
          .variant = variant, .words = {}, .reflection = {}, .abilities = std::move(needed)};
      result.words = compile(options.tools, options.shader, definitions_of(source, variant), validates,
                             options.out / source.op);
      result.reflection = reflect(result.words);
      check_against_header(source, result.reflection);
      for (const std::string& ability : result.reflection.abilities) {
        if (std::find(result.abilities.begin(), result.abilities.end(), ability) == result.abilities.end()) {
          result.abilities.push_back(ability);
        }
      }
      compiled.push_back(std::move(result));
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(variant_name(source, variant) + ": " + error.what());
    }
  }
  return compiled;
}

void write_depfile(const Options& options, const std::string& op) {
  const fs::path target = options.out / (op + ".cpp");
  std::string text = target.string() + ":";
  for (const fs::path& file : files_read(options.shader, options.tools.include_folders)) {
    text += " \\\n  " + fs::absolute(file).string();
  }
  std::ofstream(options.out / (op + ".d")) << text << '\n';
}

void compile_shader(const Options& options) {
  const ShaderSource source = parse_source(read_text(options.shader), options.shader.stem().string());
  const std::vector<CompiledVariant> variants = compile_all(options, source);
  write_if_changed(options.out / (source.op + ".h"), header_text(source));
  write_if_changed(options.out / (source.op + ".cpp"), source_text(source, variants));
  write_depfile(options, source.op);
}

}  // namespace
}  // namespace lapilli::shader_tool

int main(int argc, char** argv) {
  using namespace lapilli::shader_tool;
  try {
    const Options options = parse_options({argv + 1, argv + argc});
    if (options.command == "probe") {
      write_abilities(probe_abilities(options.tools, options.abilities.parent_path()), options.abilities);
    } else if (options.command == "compile") {
      try {
        compile_shader(options);
      } catch (const std::runtime_error& error) {
        throw std::runtime_error(options.shader.string() + ": " + error.what());
      }
    } else {
      throw std::runtime_error(kUsage);
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
