// SPDX-License-Identifier: Apache-2.0
#include "training/feature_cache.h"

#include "engine/base/hash.h"
#include "engine/io/file.h"
#include "engine/model/clip_vision.h"
#include "engine/runtime/picture.h"
#include "training/training_graphs.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <set>

#include <fcntl.h>
#include <unistd.h>

namespace lapilli::training {
namespace {

constexpr uint64_t kMagic = 0x31454854'4145464c;  // "LFEATHE1", little-endian
constexpr uint64_t kHeaderBytes = 32;

struct Header {
  uint64_t magic = kMagic;
  uint64_t tower = 0;
  uint64_t feature_bytes = 0;
  uint64_t reserved = 0;
  bool operator==(const Header&) const = default;
};
static_assert(sizeof(Header) == kHeaderBytes);

struct EntryHeader {
  uint64_t picture = 0;
  uint64_t checksum = 0;
};

/// All of [offset, offset + to.size()); false where the file has less or can't be read.
bool read_whole(int descriptor, uint64_t offset, std::span<std::byte> to) {
  while (!to.empty()) {
    const ssize_t count = ::pread(descriptor, to.data(), to.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    to = to.subspan(static_cast<size_t>(count));
    offset += static_cast<uint64_t>(count);
  }
  return true;
}

template <class Value>
bool read_value(int descriptor, uint64_t offset, Value& value) {
  return read_whole(descriptor, offset, std::as_writable_bytes(std::span(&value, 1)));
}

uint64_t hash_weight(const WeightSource& source, uint64_t state) {
  constexpr uint64_t kPieceBytes = uint64_t{1} << 20;
  state = fnv1a(std::as_bytes(std::span(source.name)), state);
  state = hash_value(source.type.dtype, state);
  const uint64_t bytes = row_bytes(source.type.dtype, source.type.cols());
  const uint64_t piece = std::max<uint64_t>(1, kPieceBytes / bytes);
  std::vector<std::byte> rows;
  for (uint64_t row = 0; row < source.type.rows(); row += piece) {
    rows.resize(std::min(piece, source.type.rows() - row) * bytes);
    source.read(row, rows).value();
    state = fnv1a(rows, state);
  }
  return state;
}

}  // namespace

uint64_t tower_hash(const LoadedModel& model, const Recipe& recipe) {
  const VisionConfig& vision = *model.config.vision;
  const PreprocessOptions pictures = preprocess_options(model.config, {.aspect = recipe.aspect});
  uint64_t state = hash_value(activation_of(recipe.precision), kMagic);
  state = hash_value(pictures.aspect, state);
  state = hash_value(pictures.size, state);
  for (const double value : pictures.mean) state = hash_value(value, state);
  for (const double value : pictures.deviation) state = hash_value(value, state);
  state = hash_value(pictures.rescale, state);
  std::set<std::string> names;
  for (const WeightInfo& info : weight_list<ClipVisionWeights>(vision)) names.insert(info.name);
  for (const WeightSource& source : model.weights) {
    if (names.contains(source.name)) state = hash_weight(source, state);
  }
  return state;
}

uint64_t picture_hash(const std::filesystem::path& path) {
  const auto file = MappedFile::open(path);
  return file ? fnv1a(file->bytes()) : 0;
}

Result<std::unique_ptr<FeatureCache>> FeatureCache::open(const Options& options) {
  LAPILLI_ASSERT(options.feature_bytes > 0);
  std::unique_ptr<FeatureCache> cache(new FeatureCache(options));
  if (auto opened = cache->open_file(); !opened) return opened.error();
  return cache;
}

FeatureCache::~FeatureCache() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Error FeatureCache::failed(const char* what) const {
  return Error(ErrorCode::kIo, text("the cache of features ", what, ": ", std::strerror(errno)),
               options_.path.string());
}

Result<void> FeatureCache::open_file() {
  std::error_code ignored;
  std::filesystem::create_directories(options_.path.parent_path(), ignored);
  descriptor_ = ::open(options_.path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) return failed("can't be opened");
  const off_t size = ::lseek(descriptor_, 0, SEEK_END);
  if (size < 0) return failed("can't be read");
  Header header;
  const bool fits = read_value(descriptor_, 0, header) &&
                    header == Header{.tower = options_.tower, .feature_bytes = options_.feature_bytes};
  return fits ? read_index(static_cast<uint64_t>(size)) : begin_anew();
}

Result<void> FeatureCache::begin_anew() {
  if (::ftruncate(descriptor_, 0) != 0 || ::lseek(descriptor_, 0, SEEK_SET) != 0)
    return failed("can't be begun anew");
  const Header header{.tower = options_.tower, .feature_bytes = options_.feature_bytes};
  end_ = kHeaderBytes;
  if (auto written = write_all(descriptor_, std::as_bytes(std::span(&header, 1))); !written)
    return written.error().within(options_.path.string());
  return {};
}

Result<void> FeatureCache::read_index(uint64_t size_bytes) {
  end_ = kHeaderBytes;
  for (; end_ + entry_bytes() <= size_bytes; end_ += entry_bytes()) {
    EntryHeader entry;
    if (!read_value(descriptor_, end_, entry)) return failed("can't be read");
    offsets_.insert_or_assign(entry.picture, end_);  // behind a damaged one stands its repair
  }
  if (::ftruncate(descriptor_, static_cast<off_t>(end_)) != 0)
    return failed("can't be cut where it is whole");
  if (::lseek(descriptor_, static_cast<off_t>(end_), SEEK_SET) < 0) return failed("can't be read");
  return {};
}

bool FeatureCache::contains(uint64_t picture) const {
  const std::scoped_lock lock(mutex_);
  return offsets_.contains(picture);
}

size_t FeatureCache::size() const {
  const std::scoped_lock lock(mutex_);
  return offsets_.size();
}

bool FeatureCache::read(uint64_t picture, std::span<std::byte> to) {
  LAPILLI_ASSERT(to.size() == options_.feature_bytes);
  const std::scoped_lock lock(mutex_);
  const auto found = offsets_.find(picture);
  if (found == offsets_.end()) return false;
  EntryHeader entry;
  const bool whole = read_value(descriptor_, found->second, entry) && entry.picture == picture &&
                     read_whole(descriptor_, found->second + kEntryHeaderBytes, to) &&
                     fnv1a(to, picture) == entry.checksum;
  if (!whole) offsets_.erase(found);
  return whole;
}

Result<void> FeatureCache::add(uint64_t picture, Bytes features) {
  LAPILLI_ASSERT(features.size() == options_.feature_bytes);
  const std::scoped_lock lock(mutex_);
  if (full_ || offsets_.contains(picture) || end_ + entry_bytes() > options_.limit_bytes) return {};
  const EntryHeader header{.picture = picture, .checksum = fnv1a(features, picture)};
  std::vector<std::byte> entry(entry_bytes());
  std::ranges::copy(std::as_bytes(std::span(&header, 1)), entry.begin());
  std::ranges::copy(features, entry.begin() + kEntryHeaderBytes);
  if (auto written = write_all(descriptor_, entry); !written) {
    full_ = true;
    return written.error().within(options_.path.string());
  }
  offsets_.emplace(picture, end_);
  end_ += entry_bytes();
  return {};
}

}  // namespace lapilli::training
