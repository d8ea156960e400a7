// SPDX-License-Identifier: Apache-2.0
#include "engine/io/torch_file.h"

#include "engine/io/pickle_reader.h"
#include "engine/io/zip_archive.h"

#include <unordered_map>

namespace lapilli {
namespace {

/// The archive's members by their name inside its one root folder.
class Members {
 public:
  explicit Members(std::vector<ZipMember> members) : members_(std::move(members)) {
    if (members_.empty()) throw Error(ErrorCode::kBadFile, "is an empty zip archive");
    const std::string& first = members_.front().name;
    const size_t slash = first.find('/');
    if (slash == std::string::npos) refuse_foreign();
    const std::string root = first.substr(0, slash + 1);
    for (const ZipMember& member : members_) {
      if (!member.name.starts_with(root)) refuse_foreign();
      index_.emplace(std::string_view(member.name).substr(root.size()), &member);
    }
  }

  [[nodiscard]] const ZipMember* find(std::string_view name) const {
    const auto found = index_.find(name);
    return found == index_.end() ? nullptr : found->second;
  }
  [[nodiscard]] const ZipMember& require_pickle() const {
    const ZipMember* pickle = find("data.pkl");
    if (!pickle) refuse_foreign();
    return *pickle;
  }
  [[nodiscard]] bool is_torch_script() const {
    for (const auto& [name, member] : index_) {
      if (name == "constants.pkl" || name.starts_with("code/")) return true;
    }
    return false;
  }

 private:
  [[noreturn]] static void refuse_foreign() {
    throw Error(ErrorCode::kBadFile, "is a zip archive, but not one of torch.save (no <folder>/data.pkl)");
  }
  std::vector<ZipMember> members_;
  std::unordered_map<std::string_view, const ZipMember*> index_;
};

void require_little_endian(const Members& members) {
  const ZipMember* order = members.find("byteorder");
  if (!order) return;  // not written before PyTorch 2.1
  const std::string_view found = as_string_view(order->data);
  if (found == "little") return;
  throw Error(ErrorCode::kUnsupported,
              found == "big" ? "was written on a big-endian machine; save it again on a little-endian one"
                             : "has a byte order that is neither \"little\" nor \"big\"",
              "byteorder");
}

/// The bytes of every storage, in the order of `storages`.
std::vector<Bytes> find_storages(const Members& members, const std::vector<PickledStorage>& storages) {
  std::vector<Bytes> result;
  for (const PickledStorage& storage : storages) {
    const ZipMember* member = members.find("data/" + storage.key);
    if (!member) {
      throw Error(ErrorCode::kBadFile, "the archive does not hold this storage", text("data/", storage.key));
    }
    const auto size = checked_mul(storage.elements, storage.type.block_bytes);
    if (!size || *size != member->data.size()) {
      throw Error(ErrorCode::kBadFile,
                  text("holds ", member->data.size(), " bytes, the pickle says ", storage.elements, " × ",
                       storage.type.name),
                  text("data/", storage.key));
    }
    result.push_back(member->data);
  }
  return result;
}

/// Row-major without gaps; strides of dimensions of size 1 don't matter.
bool is_contiguous(const PickledTensor& tensor) {
  uint64_t expected = 1;
  for (size_t d = tensor.shape.size(); d-- > 0;) {
    if (tensor.shape[d] != 1 && tensor.strides[d] != expected) return false;
    expected *= tensor.shape[d];
  }
  return true;
}

/// Precondition: the view lies inside the storage (read_state_dict checks it).
StoredTensor view(const PickledTensor& tensor, const StoredType& type, Bytes storage) {
  StoredTensor result;
  result.name = tensor.name;
  result.type = type;
  result.shape = tensor.shape;
  if (element_count(tensor.shape) == 0u) return result;
  uint64_t last = 0;
  for (size_t d = 0; d < tensor.shape.size(); ++d) last += (tensor.shape[d] - 1) * tensor.strides[d];
  result.data = storage.subspan(tensor.offset * type.block_bytes, (last + 1) * type.block_bytes);
  if (!is_contiguous(tensor)) result.strides = tensor.strides;
  return result;
}

std::vector<StoredTensor> parse(Bytes file) {
  const Members members(read_zip(file).value());
  if (members.is_torch_script()) {
    throw Error(ErrorCode::kUnsupported, "is a TorchScript program; save the model's state_dict() instead");
  }
  require_little_endian(members);
  const ZipMember& pickle = members.require_pickle();
  verify_crc(pickle).value();
  const auto weights = read_state_dict(pickle.data);
  if (!weights) throw weights.error().within("data.pkl");
  const auto storages = find_storages(members, weights->storages);
  std::vector<StoredTensor> tensors;
  for (const PickledTensor& tensor : weights->tensors) {
    tensors.push_back(view(tensor, weights->storages[tensor.storage].type, storages[tensor.storage]));
  }
  return tensors;
}

}  // namespace

Result<std::vector<StoredTensor>> parse_torch_file(Bytes file) {
  return try_result([&] { return parse(file); });
}

Result<TensorFile> open_torch_file(const std::filesystem::path& path) {
  auto mapped = MappedFile::open(path);
  if (!mapped) return mapped.error();
  auto tensors = parse_torch_file(mapped->bytes());
  if (!tensors) return tensors.error().within(path.string());
  return TensorFile(std::move(*mapped), std::move(*tensors));
}

}  // namespace lapilli
