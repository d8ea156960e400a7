// SPDX-License-Identifier: Apache-2.0
// Captions of folders through `lapilli serve`, with the real engine.
#include "tests/cli/serve_client.h"
#include "tests/support/text_in.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <map>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ServeCaptions : public PictureFolder {
 protected:
  [[nodiscard]] std::string text_of(const std::string& name) const { return text_in(folder() / name); }
  [[nodiscard]] json request(const std::string& kind, const json& id, json more = json::object()) const {
    more.update({{"request", kind}, {"id", id}, {"folder", folder().string()}});
    return more;
  }
  static json settings(uint32_t tokens, json outputs = {"txt", "jsonl"}) {
    return {{"questions", {{{"field", "caption"}, {"prompt", "What is {stem}?"}}}},
            {"generation", {{"max_tokens", tokens}}},
            {"outputs", std::move(outputs)}};
  }
  /// Sends a request and waits for its end.
  json end_of(Client& client, const std::string& kind, const json& id, json more = json::object()) const {
    client.send(request(kind, id, std::move(more)));
    return client.end_of(id);
  }
  static size_t count(const Client& client, const std::string& event, const json& id) {
    return static_cast<size_t>(std::count_if(client.seen.begin(), client.seen.end(), [&](const json& seen) {
      return seen["event"] == event && seen["id"] == id;
    }));
  }
  /// Reads until the first event of this kind.
  static void wait_for(Client& client, const std::string& kind) {
    for (;;) {
      json event = client.next();
      const std::string found = event["event"];
      client.seen.push_back(std::move(event));
      if (found == kind) return;
      ASSERT_NE(found, "none") << "the program ended before " << kind;
      ASSERT_NE(found, "error") << client.seen.back();
    }
  }
};

TEST_F(ServeCaptions, FactsOfPicturesNeedNoModelAndNoTurn) {
  put_pictures(2);
  Client client;
  const json facts =
      end_of(client, "picture_facts", 1, {{"paths", {"p1.png", "absent.png", "p0.png"}}})["facts"];
  ASSERT_EQ(facts.size(), 3u) << facts;
  EXPECT_EQ(facts[0]["size_bytes"], fs::file_size(folder() / "p1.png"));
  EXPECT_EQ(facts[0]["date"].get<std::string>().size(), 10u);
  EXPECT_EQ(facts[0]["rating"], 0);
  EXPECT_EQ(facts[1], nullptr);
  EXPECT_EQ(facts[2]["size_bytes"], fs::file_size(folder() / "p0.png"));
}

TEST_F(ServeCaptions, FromThePlanToTheUndoing) {
  put_pictures(5);
  std::ofstream(folder() / "p4.txt") << "old";
  Client client;
  EXPECT_EQ(end_of(client, "caption_status", 1)["run"], nullptr);
  const json early = end_of(client, "caption_run", 2, {{"settings", settings(4)}});
  EXPECT_EQ(early["code"], "invalid_argument") << "no model is loaded";
  EXPECT_EQ(end_of(client, "caption_status", 3)["run"], nullptr) << "nothing was begun";
  client.load();

  const json plan = end_of(client, "caption_plan", 4, {{"settings", settings(4)}});
  EXPECT_EQ(plan["total"], 5) << plan;
  EXPECT_EQ(plan["write"], 4);
  EXPECT_EQ(plan["skip"], 1);
  const json tried = end_of(client, "caption_try", 5, {{"settings", settings(4)}, {"count", 2}});
  EXPECT_EQ(tried["tried"], 2) << tried;
  EXPECT_EQ(count(client, "captioned", 5), 2u);
  EXPECT_FALSE(fs::exists(folder() / "p0.txt")) << "trying writes nothing";

  const json done = end_of(client, "caption_run", 6, {{"settings", settings(4)}});
  EXPECT_EQ(done["done"], 4) << done;
  EXPECT_EQ(done["skipped"], 1);
  EXPECT_FALSE(done["stopped"].get<bool>());
  EXPECT_EQ(count(client, "captioned", 6), 4u);
  for (const json& seen : client.seen) {
    if (seen["event"] != "captioned" || seen["id"] != 6) continue;
    const std::string picture = seen["path"];
    EXPECT_EQ(text_of(picture.substr(0, picture.size() - 4) + ".txt"), seen["fields"]["caption"]);
  }
  const json status = end_of(client, "caption_status", 7)["run"];
  EXPECT_EQ(status["model"], "tiny");
  EXPECT_NE(status["ended"], "");

  EXPECT_EQ(end_of(client, "caption_edit", 8, {{"path", "p0.png"}, {"text", "mine"}})["event"], "finished");
  EXPECT_EQ(end_of(client, "caption_reject", 9, {{"path", "p1.png"}})["event"], "finished");
  EXPECT_EQ(text_of("p0.txt"), "mine");
  EXPECT_FALSE(fs::exists(folder() / "p1.txt"));
  EXPECT_THAT(text_of("captions.jsonl"), HasSubstr(R"({"file":"p0.png","caption":"mine"})"));
  EXPECT_THAT(text_of("captions.jsonl"), testing::Not(HasSubstr("p1.png")));

  const json undone = end_of(client, "caption_undo", 10);
  EXPECT_EQ(undone["removed"], 4) << undone;
  EXPECT_EQ(undone["kept"], json::array());
  EXPECT_EQ(text_of("p4.txt"), "old");
  EXPECT_FALSE(fs::exists(folder() / "captions.jsonl"));
}

TEST_F(ServeCaptions, AcceptingFreesWhatWasKeptForUndoing) {
  put_pictures(2);
  std::ofstream(folder() / "p0.txt") << "old";
  Client client;
  client.load();
  json replacing = settings(4, {"txt"});
  replacing["existing"] = "replace";
  EXPECT_EQ(end_of(client, "caption_run", 1, {{"settings", replacing}})["backup_bytes"], 3);
  EXPECT_EQ(end_of(client, "caption_forget_backups", 2)["freed_bytes"], 3);
  EXPECT_EQ(end_of(client, "caption_undo", 3)["code"], "invalid_argument");
  EXPECT_NE(end_of(client, "caption_status", 4)["run"]["accepted"], "");
}

TEST_F(ServeCaptions, WhatIsKeptIsToldAndFreedAfterAnUndoing) {
  put_pictures(1);
  std::ofstream(folder() / "p0.txt") << "old";
  Client client;
  client.load();
  EXPECT_EQ(end_of(client, "caption_status", 1)["backup_bytes"], 0);
  json replacing = settings(4, {"txt"});
  replacing["existing"] = "replace";
  end_of(client, "caption_run", 2, {{"settings", replacing}});
  EXPECT_EQ(end_of(client, "caption_status", 3)["backup_bytes"], 3);
  end_of(client, "caption_undo", 4);
  const json undone = end_of(client, "caption_status", 5);
  EXPECT_EQ(undone["run"], nullptr);
  EXPECT_EQ(undone["backup_bytes"], 3);
  EXPECT_EQ(end_of(client, "caption_forget_backups", 6)["freed_bytes"], 3);
  EXPECT_EQ(end_of(client, "caption_status", 7)["backup_bytes"], 0);
}

TEST_F(ServeCaptions, AModelWithoutEyesIsRefusedAndNothingIsNoted) {
  put_pictures(1);
  Client client;
  client.send({{"request", "load"}, {"id", 1}, {"model", "demo"}, {"projector", "none"}});
  ASSERT_EQ(client.end_of(1)["event"], "finished");
  for (const char* kind : {"caption_run", "caption_try"}) {
    const json refused = end_of(client, kind, kind, {{"settings", settings(4)}});
    EXPECT_EQ(refused["code"], "invalid_argument") << refused;
    EXPECT_THAT(refused["message"].get<std::string>(), HasSubstr("no vision encoder"));
  }
  EXPECT_EQ(end_of(client, "caption_status", 2)["run"], nullptr);
}

TEST_F(ServeCaptions, AStatusTellsWhatWasRejectedAndWhatUndoingTakesBack) {
  put_pictures(2);
  Client client;
  client.load();
  end_of(client, "caption_run", 1, {{"settings", settings(4)}});
  end_of(client, "caption_edit", 2,
         {{"edits", {{{"path", "p0.png"}, {"text", "mine"}, {"accepted", false}}}}});
  end_of(client, "caption_reject", 3, {{"path", "p1.png"}});
  const json status = end_of(client, "caption_status", 4, {{"results", true}});
  EXPECT_EQ(status["undo"]["edited"], 1) << status;
  EXPECT_EQ(status["undo"]["started"], status["run"]["started"]);
  EXPECT_EQ(count(client, "rejected", 4), 1u);
  for (const json& seen : client.seen) {
    if (seen["event"] != "captioned" || seen["id"] != 4) continue;
    EXPECT_FALSE(seen["accepted"].get<bool>());
  }
  EXPECT_EQ(end_of(client, "caption_undo", 5)["edited"], 1);
  EXPECT_EQ(end_of(client, "caption_status", 6)["undo"], nullptr);
}

TEST_F(ServeCaptions, ATextThatIsCutShortEndsWithAWholeCharacter) {
  put_pictures(1);
  std::string text;
  for (int at = 0; at < 900; ++at) text += "图";
  std::ofstream(folder() / "p0.txt") << text;
  Client client;
  client.send(request("caption_plan", 1, {{"settings", settings(4)}}));
  client.end_of(1);
  std::string old;
  for (const json& seen : client.seen)
    if (seen["event"] == "caption_rows") old = seen["rows"][0]["old"];
  EXPECT_EQ(old, text.substr(0, 666 * 3));
}

TEST_F(ServeCaptions, ManyAreEditedAndAcceptedByOneRequestEach) {
  put_pictures(4);
  {
    Client client;
    client.load();
    end_of(client, "caption_run", 1, {{"settings", settings(4)}});
    const json edits = {{{"path", "p0.png"}, {"text", "mine"}}, {{"path", "p1.png"}, {"text", "yours"}}};
    EXPECT_EQ(end_of(client, "caption_edit", 2, {{"edits", edits}})["event"], "finished");
    EXPECT_EQ(end_of(client, "caption_accept", 3, {{"paths", {"p2.png"}}})["event"], "finished");
    EXPECT_EQ(end_of(client, "caption_accept", 4, {{"paths", {"p9.png"}}})["code"], "invalid_argument");
    client.process().signal(SIGKILL);
  }
  EXPECT_EQ(text_of("p0.txt"), "mine");
  EXPECT_EQ(text_of("p1.txt"), "yours");
  Client client;
  end_of(client, "caption_status", 1, {{"results", true}});
  std::map<std::string, bool> accepted;
  for (const json& seen : client.seen) {
    if (seen["event"] == "captioned") accepted[seen["path"]] = seen["accepted"];
  }
  EXPECT_EQ(accepted, (std::map<std::string, bool>{
                          {"p0.png", true}, {"p1.png", true}, {"p2.png", true}, {"p3.png", false}}));
}

TEST_F(ServeCaptions, OnlyTextsThatTheClientNamesAreReplaced) {
  put_pictures(3);
  for (const char* name : {"p0.txt", "p1.txt"}) std::ofstream(folder() / name) << "old";
  Client client;
  client.load();
  json asking = settings(4, {"txt"});
  asking["existing"] = "ask";
  const json plan = end_of(client, "caption_plan", 1, {{"settings", asking}});
  EXPECT_EQ(plan["ask"], 2) << plan;
  EXPECT_EQ(plan["write"], 1);
  for (const json& seen : client.seen) {
    if (seen["event"] != "caption_rows") continue;
    EXPECT_EQ(seen["rows"][0]["decision"], "ask");
    EXPECT_EQ(seen["rows"][0]["old"], "old");
  }
  EXPECT_EQ(end_of(client, "caption_run", 2, {{"settings", asking}})["place"], "replace");
  EXPECT_EQ(end_of(client, "caption_run", 3, {{"settings", settings(4)}, {"replace", {"p0.png"}}})["place"],
            "replace");
  EXPECT_FALSE(fs::exists(folder() / "p2.txt")) << "both were refused";
  const json done = end_of(client, "caption_run", 4, {{"settings", asking}, {"replace", {"p1.png"}}});
  EXPECT_EQ(done["done"], 2) << done;
  EXPECT_EQ(done["seed"], 0);
  EXPECT_EQ(text_of("p0.txt"), "old");
  EXPECT_NE(text_of("p1.txt"), "old");
  EXPECT_TRUE(fs::exists(folder() / "p2.txt"));
}

TEST_F(ServeCaptions, ManyAreRejectedByOneRequest) {
  put_pictures(4);
  Client client;
  client.load();
  end_of(client, "caption_run", 1, {{"settings", settings(4)}});
  std::ofstream(folder() / "p1.txt") << "changed";
  const json rejected = end_of(client, "caption_reject", 2, {{"paths", {"p0.png", "p1.png", "p2.png"}}});
  ASSERT_EQ(rejected["event"], "finished") << rejected;
  ASSERT_EQ(rejected["kept"].size(), 1u) << rejected;
  EXPECT_EQ(rejected["kept"][0]["path"], "p1.png");
  EXPECT_EQ(rejected["kept"][0]["file"], "p1.txt");
  EXPECT_EQ(rejected["kept"][0]["code"], "changed");
  EXPECT_FALSE(fs::exists(folder() / "p0.txt"));
  EXPECT_FALSE(fs::exists(folder() / "p2.txt"));
  const json one = end_of(client, "caption_reject", 3, {{"path", "p1.png"}});
  EXPECT_EQ(one["code"], "invalid_argument") << one;
  EXPECT_EQ(one["place"], "p1.txt");
  end_of(client, "caption_status", 4, {{"results", true}});
  EXPECT_EQ(count(client, "rejected", 4), 2u);
  EXPECT_EQ(count(client, "captioned", 4), 2u);
  const json undone = end_of(client, "caption_undo", 5);
  EXPECT_EQ(undone["codes"], json({"changed"})) << undone;
}

TEST_F(ServeCaptions, WhatNeedsNoModelIsAnsweredDuringARun) {
  put_pictures(60);
  Client client;
  client.load();
  client.send(request("caption_run", "run", {{"settings", settings(60)}}));
  ASSERT_NO_FATAL_FAILURE(wait_for(client, "captioned"));
  client.send({{"request", "devices"}, {"id", 1}});
  EXPECT_EQ(client.end_of(1)["event"], "finished");
  client.send({{"request", "describe"}, {"id", 2}, {"model", tiny_model().string()}});
  EXPECT_EQ(client.end_of(2)["event"], "finished");
  client.send({{"request", "find_models"}, {"id", 3}, {"folders", {tiny_model().string()}}});
  EXPECT_EQ(client.end_of(3)["models"].size(), 1u);
  client.send({{"request", "check_format"}, {"id", 4}, {"format", {{"kind", "yes_no"}}}});
  EXPECT_EQ(client.end_of(4)["event"], "finished");
  client.send({{"request", "load"}, {"id", 5}, {"model", tiny_model().string()}});
  const json refused = client.end_of(5);
  EXPECT_EQ(refused["code"], "invalid_argument") << refused;
  EXPECT_THAT(refused["message"].get<std::string>(), HasSubstr("captions are being made"));
  EXPECT_EQ(refused["place"], "caption_run");
  client.send({{"request", "ping"}, {"id", 6}});
  EXPECT_TRUE(client.end_of(6)["busy"].get<bool>()) << "all of this while the run was under way";

  // A talk interrupts it, and it goes on by itself.
  EXPECT_EQ(client.ask("talk")["event"], "finished");
  for (const json& seen : client.seen)
    EXPECT_FALSE(seen["event"] == "finished" && seen["id"] == "run") << "the talk came first";
  const json done = client.end_of("run");
  EXPECT_EQ(done["done"], 60) << done;
  EXPECT_EQ(count(client, "captioned", "run"), 60u) << "each picture once";
  client.send({{"request", "load"}, {"id", 7}, {"model", tiny_model().string()}});
  EXPECT_EQ(client.end_of(7)["event"], "finished");
}

TEST_F(ServeCaptions, AStoppedRunGoesOnWithItsModelAlone) {
  put_pictures(40);
  const fs::path other = folder() / ".models/other.gguf";
  fs::create_directories(other.parent_path());
  ASSERT_EQ(lapilli_run({"bench", "--shape", "tiny", "--type", "q8_0", "--save", other}).exit_code, 0);
  Client client;
  client.load();
  client.send(request("caption_run", 1, {{"settings", settings(40)}}));
  ASSERT_NO_FATAL_FAILURE(wait_for(client, "captioned"));
  client.send({{"request", "stop"}, {"id", 2}, {"target", 1}});
  const json stopped = client.end_of(1);
  ASSERT_TRUE(stopped["stopped"].get<bool>()) << stopped;
  const int done = stopped["done"];
  EXPECT_LT(done, 40);

  client.send({{"request", "load"}, {"id", 3}, {"model", other.string()}});
  ASSERT_EQ(client.end_of(3)["event"], "finished");
  const json refused = end_of(client, "caption_resume", 4);
  EXPECT_EQ(refused["code"], "invalid_argument") << refused;
  EXPECT_THAT(refused["message"].get<std::string>(),
              testing::AllOf(HasSubstr("tiny"), HasSubstr("other.gguf")));
  EXPECT_EQ(end_of(client, "caption_status", 5)["run"]["done"], done);

  client.load();
  EXPECT_EQ(end_of(client, "caption_resume", 6)["done"], 40);
  EXPECT_EQ(count(client, "captioned", 1) + count(client, "captioned", 6), 40u);
  // The command line goes on with the same model by itself.
  const ProcessResult again = lapilli_run({"caption", folder(), "--resume"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
}

TEST(Serve, AModelThatIsGoneIsSaidToBe) {
  Client client;
  client.load();
  client.seen.clear();
  client.send({{"request", "load"}, {"id", 1}, {"model", "/no/such/model"}});
  EXPECT_EQ(client.end_of(1)["event"], "error");
  EXPECT_THAT(client.seen, testing::Contains(json({{"event", "unloaded"}, {"id", 1}})));
  EXPECT_EQ(client.ask(2)["code"], "invalid_argument");
}

TEST(Serve, AnObjectOfManyKeysIsReadInTime) {
  Client client;
  std::string format = R"({"kind": "yes_no")";
  for (int key = 0; key < 120'000; ++key) format += ",\"k" + std::to_string(key) + "\":0";
  client.send_raw(R"({"request": "check_format", "id": 1, "format": )" + format + "}}\n");
  client.send({{"request", "ping"}, {"id", 2}});
  EXPECT_EQ(client.end_of(1)["code"], "invalid_argument");
  EXPECT_EQ(client.end_of(2)["event"], "pong");
}

}  // namespace
}  // namespace lapilli::test
