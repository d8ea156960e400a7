// SPDX-License-Identifier: Apache-2.0
// Thousands of damaged model files: each is read or refused; the sanitizers of the `asan` preset watch.
#include "tests/support/exercise_models.h"
#include "tests/support/mutations.h"
#include "tests/unit/gguf_bytes.h"

#include <gtest/gtest.h>

#include <array>

namespace lapilli {
namespace {

std::string gguf_example() {
  test::GgufBytes f;
  f.header(3, 6).u32("llama.block_count", 1).u32("general.alignment", 32);
  f.key("general.architecture", GgufType::kString).string("llama");
  f.key("x.bools", GgufType::kArray)
      .number(GgufType::kBool)
      .number<uint64_t>(2)
      .raw(std::string_view("\0\1", 2));
  f.key("x.scores", GgufType::kArray).number(GgufType::kF32).number<uint64_t>(2).number(0.5f).number(-1.0f);
  f.key("x.tokens", GgufType::kArray).number(GgufType::kString).number<uint64_t>(2).string("a").string("bc");
  f.tensor("a.weight", {32, 2}, 2, 0).tensor("b.weight", {256, 1}, 12, 64).tensor("c.bias", {5}, 0, 224);
  return f.pad().data(244).content();
}

std::string llama2c_example(int32_t version) {
  std::string content;
  const auto number = [&](auto value) {
    content.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  if (version != 0) {
    number(uint32_t{0x616b3432});
    number(version);
  }
  for (const int32_t value : {4, 6, 1, 2, 1, 5, 3}) number(value);
  if (version != 0) {
    number(uint8_t{1});
    if (version == 2) number(int32_t{4});
    content.resize(256);
  }
  constexpr size_t kMatrices = 20 + 48 + 72;
  const size_t norms = 4 * (4 + 4 + 4);
  const std::array<size_t, 3> weights = {norms + 4 * kMatrices + 4 * 6, norms + 4 * kMatrices,
                                         norms + 2 * kMatrices};
  content.append(weights[static_cast<size_t>(version)], '\x3c');
  return content;
}

std::string vocabulary_example() {
  std::string content("\x05\0\0\0", 4);
  for (int i = 0; i < 8; ++i) content += std::string("\0\0\x80\x3f\x05\0\0\0", 8) + "piece";
  return content;
}

/// Damages the example `count` times; at least one result must be refused and one accepted, or nothing was
/// tested.
template <class Exercise>
void mutate(const std::string& example, int count, Exercise exercise) {
  ASSERT_TRUE(exercise(as_bytes(example)));
  test::Mutator mutator(1);
  int accepted = 0;
  for (int i = 0; i < count; ++i) {
    const std::string damaged = mutator(example);
    // A copy of its exact size, so that the sanitizer sees one byte too many.
    const std::vector<char> exact(damaged.begin(), damaged.end());
    if (exercise(std::as_bytes(std::span(exact)))) ++accepted;
  }
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, count);
}

TEST(ModelMutations, Gguf) {
  mutate(gguf_example(), 12000, test::exercise_gguf);
}

TEST(ModelMutations, Llama2c) {
  for (const int32_t version : {0, 1, 2}) mutate(llama2c_example(version), 2000, test::exercise_llama2c);
}

TEST(ModelMutations, Llama2cVocabulary) {
  mutate(vocabulary_example(), 2000, test::exercise_llama2c_vocabulary);
}

}  // namespace
}  // namespace lapilli
