// SPDX-License-Identifier: Apache-2.0
#include "engine/io/protobuf.h"

#include <bit>

namespace lapilli {
namespace {

constexpr int kMaxVarintBytes = 10;

void require_wire(const ProtoField& field, ProtoField::Wire wanted) {
  if (field.wire == wanted) return;
  throw Error(ErrorCode::kBadFile,
              text("field ", field.number, " has wire type ", static_cast<int>(field.wire), ", expected ",
                   static_cast<int>(wanted)),
              text("offset ", field.offset));
}

}  // namespace

uint64_t ProtoField::as_varint() const {
  require_wire(*this, Wire::kVarint);
  return number_value;
}

float ProtoField::as_float() const {
  require_wire(*this, Wire::kFixed32);
  return std::bit_cast<float>(static_cast<uint32_t>(number_value));
}

std::string_view ProtoField::as_string() const {
  return as_string_view(as_message());
}

Bytes ProtoField::as_message() const {
  require_wire(*this, Wire::kBytes);
  return bytes;
}

uint64_t ProtoReader::varint() {
  const uint64_t start = reader_.offset();
  uint64_t value = 0;
  for (int i = 0; i < kMaxVarintBytes; ++i) {
    const auto byte = reader_.read<uint8_t>("a varint");
    value |= static_cast<uint64_t>(byte & 0x7F) << (7 * i);
    if (byte < 0x80) return value;
  }
  throw Error(ErrorCode::kBadFile, text("a varint is longer than ", kMaxVarintBytes, " bytes"),
              text("offset ", start));
}

std::optional<ProtoField> ProtoReader::next() {
  if (reader_.remaining() == 0) return std::nullopt;
  ProtoField field;
  field.offset = reader_.offset();
  const uint64_t tag = varint();
  field.number = static_cast<uint32_t>(tag >> 3);
  field.wire = static_cast<ProtoField::Wire>(tag & 7);
  if (tag >> 3 == 0 || tag >> 3 >= uint64_t{1} << 29) {
    throw Error(ErrorCode::kBadFile, text("field number ", tag >> 3, " is not valid"),
                text("offset ", field.offset));
  }
  switch (field.wire) {
    case ProtoField::Wire::kVarint:
      field.number_value = varint();
      return field;
    case ProtoField::Wire::kFixed64:
      field.number_value = reader_.read<uint64_t>("a 64-bit field");
      return field;
    case ProtoField::Wire::kFixed32:
      field.number_value = reader_.read<uint32_t>("a 32-bit field");
      return field;
    case ProtoField::Wire::kBytes:
      field.bytes = reader_.take(varint(), "a length-delimited field");
      return field;
  }
  throw Error(ErrorCode::kBadFile,
              text("field ", field.number, " has wire type ", tag & 7, ", which is not supported"),
              text("offset ", field.offset));
}

void ProtoWriter::raw_varint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) message_ += static_cast<char>(value | 0x80);
  message_ += static_cast<char>(value);
}

void ProtoWriter::tag(uint32_t number, ProtoField::Wire wire) {
  raw_varint(uint64_t{number} << 3 | static_cast<uint64_t>(wire));
}

ProtoWriter& ProtoWriter::varint(uint32_t number, uint64_t value) {
  tag(number, ProtoField::Wire::kVarint);
  raw_varint(value);
  return *this;
}

ProtoWriter& ProtoWriter::int32(uint32_t number, int32_t value) {
  return varint(number, static_cast<uint64_t>(int64_t{value}));
}

ProtoWriter& ProtoWriter::float32(uint32_t number, float value) {
  tag(number, ProtoField::Wire::kFixed32);
  const auto bits = std::bit_cast<uint32_t>(value);
  for (int shift = 0; shift < 32; shift += 8) message_ += static_cast<char>(bits >> shift);
  return *this;
}

ProtoWriter& ProtoWriter::float64(uint32_t number, double value) {
  tag(number, ProtoField::Wire::kFixed64);
  const auto bits = std::bit_cast<uint64_t>(value);
  for (int shift = 0; shift < 64; shift += 8) message_ += static_cast<char>(bits >> shift);
  return *this;
}

ProtoWriter& ProtoWriter::bytes(uint32_t number, std::string_view value) {
  tag(number, ProtoField::Wire::kBytes);
  raw_varint(value.size());
  message_ += value;
  return *this;
}

}  // namespace lapilli
