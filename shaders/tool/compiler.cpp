// SPDX-License-Identifier: Apache-2.0
#include "shaders/tool/compiler.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace lapilli::shader_tool {
namespace {

namespace fs = std::filesystem;

struct Probe {
  const char* ability;
  const char* source;
};

constexpr Probe kProbes[] = {
    {"coopmat", R"(#version 460
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
layout(local_size_x = 32) in;
layout(binding = 0) buffer Data { float data[]; };
void main() {
  coopmat<float16_t, gl_ScopeSubgroup, 16, 16, gl_MatrixUseA> a = coopmat<float16_t, gl_ScopeSubgroup, 16, 16, gl_MatrixUseA>(1.0);
  coopmat<float16_t, gl_ScopeSubgroup, 16, 16, gl_MatrixUseB> b = coopmat<float16_t, gl_ScopeSubgroup, 16, 16, gl_MatrixUseB>(1.0);
  coopmat<float, gl_ScopeSubgroup, 16, 16, gl_MatrixUseAccumulator> c = coopmat<float, gl_ScopeSubgroup, 16, 16, gl_MatrixUseAccumulator>(0.0);
  coopMatStore(coopMatMulAdd(a, b, c), data, 0, 16, gl_CooperativeMatrixLayoutRowMajor);
}
)"},
    {"bfloat16", R"(#version 460
#extension GL_EXT_bfloat16 : require
layout(local_size_x = 1) in;
layout(binding = 0) buffer Data { float data[]; };
void main() { data[0] = float(bfloat16_t(data[0])); }
)"},
    {"float16", R"(#version 460
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
layout(local_size_x = 1) in;
layout(binding = 0) buffer Data { float data[]; };
void main() { data[0] = float(float16_t(data[0]) * float16_t(2.0)); }
)"},
    {"int8", R"(#version 460
#extension GL_EXT_shader_explicit_arithmetic_types_int8 : require
layout(local_size_x = 1) in;
layout(binding = 0) buffer Data { int data[]; };
void main() { data[0] = int(int8_t(data[0]) * int8_t(2)); }
)"},
    {"storage8", R"(#version 460
#extension GL_EXT_shader_8bit_storage : require
layout(local_size_x = 1) in;
layout(binding = 0) buffer Data { int8_t data[]; };
void main() { data[0] = int8_t(int(data[0]) + 1); }
)"},
    {"int64", R"(#version 460
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
layout(local_size_x = 1) in;
layout(binding = 0) buffer Data { uint64_t data[]; };
void main() { data[0] += 1; }
)"},
    {"integer_dot", R"(#version 460
#extension GL_EXT_integer_dot_product : require
layout(local_size_x = 1) in;
layout(binding = 0) buffer Data { int data[]; };
void main() { data[0] = dotPacked4x8AccSatEXT(data[0], data[1], data[2]); }
)"},
};

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

struct Outcome {
  bool succeeded;
  std::string output;
};

Outcome run(const fs::path& program, const std::vector<std::string>& arguments, const fs::path& log) {
  std::string command = quoted(program.string());
  for (const std::string& argument : arguments) command.append(" ").append(quoted(argument));
  command.append(" >").append(quoted(log.string())).append(" 2>&1");
  const int status = std::system(command.c_str());
  return {status == 0, read_text(log)};
}

Outcome run_glslang(const Toolchain& tools, const fs::path& shader,
                    const std::vector<std::string>& definitions, const fs::path& module,
                    const fs::path& log) {
  std::vector<std::string> arguments = {"--target-env", "vulkan1.3", "-V", "-g0", "--quiet"};
  for (const fs::path& folder : tools.include_folders) arguments.push_back("-I" + folder.string());
  for (const std::string& definition : definitions) arguments.push_back("-D" + definition);
  arguments.insert(arguments.end(), {"-o", module.string(), shader.string()});
  return run(tools.glslang, arguments, log);
}

Outcome run_validator(const Toolchain& tools, const fs::path& module, const fs::path& log) {
  return run(tools.spirv_val, {"--target-env", "vulkan1.3", "--scalar-block-layout", module.string()}, log);
}

fs::path with_suffix(const fs::path& prefix, const char* suffix) {
  return prefix.string() + suffix;
}

std::vector<uint32_t> read_words(const fs::path& file) {
  const std::string bytes = read_text(file);
  std::vector<uint32_t> words(bytes.size() / sizeof(uint32_t));
  std::copy_n(bytes.data(), words.size() * sizeof(uint32_t), reinterpret_cast<char*>(words.data()));
  return words;
}

}  // namespace

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error(file.string() + " can't be read");
  return {std::istreambuf_iterator<char>(stream), {}};
}

Abilities probe_abilities(const Toolchain& tools, const fs::path& scratch) {
  Abilities abilities;
  for (const Probe& probe : kProbes) {
    const fs::path prefix = scratch / (std::string("probe_") + probe.ability);
    const fs::path shader = with_suffix(prefix, ".comp"), module = with_suffix(prefix, ".spv"),
                   log = with_suffix(prefix, ".log");
    std::ofstream(shader) << probe.source;
    AbilitySupport& support = abilities[probe.ability];
    support.compiles = run_glslang(tools, shader, {}, module, log).succeeded;
    support.validates =
        support.compiles && !tools.spirv_val.empty() && run_validator(tools, module, log).succeeded;
  }
  return abilities;
}

void write_abilities(const Abilities& abilities, const fs::path& file) {
  std::ofstream stream(file);
  for (const auto& [name, support] : abilities) {
    stream << name << ' ' << support.compiles << ' ' << support.validates << '\n';
  }
}

Abilities read_abilities(const fs::path& file) {
  Abilities abilities;
  std::istringstream stream(read_text(file));
  AbilitySupport support;
  for (std::string name; stream >> name >> support.compiles >> support.validates;) abilities[name] = support;
  return abilities;
}

std::vector<uint32_t> compile(const Toolchain& tools, const fs::path& shader,
                              const std::vector<std::string>& definitions, bool validate,
                              const fs::path& scratch_prefix) {
  const fs::path module = with_suffix(scratch_prefix, ".spv"), log = with_suffix(scratch_prefix, ".log");
  const Outcome compiled = run_glslang(tools, shader, definitions, module, log);
  if (!compiled.succeeded) throw std::runtime_error(compiled.output);
  if (validate && !tools.spirv_val.empty()) {
    const Outcome checked = run_validator(tools, module, log);
    if (!checked.succeeded) throw std::runtime_error("spirv-val: " + checked.output);
  }
  return read_words(module);
}

std::vector<fs::path> files_read(const fs::path& shader, const std::vector<fs::path>& include_folders) {
  std::vector<fs::path> files = {shader};
  for (size_t next = 0; next < files.size(); ++next) {
    std::vector<fs::path> folders = {files[next].parent_path()};
    folders.insert(folders.end(), include_folders.begin(), include_folders.end());
    std::istringstream stream(read_text(files[next]));
    for (std::string line; std::getline(stream, line);) {
      const size_t first = line.find('"'), last = line.rfind('"');
      if (!line.starts_with("#include") || first == last) continue;
      const std::string name = line.substr(first + 1, last - first - 1);
      const auto folder = std::find_if(folders.begin(), folders.end(), [&](const fs::path& candidate) {
        return fs::exists(candidate / name);
      });
      if (folder == folders.end()) continue;
      const fs::path found = (*folder / name).lexically_normal();
      if (std::find(files.begin(), files.end(), found) == files.end()) files.push_back(found);
    }
  }
  return files;
}

}  // namespace lapilli::shader_tool
