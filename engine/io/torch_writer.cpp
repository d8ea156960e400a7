// SPDX-License-Identifier: Apache-2.0
#include "engine/io/torch_writer.h"

#include <algorithm>
#include <set>

#include <unistd.h>
#include <zlib.h>

namespace lapilli {
namespace {

constexpr uint64_t kAlignment = 64;
constexpr uint64_t kChunkBytes = uint64_t{4} << 20;
constexpr uint64_t kLimitBytes = (uint64_t{1} << 32) - 1;
constexpr uint16_t kUtf8Names = 0x0800;

template <class T>
std::string little(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof(T)};
}

/// A pickle of protocol 2, without memo.
namespace pickle {

std::string string(std::string_view value) {
  return "X" + little(static_cast<uint32_t>(value.size())) + std::string(value);
}
std::string integer(uint64_t value) {
  if (value <= INT32_MAX) return "J" + little(static_cast<int32_t>(value));
  return std::string("\x8a\x08", 2) + little(value);
}
std::string global(std::string_view module, std::string_view name) {
  return text('c', module, '\n', name, '\n');
}
std::string tuple(std::span<const uint64_t> values) {
  std::string result = "(";
  for (const uint64_t value : values) result += integer(value);
  return result + "t";
}
std::string ordered_dictionary() {
  return global("collections", "OrderedDict") + ")R";
}

std::string_view storage_class(const StoredType& type) {
  return type.dtype == DType::f32   ? "FloatStorage"
         : type.dtype == DType::f16 ? "HalfStorage"
                                    : "BFloat16Storage";
}

std::string tensor(const TensorToWrite& tensor, size_t key) {
  std::vector<uint64_t> strides(tensor.shape.size(), 1);
  for (size_t axis = strides.size(); axis-- > 1;) strides[axis - 1] = strides[axis] * tensor.shape[axis];
  const std::string storage = "(" + string("storage") + global("torch", storage_class(tensor.type)) +
                              string(std::to_string(key)) + string("cpu") +
                              integer(element_count(tensor.shape).value()) + "tQ";
  return global("torch._utils", "_rebuild_tensor_v2") + "(" + storage + integer(0) + tuple(tensor.shape) +
         tuple(strides) + "\x89" + ordered_dictionary() + "tR";
}

std::string state_dictionary(std::span<const TensorToWrite> tensors) {
  std::string result = std::string("\x80\x02", 2) + ordered_dictionary() + "(";
  for (size_t index = 0; index < tensors.size(); ++index)
    result += string(tensors[index].name) + tensor(tensors[index], index);
  return result + "u.";
}

}  // namespace pickle

/// Writes members one behind the other, then their directory. Sizes are known at the start of a member, its
/// checksum is put into the header afterwards.
class Archive {
 public:
  explicit Archive(int descriptor) : descriptor_(descriptor) {}

  void begin(const std::string& name, uint64_t size) {
    name_ = text("archive/", name);
    size_ = static_cast<uint32_t>(size);
    offset_ = position_;
    crc_ = static_cast<uint32_t>(crc32_z(0, nullptr, 0));
    const uint64_t unpadded = position_ + 30 + name_.size() + 4;
    const uint64_t padding = align_up(unpadded, kAlignment) - unpadded;
    put("PK\x03\x04" + little(uint16_t{20}) + common() + little(static_cast<uint16_t>(padding + 4)) + name_ +
        "FB" + little(static_cast<uint16_t>(padding)) + std::string(padding, 'Z'));
  }

  void add(Bytes bytes) {
    crc_ = static_cast<uint32_t>(crc32_z(crc_, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
    write_all(descriptor_, bytes).value();
    position_ += bytes.size();
  }

  void end() {
    if (pwrite(descriptor_, &crc_, sizeof crc_, static_cast<off_t>(offset_ + 14)) != sizeof crc_)
      throw Error(ErrorCode::kIo, "could not be written; is the disk full?");
    directory_ += "PK\x01\x02" + little(uint16_t{20}) + little(uint16_t{20}) + common() +
                  little(uint16_t{0}) + std::string(10, '\0') + little(static_cast<uint32_t>(offset_)) +
                  name_;
    ++members_;
  }

  void whole(const std::string& name, std::string_view content) {
    begin(name, content.size());
    add(as_bytes(content));
    end();
  }

  void finish() {
    const auto offset = static_cast<uint32_t>(position_);
    put(directory_);
    put("PK\x05\x06" + std::string(4, '\0') + little(members_) + little(members_) +
        little(static_cast<uint32_t>(directory_.size())) + little(offset) + little(uint16_t{0}));
  }

 private:
  /// From the flags to the length of the name: the same in both places.
  [[nodiscard]] std::string common() const {
    return little(kUtf8Names) + std::string(6, '\0') + little(crc_) + little(size_) + little(size_) +
           little(static_cast<uint16_t>(name_.size()));
  }
  void put(const std::string& bytes) {
    write_all(descriptor_, as_bytes(bytes)).value();
    position_ += bytes.size();
  }

  int descriptor_;
  uint64_t position_ = 0;
  std::string directory_;
  uint16_t members_ = 0;
  std::string name_;
  uint32_t size_ = 0;
  uint64_t offset_ = 0;
  uint32_t crc_ = 0;
};

void check(std::span<const TensorToWrite> tensors) {
  std::set<std::string_view> names;
  uint64_t total = 0;
  for (const TensorToWrite& tensor : tensors) {
    const std::string place = text("tensor \"", tensor.name, "\"");
    const auto dtype = tensor.type.dtype;
    if (dtype != DType::f32 && dtype != DType::f16 && dtype != DType::bf16)
      throw Error(ErrorCode::kInvalidArgument,
                  text("is ", tensor.type.name, ", f32, f16 or bf16 is expected"), place);
    if (!names.insert(tensor.name).second) throw Error(ErrorCode::kInvalidArgument, "is given twice", place);
    const auto size = stored_bytes(tensor.type, tensor.shape);
    if (!size || (!tensor.fill && *size != tensor.data.size()))
      throw Error(ErrorCode::kInvalidArgument,
                  text("is ", tensor.type.name, " ", shape_text(tensor.shape), ", but has ",
                       tensor.data.size(), " bytes"),
                  place);
    total += *size + 1024;  // headers, directory and the pickle's lines
  }
  if (total > kLimitBytes || tensors.size() > 60'000)
    throw Error(ErrorCode::kUnsupported, text("would hold ", total >> 20,
                                              " MiB, PyTorch files are written up to 4095; use safetensors"));
}

void write_data(Archive& archive, const TensorToWrite& tensor) {
  if (!tensor.fill) return archive.add(tensor.data);
  const uint64_t size = *stored_bytes(tensor.type, tensor.shape);
  std::vector<std::byte> chunk;
  for (uint64_t done = 0; done < size; done += chunk.size()) {
    chunk.resize(std::min(kChunkBytes, size - done));
    tensor.fill(done, chunk).value();
    archive.add(chunk);
  }
}

}  // namespace

Result<void> write_torch_file(const std::filesystem::path& path, std::span<const TensorToWrite> tensors) {
  return try_result([&] {
    check(tensors);
    replace_file(path, [&](int descriptor) -> Result<void> {
      Archive archive(descriptor);
      archive.whole("data.pkl", pickle::state_dictionary(tensors));
      archive.whole("byteorder", "little");
      for (size_t index = 0; index < tensors.size(); ++index) {
        archive.begin(text("data/", index), *stored_bytes(tensors[index].type, tensors[index].shape));
        write_data(archive, tensors[index]);
        archive.end();
      }
      archive.whole("version", "3\n");
      archive.finish();
      return {};
    }).value();
  });
}

}  // namespace lapilli
