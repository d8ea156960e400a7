// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/cli_fixture.h"
#include "tests/training/export_fixture.h"

#include <gmock/gmock.h>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;

class Export : public ExportTest {
 protected:
  [[nodiscard]] auto export_as(const std::string& format, const std::string& type,
                               const std::string& name) const {
    return lapilli_run({"export", "--model", base(), "--checkpoint", run(), "--format", format, "--type",
                        type, "--output", folder() / name, "--json"});
  }
};

TEST_F(Export, WritesReloadsAndCompares) {
  train(false);
  for (const auto& [format, name] :
       std::map<std::string, std::string>{{"hf", "folder"},
                                          {"gguf", "model.gguf"},
                                          {"projector", "mm_projector.safetensors"},
                                          {"projector-bin", "mm_projector.bin"}}) {
    const auto result = export_as(format, "f32", name);
    ASSERT_EQ(result.exit_code, 0) << format << ": " << result.err;
    const nlohmann::json line = nlohmann::json::parse(last_line(result.out));
    EXPECT_LE(line.at("text_error").get<double>(), 1e-4) << format;
    EXPECT_LE(line.at("picture_error").get<double>(), 1e-4) << format;
    EXPECT_TRUE(fs::exists(folder() / name)) << format;
    for (const auto& file : line.at("files")) EXPECT_TRUE(fs::exists(file.at("file").get<std::string>()));
  }
  const auto chat =
      lapilli_run({"chat", "--model", folder() / "folder", "--prompt", "Hello", "--max-tokens", "2"});
  EXPECT_EQ(chat.exit_code, 0) << chat.err;
}

TEST_F(Export, SaysWhatIsWrong) {
  const auto refused = [&](const std::string& format, const std::string& type, int code, const char* words) {
    const auto result = export_as(format, type, "out");
    EXPECT_EQ(result.exit_code, code) << result.out << result.err;
    EXPECT_THAT(result.out + result.err, testing::HasSubstr(words));
  };
  refused("onnx", "f16", 2, "--format is onnx");
  refused("hf", "f16", 3, "checkpoint");
  train(false);
  refused("hf", "q4_0", 2, "q4_0");
  refused("peft", "f16", 2, "low-rank");
}

}  // namespace
}  // namespace lapilli::test
