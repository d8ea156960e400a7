// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lapilli::shader_tool {

/// The programs that compile and check, and what is given to each of their runs.
struct Toolchain {
  std::filesystem::path glslang;
  std::filesystem::path spirv_val;  ///< empty: modules are not validated
  std::vector<std::filesystem::path> include_folders;
};

/// Whether the compiler can translate, and the validator can check, what an ability stands for.
struct AbilitySupport {
  bool compiles = false;
  bool validates = false;
};
using Abilities = std::map<std::string, AbilitySupport>;

/// Tries a small shader for every ability a `needs` line may name. `scratch` is a folder for temporary files.
Abilities probe_abilities(const Toolchain& tools, const std::filesystem::path& scratch);

/// Writes and reads what probe_abilities found: one line an ability, "coopmat 1 0".
void write_abilities(const Abilities& abilities, const std::filesystem::path& file);
Abilities read_abilities(const std::filesystem::path& file);

/// One file to one module: definitions are "NAME=text"; temporary files begin with `scratch_prefix`.
/// Throws std::runtime_error with the compiler's or the validator's words.
std::vector<uint32_t> compile(const Toolchain& tools, const std::filesystem::path& shader,
                              const std::vector<std::string>& definitions, bool validate,
                              const std::filesystem::path& scratch_prefix);

/// The file and everything it includes by #include "…", directly or not, looked up beside it and in the
/// folders.
std::vector<std::filesystem::path> files_read(const std::filesystem::path& shader,
                                              const std::vector<std::filesystem::path>& include_folders);

std::string read_text(const std::filesystem::path& file);

}  // namespace lapilli::shader_tool
