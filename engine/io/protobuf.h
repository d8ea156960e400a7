// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lapilli {

/// One field of a protobuf message; which value member counts follows from the wire type.
struct ProtoField {
  enum class Wire : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };
  uint32_t number = 0;
  Wire wire = Wire::kVarint;
  uint64_t number_value = 0;  ///< varint and both fixed types
  Bytes bytes;                ///< length-delimited
  uint64_t offset = 0;        ///< of the field in the message

  /// The values by the type the schema says. Throw kBadFile when the wire type is another one.
  [[nodiscard]] uint64_t as_varint() const;
  [[nodiscard]] bool as_bool() const { return as_varint() != 0; }
  [[nodiscard]] float as_float() const;
  [[nodiscard]] std::string_view as_string() const;
  [[nodiscard]] Bytes as_message() const;
};

/// Walks the fields of one untrusted message. Throws kBadFile, with the offset in the message, on lengths
/// beyond its end, varints of more than ten bytes, groups and unknown wire types.
class ProtoReader {
 public:
  explicit ProtoReader(Bytes message) : reader_(message) {}
  [[nodiscard]] std::optional<ProtoField> next();

 private:
  uint64_t varint();
  ByteReader reader_;
};

/// Builds a message field by field.
class ProtoWriter {
 public:
  ProtoWriter& varint(uint32_t number, uint64_t value);
  /// Negative values take ten bytes, as protobuf's int32 does.
  ProtoWriter& int32(uint32_t number, int32_t value);
  ProtoWriter& float32(uint32_t number, float value);
  ProtoWriter& float64(uint32_t number, double value);
  ProtoWriter& bytes(uint32_t number, std::string_view value);
  [[nodiscard]] const std::string& message() const { return message_; }

 private:
  void raw_varint(uint64_t value);
  void tag(uint32_t number, ProtoField::Wire wire);
  std::string message_;
};

}  // namespace lapilli
