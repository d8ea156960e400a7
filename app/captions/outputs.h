// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/file_changes.h"
#include "app/captions/folder_table.h"
#include "app/captions/journal.h"
#include "app/captions/settings.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lapilli::captions {

/// The file of a picture's output, below the folder: `a.txt`, `a.caption`; for XMP `a.jpg.xmp`, as digiKam
/// names it, or `a.xmp`, as Lightroom does, where that exists; the picture itself for kEmbedded.
[[nodiscard]] std::string output_path(const std::filesystem::path& folder, const std::string& picture,
                                      Output output);

/// The file of a whole folder's output: `captions.jsonl`, `captions.csv`, `captions.json`; a part's has its
/// number, `captions-1-of-4.csv`.
[[nodiscard]] std::string folder_output_path(Output output, const Shard& shard);

/// What a picture has already.
struct ExistingTexts {
  std::string caption;  ///< of its .txt or .caption file, else of its sidecar or the picture itself
  std::vector<std::string> tags;
};
/// Reads no more than asked for: nothing that cannot be read counts as a text.
[[nodiscard]] ExistingTexts existing_texts(const std::filesystem::path& folder, const std::string& picture);

/// What the settings make of a picture's output that exists, and whose text is or is not empty.
[[nodiscard]] Decision decide(Existing existing, bool exists, bool has_text);

/// The settings for a picture whose decision is known: where the user was asked, what the answer means.
[[nodiscard]] Settings as_decided(Settings settings, Decision decision);

/// A file of the whole folder that a run is to write.
struct FolderFile {
  std::string path;  ///< below the folder
  enum class State {
    kNew,
    kKnown,    ///< its rows of other pictures stay
    kForeign,  ///< no table of captions: it is replaced
  };
  State state = State::kNew;
  FolderTable table;  ///< what is there
};
/// Those of the settings. Throws Error: kIo, kBadFile for one of more than kMostFolderFileBytes.
[[nodiscard]] std::vector<FolderFile> folder_files(const std::filesystem::path& folder,
                                                   const Settings& settings);

/// The text that a decision is about, for people: the picture's caption, else its tags, else its row's text
/// in one of the folder's own `files`.
[[nodiscard]] std::string text_to_decide_on(const std::filesystem::path& folder, const std::string& picture,
                                            const Settings& settings, std::span<const FolderFile> files);

/// What happens to a picture, from the files that are there: kSkip when none of its outputs is to be written.
/// Where captions go to files of the whole folder alone, these decide. Throws Error as changes_for, and
/// Refusal: kNoPlace, kNameNotUtf8.
[[nodiscard]] Decision decide_picture(const std::filesystem::path& folder, const std::string& picture,
                                      const Settings& settings, std::span<const FolderFile> files);

/// The changes of files that put answers where the settings want them; none where everything stays as it is.
/// What has an original is written as if that were still there. Throws Error: kIo, kBadFile for a sidecar
/// that cannot be read.
[[nodiscard]] std::vector<FileChange> changes_for(const std::filesystem::path& folder,
                                                  const std::string& picture, const Settings& settings,
                                                  const Answers& answers, const Originals& originals = {});

/// The content of a folder's output: what was there before the run with the run's pictures from the journal.
[[nodiscard]] std::string folder_output(Output output, const std::string& before, Journal& journal,
                                        int64_t run, const Settings& settings);

/// An old text and a fresh one, as decided; a line each.
[[nodiscard]] std::string combined_text(Decision decision, const std::string& old, const std::string& fresh);
/// Empty where there is none.
[[nodiscard]] const std::string& answer_of(const Answers& answers, const std::string& field);

/// An answer to "list what there is", with commas, or in JSON (its strings) as separate tags.
[[nodiscard]] std::vector<std::string> tags_of(const ResponseFormat& format, const std::string& answer);

}  // namespace lapilli::captions
