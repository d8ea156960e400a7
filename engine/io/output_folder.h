// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"

#include <filesystem>
#include <span>
#include <vector>

namespace lapilli {

/// Fails with kInvalidArgument where a file that is to be written is one of those that are read (`inputs`,
/// which may be empty or absent), is a folder, or exists already: what is there is never overwritten.
[[nodiscard]] Result<void> require_new_file(const std::filesystem::path& file,
                                            std::span<const std::filesystem::path> inputs = {});

/// Where files are written that are to appear together: a folder beside their place, "NAME.unfinished", which
/// is renamed when all is there, and removed otherwise. Move-only.
class OutputFolder {
 public:
  /// `target`: the folder or file that is to appear. Fails with kInvalidArgument where it exists already
  /// (an empty folder may), with kIo where the folder can't be made or its disk has less than `size_bytes`.
  [[nodiscard]] static Result<OutputFolder> create(const std::filesystem::path& target, uint64_t size_bytes);

  OutputFolder(OutputFolder&& other) noexcept;
  OutputFolder& operator=(OutputFolder&&) = delete;
  ~OutputFolder();

  /// Where to write until then.
  [[nodiscard]] const std::filesystem::path& path() const { return unfinished_; }

  /// The folder becomes `target`.
  [[nodiscard]] Result<void> commit_folder();
  /// Its files move beside `target`; one of them is `target` itself. Fails with kInvalidArgument, and moves
  /// nothing, where one of them exists there already; where moving one fails, those that were moved are
  /// removed.
  [[nodiscard]] Result<void> commit_files();

 private:
  OutputFolder() = default;

  std::filesystem::path target_;
  std::filesystem::path unfinished_;  ///< empty: nothing is left to do
};

/// Fails with kIo, naming both sizes, where the disk of `folder` has less than `size_bytes` free.
[[nodiscard]] Result<void> require_space(const std::filesystem::path& folder, uint64_t size_bytes);

}  // namespace lapilli
