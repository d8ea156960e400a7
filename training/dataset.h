// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"
#include "engine/io/file.h"
#include "training/record.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace lapilli::training {

struct DatasetOptions {
  /// What the pictures' paths in JSON files are relative to; empty: the folder of the file that names them.
  std::filesystem::path images = {};
  /// The question to pictures that come with a text file each.
  std::string sidecar_question = "Describe the image concisely.";
};

/// Conversations to train on, read from files when asked for: what stays in memory is 24 bytes a record, and
/// the names of pictures that lie in folders. Move-only; const functions may be called from any thread.
///
/// A source is, told apart by content: a JSON array or JSON lines of LLaVA's records (ShareGPT's are the same
/// without pictures), or a folder of pictures, each beside a text file of its name (`x.jpg`, `x.txt`), which
/// holds the answer. Records keep the order of the sources and their files; a folder's are sorted by path.
class Dataset {
 public:
  /// Fails with kNotFound or kIo for a source that can't be opened, with kBadFile for one that is none of
  /// the kinds above or holds no record. Damage further inside is left to `problems` and `read`.
  [[nodiscard]] static Result<Dataset> open(const std::vector<std::filesystem::path>& sources,
                                            const DatasetOptions& options = {});

  [[nodiscard]] size_t size() const { return places_.size(); }

  /// The record and all that is wrong with it. Precondition: index < size().
  [[nodiscard]] RecordReading read(size_t index) const;

  /// The record, or kBadFile with the first problem; the place is "file:line".
  [[nodiscard]] Result<Record> record(size_t index) const;

  /// Where a file's structure broke, so that what follows was not read.
  struct FileProblem {
    std::string file;
    uint64_t line;
    std::string message;
  };
  [[nodiscard]] std::span<const FileProblem> problems() const { return problems_; }

 private:
  struct Source {
    std::filesystem::path path;
    std::filesystem::path images;         ///< what picture names are relative to
    std::vector<MappedFile> file;         ///< one for JSON, none for a folder
    std::vector<std::string> pictures{};  ///< a folder's, relative to it
  };
  struct Place {
    uint64_t offset;  ///< in the file; in a folder the picture's index
    uint32_t size_bytes;
    uint32_t line;
    uint32_t source;
  };

  Result<void> add_file(const std::filesystem::path& path);
  Result<void> add_folder(const std::filesystem::path& path);
  [[nodiscard]] RecordReading read_json(const Source& source, const Place& place) const;
  [[nodiscard]] RecordReading read_sidecar(const Source& source, const Place& place) const;

  DatasetOptions options_;
  std::vector<Source> sources_;
  std::vector<Place> places_;
  std::vector<FileProblem> problems_;
};

}  // namespace lapilli::training
