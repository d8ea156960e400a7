// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/byte_order_mark.h"
#include "app/captions/file_changes.h"
#include "app/captions/metadata.h"
#include "app/captions/run.h"
#include "engine/base/trimmed.h"
#include "engine/io/file.h"

namespace lapilli::captions {
namespace {

namespace fs = std::filesystem;

/// The caption in a file that was kept; `extension`: of the name it had. Empty where it cannot be read.
std::string caption_of(const fs::path& file, const fs::path& extension) {
  constexpr uint64_t kMostBytes = 16 << 20;
  if (extension != ".txt" && extension != ".caption" && extension != ".xmp") {
    const auto metadata = PictureMetadata::read(file);
    return metadata ? metadata->texts().description : "";
  }
  const auto content = read_text_file(file, kMostBytes);
  if (!content) return {};
  if (extension != ".xmp") return std::string(trimmed(without_byte_order_mark(*content)));
  const auto texts = texts_of_sidecar(*content);
  return texts ? texts->description : "";
}

}  // namespace

Answers CaptionRun::answers(const PictureRow& picture) {
  Answers known = journal_->answers(row_.id, picture.number);
  Answers asked;
  for (const Question& question : settings_.questions) asked[question.field] = known[question.field];
  return asked;
}

std::string CaptionRun::caption_before(const PictureRow& picture) {
  const fs::path backups = backups_folder(folder_, settings_.shard) / text(row_.id);
  for (const FileChange& change : journal_->changes(row_.id, picture.number)) {
    if (!change.before) continue;
    const std::string caption = caption_of(backups / text(change.id), fs::path(change.path).extension());
    if (!caption.empty()) return caption;
  }
  return {};
}

}  // namespace lapilli::captions
