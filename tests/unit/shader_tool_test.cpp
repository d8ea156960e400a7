// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "shaders/shaders.h"
#include "shaders/tool/compiler.h"
#include "shaders/tool/emit.h"
#include "tests/support/temporary_folder.h"

namespace lapilli::shader_tool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kHeader =
    "//! op    scale   y = a · x\n"
    "//! axis  X f32 bf16\n"
    "//! axis  WIDTH 1 4\n"
    "//! needs X=bf16 bfloat16\n"
    "//! needs coopmat\n"
    "//! tune  LOCAL_SIZE 64 128\n"
    "void main() {}\n";

TEST(ShaderSource, ReadsEveryKindOfLine) {
  const ShaderSource source = parse_source(kHeader, "scale");
  EXPECT_EQ(source.op, "scale");
  EXPECT_EQ(source.summary, "y = a · x");
  ASSERT_EQ(source.axes.size(), 2u);
  EXPECT_TRUE(source.axes[0].is_dtype);
  EXPECT_FALSE(source.axes[1].is_dtype);
  ASSERT_EQ(source.tunables.size(), 1u);
  EXPECT_THAT(source.tunables[0].values, ElementsAre(64u, 128u));
}

TEST(ShaderSource, VariantsAreTheCrossProductWithTheirNamesNeedsAndMacros) {
  const ShaderSource source = parse_source(kHeader, "scale");
  const std::vector<Variant> variants = all_variants(source);
  EXPECT_THAT(variants, ElementsAre(Variant{"f32", "1"}, Variant{"f32", "4"}, Variant{"bf16", "1"},
                                    Variant{"bf16", "4"}));
  EXPECT_EQ(variant_name(source, variants[3]), "scale bf16 4");
  EXPECT_THAT(abilities_of(source, variants[0]), ElementsAre("coopmat"));
  EXPECT_THAT(abilities_of(source, variants[2]), ElementsAre("bfloat16", "coopmat"));
  EXPECT_THAT(definitions_of(source, variants[2]),
              ElementsAre("X=DTYPE_bf16", "X_SCALAR=SCALAR_bf16", "X_VEC4=VEC4_bf16", "X_LOAD=LOAD_bf16",
                          "X_LOAD4=LOAD4_bf16", "X_STORE=STORE_bf16", "X_STORE4=STORE4_bf16",
                          "X_BYTES=BYTES_bf16", "X_OCTET=OCTET_bf16", "WIDTH=1"));
}

TEST(ShaderSource, WithoutAxesHasOneVariant) {
  EXPECT_THAT(all_variants(parse_source("//! op scale\n", "scale")), ElementsAre(Variant{}));
}

std::string refusal(const std::string& text) {
  try {
    parse_source(text, "scale");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ShaderSource, RefusesWhatItDoesNotUnderstandWithTheLine) {
  EXPECT_THAT(refusal("void main() {}\n"), HasSubstr("no `//! op`"));
  EXPECT_THAT(refusal("//! op other\n"), HasSubstr("line 1: op must be the file's name, \"scale\""));
  EXPECT_THAT(refusal("//! op scale\n//! axes X f32\n"), HasSubstr("line 2: \"axes\""));
  EXPECT_THAT(refusal("//! op scale\n//! axis X f32 f99\n"), HasSubstr("\"f32\" is neither"));
  EXPECT_THAT(refusal("//! op scale\n//! axis X f32 f32\n"), HasSubstr("twice"));
  EXPECT_THAT(refusal("//! op scale\n//! needs X=f16 float16\n"), HasSubstr("no axis line"));
  EXPECT_THAT(refusal("//! op scale\n//! tune SIZE big\n"), HasSubstr("\"big\" is not a number"));
}

class ShaderReflection : public test::TemporaryFolder {
 protected:
  std::vector<uint32_t> compiled(const std::string& declarations, const std::string& body) {
    const std::filesystem::path shader = folder() / "test.comp";
    std::ofstream(shader) << "#version 460\n#extension GL_EXT_scalar_block_layout : require\n"
                             "#extension GL_EXT_shader_16bit_storage : require\n"
                          << declarations << "void main() {" << body << "}\n";
    return compile({.glslang = LAPILLI_GLSLANG_PROGRAM, .spirv_val = {}, .include_folders = {}}, shader, {},
                   false, folder() / "test");
  }
};

TEST_F(ShaderReflection, TellsAccessOfEveryBindingAndMergesViewsOfOne) {
  const Reflection reflection = reflect(compiled(R"(
    layout(local_size_x = 1) in;
    layout(binding = 3, scalar) writeonly buffer Output { float y[]; };
    layout(binding = 0, scalar) readonly buffer Input { uint x[]; };
    layout(binding = 0, scalar) readonly buffer Wide { uvec4 x4[]; };
    layout(binding = 1, scalar) buffer Both { float16_t state[]; };
  )",
                                                 "y[0] = float(x[0]) + float(x4[0].y) + float(state[0]);"));
  ASSERT_EQ(reflection.bindings.size(), 3u);
  const auto access = [&](size_t i) {
    const BindingUse& use = reflection.bindings[i];
    return std::to_string(use.binding) + (use.reads ? "r" : "") + (use.writes ? "w" : "");
  };
  EXPECT_EQ(access(0), "0r");
  EXPECT_EQ(access(1), "1rw");
  EXPECT_EQ(access(2), "3w");
  EXPECT_EQ(reflection.params_bytes, 0u);
  EXPECT_THAT(reflection.abilities, IsEmpty());
}

TEST_F(ShaderReflection, MeasuresParametersAndListsConstantsAndAbilities) {
  const Reflection reflection = reflect(
      compiled(R"(
    #extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
    layout(local_size_x_id = 1) in;
    layout(constant_id = 0) const uint STEP = 2;
    layout(constant_id = 1) const uint LOCAL_SIZE = 2;
    struct Inner { uint rows; float scale; uvec3 shape; int list[3]; };
    layout(push_constant, scalar) uniform Block { Inner inner; uint last; };
    layout(binding = 0, scalar) buffer Both { float16_t state[]; };
  )",
               "state[0] = state[1] * float16_t(inner.scale) * float16_t(STEP + LOCAL_SIZE + last);"));
  EXPECT_EQ(reflection.params_bytes, 4u + 4u + 12u + 12u + 4u);
  EXPECT_THAT(reflection.constant_ids, ElementsAre(0u, 1u));
  EXPECT_THAT(reflection.abilities, ElementsAre("float16"));
}

TEST_F(ShaderReflection, RefusesOtherResourcesAndBrokenModules) {
  EXPECT_THROW(reflect(compiled("layout(local_size_x = 1) in; layout(binding = 0) uniform Block { float a; };"
                                "layout(binding = 1) buffer Data { float b[]; };",
                                "b[0] = a;")),
               std::runtime_error);
  EXPECT_THROW(reflect(std::vector<uint32_t>{}), std::runtime_error);
  EXPECT_THROW(reflect(std::vector<uint32_t>{0x07230203, 0, 0, 0, 0, 0x00050047, 1}), std::runtime_error);
}

TEST_F(ShaderReflection, ACompileErrorCarriesTheCompilersWords) {
  try {
    compiled("", "undeclared = 1;");
    FAIL() << "compiled";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("undeclared"));
  }
}

TEST(ShaderTable, EveryBuiltShaderHasABodyAndAnOutput) {
  const std::vector<const ShaderInfo*> shaders = all_shaders();
  ASSERT_FALSE(shaders.empty());
  for (const ShaderInfo* info : shaders) {
    SCOPED_TRACE(info->name);
    EXPECT_GT(info->spirv.size(), 5u);
    bool writes = false;
    for (const ShaderBinding& binding : info->bindings) writes |= binding.writes;
    EXPECT_TRUE(writes);
    EXPECT_LE(info->params_bytes, 128u);
  }
}

TEST(ShaderTable, LooksVariantsUpByTheirAxes) {
  EXPECT_EQ(shader::rms_norm(DType::f16)->name, "rms_norm f16");
  EXPECT_EQ(shader::rms_norm(DType::q4_0), nullptr);
}

}  // namespace
}  // namespace lapilli::shader_tool
