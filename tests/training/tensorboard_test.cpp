// SPDX-License-Identifier: Apache-2.0
#include "training/tensorboard.h"
#include "engine/io/protobuf.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <bit>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>

namespace lapilli::training {
namespace {

using testing::ElementsAre;
using testing::Pair;

/// CRC-32C by its definition, bit by bit, masked as TFRecord files have it.
uint32_t masked_crc_by_bits(std::string_view bytes) {
  uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78u : crc >> 1;
  }
  crc ^= 0xffffffff;
  return std::rotr(crc, 15) + 0xa282ead8u;
}

struct ReadEvent {
  double wall_time = 0;
  uint64_t step = 0;
  std::string version;
  bool starts = false;
  std::map<std::string, float> values;
  std::map<std::string, std::string> texts;
};

void read_value(Bytes message, ReadEvent& event) {
  std::string tag;
  ProtoReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 1) tag = field->as_string();
    if (field->number == 2) event.values[tag] = field->as_float();
    if (field->number != 8) continue;
    ProtoReader tensor(field->as_message());
    while (const auto part = tensor.next()) {
      if (part->number == 8) event.texts[tag] = part->as_string();
    }
  }
}

ReadEvent read_event(std::string_view record) {
  ReadEvent event;
  ProtoReader reader(std::as_bytes(std::span(record)));
  while (const auto field = reader.next()) {
    if (field->number == 1) event.wall_time = std::bit_cast<double>(field->number_value);
    if (field->number == 2) event.step = field->as_varint();
    if (field->number == 3) event.version = field->as_string();
    if (field->number == 5) {
      ProtoReader values(field->as_message());
      while (const auto value = values.next()) read_value(value->as_message(), event);
    }
    if (field->number == 7) event.starts = ProtoReader(field->as_message()).next()->as_varint() == 1;
  }
  return event;
}

template <class Number>
Number take(std::string_view& from) {
  Number number{};
  EXPECT_GE(from.size(), sizeof number);
  std::memcpy(&number, from.data(), std::min(from.size(), sizeof number));
  from.remove_prefix(std::min(from.size(), sizeof number));
  return number;
}

std::vector<ReadEvent> read_events(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(stream), {}};
  std::vector<ReadEvent> events;
  for (std::string_view rest = content; !rest.empty();) {
    const std::string_view length_bytes = rest.substr(0, 8);
    const auto length = take<uint64_t>(rest);
    EXPECT_EQ(take<uint32_t>(rest), masked_crc_by_bits(length_bytes));
    if (rest.size() < length) break;
    const std::string_view record = rest.substr(0, length);
    rest.remove_prefix(length);
    EXPECT_EQ(take<uint32_t>(rest), masked_crc_by_bits(record));
    events.push_back(read_event(record));
  }
  return events;
}

class TensorBoardTest : public test::TemporaryFolder {};

TEST_F(TensorBoardTest, ChecksumsAreTensorFlows) {
  // RFC 3720, B.4: 32 bytes of zeros and of ones; unmasked 0x8a9136aa and 0x62a8ab43.
  const auto masked = [](uint32_t crc) { return std::rotr(crc, 15) + 0xa282ead8u; };
  EXPECT_EQ(masked_crc32c(std::string(32, '\0')), masked(0x8a9136aa));
  EXPECT_EQ(masked_crc32c(std::string(32, '\xff')), masked(0x62a8ab43));
  // The first twelve bytes of the event files that TensorFlow writes.
  EXPECT_EQ(tfrecord(std::string(24, 'x')).substr(0, 12),
            std::string("\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22", 12));
}

TEST_F(TensorBoardTest, AFileSaysWhatItIsAndWhereTheRunGoesOn) {
  const auto writer = TensorBoardWriter::open(folder() / "a/b", 41).value();
  const std::vector<ReadEvent> events = read_events(writer.file());
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].version, "brain.Event:2");
  EXPECT_GT(events[0].wall_time, 1.6e9);
  EXPECT_EQ(events[1].step, 42u);
  EXPECT_TRUE(events[1].starts);
}

TEST_F(TensorBoardTest, StepsAndValidationsAreCurves) {
  auto writer = TensorBoardWriter::open(folder(), 0).value();
  writer.add(StepDone{.step = 300,
                      .total = 400,
                      .loss = 1.5,
                      .learning_rate = 0.25,
                      .gradient_norm = -3,
                      .epoch = 2,
                      .tokens_per_second = 1e6,
                      .pictures_per_second = 7,
                      .seconds_left = 1});
  writer.add(Note{"code", "is no curve"});
  writer.add(ValidationDone{.step = 70000, .loss = 0.5, .records = 3});
  const std::vector<ReadEvent> events = read_events(writer.file());
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[2].step, 300u);
  EXPECT_THAT(events[2].values,
              ElementsAre(Pair("speed/pictures_per_second", 7.0f), Pair("speed/tokens_per_second", 1e6f),
                          Pair("train/epoch", 2.0f), Pair("train/gradient_norm", -3.0f),
                          Pair("train/learning_rate", 0.25f), Pair("train/loss", 1.5f)));
  EXPECT_EQ(events[3].step, 70000u);
  EXPECT_THAT(events[3].values, ElementsAre(Pair("validation/loss", 0.5f)));
}

TEST_F(TensorBoardTest, AnUpdateWithoutALossHasNoneInTheCurve) {
  auto writer = TensorBoardWriter::open(folder(), 0).value();
  writer.add(StepDone{.step = 2, .loss = std::nan(""), .learning_rate = 0.25, .skipped = true});
  const ReadEvent event = read_events(writer.file()).at(2);
  EXPECT_TRUE(event.values.contains("train/learning_rate"));
  EXPECT_FALSE(event.values.contains("train/loss"));
}

TEST_F(TensorBoardTest, EachStartHasAFileAfterTheOnesBefore) {
  std::vector<std::filesystem::path> files;
  for (int start = 0; start < 5; ++start)
    files.push_back(TensorBoardWriter::open(folder(), 0).value().file());
  EXPECT_TRUE(std::is_sorted(files.begin(), files.end()));
  EXPECT_EQ(std::adjacent_find(files.begin(), files.end()), files.end());
}

TEST_F(TensorBoardTest, AFolderThatCannotBeMadeIsNamed) {
  std::ofstream(folder() / "file") << "x";
  const auto writer = TensorBoardWriter::open(folder() / "file/tensorboard", 0);
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().code(), ErrorCode::kIo);
  EXPECT_THAT(writer.error().what(), testing::HasSubstr("file/tensorboard"));
}

TEST_F(TensorBoardTest, SampleAnswersAreTexts) {
  auto writer = TensorBoardWriter::open(folder(), 0).value();
  writer.add(
      SampleAnswered{.step = 7, .question = 1, .image = "a.png", .prompt = "What?", .answer = "a dot"});
  const std::vector<ReadEvent> events = read_events(writer.file());
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[2].step, 7u);
  EXPECT_THAT(events[2].texts, ElementsAre(Pair("samples/2", "**a.png: What?**\n\na dot")));
}

}  // namespace
}  // namespace lapilli::training
