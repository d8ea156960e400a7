// SPDX-License-Identifier: Apache-2.0
#include "engine/io/gguf.h"
#include "engine/io/gguf_parse.h"

#include <algorithm>
#include <cstdio>

namespace lapilli {
namespace {

/// "-00002-of-00003.gguf", as split files end; `part` counts from 0.
std::string split_suffix(uint32_t part, uint32_t num_parts) {
  char suffix[40];
  std::snprintf(suffix, sizeof suffix, "-%05u-of-%05u.gguf", part + 1, num_parts);
  return suffix;
}

/// The path up to the split suffix.
std::string split_stem(const std::filesystem::path& path, uint32_t part, uint32_t num_parts) {
  const std::string whole = path.string();
  const std::string suffix = split_suffix(part, num_parts);
  if (!whole.ends_with(suffix)) {
    throw Error(ErrorCode::kBadFile,
                text("is part ", part + 1, " of ", num_parts, " of a split model, its name must end in ",
                     suffix, " so that the other parts can be found"),
                whole);
  }
  return whole.substr(0, whole.size() - suffix.size());
}

struct MappedGguf {
  std::unique_ptr<const MappedFile> file;
  ParsedGguf parsed;
};

MappedGguf map_and_parse(const std::filesystem::path& path) {
  auto file = std::make_unique<const MappedFile>(MappedFile::open(path).value());
  ParsedGguf parsed = parse_gguf(file->bytes(), path.string());
  for (StoredTensor& tensor : parsed.tensors) tensor.source = file.get();
  return {std::move(file), std::move(parsed)};
}

}  // namespace

bool is_later_part(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  const size_t suffix_size = split_suffix(0, 1).size();
  if (name.size() < suffix_size) return false;
  uint32_t part = 0, num_parts = 0;
  const char* const suffix = name.c_str() + name.size() - suffix_size;
  if (std::sscanf(suffix, "-%5u-of-%5u.gguf", &part, &num_parts) != 2 || part < 2) return false;
  return suffix == split_suffix(part - 1, num_parts);
}

Result<GgufFile> GgufFile::open(const std::filesystem::path& path) {
  return try_result([&] {
    GgufFile result;
    MappedGguf first = map_and_parse(path);
    const uint32_t num_parts = first.parsed.metadata.get_u32("split.count", 1).value();
    if (num_parts <= 1) {
      result.metadata_ = std::move(first.parsed.metadata);
      result.tensors_ = std::move(first.parsed.tensors);
      result.files_.push_back(std::move(first.file));
    } else {
      const uint32_t named_part = first.parsed.metadata.get_u32("split.no").value();
      const std::string stem = split_stem(path, named_part, num_parts);
      first = {};
      for (uint32_t part = 0; part < num_parts; ++part)
        result.append_part(stem + split_suffix(part, num_parts), part, num_parts).value();
      const auto stated =
          result.metadata_.get_u32("split.tensors.count", static_cast<uint32_t>(result.tensors_.size()))
              .value();
      if (stated != result.tensors_.size()) {
        throw Error(ErrorCode::kBadFile,
                    text("states ", stated, " tensors in all parts, they have ", result.tensors_.size()),
                    stem + split_suffix(0, num_parts));
      }
    }
    result.index_tensors();
    return result;
  });
}

Result<void> GgufFile::append_part(const std::filesystem::path& path, uint32_t part, uint32_t num_parts) {
  return try_result([&] {
    MappedGguf mapped = map_and_parse(path);
    const auto number = mapped.parsed.metadata.get_u32("split.no").value();
    const auto count = mapped.parsed.metadata.get_u32("split.count").value();
    if (number != part || count != num_parts) {
      throw Error(ErrorCode::kBadFile,
                  text("is part ", number + 1, " of ", count, " by its metadata, part ", part + 1, " of ",
                       num_parts, " by its name"),
                  path.string());
    }
    if (tensors_.size() + mapped.parsed.tensors.size() > gguf_limits::kMaxTensors) {
      throw Error(ErrorCode::kBadFile, text("brings the model above ", gguf_limits::kMaxTensors, " tensors"),
                  path.string());
    }
    if (part == 0) metadata_ = std::move(mapped.parsed.metadata);
    std::move(mapped.parsed.tensors.begin(), mapped.parsed.tensors.end(), std::back_inserter(tensors_));
    files_.push_back(std::move(mapped.file));
  });
}

Result<GgufFile> GgufFile::parse(Bytes content, std::string file) {
  return try_result([&] {
    ParsedGguf parsed = parse_gguf(content, file);
    GgufFile result;
    result.metadata_ = std::move(parsed.metadata);
    result.tensors_ = std::move(parsed.tensors);
    result.index_tensors();
    return result;
  });
}

void GgufFile::index_tensors() {
  for (size_t i = 0; i < tensors_.size(); ++i) {
    if (!index_.emplace(tensors_[i].name, i).second) {
      throw Error(ErrorCode::kBadFile, text("tensor ", tensors_[i].name, " appears in two parts"),
                  tensors_[i].file);
    }
  }
}

const StoredTensor* GgufFile::find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &tensors_[found->second];
}

}  // namespace lapilli
