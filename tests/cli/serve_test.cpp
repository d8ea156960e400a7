// SPDX-License-Identifier: Apache-2.0
#include "engine/io/image.h"
#include "tests/cli/serve_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>

#include <nlohmann/json.hpp>

namespace lapilli::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(Serve, GreetsWithItsProtocol) {
  Client client;
  EXPECT_EQ(client.hello()["event"], "hello");
  EXPECT_EQ(client.hello()["protocol"], 1);
  EXPECT_EQ(client.process().finish().exit_code, 0);
}

TEST(Serve, AnswersWithTokensThatAreTheText) {
  Client client;
  client.load();
  client.seen.clear();
  const json finished = client.ask(1, {{"max_tokens", 8}});
  ASSERT_EQ(finished["event"], "finished") << finished;
  std::string text;
  for (const json& event : client.seen) {
    if (event["event"] == "token") text += event["text"].get<std::string>();
  }
  EXPECT_THAT(text, HasSubstr(finished["answer"]["text"].get<std::string>()));
  EXPECT_LT(text.size(),
            finished["answer"]["text"].get<std::string>().size() + 10);  // white space at the ends
  EXPECT_EQ(finished["answer"]["ids"].size(), 8u);

  // The second question goes on from the first.
  const json again =
      client.ask(2, {{"messages",
                      {{{"role", "user"}, {"text", "What is this?"}},
                       {{"role", "assistant"}, {"text", finished["answer"]["text"]}},
                       {{"role", "user"}, {"text", "And this?"}, {"images", {tiny_picture().string()}}}}}});
  ASSERT_EQ(again["event"], "finished") << again;
  EXPECT_GT(again["answer"]["reused_tokens"].get<int>(), 5);
  client.send({{"request", "shutdown"}, {"id", 3}});
  EXPECT_EQ(client.end_of(3)["event"], "finished");
  EXPECT_EQ(client.process().finish().exit_code, 0);
}

TEST(Serve, AModelIsDescribedBeforeItIsLoaded) {
  Client client;
  client.send({{"request", "describe"}, {"id", 1}, {"model", tiny_model().string()}});
  const json described = client.end_of(1);
  ASSERT_EQ(described["event"], "finished") << described;
  // The same as `lapilli info` says.
  const json info = json::parse(lapilli_run({"info", "--json", "--model", tiny_model()}).out);
  json expected = info["model"];
  json model = described["model"];
  for (json* form : {&expected, &model}) (*form)["memory"].erase("free_device_bytes");  // changes by itself
  EXPECT_EQ(model, expected);
  EXPECT_EQ(described["device"], info["devices"][info["chosen"].get<size_t>()]["name"]);
  EXPECT_EQ(model["memory"]["verdict"], "fits");
  EXPECT_EQ(client.ask("unloaded")["code"], "invalid_argument");  // it was only looked at
  client.send({{"request", "describe"}, {"id", 2}, {"model", tiny_picture().string()}});
  EXPECT_EQ(client.end_of(2)["event"], "error");
  client.send(
      {{"request", "describe"}, {"id", 3}, {"model", tiny_model().string()}, {"device", "no such device"}});
  EXPECT_EQ(client.end_of(3)["event"], "error");
}

using ServeFolder = TemporaryFolder;

TEST_F(ServeFolder, ModelsAreFoundByContent) {
  namespace fs = std::filesystem;
  const fs::path& root = folder();
  fs::create_directories(root / "deep/er");
  fs::create_directories(root / ".hidden");
  fs::create_directories(root / "lora");
  const auto gguf_files = [&](const fs::path& to) {
    for (const auto& entry : fs::directory_iterator(tiny_model())) {
      if (entry.path().extension() == ".gguf")
        fs::copy_file(entry.path(), to / (entry.path().stem().string() + ".dat"));
    }
  };
  gguf_files(root / "deep/er");  // a language model and its projector, not called .gguf
  gguf_files(root / ".hidden");
  fs::create_directory_symlink(root / "deep", root / "again");
  std::ofstream(root / "fake.gguf") << "this is no model";
  std::ofstream(root / "lora/adapter_config.json") << "{}";
  Client client;
  client.send(
      {{"request", "find_models"}, {"id", 1}, {"folders", {root.string(), (root / "deep").string()}}});
  const json found = client.end_of(1);
  ASSERT_EQ(found["event"], "finished") << found;
  ASSERT_EQ(found["models"].size(), 2u) << found;
  EXPECT_EQ(found["models"][0]["kind"], "gguf");
  EXPECT_THAT(found["models"][0]["path"].get<std::string>(), HasSubstr("deep/er"));
  EXPECT_GT(found["models"][0]["size_bytes"].get<uint64_t>(), 1000u);
  EXPECT_EQ(found["models"][1],
            json({{"path", (root / "lora").string()}, {"kind", "adapter"}, {"size_bytes", 0}}));
  EXPECT_THAT(client.seen,
              testing::Contains(testing::ResultOf([](const json& event) { return event.value("stage", ""); },
                                                  "looking for models")));
  client.send({{"request", "find_models"}, {"id", 2}, {"folders", {"/no/such/folder"}}});
  EXPECT_EQ(client.end_of(2)["models"].size(), 0u);
}

TEST(Serve, GarbageIsAnsweredAndForgiven) {
  Client client;
  client.send_raw("garbage\n\x01\xff\xfe\n[]\n{\"request\":\"ask\"\n" + std::string(3000, '[') + "\n");
  for (int line = 0; line < 5; ++line) {
    const json error = client.next();
    EXPECT_EQ(error["event"], "error") << error;
    EXPECT_TRUE(error["id"].is_null());
  }
  client.send_raw("{\"request\":\"ping\",\"id\":\"" + std::string((16u << 20) + 10, 'x') + "\"}\n");
  EXPECT_THAT(client.next()["message"].get<std::string>(), HasSubstr("16 MiB"));
  const json unloaded = client.ask("early");
  EXPECT_EQ(unloaded["code"], "invalid_argument");
  client.send({{"request", "load"}, {"id", 5}, {"model", "/no/such/model"}});
  EXPECT_EQ(client.end_of(5)["code"], "not_found");
  client.send({{"request", "ping"}, {"id", 6}});
  EXPECT_EQ(client.end_of(6)["event"], "pong");
  EXPECT_EQ(client.process().finish().exit_code, 0);
}

TEST(Serve, PingsAndStopsAreHeardWhileItWorks) {
  Client client;
  client.load();
  // No token ends this answer early, so it is still being written when it is stopped.
  const json endless = {
      {"request", "ask"},  {"id", "long"},
      {"system", ""},      {"messages", {{{"text", "x"}}}},
      {"max_tokens", 220}, {"format", {{"kind", "gbnf"}, {"grammar", "root ::= [a-z]{220}"}}}};
  client.send(endless);
  json waiting = endless;
  waiting["id"] = "waiting";
  client.send(waiting);
  json event;
  do {
    event = client.next();
    ASSERT_TRUE(event["event"] != "none" && event["event"] != "error") << event;
  } while (event["event"] != "token");
  client.send_raw(R"({"request": "ping", "id": "p"})"
                  "\n"
                  R"({"request": "stop", "id": "s"})"
                  "\n");
  std::map<std::string, json> ends;
  while (ends.size() < 4) {
    event = client.next();
    ASSERT_NE(event["event"], "none") << json(ends);
    const std::string kind = event["event"];
    if (kind == "finished" || kind == "error" || kind == "pong") ends[event["id"]] = event;
  }
  EXPECT_EQ(ends["p"]["busy"], true);
  EXPECT_EQ(ends["s"]["stopped"], 2);
  EXPECT_EQ(ends["long"]["answer"]["stop_reason"], "stopped") << ends["long"];
  EXPECT_EQ(ends["waiting"]["code"], "stopped") << ends["waiting"];
  EXPECT_EQ(client.ask("after")["event"], "finished");
}

TEST(Serve, AnAnswerThatHasBegunGoesOn) {
  Client client;
  client.load();
  const json whole = client.ask(1, {{"max_tokens", 8}});
  ASSERT_EQ(whole["event"], "finished") << whole;
  const int prompt_tokens = whole["answer"]["prompt_tokens"];
  const json rest = client.ask(2, {{"max_tokens", 4}, {"begun", "red"}});
  ASSERT_EQ(rest["event"], "finished") << rest;
  EXPECT_GT(rest["answer"]["prompt_tokens"].get<int>(), prompt_tokens);
  EXPECT_EQ(rest["answer"]["ids"].size(), 4u);
}

/// The bytes of a text in base64, by another program.
std::string decoded(const std::string& text) {
  const ProcessResult result = run_process({"/usr/bin/env", "base64", "-d"}, text);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return result.out;
}

TEST(Serve, APictureIsShownAsTheModelSeesIt) {
  Client client;
  client.send({{"request", "picture"},
               {"id", 1},
               {"path", tiny_picture().string()},
               {"aspect", "pad"},
               {"thumbnail", 20}});
  const json shown = client.end_of(1);
  ASSERT_EQ(shown["event"], "finished") << shown;
  const json& picture = shown["picture"];
  EXPECT_EQ(picture["format"], "PNG");
  EXPECT_EQ(picture["width"], 40);
  EXPECT_EQ(picture["height"], 30);
  EXPECT_EQ(picture["size"], 336);
  const std::filesystem::path expected = tiny_picture().parent_path() / "expected.png";
  ASSERT_EQ(lapilli_run({"inspect", "image", "--image", tiny_picture(), "--out", expected}).exit_code, 0);
  const std::string png = decoded(picture["input_png"]);
  const auto input = decode_image(std::as_bytes(std::span(png)));
  ASSERT_TRUE(input) << input.error().what();
  EXPECT_EQ(input->image.pixels, load_image(expected)->image.pixels);
  const std::string small = decoded(picture["thumbnail_png"]);
  const auto thumbnail = decode_image(std::as_bytes(std::span(small)));
  ASSERT_TRUE(thumbnail);
  EXPECT_EQ(thumbnail->image.width, 20u);
  EXPECT_EQ(thumbnail->image.height, 15u);
}

TEST(Serve, APictureThatIsNoneIsRefusedWithTheReason) {
  Client client;
  const std::filesystem::path file = tiny_picture().parent_path() / "no.png";
  std::ofstream(file) << "no picture at all";
  client.send({{"request", "picture"}, {"id", 1}, {"path", file.string()}});
  const json refused = client.end_of(1);
  EXPECT_EQ(refused["event"], "error");
  EXPECT_EQ(refused["code"], "bad_file");
  client.send({{"request", "picture"}, {"id", 2}, {"path", tiny_picture().string()}, {"size", 0}});
  EXPECT_EQ(client.next()["place"], "size");
}

TEST(Serve, TheEndOfInputFinishesWhatIsQueued) {
  Client client;
  client.send({{"request", "load"}, {"id", 1}, {"model", tiny_model().string()}});
  client.send({{"request", "ask"}, {"id", 2}, {"messages", {{{"text", "x"}}}}, {"max_tokens", 4}});
  const ProcessResult result = client.process().finish();
  EXPECT_EQ(result.exit_code, 0);
  const json last = json::parse(last_line(result.out));
  EXPECT_EQ(last["event"], "finished");
  EXPECT_EQ(last["id"], 2);
}

TEST(Serve, ATerminationRequestEndsIt) {
  Client client;
  client.process().signal(SIGTERM);
  EXPECT_FALSE(client.process().read_line());  // its output ends
  EXPECT_EQ(client.process().finish().exit_code, 130);
}

TEST(Serve, AnswersHaveTheFormThatWasAskedFor) {
  Client client;
  client.load();
  const auto text_of = [&](int id, json format, json more = json::object()) {
    more["format"] = std::move(format);
    more["system"] = "";  // its words are long for the small vocabulary
    more["max_tokens"] = 60;
    const json finished = client.ask(id, more);
    EXPECT_EQ(finished["event"], "finished") << finished;
    return finished["answer"]["text"].get<std::string>();
  };
  EXPECT_THAT(text_of(1, {{"kind", "yes_no"}}), testing::AnyOf("Yes", "No"));
  EXPECT_THAT(text_of(2, {{"kind", "box"}}, {{"temperature", 1.5}}),
              testing::MatchesRegex("\\[[01]\\.[0-9]+, [01]\\.[0-9]+, [01]\\.[0-9]+, [01]\\.[0-9]+\\]"));
  const json fields = {{"kind", "json_fields"},
                       {"fields", {{{"name", "what"}}, {{"name", "count"}, {"type", "integer"}}}}};
  const json object = json::parse(text_of(3, fields, {{"temperature", 1.0}}));
  EXPECT_TRUE(object["what"].is_string() && object["count"].is_number_integer()) << object;

  const json short_of_tokens = client.ask(4, {{"format", fields}, {"max_tokens", 2}, {"system", ""}});
  EXPECT_EQ(short_of_tokens["code"], "invalid_argument");
  EXPECT_THAT(short_of_tokens["message"].get<std::string>(), HasSubstr("the limit is 2"));
  const json cut = client.ask(5, {{"format", {{"kind", "yes_no"}}}, {"stop_strings", {"x"}}});
  EXPECT_THAT(cut["message"].get<std::string>(), HasSubstr("stop strings"));
}

TEST(Serve, FormatsAreCheckedWithoutAModel) {
  Client client;
  const auto check = [&](int id, json format) {
    client.send({{"request", "check_format"}, {"id", id}, {"format", std::move(format)}});
    return client.end_of(id);
  };
  EXPECT_EQ(check(1, {{"kind", "gbnf"}, {"grammar", "root ::= \"a\""}})["event"], "finished");
  const json grammar = check(2, {{"kind", "gbnf"}, {"grammar", "root ::= \"a\"\n  | other"}});
  EXPECT_EQ(grammar["event"], "error") << grammar;
  EXPECT_EQ(grammar["place"], "format: /grammar: line 2, column 5");
  const json schema =
      check(3, {{"kind", "json_schema"}, {"schema", {{"type", "integer"}, {"minimum", "x"}}}});
  EXPECT_EQ(schema["place"], "format: /schema: /minimum");
}

TEST(Serve, DevicesAreListed) {
  Client client;
  client.send({{"request", "devices"}, {"id", 1}});
  const json devices = client.end_of(1);
  ASSERT_EQ(devices["event"], "finished") << devices;
  EXPECT_GE(devices["devices"].size(), 1u);
}

}  // namespace
}  // namespace lapilli::test
