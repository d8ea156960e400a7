// SPDX-License-Identifier: Apache-2.0
// The LLaMA vocabulary against values of the original implementations.
#include "tests/unit/tokenizer_fixture.h"

namespace lapilli {
namespace {

using Ids = std::vector<int32_t>;

TEST(LlamaTokenizer, EncodesAndDecodesAsSentencepiece) {
  LAPILLI_REQUIRE_SHARED(data);
  const auto cases = test::json_file(data / "tokenizers/sentencepiece_golden.json")["cases"];
  ASSERT_EQ(cases.size(), 140u);
  for (const auto& [name, tokenizer] : test::llama_tokenizers(data)) {
    for (const auto& one : cases) {
      const auto source = one["text"].get<std::string>();
      EXPECT_EQ(tokenizer.encode_plain(source), one["ids"].get<Ids>()) << name << ": " << source;
      EXPECT_EQ(tokenizer.decode(one["ids"].get<Ids>()), one["decoded"].get<std::string>()) << name << ": " << source;
    }
  }
}

TEST(LlamaTokenizer, EncodesTheCasesOfLlamaTokenizerJs) {
  LAPILLI_REQUIRE_SHARED(data);
  const auto cases = test::json_file(data / "tokenizers/llama-tokenizer-js-1.2.2-testcases.json");
  ASSERT_EQ(cases.size(), 12u);
  for (const auto& [name, tokenizer] : test::llama_tokenizers(data)) {
    for (const auto& one : cases) {
      const auto source = one["text"].get<std::string>();
      EXPECT_EQ(tokenizer.encode(source, {.add_bos = true}), one["ids"].get<Ids>()) << name << ": " << source;
    }
  }
}

TEST(LlamaTokenizer, ReadsSpecialTokensAsTheOriginalsCall) {
  LAPILLI_REQUIRE_SHARED(data);
  // Made with tests/golden/tokenizer/slow_llama.py on the LLaMA vocabulary.
  const std::vector<std::pair<std::string, Ids>> cases = {
      {"", {1}},
      {" ", {1, 259}},
      {"  hi", {1, 259, 7251}},
      {"Hello 世界🙂", {1, 15043, 29871, 30793, 30967, 243, 162, 156, 133}},
      {"👍🏽é", {1, 29871, 243, 162, 148, 144, 243, 162, 146, 192, 29948}},
      {"a  b   c\n\n\td", {1, 263, 29871, 289, 259, 274, 13, 13, 12, 29881}},
      {"Hello</s>world</s> x", {1, 15043, 2, 11526, 2, 921}},
      {"请直接回答选项字母。", {1, 29871, 31088, 31157, 31092, 30742, 234, 176, 151, 31333, 31888, 30578, 31763, 30267}},
      {"Unanswerable", {1, 853, 12011, 519}},
      {"\nAnswer the question using a single word or phrase.",
       {1, 29871, 13, 22550, 278, 1139, 773, 263, 2323, 1734, 470, 16549, 29889}},
      {"</s> x", {1, 2, 921}},
      {" </s>", {1, 259, 2}},
      {"x </s> y", {1, 921, 29871, 2, 343}},
      {"<s>a", {1, 1, 29874}},
      {"▁a▁", {1, 29871, 263, 29871}},
      {"a<unk>b", {1, 263, 0, 29890}},
  };
  for (const auto& [name, tokenizer] : test::llama_tokenizers(data)) {
    for (const auto& [source, ids] : cases) {
      EXPECT_EQ(tokenizer.encode(source, {.specials = TextSegment::Specials::kParse}), ids) << name << ": " << source;
    }
  }
}

TEST(LlamaTokenizer, PlainTextNeverBecomesASpecialToken) {
  LAPILLI_REQUIRE_SHARED(data);
  for (const auto& [name, tokenizer] : test::llama_tokenizers(data)) {
    EXPECT_EQ(tokenizer.encode("<s>hello</s>", {.add_bos = false}),
              (Ids{529, 29879, 29958, 12199, 829, 29879, 29958}))
        << name;
    const std::vector<TextSegment> segments = {{"a</", TextSegment::Specials::kParse},
                                               {"s>", TextSegment::Specials::kParse}};
    EXPECT_EQ(tokenizer.encode(segments, false), tokenizer.encode_plain("a</s>")) << name;
  }
}

TEST(LlamaTokenizer, AddedTokensOfTheHuggingFacePortAreKnown) {
  LAPILLI_REQUIRE_SHARED(data);
  auto vocabulary = Tokenizer::open(data / "tokenizers/llama-tokenizer.model").value().vocabulary();
  const auto tokenizer =
      Tokenizer::create(
          with_added_tokens(std::move(vocabulary), {{32001, "<pad>", true}, {32000, "<image>", true}}).value())
          .value();
  EXPECT_EQ(tokenizer.size(), 32002);
  EXPECT_EQ(tokenizer.find("<image>"), 32000);
  EXPECT_TRUE(tokenizer.is_control(32001));
  EXPECT_EQ(tokenizer.encode("a<image>b", {.specials = TextSegment::Specials::kParse}), (Ids{1, 263, 32000, 29890}));
  EXPECT_EQ(tokenizer.encode("a<image>b", {.add_bos = false}), (Ids{263, 29966, 3027, 29958, 29890}));
  EXPECT_EQ(tokenizer.decode(Ids{15043, 32000, 3186}), "Hello world");
}

TEST(LlamaTokenizer, KnowsItsVocabulary) {
  LAPILLI_REQUIRE_SHARED(data);
  for (const auto& [name, tokenizer] : test::llama_tokenizers(data)) {
    EXPECT_EQ(tokenizer.size(), 32000) << name;
    EXPECT_EQ(tokenizer.bos_id(), 1);
    EXPECT_EQ(tokenizer.eos_id(), 2);
    EXPECT_EQ(tokenizer.unknown_id(), 0);
    EXPECT_EQ(tokenizer.piece(15043), "▁Hello");
    EXPECT_EQ(tokenizer.type(13), PieceType::kByte);
    EXPECT_THROW((void)tokenizer.piece(32000), Error);
    EXPECT_THROW((void)tokenizer.decode(Ids{-200}), Error);
  }
}

TEST(LlamaTokenizer, StoriesVocabularyDecodesTheReferencesStory) {
  LAPILLI_REQUIRE_SHARED(data);
  const auto tokenizer = Tokenizer::open(data / "weights/tinyllamas-260k/tok512.bin").value();
  const auto expected = test::json_file(data / "weights/stories260K-hf-gguf/expected.json");
  EXPECT_EQ(tokenizer.size(), 512);
  const auto gguf = Tokenizer::create(
      read_gguf_vocabulary(test::gguf_vocabulary(
                               test::file_content(data / "weights/stories260K-hf-gguf/stories260K-f32.gguf")))
          .value());
  ASSERT_TRUE(gguf) << gguf.error().what();
  const auto ids = expected["tokens"].get<Ids>();
  std::string story = expected["text"].get<std::string>().substr(1);
  for (size_t at; (at = story.find("<0x0A>")) != std::string::npos;) story.replace(at, 6, "\n");
  EXPECT_EQ(tokenizer.decode(ids), story);
  EXPECT_EQ(gguf->decode(ids), story);
  EXPECT_EQ(tokenizer.encode_plain("Once upon a time, there was a little girl"),
            gguf->encode_plain("Once upon a time, there was a little girl"));
}

}  // namespace
}  // namespace lapilli
