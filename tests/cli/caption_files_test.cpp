// SPDX-License-Identifier: Apache-2.0
// What new texts leave of the files they come into: another program's text, permissions, owner, attributes.
#include "app/captions/refusal.h"
#include "app/captions/whole_files.h"
#include "tests/cli/caption_fixture.h"
#include "tests/support/expect_error.h"

#include <thread>

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using namespace captions;
using namespace std::string_literals;

using CaptionFilesTest = CaptionFolder;

constexpr const char* kTags = "user.xdg.tags";

std::string tags_beside(const fs::path& file) {
  char value[64];
  const ssize_t size = ::getxattr(file.c_str(), kTags, value, sizeof value);
  return size < 0 ? std::string() : std::string(value, static_cast<size_t>(size));
}

struct stat status_of(const fs::path& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
  return status;
}

TEST_F(CaptionFilesTest, ATextKeepsItsByteOrderMarkInFront) {
  put_picture(at("a.png"), 1);
  for (const Existing existing : {Existing::kPrepend, Existing::kAppend}) {
    put_text(at("a.txt"), "\xEF\xBB\xBFmine\r\n");
    answer_with("new");
    EXPECT_EQ(run(settings_for({Output::kTxt}, existing)).done, 1u);
    EXPECT_EQ(text_in(at("a.txt")),
              existing == Existing::kAppend ? "\xEF\xBB\xBFmine\nnew" : "\xEF\xBB\xBFnew\nmine");
  }
}

TEST_F(CaptionFilesTest, AByteOrderMarkAloneIsNoText) {
  put_picture(at("a.png"), 1);
  put_text(at("a.txt"), "\xEF\xBB\xBF\n");
  EXPECT_EQ(planned("a.png", settings_for({Output::kTxt}, Existing::kEmpty)).decision, Decision::kWrite);
  EXPECT_EQ(planned("a.png", settings_for({Output::kTxt}, Existing::kAsk)).decision, Decision::kWrite);
  Settings asks = settings_for({Output::kTxt}, Existing::kReplace);
  asks.questions.front().prompt = "[{caption}]";
  put_text(at("a.txt"), "\xEF\xBB\xBFmine");
  answer_with("new");
  run(asks);
  CaptionRun run = CaptionRun::open_newest(folder(), {}).value();
  EXPECT_EQ(run.caption_before(run.pictures(PictureState::kDone).front()), "mine");
}

TEST_F(CaptionFilesTest, ATextThatIsNotUtf8IsReplacedOrLeftOutButNotJoined) {
  put_picture(at("a.png"), 1);
  answer_with("new");
  for (const std::string& old : {"\xFF\xFEm\0i\0n\0e\0"s, "Fran\xE7"s + "ais"}) {
    for (const Existing existing : {Existing::kAppend, Existing::kPrepend}) {
      put_text(at("a.txt"), old);
      const PictureRow row = planned("a.png", settings_for({Output::kTxt}, existing));
      EXPECT_EQ(row.state, PictureState::kFailed);
      EXPECT_EQ(row.code, kTextNotUtf8);
      run(settings_for({Output::kTxt}, existing));
      EXPECT_EQ(text_in(at("a.txt")), old);
    }
    EXPECT_EQ(planned("a.png", settings_for({Output::kTxt})).decision, Decision::kSkip);
    EXPECT_EQ(run(settings_for({Output::kTxt}, Existing::kReplace)).done, 1u);
    EXPECT_EQ(text_in(at("a.txt")), "new");
  }
}

TEST_F(CaptionFilesTest, WhatIsWriteProtectedIsLeftAloneAndNamedByThePlan) {
  put_picture(at("a.png"), 1);
  put_text(at("a.txt"), "mine");
  ASSERT_EQ(::chmod(at("a.txt").c_str(), 0444), 0);
  EXPECT_EQ(planned("a.png", settings_for({Output::kTxt})).decision, Decision::kSkip);
  const Settings replaces = settings_for({Output::kTxt}, Existing::kReplace);
  EXPECT_EQ(planned("a.png", replaces).code, kWriteProtected);
  ASSERT_EQ(::chmod(at("a.png").c_str(), 0444), 0);
  EXPECT_EQ(planned("a.png", settings_for({Output::kEmbedded})).code, kWriteProtected);

  const RunPlan plan = plan_run(folder(), replaces).value();
  CaptionRun run = CaptionRun::begin(folder(), replaces, plan, "{}").value();
  ASSERT_EQ(::chmod(at("a.txt").c_str(), 0644), 0);
  EXPECT_EQ(run.retry_failed(), 1u);
  run.process(stand_in_.answerer(), kStandIn, {}).value();
  EXPECT_EQ(run.counts().done, 1u);
}

TEST_F(CaptionFilesTest, PicturesAndTextsKeepTheirAttributesAndPermissions) {
  put_picture(at("a.png"), 1);
  put_text(at("a.txt"), "mine");
  put_text(at("captions.csv"), "file,caption\r\nb.png,other\r\n");
  const fs::path files[] = {at("a.png"), at("a.txt"), at("captions.csv")};
  for (const fs::path& file : files) {
    if (::setxattr(file.c_str(), kTags, "trip", 4, 0) != 0) GTEST_SKIP() << "no attributes here";
    ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
    if (::geteuid() == 0) {
      ASSERT_EQ(::chown(file.c_str(), 1234, 1235), 0);
    }
  }
  const struct stat before = status_of(at("a.txt"));
  answer_with("new");
  EXPECT_EQ(run(settings_for({Output::kTxt, Output::kEmbedded, Output::kCsv}, Existing::kAppend)).done, 1u);
  EXPECT_EQ(text_in(at("a.txt")), "mine\nnew");
  for (const fs::path& file : files) {
    EXPECT_EQ(tags_beside(file), "trip") << file;
    EXPECT_EQ(status_of(file).st_mode & 07777, 0640u) << file;
    EXPECT_EQ(status_of(file).st_uid, before.st_uid) << file;
    EXPECT_EQ(status_of(file).st_gid, before.st_gid) << file;
  }
  EXPECT_TRUE(undo().kept.empty());
  for (const fs::path& file : files) EXPECT_EQ(tags_beside(file), "trip") << file;
}

TEST_F(CaptionFilesTest, AFileThatIsCutWhileItIsLookedAtIsAnError) {
  const std::string whole(size_t{4} << 20, 'x');
  put_text(at("a"), whole);
  EXPECT_EQ(hash_of_file(at("a")), hash_of(whole));
  std::jthread other([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      fs::resize_file(at("a"), 100);
      fs::resize_file(at("a"), whole.size());
    }
  });
  for (int attempt = 0; attempt < 50; ++attempt) {
    try {
      EXPECT_TRUE(hash_of_file(at("a")).has_value());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kIo) << error.what();
    }
  }
}

TEST_F(CaptionFilesTest, TagsOfAnAnswerInJsonAreItsStrings) {
  const ResponseFormat fields = {.kind = ResponseFormat::Kind::kJsonFields};
  EXPECT_EQ(
      tags_of(fields, R"({"place": "old harbour, north", "objects": ["boat", "gull", "boat"], "count": 2})"),
      (std::vector<std::string>{"old harbour, north", "boat", "gull"}));
  EXPECT_EQ(tags_of({.kind = ResponseFormat::Kind::kJsonSchema}, R"(["boat"])"),
            std::vector<std::string>{"boat"});
  EXPECT_EQ(tags_of(fields, "boat, gull"), (std::vector<std::string>{"boat", "gull"})) << "edited by hand";
  EXPECT_EQ(tags_of({}, "boat, gull"), (std::vector<std::string>{"boat", "gull"}));
}

TEST_F(CaptionFilesTest, AnOutputThatIsNamedTwiceIsWrittenOnce) {
  put_picture(at("a.png"), 1);
  const auto settings = settings_from_json(nlohmann::ordered_json::parse(
      R"({"questions": [{"field": "caption", "prompt": "What?"}], "outputs": ["txt", "csv", "txt"]})"));
  ASSERT_TRUE(settings) << settings.error().what();
  EXPECT_EQ(settings->outputs, (std::vector<Output>{Output::kTxt, Output::kCsv}));
  EXPECT_EQ(run(*settings).done, 1u);
}

/// A TIFF file that describes itself as "red", with so many values that take long to read.
std::string tiff_file(uint32_t num_large) {
  constexpr uint32_t kLargeBytes = 200'000;
  const auto number = [](uint32_t value, int bytes) {
    std::string little;
    for (int at = 0; at < bytes; ++at) little += static_cast<char>(value >> (8 * at));
    return little;
  };
  const auto entry = [&](uint32_t tag, uint32_t type, uint32_t count, const std::string& value) {
    return number(tag, 2) + number(type, 2) + number(count, 4) + value;
  };
  const uint32_t end = 8 + 2 + 12 * (1 + num_large) + 4;
  std::string file = "II*\0"s + number(8, 4) + number(1 + num_large, 2) + entry(270, 2, 4, "red\0"s);
  for (uint32_t index = 0; index < num_large; ++index)
    file += entry(40'000 + index, 7, kLargeBytes, number(end, 4));
  return file + number(0, 4) + std::string(num_large > 0 ? kLargeBytes : 0, '.');
}

TEST_F(CaptionFilesTest, ATiffThatIsCutWhileItIsReadIsAnError) {
  const std::string whole = tiff_file(20);
  put_text(at("a.tif"), whole);
  ASSERT_EQ(PictureMetadata::read(at("a.tif")).value().texts().description, "red");
  std::jthread other([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      fs::resize_file(at("a.tif"), 4096);
      std::ofstream(at("a.tif"), std::ios::binary | std::ios::app) << whole.substr(4096);
    }
  });
  for (int attempt = 0; attempt < 3000; ++attempt) {
    const auto metadata = PictureMetadata::read(at("a.tif"));
    if (metadata) continue;
    const ErrorCode code = metadata.error().code();
    EXPECT_TRUE(code == ErrorCode::kIo || code == ErrorCode::kBadFile) << metadata.error().what();
  }
}

TEST_F(CaptionFilesTest, TextsInAPictureAreThoseOfTheBytesThatWereRead) {
  const std::string whole = tiff_file(0);
  const PictureTexts texts = {.description = "blue", .tags = {"sea"}, .alt = {}};
  const Bytes bytes = as_bytes(whole);
  const auto with = with_texts({bytes.begin(), bytes.end()}, texts).value();
  put_text(at("b.tif"), as_string_view(with));
  EXPECT_EQ(PictureMetadata::read(at("b.tif")).value().texts(), texts);
  EXPECT_REFUSED(with_texts({bytes.begin(), bytes.begin() + 15}, texts), ErrorCode::kBadFile, "");
  EXPECT_REFUSED(with_texts(std::vector<std::byte>(50), texts), ErrorCode::kUnsupported, "");
}

}  // namespace
}  // namespace lapilli::test
