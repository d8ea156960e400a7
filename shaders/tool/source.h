// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapilli::shader_tool {

/// One dimension of a shader's variants: `//! axis X f32 f16`. Values are either all storage types or all
/// numbers.
struct Axis {
  std::string name;
  std::vector<std::string> values;
  bool is_dtype = false;
};

/// `//! needs coopmat`, or `//! needs X=bf16 bfloat16` for the variants with one axis value only.
struct Need {
  std::string axis;  ///< empty: every variant
  std::string value;
  std::string ability;
};

/// `//! tune LOCAL_SIZE 64 128`: a specialization constant; its constant_id is its place among the tune
/// lines.
struct Tunable {
  std::string name;
  std::vector<uint32_t> values;
};

/// What the `//!` lines at the top of a .comp file say.
struct ShaderSource {
  std::string op;
  std::string summary;
  std::vector<Axis> axes;
  std::vector<Need> needs;
  std::vector<Tunable> tunables;
};

/// Reads the `//!` lines; `stem` is the file's name without extension, which `op` must equal.
/// Throws std::runtime_error with "line N: …" on anything it does not understand.
ShaderSource parse_source(std::string_view text, std::string_view stem);

/// One combination of axis values, in the order of the axes; empty for a shader without axes.
using Variant = std::vector<std::string>;

/// The cross product of the axes, the last axis running fastest.
std::vector<Variant> all_variants(const ShaderSource& source);

/// The abilities a variant needs, each once, in the order of the needs lines.
std::vector<std::string> abilities_of(const ShaderSource& source, const Variant& variant);

/// "rms_norm f16": the operator and the axis values.
std::string variant_name(const ShaderSource& source, const Variant& variant);

/// Preprocessor definitions of a variant, "NAME=text" each. A storage type T of axis X gives X=DTYPE_T and
/// the names that include/types.glsl resolves: X_SCALAR, X_VEC4, X_LOAD, X_LOAD4, X_STORE, X_STORE4, X_BYTES;
/// X_OCTET by include/octets.glsl.
std::vector<std::string> definitions_of(const ShaderSource& source, const Variant& variant);

}  // namespace lapilli::shader_tool
