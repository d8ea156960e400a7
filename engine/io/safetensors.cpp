// SPDX-License-Identifier: Apache-2.0
#include "engine/io/safetensors.h"

#include "engine/base/json.h"
#include "engine/io/safetensors_types.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace lapilli {
namespace {

using Json = nlohmann::json;

/// The format's nesting is 3; the margin only shapes the error of a deeper file.
constexpr size_t kMaxHeaderDepth = 4;

struct Range {
  uint64_t begin;
  uint64_t end;
};

[[noreturn]] void refuse(std::string_view name, std::string message) {
  throw Error(ErrorCode::kBadFile, std::move(message), text("tensor \"", name, "\""));
}

/// A plain JSON integer in [0, 2^63); the parser turns fractions, exponents and overlong digits into floats
/// and signs into signed integers.
uint64_t read_integer(const Json& value, std::string_view name, std::string_view what) {
  if (!value.is_number_unsigned() || value.get<uint64_t>() > uint64_t{INT64_MAX}) {
    refuse(name, text(what, " holds ", value.dump(-1, ' ', true).substr(0, 40),
                      ", a whole number from 0 to 2^63-1 is expected"));
  }
  return value.get<uint64_t>();
}

const StoredType& read_type(const Json& value, std::string_view name) {
  if (!value.is_string()) refuse(name, "\"dtype\" is not a string");
  const auto& spelled = value.get_ref<const std::string&>();
  for (const SafetensorsType& known : kSafetensorsTypes) {
    if (known.name == spelled) return known.type;
  }
  refuse(name, text("has the unknown dtype \"", spelled.substr(0, 40), "\""));
}

std::vector<uint64_t> read_shape(const Json& value, std::string_view name) {
  if (!value.is_array()) refuse(name, "\"shape\" is not an array");
  if (value.size() > kMaxTensorRank) {
    refuse(name, text("has ", value.size(), " dimensions, at most ", kMaxTensorRank, " are supported"));
  }
  std::vector<uint64_t> shape;
  for (const Json& size : value) shape.push_back(read_integer(size, name, "\"shape\""));
  return shape;
}

Range read_offsets(const Json& value, std::string_view name) {
  if (!value.is_array() || value.size() != 2) refuse(name, "\"data_offsets\" is not an array of two numbers");
  const Range range = {read_integer(value[0], name, "\"data_offsets\""),
                       read_integer(value[1], name, "\"data_offsets\"")};
  if (range.end < range.begin) {
    refuse(name, text("\"data_offsets\" end at ", range.end, ", before their begin ", range.begin));
  }
  return range;
}

const Json& field(const Json& entry, const char* key, std::string_view name) {
  const auto found = entry.find(key);
  if (found == entry.end()) refuse(name, text("has no \"", key, "\""));
  return *found;
}

struct Entry {
  StoredTensor tensor;
  Range range;
};

Entry read_entry(const std::string& name, const Json& value) {
  if (!is_usable_tensor_name(name)) {
    refuse(Json(name.substr(0, 40)).dump(-1, ' ', true, Json::error_handler_t::replace),
           text("has a name of ", name.size(), " bytes; names have 1 to ", kMaxTensorNameBytes,
                " bytes without control characters"));
  }
  if (!value.is_object()) refuse(name, "is not described by an object");
  for (const auto& item : value.items()) {
    if (item.key() != "dtype" && item.key() != "shape" && item.key() != "data_offsets") {
      refuse(name, text("has the unknown field \"", item.key().substr(0, 40), "\""));
    }
  }
  Entry entry;
  entry.tensor.name = name;
  entry.tensor.type = read_type(field(value, "dtype", name), name);
  entry.tensor.shape = read_shape(field(value, "shape", name), name);
  entry.range = read_offsets(field(value, "data_offsets", name), name);

  const auto expected = stored_bytes(entry.tensor.type, entry.tensor.shape);
  const uint64_t actual = entry.range.end - entry.range.begin;
  if (!expected || *expected != actual) {
    refuse(name,
           text("is ", entry.tensor.type.name, " ", shape_text(entry.tensor.shape), ", ",
                expected ? text(*expected, " bytes") : "which is not a whole number of bytes below 2^64",
                ", but its \"data_offsets\" span ", actual));
  }
  return entry;
}

std::map<std::string, std::string> read_metadata(const Json& value) {
  const auto wrong = [] {
    return Error(ErrorCode::kBadFile, "\"__metadata__\" is not an object of strings", "header");
  };
  if (!value.is_object()) throw wrong();
  std::map<std::string, std::string> metadata;
  for (const auto& item : value.items()) {
    if (!item.value().is_string()) throw wrong();
    metadata.emplace(item.key(), item.value().get_ref<const std::string&>());
  }
  return metadata;
}

uint64_t read_header_size(Bytes file) {
  if (file.size() < 8) {
    throw Error(ErrorCode::kBadFile, text("has ", file.size(), " bytes, too few for a safetensors file"));
  }
  const auto size = load<uint64_t>(file.data());
  if (size > kMaxSafetensorsHeaderBytes) {
    throw Error(ErrorCode::kBadFile,
                text("the header size is ", size, ", at most ", kMaxSafetensorsHeaderBytes, " is accepted"),
                "offset 0");
  }
  if (size > file.size() - 8) {
    throw Error(ErrorCode::kBadFile,
                text("the header should take ", size, " bytes, the file has only ", file.size() - 8,
                     " after its size"),
                "offset 0");
  }
  if (size < 2 || file[8] != std::byte{'{'}) {
    throw Error(ErrorCode::kBadFile, "the header does not begin with '{'", "offset 8");
  }
  return size;
}

/// Gives every tensor its bytes; the ranges must tile the buffer without hole, overlap or rest.
void place_tensors(std::vector<Entry>& entries, Bytes buffer) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.range.begin, a.range.end, a.tensor.name) <
           std::tie(b.range.begin, b.range.end, b.tensor.name);
  });
  uint64_t position = 0;
  for (Entry& entry : entries) {
    if (entry.range.begin != position) {
      refuse(entry.tensor.name,
             text("begins at ", entry.range.begin, ", the data before it ends at ", position));
    }
    if (entry.range.end > buffer.size()) {
      refuse(entry.tensor.name, text("ends at ", entry.range.end, ", the file holds ", buffer.size(),
                                     " bytes of data; it is cut or was not downloaded completely"));
    }
    entry.tensor.data = buffer.subspan(entry.range.begin, entry.range.end - entry.range.begin);
    position = entry.range.end;
  }
  if (position != buffer.size()) {
    throw Error(ErrorCode::kBadFile,
                text("holds ", buffer.size(), " bytes of data, its tensors cover ", position), "end of file");
  }
}

SafetensorsContent parse(Bytes file) {
  const uint64_t header_size = read_header_size(file);
  const auto parsed =
      parse_json(as_string_view(file.subspan(8, header_size)),
                 {.max_size_bytes = kMaxSafetensorsHeaderBytes, .max_depth = kMaxHeaderDepth});
  if (!parsed) throw parsed.error().within("header");
  const Json& header = *parsed;
  if (header.size() > kMaxSafetensorsTensors + 1) {
    throw Error(ErrorCode::kBadFile,
                text("lists ", header.size(), " tensors, at most ", kMaxSafetensorsTensors, " are accepted"),
                "header");
  }
  SafetensorsContent content;
  std::vector<Entry> entries;
  for (const auto& item : header.items()) {
    if (item.key() == kSafetensorsMetadataKey) {
      content.metadata = read_metadata(item.value());
    } else {
      entries.push_back(read_entry(item.key(), item.value()));
    }
  }
  place_tensors(entries, file.subspan(8 + header_size));
  for (Entry& entry : entries) content.tensors.push_back(std::move(entry.tensor));
  return content;
}

}  // namespace

Result<SafetensorsContent> parse_safetensors(Bytes file) {
  return try_result([&] { return parse(file); });
}

Result<TensorFile> open_safetensors(const std::filesystem::path& path) {
  auto mapped = MappedFile::open(path);
  if (!mapped) return mapped.error();
  auto content = parse_safetensors(mapped->bytes());
  if (!content) return content.error().within(path.string());
  return TensorFile(std::move(*mapped), std::move(content->tensors), std::move(content->metadata));
}

}  // namespace lapilli
