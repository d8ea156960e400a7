// SPDX-License-Identifier: Apache-2.0
// The project's own small vocabularies against the original libraries (tests/golden/tokenizer).
#include "engine/runtime/prompt.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/tokenizer_fixture.h"

#include <random>

namespace lapilli {
namespace {

using Ids = std::vector<int32_t>;
using Json = nlohmann::json;

Tokenizer open_golden(const char* name) {
  return Tokenizer::open(test::golden_folder() / name).value();
}
Json golden() {
  return test::json_file(test::golden_folder() / "golden.json");
}

void expect_plain(const Tokenizer& tokenizer, const Json& cases) {
  ASSERT_GT(cases.size(), 30u);
  for (const Json& one : cases) {
    EXPECT_EQ(tokenizer.encode_plain(one["text"].get<std::string>()), one["ids"].get<Ids>()) << one["text"];
    if (!one.contains("decoded")) continue;
    EXPECT_EQ(tokenizer.decode(one["ids"].get<Ids>()), one["decoded"].get<std::string>()) << one["text"];
  }
}

TEST(TokenizerGolden, BpeModelAsSentencepiece) {
  expect_plain(open_golden("tiny.model"), golden()["bpe"]);
}

TEST(TokenizerGolden, UnigramModelWithCharsmapAsSentencepiece) {
  const Tokenizer tokenizer = open_golden("tiny-unigram.model");
  EXPECT_FALSE(tokenizer.vocabulary().precompiled_charsmap.empty());
  expect_plain(tokenizer, golden()["unigram"]);
}

TEST(TokenizerGolden, JsonAsTheTokenizersLibrary) {
  expect_plain(open_golden("tiny.tokenizer.json"), golden()["json"]);
}

TEST(TokenizerGolden, AnotherModelsJsonAsTheTokenizersLibrary) {
  LAPILLI_REQUIRE_SHARED(data);
  const auto vocabulary = read_tokenizer_json(test::gunzip(data / "tokenizers/llama2-tokenizer.json.gz"));
  expect_plain(Tokenizer::create(vocabulary.value()).value(), golden()["mistral_json"]);
}

TEST(TokenizerGolden, DecodesAsSentencepiece) {
  const Tokenizer tokenizer = open_golden("tiny.model");
  const Json cases = golden()["decode"];
  EXPECT_EQ(cases.size(), 11u);
  for (const Json& one : cases) {
    EXPECT_EQ(tokenizer.decode(one["ids"].get<Ids>()), one["decoded"].get<std::string>()) << one["ids"];
  }
}

TEST(TokenizerGolden, PromptsWithSpecialTokensAndPicturesAsTheSlowTokenizer) {
  const Tokenizer tokenizer = open_golden("tiny.model");
  const Json cases = golden()["call"];
  EXPECT_EQ(cases.size(), 16u);
  for (const Json& one : cases) {
    EXPECT_EQ(encode_prompt(tokenizer, prompt_from_text(one["text"].get<std::string>())),
              one["ids"].get<Ids>())
        << one["text"];
  }
}

TEST(TokenizerGolden, TheJsonsAddedTokensAreKnown) {
  const Tokenizer json = open_golden("tiny.tokenizer.json"), model = open_golden("tiny.model");
  EXPECT_EQ(json.size(), model.size() + 2);
  EXPECT_EQ(json.find("<image>"), model.size());
  EXPECT_TRUE(json.is_control(model.size() + 1));
}

TEST(TokenizerGolden, AFolderIsReadWithItsSideFiles) {
  namespace fs = std::filesystem;
  const test::OwnFolder own;
  const fs::path& folder = own.path();
  fs::copy_file(test::golden_folder() / "tiny.model", folder / "tokenizer.model");
  const int32_t size = Tokenizer::open(folder).value().size();
  const std::string added = text("{\"<pad>\": ", size + 1, ", \"<image>\": ", size, "}");
  ASSERT_TRUE(replace_file(folder / "added_tokens.json", as_bytes(added)));
  EXPECT_EQ(Tokenizer::open(folder).value().find("<pad>"), size + 1);
  ASSERT_TRUE(replace_file(folder / "added_tokens.json", as_bytes("{\"<pad>\": 99999}")));
  const auto gap = Tokenizer::open(folder);
  ASSERT_FALSE(gap);
  EXPECT_THAT(gap.error().what(), testing::HasSubstr("99999"));
}

TEST(TokenizerGolden, AnyBytesComeBackFromEncodeAndDecode) {
  const Tokenizer tokenizer = open_golden("tiny.model");
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    std::string valid;
    for (size_t i = random() % 30; i-- > 0;) {
      constexpr std::string_view kCharacters[] = {"a",    " ",     "\n",   "é",    "世",
                                                  "🙂", "stone", "</s>", "\x01", "\u07ff"};
      valid += kCharacters[random() % std::size(kCharacters)];
    }
    EXPECT_EQ(tokenizer.decode(tokenizer.encode_plain(valid)), valid);
    std::string bytes;
    for (size_t i = random() % 30; i-- > 0;) bytes += static_cast<char>(random());
    const std::string back = tokenizer.decode(tokenizer.encode_plain(bytes));
    EXPECT_EQ(tokenizer.decode(tokenizer.encode_plain(back)), back);
  }
}

}  // namespace
}  // namespace lapilli
