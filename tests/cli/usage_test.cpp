// SPDX-License-Identifier: Apache-2.0
// Flags, exit codes and sentences of the real program; nothing here needs a device or a model.
#include "tests/cli/cli_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

using testing::HasSubstr;

class Usage : public TemporaryFolder {
 protected:
  std::string write(const std::string& name, const std::string& content) const {
    const auto path = folder() / name;
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
};

/// The program failed with one sentence that holds `words`.
void expect_failure(const std::vector<std::string>& arguments, int code, const std::string& words) {
  const ProcessResult result = lapilli_run(arguments);
  EXPECT_EQ(result.exit_code, code) << result.err;
  EXPECT_EQ(num_lines(result.err), 1u) << result.err;
  EXPECT_THAT(result.err, HasSubstr(words));
  EXPECT_TRUE(result.err.starts_with("lapilli: ")) << result.err;
  EXPECT_EQ(result.out, "");
}

TEST_F(Usage, VersionAndHelpEndWell) {
  const auto version = lapilli_run({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.out, testing::MatchesRegex("lapilli [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  const auto help = lapilli_run({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* word : {"chat", "info", "quantize", "export", "bench", "inspect", "serve", "130  stopped"})
    EXPECT_THAT(help.out, HasSubstr(word));
  EXPECT_THAT(lapilli_run({"chat", "--help"}).out, HasSubstr("--repeat-penalty"));
  EXPECT_THAT(help.out, HasSubstr("\n    5  damaged or unfitting file            11  done, but some"));
}

TEST_F(Usage, WrongCommandLinesAreRefused) {
  expect_failure({}, 2, "a command is missing; give one of chat, caption, info, quantize, export, bench, ");
  expect_failure({"inspect"}, 2, "a command is missing; give one of tokens, image, prompt, forward");
  expect_failure({"dance"}, 2, "dance");
  expect_failure({"chat"}, 2, "--model");
  expect_failure({"chat", "--model", "x", "--no-such-flag"}, 2, "--no-such-flag");
  expect_failure({"chat", "--model", "x", "--aspect", "round"}, 2, "--aspect");
  expect_failure({"chat", "--model", "x", "--compute", "f64"}, 2, "--compute");
  expect_failure({"chat", "--model", "x", "--max-tokens", "0"}, 2, "--max-tokens");
  expect_failure({"chat", "--model", "x", "--template", "nobody"}, 2, "nobody");
  expect_failure({"quantize", "a", "b", "--type", "q9"}, 2, "q9");
  expect_failure({"bench"}, 2, "--shape");
  expect_failure({"bench", "--shape", "llava-70b"}, 2, "llava-70b");
  expect_failure({"inspect", "image", "--image", "a.png", "--out", "b.bmp"}, 2, "b.bmp");
}

TEST_F(Usage, NumbersOutOfRangeAreRefusedInOneSentence) {
  const auto with = [](const char* option, const char* value) {
    return std::vector<std::string>{"chat", "--model", "x", option, value};
  };
  expect_failure(
      with("--max-tokens", "0"), 2,
      "lapilli: --max-tokens is 0; give a whole number from 1 to 16777216, or leave the option out "
      "(see \"lapilli chat --help\")");
  expect_failure(with("--max-tokens", "many"), 2, "--max-tokens is many; give a whole number from 1");
  expect_failure(with("--max-tokens", "5000000000"), 2, "--max-tokens is 5000000000; give");
  expect_failure(with("--context", "-5"), 2, "--context is -5; give a whole number from 1");
  expect_failure(with("--temperature", "-1"), 2, "--temperature is -1; give a number from 0 to 1000");
  expect_failure(with("--temperature", "nan"), 2, "--temperature is nan; give");
  expect_failure(with("--top-p", "0"), 2, "--top-p is 0; give a number above 0, at most 1");
  expect_failure(with("--min-p", "1.5"), 2, "--min-p is 1.5; give a number from 0 to 1");
  expect_failure(with("--top-k", "-1"), 2, "--top-k is -1; give a whole number of 0 or more");
  expect_failure(with("--repeat-penalty", "0"), 2, "--repeat-penalty is 0; give a number above 0");
  expect_failure({"bench", "--shape", "tiny", "--pp", "8,x"}, 2, "--pp is x; give a whole number");
  expect_failure(with("--aspect", "round"), 2, "--aspect is round; give one of pad, crop, stretch");
}

TEST_F(Usage, UnknownOptionsComeFirstWithASuggestion) {
  expect_failure({"chat", "--modle", "x"}, 2, "there is no option --modle, did you mean --model?");
  expect_failure({"chat", "--max-token=5"}, 2, "there is no option --max-token, did you mean --max-tokens?");
  expect_failure({"inspect", "tokens", "--no-boss"}, 2,
                 "there is no option --no-boss, did you mean --no-bos?");
  expect_failure({"chat", "--no-such-flag"}, 2, "lapilli: there is no option --no-such-flag (see");
  expect_failure({"caht"}, 2, "there is no command \"caht\", did you mean chat?");
  expect_failure({"chat", "--model", "x", "y"}, 2, "\"y\" belongs to no option");
  expect_failure({"chat", "--model"}, 2, "--model takes one value; it has none (see");
  expect_failure({"chat", "--model", "x", "--max-tokens", "3", "--max-tokens", "0"}, 2,
                 "--max-tokens takes one value; it has 2: 3, 0 (see");
  expect_failure({"chat", "--model", "x", "--stop", ""}, 2, "--stop is empty; give a text");
}

TEST_F(Usage, AnEmptyPathIsNoneAtAll) {
  expect_failure({"info", "--model", ""}, 2, "--model is empty; name a file or folder, or leave it out");
  expect_failure({"chat", "--model", "x", "--prompt", "x", "--image", "a.png", "--image", ""}, 2,
                 "--image is empty");
  expect_failure({"inspect", "tokens", "--model", ""}, 2, "--model is empty");
  expect_failure({"quantize", "x", ""}, 2, "OUT is empty");
  expect_failure({"caption", ""}, 2, "FOLDER is empty");
  expect_failure({"train", "--model", "x", "--data", ""}, 2, "--data is empty");
  expect_failure({"chat", "--model", "x", "--json-schema", ""}, 2, "--json-schema is empty");
}

TEST_F(Usage, FilesThatAreNoModelsAreRefusedByName) {
  const std::string pointer =
      write("model.gguf", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
  const std::string page = write("page.safetensors", "<!DOCTYPE html><html><body>404</body></html>");
  const std::string empty = write("empty.gguf", "");
  const std::string cut = write("cut.gguf", "GGUF\x03");
  expect_failure({"chat", "--model", folder() / "absent", "--prompt", "x"}, 3, "absent");
  expect_failure({"quantize", folder() / "absent", folder() / "out.gguf"}, 3, "absent");
  expect_failure({"chat", "--model", pointer, "--prompt", "x"}, 5, "model.gguf: is a Git-LFS pointer");
  expect_failure({"chat", "--model", page, "--prompt", "x"}, 5, "page.safetensors: is a web page");
  expect_failure({"quantize", empty, folder() / "out.gguf"}, 5, "empty.gguf");
  expect_failure({"quantize", cut, folder() / "out.gguf"}, 5, "cut.gguf");
  std::filesystem::create_directory(folder() / "empty");
  expect_failure({"inspect", "tokens", "--model", folder() / "empty"}, 3, "empty");
}

TEST_F(Usage, PicturesThatAreNoneAreRefusedByName) {
  const std::string text = write("text.png", "not a picture");
  expect_failure({"inspect", "image", "--image", text, "--out", folder() / "o.png"}, 5, "text.png");
  expect_failure({"inspect", "image", "--image", folder() / "no.png", "--out", folder() / "o.png"}, 3,
                 "no.png");
  // Before the model is looked for.
  const std::string absent = folder() / "absent";
  expect_failure({"chat", "--model", absent, "--prompt", "x", "--image", text}, 5, "text.png");
  expect_failure({"inspect", "forward", "--model", absent, "--prompt", "x", "--image", text, "--out", "o"}, 5,
                 "text.png");
}

TEST_F(Usage, JsonErrorsAreOneLineOfJson) {
  const auto result = lapilli_run({"chat", "--json", "--model", folder() / "absent", "--prompt", "x"});
  EXPECT_EQ(result.exit_code, 3);
  const auto line = nlohmann::json::parse(last_line(result.out));
  EXPECT_EQ(line["event"], "error");
  EXPECT_EQ(line["code"], "not_found");
  EXPECT_THAT(line["place"].get<std::string>(), HasSubstr("absent"));
}

TEST_F(Usage, ResultsThatCannotBeWrittenAreAnError) {
  const std::vector<std::vector<std::string>> commands = {{"--version"},
                                                          {"chat", "--help"},
                                                          {"inspect", "prompt", "--prompt", "x"},
                                                          {"inspect", "prompt", "--json", "--prompt", "x"}};
  for (const auto& arguments : commands) {
    const ProcessResult result = shell_run("exec \"$@\" >/dev/full", arguments);
    EXPECT_EQ(result.exit_code, 4) << arguments[0];
    EXPECT_EQ(result.err, "lapilli: standard output cannot be written: No space left on device\n");
  }
  EXPECT_EQ(shell_run("exec \"$@\" >/dev/full", {"serve"}).exit_code, 4);
  EXPECT_EQ(shell_run("{ sleep 0.2; \"$@\"; } | true; exit 0", {"serve"}).err, "");
}

TEST_F(Usage, AMissingDriverIsSaid) {
  const std::vector<std::string> arguments = command({"info"});
  std::vector<std::string> without = {"/usr/bin/env", "VK_ICD_FILENAMES=/none", "VK_DRIVER_FILES=/none"};
  without.insert(without.end(), arguments.begin(), arguments.end());
  const auto result = run_process(without);
  EXPECT_EQ(result.exit_code, 7) << result.err;
  EXPECT_EQ(num_lines(result.err), 1u) << result.err;
}

}  // namespace
}  // namespace lapilli::test
