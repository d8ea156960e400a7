// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/bytes.h"
#include "engine/io/gguf.h"

#include <string>
#include <string_view>
#include <vector>

namespace lapilli::test {

/// Builds GGUF files byte by byte, right or wrong, from the format's description alone.
class GgufBytes {
 public:
  GgufBytes& header(uint64_t tensors, uint64_t entries, uint32_t version = 3) {
    raw("GGUF");
    return number(version).number(tensors).number(entries);
  }
  GgufBytes& raw(std::string_view bytes) {
    content_ += bytes;
    return *this;
  }
  template <class T>
  GgufBytes& number(T value) {
    content_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  GgufBytes& string(std::string_view value) { return number<uint64_t>(value.size()).raw(value); }
  GgufBytes& key(std::string_view name, GgufType type) { return string(name).number(type); }
  GgufBytes& u32(std::string_view name, uint32_t value) { return key(name, GgufType::kU32).number(value); }
  GgufBytes& u16(std::string_view name, uint16_t value) { return key(name, GgufType::kU16).number(value); }
  GgufBytes& tensor(std::string_view name, const std::vector<uint64_t>& ne, uint32_t type, uint64_t offset) {
    string(name).number(static_cast<uint32_t>(ne.size()));
    for (const uint64_t size : ne) number(size);
    return number(type).number(offset);
  }
  GgufBytes& pad(uint64_t alignment = 32) {
    content_.resize(align_up(content_.size(), alignment));
    return *this;
  }
  GgufBytes& data(size_t bytes) {
    content_.append(bytes, '\0');
    return *this;
  }
  [[nodiscard]] const std::string& content() const { return content_; }
  [[nodiscard]] Bytes bytes() const { return as_bytes(content_); }
  [[nodiscard]] Result<GgufFile> parse() const { return GgufFile::parse(bytes(), "model.gguf"); }

 private:
  std::string content_;
};

}  // namespace lapilli::test
