// SPDX-License-Identifier: Apache-2.0
#include "engine/io/file.h"
#include "engine/io/image.h"
#include "engine/io/safetensors.h"
#include "tests/cli/cli_fixture.h"
#include "tests/support/shared_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Inspect : public TemporaryFolder {};

std::vector<float> floats_of(const TensorFile& file, const std::string& name) {
  const StoredTensor* tensor = file.find(name);
  if (tensor == nullptr) return {};
  std::vector<float> values(element_count(tensor->shape).value());
  copy_f32(*tensor, 0, values).value();
  return values;
}

TEST_F(Inspect, TokensOfTheMadeVocabulary) {
  const auto result = lapilli_run(
      {"inspect", "tokens", "--model", tiny_model() / "tiny.gguf", "--json-lines"}, "\"a b\"\n\"\"\n");
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "[1,260,261]\n[1]\n");
  const auto plain = lapilli_run({"inspect", "tokens", "--model", tiny_model(), "--no-bos"}, "a b\n");
  EXPECT_EQ(plain.out, "[260,261]\n");
}

TEST_F(Inspect, ALineThatIsNoJsonStringIsNamed) {
  const auto result =
      lapilli_run({"inspect", "tokens", "--model", tiny_model(), "--json-lines"}, "\"a\"\n{}\n");
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.err, testing::HasSubstr("line 2"));
}

TEST_F(Inspect, TokensEqualSentencepiecesForEveryForm) {
  LAPILLI_REQUIRE_SHARED(shared);
  std::ifstream file(shared / "tokenizers/sentencepiece_golden.json");
  const json golden = json::parse(file);
  const json& cases = golden.is_array() ? golden : golden["cases"];
  std::string input;
  std::string expected;
  for (const json& item : cases) {
    input += item["text"].dump() + '\n';
    expected += item["ids"].dump() + '\n';
  }
  size_t forms = 0;
  for (const auto& entry : fs::directory_iterator(shared / "tokenizers")) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".model" && extension != ".gguf") continue;
    ++forms;
    const auto result =
        lapilli_run({"inspect", "tokens", "--model", entry.path(), "--no-bos", "--json-lines"}, input);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out, expected) << entry.path();
  }
  EXPECT_GE(forms, 2u);
}

TEST_F(Inspect, TheExactPictureIsWrittenInBothForms) {
  const fs::path png = folder() / "square.png", values = folder() / "square.safetensors";
  for (const fs::path& out : {png, values}) {
    const auto result =
        lapilli_run({"inspect", "image", "--image", tiny_picture(), "--aspect", "pad", "--out", out});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  const Image image = load_image(png).value().image;
  ASSERT_EQ(image.width, 336u);
  ASSERT_EQ(image.height, 336u);
  EXPECT_EQ(image.pixels[0], 122);  // the mean colour above the picture
  const TensorFile file = open_safetensors(values).value();
  const auto normalised = floats_of(file, "pixel_values");
  ASSERT_EQ(normalised.size(), 3u * 336 * 336);
  const size_t centre = 168 * 336 + 168;
  EXPECT_NEAR(normalised[centre], (image.pixels[3 * centre] / 255.0 - 0.48145466) / 0.26862954, 1e-6);
}

TEST_F(Inspect, PromptsAreRendered) {
  const auto result = lapilli_run({"inspect", "prompt", "--template", "vicuna_v1", "--system", "", "--turn",
                                   "Hi", "--turn", "Ho", "--prompt", "So?", "--pictures", "1"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, testing::HasSubstr("USER: <image>\nHi ASSISTANT: Ho</s>USER: So? ASSISTANT:"));
  const auto as_json = lapilli_run(
      {"inspect", "prompt", "--json", "--model", tiny_model(), "--prompt", "a", "--pictures", "1"});
  const json object = json::parse(as_json.out);
  EXPECT_EQ(object["ids"][0], 1);
  EXPECT_EQ(std::count(object["ids"].begin(), object["ids"].end(), json(-200)), 1);
}

TEST_F(Inspect, ForwardWritesEveryStage) {
  const fs::path out = folder() / "forward.safetensors";
  const auto result = lapilli_run({"inspect", "forward", "--model", tiny_model(), "--image", tiny_picture(),
                                   "--raw", "--prompt", "a <image> b", "--compute", "f32", "--out", out});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const TensorFile file = open_safetensors(out).value();
  using Shape = std::vector<uint64_t>;
  EXPECT_EQ(file.find("vision_features")->shape, (Shape{16, 64}));
  EXPECT_EQ(file.find("image_features")->shape, (Shape{16, 256}));
  const size_t ids = file.find("ids")->shape[0];
  EXPECT_EQ(file.find("logits")->shape, (Shape{ids - 1 + 16, 320}));
}

/// Two forms of one model and two ways to name the same ids.
TEST_F(Inspect, ForwardOfIdsEqualsForwardOfTheirText) {
  const auto prompt = folder() / "prompt.safetensors", ids = folder() / "ids.safetensors";
  const std::vector<std::string> common = {"inspect", "forward", "--model", tiny_model(), "--compute", "f32"};
  auto by_prompt = common, by_ids = common;
  by_prompt.insert(by_prompt.end(), {"--raw", "--prompt", "a b c", "--out", prompt});
  by_ids.insert(by_ids.end(), {"--ids", "1,260,261,262", "--out", ids});
  ASSERT_EQ(lapilli_run(by_prompt).exit_code, 0);
  ASSERT_EQ(lapilli_run(by_ids).exit_code, 0);
  EXPECT_EQ(floats_of(open_safetensors(prompt).value(), "logits"),
            floats_of(open_safetensors(ids).value(), "logits"));
  const auto wrong = lapilli_run(
      {"inspect", "forward", "--model", tiny_model(), "--ids", "1,320", "--out", folder() / "wrong"});
  EXPECT_EQ(wrong.exit_code, 2) << wrong.err;
  EXPECT_THAT(wrong.err, testing::HasSubstr("320"));
}

std::string content_of(const fs::path& file) {
  return read_text_file(file, 1 << 24).value();
}

TEST_F(Inspect, WhatIsThereIsNeverOverwritten) {
  const fs::path picture = folder() / "mine.png", other = folder() / "other.safetensors";
  fs::copy_file(tiny_picture(), picture);
  std::ofstream(other) << "kept";
  const std::string before = content_of(picture);
  const auto refused = [](std::vector<std::string> arguments, const std::string& words) {
    const auto result = lapilli_run(std::move(arguments));
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_THAT(result.err, testing::HasSubstr(words));
  };
  refused({"inspect", "image", "--image", picture, "--out", picture}, "mine.png: is the input as well");
  refused({"inspect", "image", "--image", picture, "--out", other}, "other.safetensors: exists already");
  const fs::path model = folder() / "tiny.gguf";
  fs::copy_file(tiny_model() / "tiny.gguf", model);
  for (const fs::path& out : {model, other})
    refused({"inspect", "forward", "--model", model, "--ids", "1", "--out", out},
            out == model ? "tiny.gguf: is the input as well" : "other.safetensors: exists already");
  EXPECT_EQ(content_of(picture), before);
  EXPECT_EQ(content_of(other), "kept");
  EXPECT_EQ(fs::file_size(model), fs::file_size(tiny_model() / "tiny.gguf"));
}

TEST_F(Inspect, TurnsStandInPairs) {
  const auto odd = lapilli_run({"inspect", "prompt", "--turn", "Hi", "--prompt", "So?"});
  EXPECT_EQ(odd.exit_code, 2);
  EXPECT_THAT(odd.err, testing::HasSubstr("--turn was given 1 time; before the prompt stand pairs of them"));
}

TEST_F(Inspect, MarksThatAreNotAsManyAsThePicturesAreTold) {
  const auto prompt = [](const std::string& words, const std::string& pictures) {
    return lapilli_run({"inspect", "prompt", "--prompt", words, "--pictures", pictures}).err;
  };
  EXPECT_THAT(prompt("<image> or <image>?", "1"),
              testing::HasSubstr("note: The message says <image> 2 times and has 1 picture"));
  EXPECT_THAT(prompt("<image>?", "0"), testing::HasSubstr("is read as a word"));
  EXPECT_EQ(prompt("<image>?", "1"), "");
  EXPECT_EQ(prompt("What?", "1"), "");
}

}  // namespace
}  // namespace lapilli::test
