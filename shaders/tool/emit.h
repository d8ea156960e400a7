// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shaders/tool/reflect.h"
#include "shaders/tool/source.h"

namespace lapilli::shader_tool {

/// A variant that was built.
struct CompiledVariant {
  Variant variant;
  std::vector<uint32_t> words;
  Reflection reflection;
  std::vector<std::string> abilities;  ///< device features it needs, each once
};

/// The header that declares `shader::OP(axes…)` and `shader::OP_variants()`.
std::string header_text(const ShaderSource& source);

/// The source file behind it, with the SPIR-V words.
std::string source_text(const ShaderSource& source, const std::vector<CompiledVariant>& variants);

}  // namespace lapilli::shader_tool
