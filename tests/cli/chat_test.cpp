// SPDX-License-Identifier: Apache-2.0
#include "engine/base/bytes.h"
#include "engine/io/file.h"
#include "tests/cli/cli_fixture.h"
#include "tests/support/shared_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::vector<std::string> ask(std::vector<std::string> more) {
  std::vector<std::string> arguments = {"chat", "--model", tiny_model(), "--prompt", "What is this?"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

json answer_of(const ProcessResult& result) {
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return json::parse(last_line(result.out));
}

TEST(Chat, TheLastJsonLineIsTheAnswer) {
  const auto result = lapilli_run(ask({"--json", "--max-tokens", "6"}));
  const json answer = answer_of(result);
  EXPECT_EQ(answer["event"], "answer");
  EXPECT_EQ(answer["ids"].size(), 6u);
  EXPECT_EQ(answer["stop_reason"], "max_tokens");
  EXPECT_EQ(answer["seed"], 0);
  EXPECT_GT(answer["prompt_tokens"].get<int>(), 5);
  EXPECT_EQ(answer["reused_tokens"], 0);
  for (const char* time : {"prompt_ms", "first_token_ms", "decode_ms", "decode_tokens_per_second"})
    EXPECT_GT(answer["timings"][time].get<double>(), 0) << time;
}

TEST(Chat, PicturesTakeTheirRowsAndChangeTheAnswer) {
  const json without = answer_of(lapilli_run(ask({"--json", "--max-tokens", "6"})));
  const json with = answer_of(lapilli_run(ask({"--json", "--max-tokens", "6", "--image", tiny_picture()})));
  // 16 rows, and the line break after the picture.
  EXPECT_GE(with["prompt_tokens"].get<int>(), without["prompt_tokens"].get<int>() + 16);
  EXPECT_NE(with["ids"], without["ids"]);
  EXPECT_GT(with["timings"]["picture_ms"].get<double>(), 0);
}

TEST(Chat, TheSameSeedGivesTheSameText) {
  const std::vector<std::string> hot = {"--json", "--max-tokens", "12", "--temperature", "5"};
  auto seeded = hot;
  seeded.insert(seeded.end(), {"--seed", "42"});
  const json first = answer_of(lapilli_run(ask(seeded)));
  EXPECT_EQ(first["seed"], 42);
  EXPECT_EQ(first["ids"], answer_of(lapilli_run(ask(seeded)))["ids"]);
  // A seed that was chosen is reported, and gives the answer again.
  const json chosen = answer_of(lapilli_run(ask(hot)));
  seeded.back() = std::to_string(chosen["seed"].get<uint64_t>());
  EXPECT_EQ(chosen["ids"], answer_of(lapilli_run(ask(seeded)))["ids"]);
}

TEST(Chat, TextGoesToStandardOutputAndTheRestToStandardError) {
  const auto plain = lapilli_run(ask({"--max-tokens", "6"}));
  const json answer = answer_of(lapilli_run(ask({"--max-tokens", "6", "--json"})));
  EXPECT_THAT(plain.out, HasSubstr(answer["text"].get<std::string>()));
  EXPECT_TRUE(plain.out.ends_with("\n"));
  EXPECT_THAT(plain.err, HasSubstr("tokens/s"));
}

TEST(Chat, WhatCannotBeDoneHasItsExitCode) {
  const auto code = [](std::vector<std::string> arguments) {
    return lapilli_run(std::move(arguments)).exit_code;
  };
  std::string many;
  for (int word = 0; word < 300; ++word) many += "word ";
  EXPECT_EQ(code({"chat", "--model", tiny_model(), "--prompt", many}), 10);
  EXPECT_EQ(code(ask({"--context", "100000"})), 2);
  EXPECT_EQ(code(ask({"--image", "absent.png"})), 3);
  EXPECT_EQ(code(ask({"--device", "no such device"})), 3);
  EXPECT_EQ(code(ask({"--temperature", "-1"})), 2);
}

TEST(Chat, AnAnswerThatNobodyReadsIsStopped) {
  const auto full = shell_run("exec \"$@\" >/dev/full", ask({"--json", "--max-tokens", "4"}));
  EXPECT_EQ(full.exit_code, 4) << full.err;
  EXPECT_THAT(full.err, HasSubstr("standard output cannot be written: No space left on device"));
  const auto closed = shell_run("{ \"$@\"; echo ended $? >&2; } | true", ask({"--max-tokens", "100"}));
  EXPECT_THAT(closed.err, HasSubstr("standard output cannot be written: Broken pipe"));
  EXPECT_THAT(closed.err, HasSubstr("; stopped]"));
  EXPECT_THAT(closed.err, HasSubstr("ended 4"));
  const auto talk = shell_run("{ \"$@\"; echo ended $? >&2; } | true",
                              {"chat", "--model", tiny_model(), "--max-tokens", "4"}, "one\ntwo\nthree\n");
  EXPECT_THAT(talk.err, HasSubstr("ended 4"));
  EXPECT_EQ(talk.err.find("tokens/s"), talk.err.rfind("tokens/s")) << talk.err;  // one answer only
}

TEST(Chat, AModelThatDoesNotConverseGoesOnFromThePrompt) {
  LAPILLI_REQUIRE_SHARED(shared);
  const auto folder = shared / "weights/stories260K-hf-gguf";
  const json expected = json::parse(std::ifstream(folder / "expected.json"))["tokens"];
  const auto gguf = folder / "stories260K-f32.gguf";
  for (const auto& model : {gguf, folder / "hf"}) {
    const json answer =
        answer_of(lapilli_run({"chat", "--json", "--model", model, "--tokenizer", gguf, "--prompt",
                               "Once upon a time", "--compute", "f32", "--max-tokens", "20"}));
    EXPECT_EQ(answer["prompt_tokens"], 5);
    EXPECT_EQ(answer["ids"], json(std::vector<json>(expected.begin() + 5, expected.begin() + 25)));
  }
}

TEST(Chat, AnAnswerEndsAtAStopString) {
  const std::string whole = answer_of(lapilli_run(ask({"--json", "--max-tokens", "12"})))["text"];
  const std::string stop = whole.substr(whole.size() / 2, 2);
  const json cut = answer_of(lapilli_run(ask({"--json", "--max-tokens", "12", "--stop", "not there", stop})));
  EXPECT_EQ(cut["stop_reason"], "stop_string");
  EXPECT_EQ(cut["text"].get<std::string>().find(stop), std::string::npos) << cut["text"];
}

TEST(Chat, AnImageCommandWithoutAPathIsRefused) {
  for (const char* line : {"/image\n", "/image \n"}) {
    const auto result = lapilli_run({"chat", "--model", tiny_model()}, line);
    EXPECT_THAT(result.err, HasSubstr("/image names no file; give it the path of a picture"));
  }
}

using ChatFolder = TemporaryFolder;

TEST_F(ChatFolder, AChatTemplateThatIsNotKnownIsTold) {
  LAPILLI_REQUIRE_SHARED(shared);
  const auto stories = shared / "weights/stories260K-hf-gguf";
  std::filesystem::copy(stories / "hf", folder());
  std::ofstream(folder() / "chat_template.jinja") << "{{ '<|user|>\n' + message['content'] }}";
  const auto info = lapilli_run({"info", "--model", folder()});
  EXPECT_THAT(info.out, HasSubstr("is not known here; vicuna_v1 is used"));
  const auto chat = lapilli_run({"chat", "--model", folder(), "--tokenizer", stories / "stories260K-f32.gguf",
                                 "--prompt", "Hi", "--max-tokens", "2"});
  EXPECT_THAT(chat.err, HasSubstr("note: the chat template that is stored with the model is not known here"));
}

/// A file of this process with this content.
std::filesystem::path written(const std::string& name, const std::string& content) {
  std::filesystem::path path = tiny_model().parent_path() / name;
  replace_file(path, as_bytes(content)).value();
  return path;
}

TEST(Chat, AnAnswerHasTheFormThatWasAskedFor) {
  const auto text_of = [](std::vector<std::string> options) {
    options.push_back("--json");
    return answer_of(lapilli_run(ask(std::move(options))))["text"].get<std::string>();
  };
  EXPECT_THAT(text_of({"--format", "yes_no"}), testing::AnyOf("Yes", "No"));
  EXPECT_THAT(text_of({"--format", "tags", "--tags", "red,dark blue", "--temperature", "1"}),
              testing::AnyOf("red", "dark blue", "red, dark blue", "dark blue, red"));
  const auto schema =
      written("schema.json", R"({"type":"array","items":{"type":"boolean"},"minItems":2,"maxItems":4})");
  const json list = json::parse(text_of({"--json-schema", schema, "--temperature", "1.5"}));
  EXPECT_TRUE(list.size() >= 2 && list.size() <= 4 && list[0].is_boolean()) << list;
  EXPECT_EQ(text_of({"--grammar", written("fixed.gbnf", "root ::= \" a\\n\"")}), " a\n");
  EXPECT_EQ(text_of({"--format-file",
                     written("format.json", R"({"kind":"json_schema","schema":{"const":{"b":[1,null]}}})")}),
            R"({"b": [1, null]})");
}

TEST(Chat, AFormThatIsWrongIsToldWithItsPlace) {
  const auto refused = [](std::vector<std::string> options, const std::string& words) {
    const auto result = lapilli_run(ask(std::move(options)));
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_THAT(result.err, HasSubstr(words));
  };
  refused({"--format", "song"}, "give one of free, short");
  refused({"--format", "words"}, "needs count");
  refused({"--format", "yes_no", "--grammar", "x"}, "exclude each other");
  refused({"--json-schema", written("bad.json", "{\"type\":\n\"x\"}")},
          "bad.json: /schema: /type: there is no type");
  refused({"--json-schema", written("cut.json", "{\"type\":\n")}, "cut.json: /schema: line 2");
  refused({"--grammar", written("bad.gbnf", "root ::= \"a\" b")}, "bad.gbnf: /grammar: line 1, column 14");
  refused({"--format-file", written("form.json", R"({"kind":"list","count":"3"})")},
          "form.json: /count: is \"3\"");
  EXPECT_EQ(lapilli_run(ask({"--json-schema", "absent.json"})).exit_code, 3);
}

TEST(Chat, InteractiveTurnsKeepTheConversation) {
  const auto result =
      lapilli_run({"chat", "--json", "--model", tiny_model(), "--max-tokens", "4"},
                  "first\n/image " + tiny_picture().string() +
                      "\nsecond\n/image absent.png\n/nonsense\n/reset\nfirst\n/quit\nnever\n");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  std::vector<json> answers;
  std::istringstream lines(result.out);
  size_t errors = 0;
  for (std::string line; std::getline(lines, line);) {
    const json object = json::parse(line);
    if (object["event"] == "answer") answers.push_back(object);
    if (object["event"] == "error") ++errors;
  }
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(errors, 2u) << "a picture that is not there, a command that is none";
  EXPECT_GT(answers[1]["reused_tokens"].get<int>(), 0);
  EXPECT_GT(answers[1]["prompt_tokens"].get<int>(), answers[0]["prompt_tokens"].get<int>() + 16);
  EXPECT_EQ(answers[2]["ids"], answers[0]["ids"]);
}

std::vector<json> events_of(const ProcessResult& result) {
  std::vector<json> events;
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) events.push_back(json::parse(line));
  return events;
}

TEST(Chat, ABlankLineIsNoQuestion) {
  const auto result = lapilli_run({"chat", "--json", "--model", tiny_model(), "--max-tokens", "2"},
                                  "/image " + tiny_picture().string() + "\n \t\nWhat?\n");
  std::vector<json> answers;
  for (const json& event : events_of(result)) {
    if (event["event"] == "answer") answers.push_back(event);
  }
  ASSERT_EQ(answers.size(), 1u) << result.out;
  EXPECT_GT(answers[0]["prompt_tokens"].get<int>(), 16) << "the picture waited for the question";
}

TEST(Chat, ACommandThatIsNoneIsAnErrorEvent) {
  const auto result = lapilli_run({"chat", "--json", "--model", tiny_model()}, "/nonsense x\n");
  const auto events = events_of(result);
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back()["event"], "error");
  EXPECT_EQ(events.back()["message"], "there is no command /nonsense; /help lists them");
}

/// Told before weights are loaded, and so without a word of loading.
TEST(Chat, WhatTheModelCannotDoIsToldBeforeItIsLoaded) {
  LAPILLI_REQUIRE_SHARED(shared);
  const auto stories = shared / "weights/stories260K-hf-gguf";
  const auto refused = [](std::vector<std::string> arguments, const std::string& words) {
    const auto result = lapilli_run(std::move(arguments));
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_EQ(num_lines(result.err), 1u) << result.err;
    EXPECT_THAT(result.err, HasSubstr(words));
  };
  for (const std::vector<std::string>& prompt : {std::vector<std::string>{}, {"--prompt", "Hi"}}) {
    std::vector<std::string> without = {"chat", "--model", stories / "hf"};
    without.insert(without.end(), prompt.begin(), prompt.end());
    refused(without, "the model has no tokenizer; give one with --tokenizer");
    std::vector<std::string> blind = {"chat", "--model", stories / "stories260K-f32.gguf", "--image",
                                      tiny_picture()};
    blind.insert(blind.end(), prompt.begin(), prompt.end());
    refused(blind, "has no vision encoder, so it cannot look at");
  }
}

}  // namespace
}  // namespace lapilli::test
