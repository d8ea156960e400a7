// SPDX-License-Identifier: Apache-2.0
#include "engine/io/gguf.h"
#include "engine/io/gguf_types.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace lapilli {
namespace {

using namespace gguf_limits;

Error unwritable(std::string message) {
  return Error(ErrorCode::kInvalidArgument, std::move(message));
}

void require_name(std::string_view what, std::string_view name, uint64_t limit) {
  const bool printable = std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (name.empty() || name.size() > limit || !printable)
    throw unwritable(
        text("the ", what, " \"", name, "\" is not 1 to ", limit, " printable ASCII characters"));
}

/// The header, grown in memory: metadata and tensor list are small beside the data.
class Header {
 public:
  template <class T>
  void number(T value) {
    bytes(std::as_bytes(std::span(&value, 1)));
  }
  void string(std::string_view value) {
    number<uint64_t>(value.size());
    bytes(as_bytes(value));
  }
  void bytes(Bytes value) { content_.insert(content_.end(), value.begin(), value.end()); }
  void pad(uint64_t alignment) { content_.resize(align_up(content_.size(), alignment)); }
  [[nodiscard]] Bytes content() const { return content_; }

 private:
  std::vector<std::byte> content_;
};

void put_value(const GgufValue& value, Header& header) {
  if (value.is_array) header.number(GgufType::kArray);
  header.number(value.type);
  if (value.is_array) header.number<uint64_t>(value.count());
  header.bytes(value.numbers);
  for (const std::string& string : value.strings) header.string(string);
}

uint64_t alignment_of(const GgufMetadata& metadata) {
  const auto alignment = metadata.get_u32("general.alignment", kDefaultAlignment).value();
  if (!std::has_single_bit(alignment) || alignment < kMinAlignment || alignment > kMaxAlignment)
    throw unwritable(text("general.alignment is ", alignment, ", a power of two from ", kMinAlignment, " to ",
                          kMaxAlignment, " is needed"));
  return alignment;
}

uint64_t tensor_bytes(const GgufTensor& tensor) {
  require_name("tensor name", tensor.name, kMaxNameBytes);
  const bool shaped = !tensor.shape.empty() && tensor.shape.size() <= 4 &&
                      std::all_of(tensor.shape.begin(), tensor.shape.end(),
                                  [](uint64_t size) { return size >= 1 && size <= kMaxDimension; });
  const auto size = stored_bytes(stored_type(tensor.dtype), tensor.shape);
  if (!shaped || !size || tensor.shape.back() % block_elements(tensor.dtype) != 0)
    throw unwritable(text("tensor ", tensor.name, " has shape ", shape_text(tensor.shape), ", which ",
                          to_string(tensor.dtype), " in a GGUF file cannot have"));
  return *size;
}

Header make_header(const GgufMetadata& metadata, std::span<const GgufTensor> tensors, uint64_t alignment) {
  if (metadata.entries().size() > kMaxEntries || tensors.size() > kMaxTensors)
    throw unwritable(text(metadata.entries().size(), " metadata entries and ", tensors.size(),
                          " tensors are more than a file may have"));
  Header header;
  header.bytes(as_bytes("GGUF"));
  header.number<uint32_t>(3);
  header.number<uint64_t>(tensors.size());
  header.number<uint64_t>(metadata.entries().size());
  for (const auto& [key, value] : metadata.entries()) {
    require_name("key", key, kMaxKeyBytes);
    header.string(key);
    put_value(value, header);
  }
  std::unordered_set<std::string_view> names;
  uint64_t offset = 0;
  for (const GgufTensor& tensor : tensors) {
    const uint64_t size = tensor_bytes(tensor);
    if (!names.insert(tensor.name).second) throw unwritable(text("tensor ", tensor.name, " appears twice"));
    header.string(tensor.name);
    header.number(static_cast<uint32_t>(tensor.shape.size()));
    for (size_t d = tensor.shape.size(); d-- > 0;) header.number(tensor.shape[d]);
    header.number(ggml_type_id(tensor.dtype));
    header.number(offset);
    offset = align_up(offset + size, alignment);
  }
  if (!tensors.empty()) header.pad(alignment);
  return header;
}

/// Where the bytes of a file under way go.
struct Output {
  int descriptor;
  const std::filesystem::path& path;

  [[nodiscard]] Result<void> write(Bytes bytes) const {
    if (auto written = write_all(descriptor, bytes); !written) return written.error().within(path.string());
    return {};
  }
};

void write_tensor(const Output& output, const GgufTensor& tensor, uint64_t alignment,
                  const std::function<Result<void>(const GgufSink&)>& give) {
  const uint64_t expected = tensor_bytes(tensor);
  uint64_t written = 0;
  const auto refuse = [&](std::string_view comparison) {
    throw unwritable(
        text("tensor ", tensor.name, " got ", written, " bytes, ", comparison, " its ", expected));
  };
  give([&](Bytes bytes) -> Result<void> {
    written += bytes.size();
    if (written > expected) refuse("more than");
    return output.write(bytes);
  }).value();
  if (written != expected) refuse("fewer than");
  const std::vector<std::byte> padding(align_up(expected, alignment) - expected);
  output.write(padding).value();
}

}  // namespace

Result<void> write_gguf(const std::filesystem::path& path, const GgufMetadata& metadata,
                        std::span<const GgufTensor> tensors, const GgufSource& source) {
  return try_result([&] {
    const uint64_t alignment = alignment_of(metadata);
    const Header header = make_header(metadata, tensors, alignment);
    replace_file(path, [&](int descriptor) -> Result<void> {
      const Output output{descriptor, path};
      output.write(header.content()).value();
      for (size_t i = 0; i < tensors.size(); ++i) {
        write_tensor(output, tensors[i], alignment, [&](const GgufSink& sink) { return source(i, sink); });
      }
      return {};
    }).value();
  });
}

}  // namespace lapilli
