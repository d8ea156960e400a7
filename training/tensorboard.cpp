// SPDX-License-Identifier: Apache-2.0
#include "training/tensorboard.h"

#include "engine/io/file.h"
#include "engine/io/protobuf.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <iomanip>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace lapilli::training {
namespace {

// Field numbers of tensorflow/core/util/event.proto and framework/summary.proto.
namespace event_field {
constexpr uint32_t kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5, kSessionLog = 7;
}
namespace summary_field {
constexpr uint32_t kValue = 1, kTag = 1, kSimpleValue = 2, kTensor = 8, kMetadata = 9;
constexpr uint32_t kPluginData = 1, kPluginName = 1, kDataClass = 4;
constexpr uint64_t kTensorClass = 2;
}  // namespace summary_field
// framework/tensor.proto and tensor_shape.proto.
namespace tensor_field {
constexpr uint32_t kType = 1, kShape = 2, kDimension = 2, kSize = 1, kStrings = 8;
constexpr uint64_t kString = 7;
}  // namespace tensor_field
namespace session_field {
constexpr uint32_t kStatus = 1;
constexpr uint64_t kStart = 1;
}  // namespace session_field

constexpr std::array<uint32_t, 256> crc_table() {
  constexpr uint32_t kPolynomial = 0x82f63b78;  // Castagnoli's, reflected
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
    table[byte] = value;
  }
  return table;
}

template <class Number>
std::string little_endian(Number number) {
  std::string bytes;
  for (size_t byte = 0; byte < sizeof number; ++byte)
    bytes.push_back(static_cast<char>(number >> (8 * byte) & 0xff));
  return bytes;
}

ProtoWriter event_at(uint64_t step) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  ProtoWriter event;
  event.float64(event_field::kWallTime, std::chrono::duration<double>(now).count());
  if (step != 0) event.varint(event_field::kStep, step);
  return event;
}

/// A summary message, value by value.
class Summary {
 public:
  Summary& add(std::string_view tag, double value) {
    ProtoWriter entry;
    entry.bytes(summary_field::kTag, tag).float32(summary_field::kSimpleValue, static_cast<float>(value));
    message_.bytes(summary_field::kValue, entry.message());
    return *this;
  }
  /// A text of one element, for the plugin "text", which shows Markdown.
  Summary& add_text(std::string_view tag, std::string_view value) {
    ProtoWriter dimension, shape, tensor, plugin, metadata, entry;
    dimension.varint(tensor_field::kSize, 1);
    shape.bytes(tensor_field::kDimension, dimension.message());
    tensor.varint(tensor_field::kType, tensor_field::kString)
        .bytes(tensor_field::kShape, shape.message())
        .bytes(tensor_field::kStrings, value);
    plugin.bytes(summary_field::kPluginName, "text");
    metadata.bytes(summary_field::kPluginData, plugin.message())
        .varint(summary_field::kDataClass, summary_field::kTensorClass);
    entry.bytes(summary_field::kTag, tag)
        .bytes(summary_field::kTensor, tensor.message())
        .bytes(summary_field::kMetadata, metadata.message());
    message_.bytes(summary_field::kValue, entry.message());
    return *this;
  }
  [[nodiscard]] std::string event(uint64_t step) const {
    return event_at(step).bytes(event_field::kSummary, message_.message()).message();
  }

 private:
  ProtoWriter message_;
};

/// TensorBoard takes a folder's files in the order of their names: the time, then a counter.
std::filesystem::path path_in(const std::filesystem::path& folder, int counter) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::ostringstream name;
  name << "events.out.tfevents." << std::setfill('0') << std::setw(10)
       << std::chrono::duration_cast<std::chrono::seconds>(now).count() << ".lapilli." << std::setw(3)
       << counter;
  return folder / name.str();
}

}  // namespace

uint32_t masked_crc32c(std::string_view bytes) {
  static constexpr std::array<uint32_t, 256> kTable = crc_table();
  uint32_t crc = 0xffffffff;
  for (const char byte : bytes) crc = kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xff] ^ (crc >> 8);
  crc = ~crc;
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
}

std::string tfrecord(std::string_view bytes) {
  const std::string length = little_endian(uint64_t{bytes.size()});
  return length + little_endian(masked_crc32c(length)) + std::string(bytes) +
         little_endian(masked_crc32c(bytes));
}

Result<TensorBoardWriter> TensorBoardWriter::open(const std::filesystem::path& folder, uint64_t kept_steps) {
  constexpr int kMostFiles = 1000;  // in one second
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  TensorBoardWriter writer;
  for (int counter = 0; writer.descriptor_ < 0 && counter < kMostFiles; ++counter) {
    writer.path_ = path_in(folder, counter);
    writer.descriptor_ = ::open(writer.path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (writer.descriptor_ < 0 && errno != EEXIST) break;
  }
  if (writer.descriptor_ < 0)
    return Error(ErrorCode::kIo, text("the curves can't be written: ", std::strerror(errno)),
                 writer.path_.string());
  return try_result([&] {
    writer.write(event_at(0).bytes(event_field::kFileVersion, "brain.Event:2").message());
    ProtoWriter start;
    start.varint(session_field::kStatus, session_field::kStart);
    writer.write(event_at(kept_steps + 1).bytes(event_field::kSessionLog, start.message()).message());
    return std::move(writer);
  });
}

TensorBoardWriter::TensorBoardWriter(TensorBoardWriter&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

TensorBoardWriter& TensorBoardWriter::operator=(TensorBoardWriter&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

TensorBoardWriter::~TensorBoardWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void TensorBoardWriter::add(const TrainingEvent& event) {
  if (const auto* step = std::get_if<StepDone>(&event)) {
    Summary summary;
    if (!std::isnan(step->loss)) summary.add("train/loss", step->loss);
    write(summary.add("train/learning_rate", step->learning_rate)
              .add("train/gradient_norm", step->gradient_norm)
              .add("train/epoch", step->epoch)
              .add("speed/tokens_per_second", step->tokens_per_second)
              .add("speed/pictures_per_second", step->pictures_per_second)
              .event(step->step));
  } else if (const auto* done = std::get_if<ValidationDone>(&event)) {
    write(Summary().add("validation/loss", done->loss).event(done->step));
  } else if (const auto* sample = std::get_if<SampleAnswered>(&event)) {
    const std::string asked =
        text(sample->image, sample->image.empty() || sample->prompt.empty() ? "" : ": ", sample->prompt);
    write(Summary()
              .add_text(text("samples/", sample->question + 1), text("**", asked, "**\n\n", sample->answer))
              .event(sample->step));
  }
}

void TensorBoardWriter::write(std::string_view event_message) const {
  const std::string record = tfrecord(event_message);
  if (const auto written = write_all(descriptor_, std::as_bytes(std::span(record))); !written)
    throw written.error().within(path_.string());
}

}  // namespace lapilli::training
