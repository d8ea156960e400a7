// SPDX-License-Identifier: Apache-2.0
#include "engine/io/gguf_parse.h"

#include "engine/io/detect.h"
#include "engine/io/gguf_types.h"

#include <algorithm>
#include <unordered_set>

namespace lapilli {
namespace {

using namespace gguf_limits;

constexpr uint64_t kMinEntryBytes = 8 + 4 + 1;
constexpr uint64_t kMinTensorBytes = 8 + 4 + 8 + 4 + 8;

/// Names from the file, cut so that a message stays a sentence.
std::string shown(std::string_view name) {
  return std::string(name.substr(0, 80)) + (name.size() > 80 ? "…" : "");
}

bool is_printable(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

class Parser {
 public:
  Parser(Bytes content, const std::string& file) : content_(content), reader_(content), file_(file) {
    result_.metadata = GgufMetadata(file);
  }

  ParsedGguf parse() {
    parse_header();
    parse_metadata();
    parse_alignment();
    parse_tensors();
    place_data();
    return std::move(result_);
  }

 private:
  struct Placement {
    uint64_t offset;
    uint64_t size;
  };

  [[noreturn]] void refuse(std::string message, ErrorCode code = ErrorCode::kBadFile) const {
    throw Error(code, std::move(message), text("offset ", field_));
  }

  template <class T>
  T read(std::string_view what) {
    field_ = reader_.offset();
    return reader_.read<T>(what);
  }

  void parse_header() {
    const auto magic = as_string_view(reader_.take(4, "the magic"));
    if (magic != "GGUF") {
      const FileKind kind = detect(content_);
      const bool is_explained =
          kind == FileKind::kOldGgml || kind == FileKind::kGitLfsPointer || kind == FileKind::kHtml;
      refuse(is_explained ? text(refusal(kind)) : "does not begin with GGUF", refusal_code(kind));
    }
    const auto version = read<uint32_t>("the version");
    if ((version & 0xffffu) == 0 && version != 0)
      refuse("is a big-endian file; convert it on a little-endian machine", ErrorCode::kUnsupported);
    if (version != 2 && version != 3)
      refuse(text("has version ", version, ", versions 2 and 3 are readable"), ErrorCode::kUnsupported);
    num_tensors_ = read_count("tensors", kMaxTensors, kMinTensorBytes);
    num_entries_ = read_count("metadata entries", kMaxEntries, kMinEntryBytes);
    const uint64_t needed = num_tensors_ * kMinTensorBytes + num_entries_ * kMinEntryBytes;
    if (needed > reader_.remaining())
      refuse(text(num_tensors_, " tensors and ", num_entries_, " metadata entries need at least ", needed,
                  " bytes, ", reader_.remaining(), " are left"));
  }

  uint64_t read_count(std::string_view what, uint64_t limit, uint64_t min_bytes) {
    const auto count = read<uint64_t>("a count");
    if (count > limit) refuse(text("states ", count, " ", what, ", at most ", limit, " are accepted"));
    if (count * min_bytes > reader_.remaining())
      refuse(text("states ", count, " ", what, ", only ", reader_.remaining(), " bytes are left"));
    return count;
  }

  std::string read_string(std::string_view what, uint64_t limit) {
    const auto size = read<uint64_t>(what);
    if (size > limit) refuse(text(what, " has ", size, " bytes, at most ", limit, " are accepted"));
    return std::string(as_string_view(reader_.take(size, what)));
  }

  void parse_metadata() {
    for (uint64_t i = 0; i < num_entries_; ++i) {
      std::string key = read_string("a key", kMaxKeyBytes);
      if (key.empty()) refuse(text("the key of metadata entry ", i, " is empty"));
      if (!is_printable(key)) refuse(text("the key of metadata entry ", i, " is not printable ASCII"));
      if (result_.metadata.contains(key)) refuse(text("the key ", shown(key), " appears twice"));
      try {
        GgufValue value = read_value();
        if (reader_.offset() > kMaxMetadataBytes)
          refuse(text("the metadata has more than ", kMaxMetadataBytes, " bytes"));
        result_.metadata.set(std::move(key), std::move(value));
      } catch (const Error& error) {
        throw error.within(text("key ", shown(key)));
      }
    }
  }

  GgufType read_type(bool element) {
    const auto id = read<uint32_t>("a value type");
    if (id > static_cast<uint32_t>(GgufType::kF64))
      refuse(text("has value type ", id, ", 0 to 12 are known"));
    const auto type = static_cast<GgufType>(id);
    if (element && type == GgufType::kArray) refuse("is an array of arrays, which ggml does not read either");
    return type;
  }

  GgufValue read_value() {
    GgufValue value;
    value.type = read_type(false);
    uint64_t count = 1;
    if (value.type == GgufType::kArray) {
      value.is_array = true;
      value.type = read_type(true);
      count = read<uint64_t>("an array's length");
      if (count > kMaxArrayCount)
        refuse(text("has ", count, " elements, at most ", kMaxArrayCount, " are accepted"));
    }
    if (value.type == GgufType::kString) {
      read_strings(count, value.strings);
      return value;
    }
    const Bytes bytes = reader_.take(count * stored_size(value.type), "the value");
    if (value.type == GgufType::kBool) check_bools(bytes);
    value.numbers.assign(bytes.begin(), bytes.end());
    return value;
  }

  void read_strings(uint64_t count, std::vector<std::string>& strings) {
    if (count * 8 > reader_.remaining())
      refuse(text("has ", count, " strings, only ", reader_.remaining(), " bytes are left"));
    for (uint64_t i = 0; i < count; ++i) {
      strings.push_back(read_string("a string", kMaxStringBytes));
      if (reader_.offset() > kMaxMetadataBytes)
        refuse(text("the metadata has more than ", kMaxMetadataBytes, " bytes"));
    }
  }

  void check_bools(Bytes bytes) const {
    for (const std::byte byte : bytes) {
      if (std::to_integer<int>(byte) > 1)
        refuse(text("has the bool ", std::to_integer<int>(byte), ", 0 and 1 are valid"));
    }
  }

  void parse_alignment() {
    const GgufValue* value = result_.metadata.find("general.alignment");
    if (value == nullptr) return;
    const std::string_view place = "key general.alignment";
    if (value->is_array || value->type != GgufType::kU32)
      throw Error(ErrorCode::kBadFile, text("has type ", to_string(value->type), ", u32 is needed"),
                  text(place));
    alignment_ = load<uint32_t>(value->numbers.data());
    if (!std::has_single_bit(alignment_) || alignment_ < kMinAlignment || alignment_ > kMaxAlignment)
      throw Error(ErrorCode::kBadFile,
                  text("is ", alignment_, ", a power of two from ", kMinAlignment, " to ", kMaxAlignment,
                       " is needed"),
                  text(place));
  }

  void parse_tensors() {
    std::unordered_set<std::string> names;
    for (uint64_t i = 0; i < num_tensors_; ++i) {
      StoredTensor tensor;
      tensor.name = read_string("a tensor's name", kMaxNameBytes);
      if (tensor.name.empty()) refuse(text("the name of tensor ", i, " is empty"));
      if (!is_printable(tensor.name)) refuse(text("the name of tensor ", i, " is not printable ASCII"));
      tensor.file = file_;
      try {
        if (!names.insert(tensor.name).second) refuse("appears twice");
        parse_tensor(tensor);
      } catch (const Error& error) {
        throw error.within(text("tensor ", tensor.name));
      }
      result_.tensors.push_back(std::move(tensor));
    }
  }

  void parse_tensor(StoredTensor& tensor) {
    const auto rank = read<uint32_t>("the number of dimensions");
    if (rank < 1 || rank > 4) refuse(text("has ", rank, " dimensions, 1 to 4 are possible"));
    for (uint32_t d = 0; d < rank; ++d) {
      const auto size = read<uint64_t>("a dimension");
      if (size < 1 || size > kMaxDimension)
        refuse(text("has dimension ", size, ", 1 to ", kMaxDimension, " are possible"));
      tensor.shape.insert(tensor.shape.begin(), size);
    }
    const auto type_id = read<uint32_t>("the type");
    const auto type = stored_type_from_ggml(type_id);
    if (!type) refuse(ggml_type_refusal(type_id), ErrorCode::kUnsupported);
    tensor.type = *type;
    if (tensor.shape.back() % type->block_elements != 0)
      refuse(text("has rows of ", tensor.shape.back(), " elements, ", type->name, " blocks hold ",
                  type->block_elements));
    const auto size = stored_bytes(*type, tensor.shape);
    if (!size) refuse(text("has shape ", shape_text(tensor.shape), ", whose size exceeds 64 bits"));
    placements_.push_back({read<uint64_t>("the data offset"), *size});
    if (*size > content_.size())
      refuse(text("has ", *size, " bytes of data, the whole file ", content_.size()));
  }

  /// Offsets follow each other without gaps but for alignment, as ggml demands: so ranges can't overlap.
  void place_data() {
    if (result_.tensors.empty()) return;
    const uint64_t start = align_up(reader_.offset(), alignment_);
    uint64_t expected = 0;
    for (size_t i = 0; i < result_.tensors.size(); ++i) {
      StoredTensor& tensor = result_.tensors[i];
      const auto [offset, size] = placements_[i];
      const auto refuse_data = [&](std::string message) {
        throw Error(ErrorCode::kBadFile, std::move(message), text("tensor ", tensor.name));
      };
      if (offset % alignment_ != 0)
        refuse_data(text("has data offset ", offset, ", not a multiple of the alignment ", alignment_));
      if (offset != expected) refuse_data(text("has data offset ", offset, ", ", expected, " is expected"));
      // Below twice the file's size (checked above), so these sums can't wrap.
      if (start + offset + size > content_.size())
        refuse_data(text("ends at byte ", start + offset + size, ", the file at ", content_.size(),
                         "; it is cut short, download it again"));
      tensor.data = content_.subspan(start + offset, size);
      expected = align_up(offset + size, alignment_);
    }
  }

  Bytes content_;
  ByteReader reader_;
  uint64_t field_ = 0;  // where the number read last begins, for messages
  std::string file_;
  uint64_t num_tensors_ = 0;
  uint64_t num_entries_ = 0;
  uint64_t alignment_ = kDefaultAlignment;
  std::vector<Placement> placements_;
  ParsedGguf result_;
};

}  // namespace

ParsedGguf parse_gguf(Bytes content, const std::string& file) {
  try {
    return Parser(content, file).parse();
  } catch (const Error& error) {
    throw error.within(file);
  }
}

}  // namespace lapilli
