// SPDX-License-Identifier: Apache-2.0
// What no tokenizer file may do: crash, hang, or name a token that isn't there.
#include "engine/io/protobuf.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/tokenizer_fixture.h"

#include <cmath>
#include <random>

namespace lapilli {
namespace {

using Ids = std::vector<int32_t>;

std::string piece(std::string_view text, float score, int type) {
  ProtoWriter writer;
  writer.bytes(1, text).float32(2, score).varint(3, static_cast<uint64_t>(type));
  return writer.message();
}

/// A model of a few pieces without bytes; `extra` is put behind.
std::string small_model(const std::vector<std::string>& pieces, const std::string& extra = {}) {
  ProtoWriter writer, trainer;
  for (const std::string& one : pieces) writer.bytes(1, one);
  trainer.varint(3, 2);
  writer.bytes(2, trainer.message());
  return writer.message() + extra;
}
const std::string kUnknown = piece("<unk>", 0, 2), kBos = piece("<s>", 0, 3), kEos = piece("</s>", 0, 3),
                  kA = piece("a", -1, 1);

void expect_refused(const std::string& model, std::string_view words) {
  const auto read = read_sentencepiece_model(as_bytes(model));
  ASSERT_FALSE(read) << words;
  EXPECT_THAT(read.error().what(), testing::HasSubstr(std::string(words)));
}

TEST(TokenizerHardening, RefusesModelsTheLibraryCannotTake) {
  EXPECT_TRUE(read_sentencepiece_model(as_bytes(small_model({kUnknown, kBos, kEos, kA}))));
  expect_refused("", "no pieces");
  expect_refused(small_model({kUnknown, kA, kA}), "appears twice");
  expect_refused(small_model({kUnknown, piece("", 0, 1)}), "empty");
  expect_refused(small_model({kA}), "0 unknown pieces");
  expect_refused(small_model({kUnknown, piece("b", 0, 2)}), "2 unknown pieces");
  expect_refused(small_model({kUnknown, piece("<0x0a>", 0, 6)}), "not the text of a byte piece");
  expect_refused(small_model({kUnknown, piece("<0x0A>", 0, 6)}), "1 byte pieces");
  expect_refused(small_model({kUnknown, piece("b", NAN, 1)}), "finite");
  expect_refused(small_model({kUnknown, piece("b", 0, 7)}), "type is 7");
  expect_refused(small_model({kUnknown, piece(std::string(5000, 'x'), 0, 1)}), "5000 bytes");
  expect_refused(small_model({kUnknown}, "\x12\x02\x18\x03"), "model type is 3");
}

TEST(TokenizerHardening, RefusesBrokenProtobuf) {
  const std::string good = small_model({kUnknown, kBos, kEos, kA});
  expect_refused(good + "\x0A\x7F", "length-delimited");
  expect_refused(good + "\x0A", "varint");
  expect_refused(good + std::string(11, '\xFF'), "longer than 10 bytes");
  for (const char wire : {3, 4, 6, 7})
    expect_refused(good + static_cast<char>(8 * 20 + wire - 128) + '\x01', "wire type");
  expect_refused(good + std::string("\0\0", 2), "field number 0");
  EXPECT_TRUE(read_sentencepiece_model(as_bytes(good + "\xA2\x06\x01x"))) << "unknown fields are skipped";
}

TEST(TokenizerHardening, RefusesCharsmapsThatPointOutside) {
  const auto good = Tokenizer::open(test::golden_folder() / "tiny-unigram.model").value().vocabulary();
  Vocabulary outside = good;
  outside.precompiled_charsmap.replace(4, 4, std::string("\x00\xFC\xFF\x7F", 4));  // the root's children
  expect_refused(serialize_sentencepiece_model(outside), "unit 0 points to");
  Vocabulary cut = good;
  cut.precompiled_charsmap.pop_back();
  cut.precompiled_charsmap.back() = 'x';
  expect_refused(serialize_sentencepiece_model(cut), "zero byte");
  std::mt19937 random(5);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    Vocabulary broken = good;
    std::string& map = broken.precompiled_charsmap;
    for (int i = 0; i < 3; ++i) map[random() % map.size()] = static_cast<char>(random());
    const auto read = read_sentencepiece_model(as_bytes(serialize_sentencepiece_model(broken)));
    refused += !read;
    if (read) (void)Tokenizer::create(*read).value().encode_plain("Ａﬁ\u00a0 größer");
  }
  EXPECT_GT(refused, 0);
}

GgufVocabulary small_arrays() {
  return {.tokens = {"<unk>", "<s>", "</s>", "a", "b", "ab"},
          .scores = {0, 0, 0, -1, -2, -3},
          .types = {2, 3, 3, 1, 1, 1},
          .bos_id = 1,
          .eos_id = 2,
          .unknown_id = 0};
}

TEST(TokenizerHardening, RepairsGgufArraysWithoutMovingIds) {
  GgufVocabulary arrays = small_arrays();
  arrays.tokens.insert(arrays.tokens.end(), {"", "ab", "<0x41>", "x", "<|user|>"});
  arrays.scores.insert(arrays.scores.end(), {0, 0, 0, 0, 0});
  arrays.types.insert(arrays.types.end(), {1, 1, 6, 2, 4});
  const auto tokenizer = Tokenizer::create(read_gguf_vocabulary(arrays).value()).value();
  EXPECT_EQ(tokenizer.size(), 11);
  for (const int32_t id : {6, 7, 8, 9}) EXPECT_EQ(tokenizer.type(id), PieceType::kUnused) << id;
  EXPECT_EQ(tokenizer.find("ab"), 5);
  EXPECT_EQ(tokenizer.decode(Ids{7}), "ab");
  EXPECT_TRUE(tokenizer.is_control(10)) << "an added special token must not arise from text";
  EXPECT_FALSE(tokenizer.vocabulary().byte_fallback);
}

TEST(TokenizerHardening, RefusesGgufArraysThatContradictThemselves) {
  const auto refused = [](auto&& change) {
    GgufVocabulary arrays = small_arrays();
    change(arrays);
    return !read_gguf_vocabulary(arrays);
  };
  EXPECT_FALSE(refused([](auto&) {}));
  EXPECT_TRUE(refused([](auto& a) { a.tokens.clear(), a.scores.clear(), a.types.clear(); }));
  EXPECT_TRUE(refused([](auto& a) { a.scores.pop_back(); }));
  EXPECT_TRUE(refused([](auto& a) { a.types.push_back(1); }));
  EXPECT_TRUE(refused([](auto& a) { a.types[3] = 9; }));
  EXPECT_TRUE(refused([](auto& a) { a.scores[3] = INFINITY; }));
  EXPECT_TRUE(refused([](auto& a) { a.bos_id = 6; }));
  EXPECT_TRUE(refused([](auto& a) { a.eos_id = -2; }));
  EXPECT_TRUE(refused([](auto& a) { a.unknown_id = int64_t{1} << 40; }));
}

TEST(TokenizerHardening, RefusesTokenizerJsonOfOtherKindsAndWithHoles) {
  const std::string model =
      R"("model":{"type":"BPE","unk_token":"<unk>","vocab":{"<unk>":0,"a":1,"b":2,"ab":3},"merges":)";
  const auto read = [&](const std::string& rest) { return read_tokenizer_json("{" + model + rest + "}"); };
  EXPECT_TRUE(read(R"(["a b"]})"));
  EXPECT_TRUE(read(R"([["a","b"]]})"));
  EXPECT_FALSE(read(R"(["ab"]})"));
  EXPECT_FALSE(read(R"(7})"));
  EXPECT_FALSE(read(R"([["a"]]})"));
  EXPECT_FALSE(read(R"(["a b"]},"pre_tokenizer":{"type":"ByteLevel"})"));
  EXPECT_TRUE(read(R"(["a b"]},"added_tokens":[{"id":4,"content":"<image>","special":true}])"));
  EXPECT_FALSE(read(R"(["a b"]},"added_tokens":[{"id":5,"content":"<image>","special":true}])"))
      << "a hole at 4";
  EXPECT_FALSE(read(R"(["a b"]},"added_tokens":[{"id":1,"content":"<image>","special":true}])"))
      << "id 1 is 'a'";
  EXPECT_FALSE(read(R"(["a b"]},"added_tokens":[{"id":-1,"content":"<image>"}])"));
  EXPECT_FALSE(read(R"(["a b"]},"added_tokens":[{"content":"<image>"}])"));
  EXPECT_FALSE(read_tokenizer_json(R"({"model":{"type":"Unigram","vocab":[],"merges":[]}})"));
  EXPECT_FALSE(read_tokenizer_json(R"({"model":{"type":"BPE","vocab":{"a":0},"merges":[]}})"))
      << "no unknown piece";
  EXPECT_FALSE(read_tokenizer_json(R"({"model":{"type":"BPE","vocab":{"<unk>":0,"a":0},"merges":[]}})"));
  EXPECT_FALSE(read_tokenizer_json(R"({"model":[]})"));
  EXPECT_FALSE(read_tokenizer_json("{\"a\":" + std::string(100000, '[')));
}

TEST(TokenizerHardening, NamesWhatIsNotATokenizer) {
  const test::OwnFolder folder;
  const std::filesystem::path path = folder.path() / "lapilli_not_a_tokenizer";
  for (const auto& [content, words] : std::vector<std::pair<std::string, std::string>>{
           {"version https://git-lfs.github.com/spec/v1\n", "Git-LFS"},
           {"<!DOCTYPE html>", "web page"},
           {"", "is no tokenizer of a known kind"},
           {"some words\n",
            "is no tokenizer of a known kind: tokenizer.model of sentencepiece, tokenizer.json"},
           {"\n a line", "is no tokenizer of a known kind"},
           {"\x89PNG\r\n\x1a\n", "is no tokenizer of a known kind"},
           {small_model({kUnknown, kBos, kEos, kA}) + "\x0A\x7F", "length-delimited"}}) {
    ASSERT_TRUE(replace_file(path, as_bytes(content)));
    const auto opened = Tokenizer::open(path);
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().what(), testing::HasSubstr(words));
    EXPECT_THAT(opened.error().what(), testing::HasSubstr("lapilli_not_a_tokenizer"));
  }
  std::filesystem::remove(path);
  EXPECT_FALSE(Tokenizer::open(path));
}

/// Random damage to a good file must end in a refusal or in a tokenizer that works.
template <class Read>
void survive_mutations(const std::string& good, int rounds, Read&& read) {
  std::mt19937 random(2026);
  int accepted = 0;
  for (int round = 0; round < rounds; ++round) {
    std::string bad = good;
    for (int i = 0; i < 1 + round % 4; ++i) {
      const size_t at = random() % bad.size();
      switch (random() % 4) {
        case 0:
          bad[at] = static_cast<char>(random());
          break;
        case 1:
          bad.erase(at, random() % 9);
          break;
        case 2:
          bad.insert(at, bad.substr(random() % bad.size(), random() % 17));
          break;
        default:
          if (bad.size() > 200) bad.resize(bad.size() - random() % 100);
      }
    }
    Result<Vocabulary> vocabulary = read(bad);
    if (!vocabulary) continue;
    const auto tokenizer = Tokenizer::create(*std::move(vocabulary));
    if (!tokenizer) continue;
    ++accepted;
    const Ids ids =
        tokenizer->encode("The quick <s> größer 世界\n\xFF</s>", {.specials = TextSegment::Specials::kParse});
    for (const int32_t id : ids) EXPECT_LT(id, tokenizer->size());
    (void)tokenizer->decode(ids);
  }
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, rounds);
}

TEST(TokenizerHardening, MutatedFilesAreRefusedOrWork) {
  const auto folder = test::golden_folder();
  const auto model = [](const std::string& file) { return read_sentencepiece_model(as_bytes(file)); };
  survive_mutations(test::file_content(folder / "tiny.model"), 1500, model);
  survive_mutations(test::file_content(folder / "tiny-unigram.model"), 1500, model);
  survive_mutations(test::file_content(folder / "tiny.tokenizer.json"), 400,
                    [](const std::string& file) { return read_tokenizer_json(file); });
}

TEST(TokenizerHardening, MutatedLlama2cVocabulariesAreRefusedOrWork) {
  std::string file("\x05\0\0\0", 4);
  const auto vocabulary = Tokenizer::open(test::golden_folder() / "tiny.model").value().vocabulary();
  for (const VocabularyPiece& one : vocabulary.pieces) {
    const auto length = static_cast<uint32_t>(one.text.size());
    file.append(reinterpret_cast<const char*>(&one.score), 4)
        .append(reinterpret_cast<const char*>(&length), 4);
    file += one.text;
  }
  survive_mutations(file, 1000,
                    [](const std::string& bad) { return read_llama2c_vocabulary(as_bytes(bad)); });
}

TEST(TokenizerHardening, ALongTextTakesNoLongerThanItsLengthSays) {
  const Tokenizer tokenizer = Tokenizer::open(test::golden_folder() / "tiny.model").value();
  const std::string long_text(200'000, 'a');
  EXPECT_GT(tokenizer.encode_plain(long_text).size(), 1000u);
  EXPECT_THROW((void)tokenizer.encode_plain(std::string((16 << 20) + 1, 'a')), Error);
}

}  // namespace
}  // namespace lapilli
