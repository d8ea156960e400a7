// SPDX-License-Identifier: Apache-2.0
#include "engine/base/json.h"
#include "engine/io/file.h"
#include "engine/io/gguf.h"
#include "engine/io/safetensors.h"
#include "tests/cli/cli_fixture.h"
#include "tests/support/sha256.h"
#include "tests/support/shared_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;

class Quantize : public TemporaryFolder {
 protected:
  fs::path quantize(const fs::path& in, const std::string& type, const std::string& name) const {
    const fs::path out = folder() / name;
    fs::remove(out);
    fs::remove(folder() / ("mmproj-" + name));
    const auto result = lapilli_run({"quantize", in, out, "--type", type});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return out;
  }

  /// Logits and picture rows of a model for a fixed prompt.
  std::vector<float> forward(const fs::path& model, const std::string& tensor,
                             const std::vector<std::string>& more) const {
    const fs::path out = folder() / "forward.safetensors";
    fs::remove(out);
    std::vector<std::string> arguments = {"inspect",   "forward", "--model", model,
                                          "--compute", "f32",     "--out",   out};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto result = lapilli_run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    if (result.exit_code != 0) return {};
    const TensorFile file = open_safetensors(out).value();
    std::vector<float> values(element_count(file.find(tensor)->shape).value());
    copy_f32(*file.find(tensor), 0, values).value();
    return values;
  }
};

/// Largest difference over the largest value.
double difference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size() || a.empty()) return INFINITY;
  double most = 0, largest = 0;
  for (size_t index = 0; index < a.size(); ++index) {
    most = std::max(most, std::abs(double{a[index]} - b[index]));
    largest = std::max(largest, std::abs(double{b[index]}));
  }
  return most / largest;
}

TEST_F(Quantize, FilesEqualThoseOfLlamaCpp) {
  LAPILLI_REQUIRE_SHARED(shared);
  const fs::path golden_file = fs::path(LAPILLI_SOURCE_FOLDER) / "tests/golden/llama_cpp_quantize.json";
  const auto golden = parse_json(read_text_file(golden_file, 1 << 24).value()).value();
  const fs::path source = shared / "weights/stories260K-hf-gguf/stories260K-f32.gguf";
  for (const char* type : {"f16", "q8_0", "q6_k", "q5_k_m", "q4_k_m", "q4_0"}) {
    const fs::path out = quantize(source, type, "out.gguf");
    EXPECT_EQ(sha256(MappedFile::open(out).value().bytes()), golden["stories260K"][type]["file_sha256"])
        << type;
  }
}

TEST_F(Quantize, APairBecomesAPair) {
  const fs::path out = quantize(tiny_model() / "tiny.gguf", "q8_0", "small.gguf");
  ASSERT_TRUE(fs::exists(folder() / "mmproj-small.gguf"));
  EXPECT_LT(fs::file_size(out), fs::file_size(tiny_model() / "tiny.gguf"));
  const std::vector<std::string> prompt = {"--raw", "--prompt", "a <image> b", "--image", tiny_picture()};
  EXPECT_LT(difference(forward(out, "logits", prompt), forward(tiny_model(), "logits", prompt)), 0.05);
}

/// The rows of query and key matrices move, and come out right.
TEST_F(Quantize, ACheckpointBecomesTheSameModel) {
  LAPILLI_REQUIRE_SHARED(shared);
  const fs::path checkpoint = shared / "weights/tiny-llava/model";
  const fs::path out = quantize(checkpoint, "f16", "llava.gguf");
  const std::vector<std::string> prompt = {"--ids", "1,-200,5,6,7", "--aspect",
                                           "pad",   "--image",      shared / "weights/tiny-llava/sq336.png"};
  for (const char* tensor : {"vision_features", "image_features", "logits"})
    EXPECT_LT(difference(forward(out, tensor, prompt), forward(checkpoint, tensor, prompt)), 1e-5) << tensor;
}

TEST_F(Quantize, QuantisedWeightsAreQuantisedAgainWithANote) {
  LAPILLI_REQUIRE_SHARED(shared);
  const fs::path golden_file = fs::path(LAPILLI_SOURCE_FOLDER) / "tests/golden/llama_cpp_quantize.json";
  const auto golden = parse_json(read_text_file(golden_file, 1 << 24).value()).value();
  const fs::path source = shared / "weights/stories260K-hf-gguf/stories260K-Q8_0.gguf";
  for (const char* type : {"f16", "q4_k_m", "q4_0"}) {
    const fs::path out = folder() / "again.gguf";
    fs::remove(out);
    const auto result = lapilli_run({"quantize", source, out, "--type", type});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.err, testing::HasSubstr("q8_0"));
    EXPECT_EQ(sha256(MappedFile::open(out).value().bytes()), golden["stories260K_q8_0"][type]["file_sha256"])
        << type;
  }
}

/// A projector gains nothing by becoming q8_0.
TEST_F(Quantize, AQuantisedPairBecomesASmallerPair) {
  const fs::path small = quantize(tiny_model() / "tiny.gguf", "q8_0", "small.gguf");
  const fs::path smaller = quantize(small, "q4_0", "smaller.gguf");
  EXPECT_LT(fs::file_size(smaller), fs::file_size(small));
  EXPECT_EQ(fs::file_size(folder() / "mmproj-smaller.gguf"), fs::file_size(folder() / "mmproj-small.gguf"));
}

TEST_F(Quantize, TheInputIsNeverOverwritten) {
  const fs::path input = tiny_model() / "tiny.gguf";
  const auto result = lapilli_run({"quantize", input, input, "--type", "q8_0"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, testing::HasSubstr("input"));
}

TEST_F(Quantize, AFileThatIsThereStays) {
  const auto run = [&] {
    return lapilli_run({"quantize", tiny_model() / "tiny.gguf", folder() / "out.gguf", "--type", "q8_0"});
  };
  for (const char* name : {"out.gguf", "mmproj-out.gguf"}) {
    const fs::path file = folder() / name;
    std::ofstream(file) << "kept";
    const auto result = run();
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, testing::HasSubstr(file.string() + ": exists already; name a new file"));
    EXPECT_EQ(fs::file_size(file), 4u);
    fs::remove(file);
  }
  EXPECT_EQ(run().exit_code, 0);
}

/// 5 layers of 7 matrices, embeddings and output, all with rows of 64 or 172 elements; 11 norms.
TEST_F(Quantize, RowsThatDoNotFillTheBlocksAreTold) {
  LAPILLI_REQUIRE_SHARED(shared);
  const fs::path source = shared / "weights/stories260K-hf-gguf/stories260K-f32.gguf";
  const auto narrow = lapilli_run({"quantize", source, folder() / "narrow.gguf", "--type", "q4_k_m"});
  EXPECT_THAT(narrow.err,
              testing::HasSubstr("37 of 48 tensors have rows that do not fill the blocks of q4_k_m"));
  EXPECT_THAT(narrow.err, testing::ContainsRegex("narrow.gguf, [1-9][0-9]+ KiB"));
  const auto exact = lapilli_run({"quantize", source, folder() / "exact.gguf", "--type", "f16"});
  EXPECT_THAT(exact.err, testing::Not(testing::HasSubstr("do not fill")));
}

TEST_F(Quantize, WhatTheModelsNotesSayIsTold) {
  for (const char* name : {"tiny.gguf", "mmproj-tiny.gguf"})
    fs::copy_file(tiny_model() / name, folder() / name);
  const auto taken = lapilli_run({"quantize", folder() / "tiny.gguf", folder() / "a.gguf", "--json"});
  const auto notes = nlohmann::json::parse(taken.out)["notes"].dump();
  EXPECT_THAT(notes, testing::HasSubstr("Pictures go through the projector file found beside the model"));
  fs::rename(folder() / "mmproj-tiny.gguf", folder() / "mmproj-obsidian-3b.gguf");
  fs::remove(folder() / "a.gguf");
  fs::remove(folder() / "mmproj-a.gguf");
  const auto left = lapilli_run({"quantize", folder() / "tiny.gguf", folder() / "b.gguf"});
  EXPECT_THAT(left.err, testing::HasSubstr("has the name of another model and was not taken"));
  EXPECT_FALSE(fs::exists(folder() / "mmproj-b.gguf"));
}

/// The disk has room for the projector and not for the language model behind it.
TEST_F(Quantize, AFailureLeavesNothingAndCanBeRepeated) {
  const auto size_of = [](const char* name) { return fs::file_size(tiny_model() / name); };
  ASSERT_GT(size_of("tiny.gguf"), size_of("mmproj-tiny.gguf") + 2048);
  const std::string limit = std::to_string((size_of("mmproj-tiny.gguf") + 1024) / 512);
  const std::vector<std::string> arguments = {"quantize", tiny_model() / "tiny.gguf", folder() / "out.gguf",
                                              "--type", "f16"};
  const auto failed = shell_run("trap '' XFSZ; ulimit -f " + limit + "; exec \"$@\"", arguments);
  EXPECT_EQ(failed.exit_code, 4) << failed.err;
  EXPECT_TRUE(fs::is_empty(folder()));
  EXPECT_EQ(lapilli_run(arguments).exit_code, 0);
  EXPECT_TRUE(fs::exists(folder() / "mmproj-out.gguf"));
}

}  // namespace
}  // namespace lapilli::test
