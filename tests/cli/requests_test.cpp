// SPDX-License-Identifier: Apache-2.0
#include "app/cli/serve_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lapilli::cli {
namespace {

using testing::HasSubstr;

Request good(std::string_view line) {
  auto parsed = parse_request(line);
  if (const auto* bad = std::get_if<BadRequest>(&parsed)) throw bad->error;
  return std::get<Request>(parsed);
}

void expect_bad(std::string_view line, const std::string& id, const std::string& words) {
  const auto parsed = parse_request(line);
  ASSERT_TRUE(std::holds_alternative<BadRequest>(parsed)) << line;
  EXPECT_EQ(std::get<BadRequest>(parsed).id, id) << line;
  EXPECT_THAT(std::get<BadRequest>(parsed).error.what(), HasSubstr(words)) << line;
}

TEST(ServeRequests, ABadLineIsAnsweredWithItsIdWhereItHasOne) {
  const std::string deep = std::string(90, '[') + std::string(90, ']');
  expect_bad(R"({"id": "a", "request": "ask", "system": )" + deep + "}", "\"a\"", "nested deeper");
  expect_bad(R"({"request": "ask", "system": )" + deep + R"(, "id": 7})", "7", "nested deeper");
  expect_bad(R"({"id": 7, "request": "ask", "request": "load"})", "7", "appears twice");
  expect_bad(R"({"id": 7, "request": )", "7", "ends too early");
  expect_bad(R"({"a": {"id": 3}, "request": )", "null", "ends too early");
  expect_bad(R"({"id": [7], "request": )", "null", "ends too early");
}

TEST(ServeRequests, AnAskHasEveryOptionOfChat) {
  const Request request = good(
      R"({"request":"ask","id":"a","messages":[{"role":"user","text":"hi","images":["x.png","y.png"]},)"
      R"({"role":"assistant","text":"ho"},{"text":"so?"}],"system":"s","template":"plain","aspect":"crop",)"
      R"("orientation":"ignore","temperature":0.5,"top_p":0.9,"top_k":7,"min_p":0.1,"repeat_penalty":1.5,"seed":9,)"
      R"("max_tokens":3,"stop_strings":["END"]})");
  EXPECT_EQ(request.id, "\"a\"");
  const auto& ask = std::get<AskRequest>(request.body);
  ASSERT_EQ(ask.messages.size(), 3u);
  EXPECT_EQ(ask.messages[0].images.size(), 2u);
  EXPECT_EQ(ask.messages[1].role, Message::Role::kAssistant);
  EXPECT_EQ(ask.system, "s");
  EXPECT_EQ(ask.template_name, "plain");
  EXPECT_EQ(ask.pictures.aspect, AspectPolicy::kCrop);
  EXPECT_EQ(ask.pictures.orientation, OrientationPolicy::kIgnore);
  EXPECT_FLOAT_EQ(ask.sampling.options.sampling.temperature, 0.5f);
  EXPECT_FLOAT_EQ(ask.sampling.options.sampling.top_p, 0.9f);
  EXPECT_EQ(ask.sampling.options.sampling.top_k, 7);
  EXPECT_FLOAT_EQ(ask.sampling.options.sampling.repetition_penalty, 1.5f);
  EXPECT_EQ(ask.sampling.seed, 9u);
  EXPECT_EQ(ask.sampling.options.max_tokens, 3u);
  EXPECT_EQ(ask.sampling.options.stops, std::vector<std::string>{"END"});
}

TEST(ServeRequests, AnEmptyStopStringWouldEndEveryAnswer) {
  expect_bad(R"({"request":"ask","id":1,"messages":[{"text":"a"}],"stop_strings":["END",""]})", "1",
             "stop_strings: holds an empty text");
}

TEST(ServeRequests, ALoadNamesItsFiles) {
  const Request request =
      good(R"({"id":7,"request":"load","model":"m","projector":"p","compute":"f16","context":99})");
  EXPECT_EQ(request.id, "7");
  const auto& load = std::get<LoadRequest>(request.body);
  EXPECT_EQ(load.model.paths.model, "m");
  EXPECT_EQ(load.model.paths.projector, "p");
  EXPECT_EQ(load.model.compute, Compute::kF16);
  EXPECT_EQ(load.model.context, 99u);
}

TEST(ServeRequests, AFormatKeepsTheOrderOfASchema) {
  const Request request =
      good(R"({"request":"ask","id":1,"messages":[{"text":"a"}],"format":{"kind":"json_schema",)"
           R"("schema":{"properties":{"z":{"type":"null"},"a":{"type":"null"}}}}})");
  const ResponseFormat& format = std::get<AskRequest>(request.body).sampling.options.format;
  EXPECT_EQ(format.kind, ResponseFormat::Kind::kJsonSchema);
  EXPECT_EQ(format.schema, R"({"properties":{"z":{"type":"null"},"a":{"type":"null"}}})");
  const Request check = good(R"({"request":"check_format","id":1,"format":{"kind":"words","count":2}})");
  EXPECT_EQ(std::get<CheckFormatRequest>(check.body).format.count, 2u);
}

TEST(ServeRequests, ModelsAreDescribedAndLookedFor) {
  const Request describe = good(R"({"id":1,"request":"describe","model":"m","device":"d","context":5})");
  EXPECT_EQ(std::get<DescribeRequest>(describe.body).model.device, "d");
  EXPECT_EQ(std::get<DescribeRequest>(describe.body).model.context, 5u);
  const Request find = good(R"({"id":1,"request":"find_models","folders":["a","b"]})");
  EXPECT_EQ(std::get<FindModelsRequest>(find.body).folders, (std::vector<std::filesystem::path>{"a", "b"}));
  expect_bad(R"({"request":"describe","id":1})", "1", "model");
  expect_bad(R"({"request":"describe","id":1,"model":"m","image_slots":2})", "1", "image_slots");
  expect_bad(R"({"request":"find_models","id":1})", "1", "folders");
  expect_bad(R"({"request":"find_models","id":1,"folders":"a"})", "1", "folders");
}

TEST(ServeRequests, CaptionsAreStoppedAndLookedAtAsAsked) {
  EXPECT_FALSE(std::get<StopRequest>(good(R"({"request":"stop","id":1,"target":7})").body).after_current);
  EXPECT_TRUE(
      std::get<StopRequest>(good(R"({"request":"stop","id":1,"after_current":true})").body).after_current);
  expect_bad(R"({"request":"stop","id":1,"after_current":"yes"})", "1", "after_current");
  const Request status = good(R"({"request":"caption_status","id":1,"folder":"f","results":true})");
  EXPECT_TRUE(std::get<CaptionRequest>(status.body).results);
  expect_bad(R"({"request":"caption_undo","id":1,"folder":"f","results":true})", "1", "results");
  const Request prompts =
      good(R"({"request":"caption_prompts","id":1,"folder":"f","path":"a.png","number":3,)"
           R"("settings":{"questions":[{"prompt":"{stem}?"}]}})");
  EXPECT_EQ(std::get<CaptionRequest>(prompts.body).number, 3);
  EXPECT_EQ(std::get<CaptionRequest>(prompts.body).path, "a.png");
}

TEST(ServeRequests, CaptionsAreEditedAndAcceptedManyAtOnce) {
  const auto edits = [](const std::string& line) { return std::get<CaptionRequest>(good(line).body).edits; };
  const auto many = edits(R"({"request":"caption_edit","id":1,"folder":"f","edits":[{"path":"a","text":"b"},)"
                          R"({"path":"c","text":""}]})");
  ASSERT_EQ(many.size(), 2u);
  EXPECT_EQ(many[0].text, "b");
  EXPECT_EQ(many[1].path, "c");
  EXPECT_EQ(edits(R"({"request":"caption_edit","id":1,"folder":"f","path":"a","text":"b"})").at(0).path, "a");
  EXPECT_EQ(many[0].field, "");
  EXPECT_EQ(
      edits(R"({"request":"caption_edit","id":1,"folder":"f","edits":[{"path":"a","text":"b","field":"c"}]})")
          .at(0)
          .field,
      "c");
  EXPECT_EQ(edits(R"({"request":"caption_edit","id":1,"folder":"f","path":"a","text":"b","field":"c"})")
                .at(0)
                .field,
            "c");
  const auto refuse = [](const std::string& fields, const std::string& place) {
    expect_bad(R"({"id":1,"folder":"f","request":)" + fields + "}", "1", place);
  };
  refuse(R"("caption_edit","edits":[{"path":"a","text":"b"},{"path":"c"}])", "edits/1/text");
  refuse(R"("caption_edit","edits":[{"path":"a","text":"b","more":1}])", "edits/0/");
  refuse(R"("caption_edit","edits":[{"path":"a","text":"b","field":1}])", "edits/0/field");
  refuse(R"("caption_edit","edits":["a"])", "edits/0/path");
  refuse(R"("caption_edit","edits":[],"path":"a","text":"b")", "path");
  refuse(R"("caption_edit","path":"a")", "text");
  refuse(R"("caption_accept","paths":"a")", "paths");
  refuse(R"("caption_accept","paths":["a",1])", "paths");
  const Request accept = good(R"({"request":"caption_accept","id":1,"folder":"f","paths":["a","b"]})");
  EXPECT_EQ(std::get<CaptionRequest>(accept.body).paths, (std::vector<std::string>{"a", "b"}));
}

TEST(ServeRequests, WhatIsNoRequestIsRefusedWithItsId) {
  expect_bad("", "null", "");
  expect_bad("garbage", "null", "");
  expect_bad("[1]", "null", "no JSON object");
  expect_bad(R"({"request":"ping"})", "null", "id");
  expect_bad(R"({"request":"ping","id":1.5})", "null", "id");
  expect_bad(R"({"request":"ping","id":{}})", "null", "id");
  expect_bad(R"({"request":"fly","id":1})", "1", "none of load");
  expect_bad(R"({"request":"ping","id":1,"extra":2})", "1", "extra");
  expect_bad(R"({"request":"ping","id":1,"id":2})", "null", "");
  expect_bad(R"({"request":"load","id":1})", "1", "model");
  expect_bad(R"({"request":"load","id":1,"model":3})", "1", "no string");
  expect_bad(R"({"request":"load","id":1,"model":"m","context":-1})", "1", "context");
  expect_bad(R"({"request":"load","id":1,"model":"m","compute":"f8"})", "1", "compute");
  expect_bad(R"({"request":"ask","id":1})", "1", "messages");
  expect_bad(R"({"request":"ask","id":1,"messages":[{"role":"king","text":""}]})", "1", "role");
  expect_bad(R"({"request":"ask","id":1,"messages":[{"text":"a"}],"temperature":"hot"})", "1", "temperature");
  expect_bad(R"({"request":"ask","id":1,"messages":[{"text":"a"}],"seed":-1})", "1", "seed");
  expect_bad(R"({"request":"stop","id":1,"target":[]})", "1", "target");
  expect_bad(R"({"request":"check_format","id":1})", "1", "format: is missing");
  expect_bad(R"({"request":"ask","id":1,"messages":[{"text":"a"}],"format":{"kind":"words"}})", "1",
             "format: a format of this kind needs count");
  expect_bad(R"({"request":"check_format","id":1,"format":{"kind":"tags","items":["a","b,c"]}})", "1",
             "format: /items/1: holds a comma");
  expect_bad("{\"request\":\"ping\",\"id\":\"\xff\"}", "null", "");
  expect_bad(std::string(2000, '['), "null", "");
  for (const char* line : {"garbage", "[1]", R"({"request":"ping")"})
    EXPECT_EQ(std::get<BadRequest>(parse_request(line)).error.code(), ErrorCode::kInvalidArgument) << line;
}

/// What chat refuses of its flags, at once and with the value.
TEST(ServeRequests, NumbersHaveTheBoundsOfChat) {
  const auto refuse = [](const std::string& field, const std::string& words) {
    expect_bad(R"({"request":"ask","id":1,"messages":[{"text":"a"}],)" + field + "}", "1", words);
  };
  refuse(R"("temperature":-4)", "temperature: is -4; give a number from 0 to 1000, or leave it out");
  refuse(R"("temperature":1e300)", "temperature: is 1e+300; give");
  refuse(R"("temperature":"hot")", "temperature: is \"hot\"; give a number");
  refuse(R"("top_p":7)", "top_p: is 7; give a number above 0, at most 1");
  refuse(R"("top_p":0)", "top_p: is 0; give");
  refuse(R"("min_p":1.5)", "min_p: is 1.5; give a number from 0 to 1");
  refuse(R"("repeat_penalty":0)", "repeat_penalty: is 0; give");
  refuse(R"("top_k":-1)", "top_k: is -1; give a whole number from 0");
  refuse(R"("max_tokens":0)", "max_tokens: is 0; give a whole number from 1 to 16777216");
  refuse(R"("max_tokens":5000000000)", "max_tokens: is 5000000000; give");
  refuse(R"("seed":0.5)", "seed: is 0.5; give a whole number");
  refuse(R"("seed":")" + std::string(100, 'x') + "\"", "xxx…; give a whole number");
  expect_bad(R"({"request":"load","id":1,"model":"m","image_slots":0})", "1",
             "is 0; give a whole number from 1 to 64");
  expect_bad(R"({"request":"picture","id":1,"path":"m","size":5000})", "1", "size: is 5000; give");
  expect_bad(R"({"request":"ask","id":1,"messages":[{"text":"a","images":[""]}]})", "1",
             "images: holds an empty path");
  expect_bad(R"({"request":"picture_facts","id":1,"paths":["a"]})", "1", "folder: is missing");
  expect_bad(R"({"request":"picture_facts","id":1,"folder":"f","paths":"a"})", "1", "paths: is no array");
  std::string many = R"("a")";
  for (int count = 0; count < 1000; ++count) many += R"(,"a")";
  expect_bad(R"({"request":"picture_facts","id":1,"folder":"f","paths":[)" + many + "]}", "1",
             "paths: has 1001 paths; give at most 1000");
}

}  // namespace
}  // namespace lapilli::cli
