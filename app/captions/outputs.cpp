// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/outputs.h"

#include "app/captions/byte_order_mark.h"
#include "app/captions/metadata.h"
#include "app/captions/tags.h"
#include "app/captions/whole_files.h"
#include "engine/base/trimmed.h"
#include "engine/io/file.h"
#include "engine/io/ordered_json.h"
#include "engine/io/utf8.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace lapilli::captions {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMostTextBytes = 1 << 20;
constexpr uint64_t kMostSidecarBytes = 16 << 20;

std::string with_extension(const std::string& picture, std::string_view extension) {
  return picture.substr(0, picture.rfind('.')).append(extension);
}

/// The text of a file, nothing where there is none. Throws kIo, kBadFile for what is too large for a caption.
std::optional<std::string> text_of(const fs::path& path, uint64_t most) {
  auto content = read_text_file(path, most);
  if (content) return *std::move(content);
  if (content.error().code() == ErrorCode::kNotFound) return std::nullopt;
  throw content.error();
}

PictureTexts texts_of_embedded(const fs::path& path) {
  const auto metadata = PictureMetadata::read(path);
  return metadata ? metadata->texts() : PictureTexts();
}

/// The same of a picture that is to get other texts. What is damaged is found when the picture is looked at.
PictureTexts texts_to_embed_beside(const fs::path& path) {
  const auto metadata = PictureMetadata::read(path);
  const bool foreign = !metadata && metadata.error().code() == ErrorCode::kUnsupported;
  if (foreign || (metadata && !metadata->can_hold_texts())) throw no_place_for_texts();
  return metadata ? metadata->texts() : PictureTexts();
}

std::string join(std::string_view first, std::string_view second) {
  if (first.empty() || second.empty()) return text(first, second);
  return text(first, '\n', second);
}

/// The tags of a picture, none twice, in order.
std::vector<std::string> combined(Decision decision, const std::vector<std::string>& old,
                                  const std::vector<std::string>& fresh) {
  std::vector<std::string> all;
  const auto add = [&](const std::vector<std::string>& tags) {
    for (const std::string& tag : tags) {
      if (std::find(all.begin(), all.end(), tag) == all.end()) all.push_back(tag);
    }
  };
  if (decision == Decision::kAppend) add(old);
  add(fresh);
  if (decision == Decision::kPrepend) add(old);
  return all;
}

/// What XMP is to say: the fields with places of their own, and the first question's answer as the
/// description where no question is for "caption".
PictureTexts texts_for(const Settings& settings, const Answers& answers) {
  PictureTexts texts;
  for (const Question& question : settings.questions) {
    const std::string& answer = answer_of(answers, question.field);
    if (question.field == "tags") texts.tags = tags_of(question.format, answer);
    if (question.field == "alt") texts.alt = answer;
    if (question.field == "caption") texts.description = answer;
  }
  const std::string& first = settings.questions.front().field;
  if (texts.description.empty() && first != "tags" && first != "alt")
    texts.description = answer_of(answers, first);
  return texts;
}

PictureTexts combined(Decision decision, const PictureTexts& old, const PictureTexts& fresh) {
  return {.description = combined_text(decision, old.description, fresh.description),
          .tags = fresh.tags.empty() ? fresh.tags : combined(decision, old.tags, fresh.tags),
          .alt = fresh.alt.empty() ? fresh.alt : combined_text(decision, old.alt, fresh.alt)};
}

/// Whether XMP has a text where the settings would put one.
bool has_text(const PictureTexts& old, const Settings& settings) {
  bool found = false;
  for (const Question& question : settings.questions) {
    if (question.field == "tags") {
      found = found || !old.tags.empty();
    } else {
      found = found || !trimmed(question.field == "alt" ? old.alt : old.description).empty();
    }
  }
  return found;
}

/// What is known of an output of a picture before it is written.
struct OutputState {
  std::string path;
  std::optional<std::string> content;  // of a text file or sidecar
  PictureTexts texts;                  // of a sidecar or the picture
  Decision decision = Decision::kWrite;
};

bool joins(Decision decision) {
  return decision == Decision::kAppend || decision == Decision::kPrepend;
}

/// Of a .txt or .caption file. What is not UTF-8 can be replaced, but not joined with what is.
void read_text_file_state(const fs::path& source, const Settings& settings, OutputState& state) {
  state.content = text_of(source, kMostTextBytes);
  const std::string content = state.content.value_or("");
  state.decision = decide(settings.existing, state.content.has_value(),
                          !trimmed(without_byte_order_mark(content)).empty());
  if (joins(state.decision) && to_valid_utf8(content) != content) {
    throw Refusal(kTextNotUtf8, ErrorCode::kInvalidArgument,
                  "its text is not UTF-8, so none can be joined with it; convert it, or replace it");
  }
}

/// A sidecar without captions is one of another program's: only the texts count.
void read_metadata_state(const fs::path& source, const Settings& settings, Output output,
                         OutputState& state) {
  if (output == Output::kXmp) {
    state.content = text_of(source, kMostSidecarBytes);
    if (state.content) state.texts = texts_of_sidecar(*state.content).value();
  } else {
    state.texts = texts_to_embed_beside(source);
  }
  const bool exists = has_text(state.texts, settings);
  state.decision = decide(settings.existing, exists, exists);
}

OutputState state_of(const fs::path& folder, const std::string& picture, const Settings& settings,
                     Output output, const Originals& originals = {}) {
  OutputState state{.path = output_path(folder, picture, output), .content = {}, .texts = {}};
  const auto written = originals.find(state.path);
  if (written != originals.end() && !written->second) return state;
  const fs::path source = written != originals.end() ? *written->second : folder / state.path;
  if (output == Output::kTxt || output == Output::kCaption) {
    read_text_file_state(source, settings, state);
  } else {
    read_metadata_state(source, settings, output, state);
  }
  if (state.decision != Decision::kSkip && is_protected(folder / state.path)) {
    throw Refusal(kWriteProtected, ErrorCode::kIo,
                  "the file of its text is write-protected; let it be written, or choose another output");
  }
  return state;
}

/// All of them, in order, however deep.
std::vector<std::string> strings_in(const nlohmann::ordered_json& value) {
  if (value.is_string()) return {value.get<std::string>()};
  std::vector<std::string> strings;
  if (!value.is_structured()) return strings;
  for (const nlohmann::ordered_json& part : value) {
    for (std::string& string : strings_in(part)) strings.push_back(std::move(string));
  }
  return strings;
}

bool writes_pictures(const Settings& settings) {
  return !std::all_of(settings.outputs.begin(), settings.outputs.end(), is_of_folder);
}

}  // namespace

std::string output_path(const fs::path& folder, const std::string& picture, Output output) {
  LAPILLI_ASSERT(!is_of_folder(output));
  if (output == Output::kTxt) return with_extension(picture, ".txt");
  if (output == Output::kCaption) return with_extension(picture, ".caption");
  if (output == Output::kEmbedded) return picture;
  const std::string digikam = picture + ".xmp", lightroom = with_extension(picture, ".xmp");
  if (fs::path(digikam).filename().string().size() > kMostNameBytes) return lightroom;
  std::error_code ignored;
  return !fs::exists(folder / digikam, ignored) && fs::exists(folder / lightroom, ignored) ? lightroom
                                                                                           : digikam;
}

std::string folder_output_path(Output output, const Shard& shard) {
  const std::string_view extension = output == Output::kCsv     ? ".csv"
                                     : output == Output::kJsonl ? ".jsonl"
                                                                : ".json";
  return text("captions", part_of_name(shard), extension);
}

ExistingTexts existing_texts(const fs::path& folder, const std::string& picture) {
  ExistingTexts texts;
  for (const Output output : {Output::kTxt, Output::kCaption}) {
    const auto content = read_text_file(folder / output_path(folder, picture, output), kMostTextBytes);
    if (content && texts.caption.empty())
      texts.caption = trimmed(to_valid_utf8(without_byte_order_mark(*content)));
  }
  PictureTexts xmp;
  const auto sidecar = read_text_file(folder / output_path(folder, picture, Output::kXmp), kMostSidecarBytes);
  if (sidecar) {
    if (auto read = texts_of_sidecar(*sidecar)) xmp = *std::move(read);
  }
  if (xmp.empty()) xmp = texts_of_embedded(folder / picture);
  if (texts.caption.empty()) texts.caption = xmp.description;
  texts.tags = xmp.tags;
  return texts;
}

Decision decide(Existing existing, bool exists, bool has_text) {
  if (!exists) return Decision::kWrite;
  switch (existing) {
    case Existing::kSkip:
      return Decision::kSkip;
    case Existing::kReplace:
      return Decision::kReplace;
    case Existing::kAppend:
      return has_text ? Decision::kAppend : Decision::kWrite;
    case Existing::kPrepend:
      return has_text ? Decision::kPrepend : Decision::kWrite;
    case Existing::kEmpty:
      return has_text ? Decision::kSkip : Decision::kWrite;
    case Existing::kFailed:
      return Decision::kReplace;
    case Existing::kAsk:
      return has_text ? Decision::kAsk : Decision::kWrite;
  }
  return Decision::kSkip;
}

Settings as_decided(Settings settings, Decision decision) {
  if (settings.existing == Existing::kAsk)
    settings.existing = decision == Decision::kReplace ? Existing::kReplace : Existing::kEmpty;
  return settings;
}

std::vector<FolderFile> folder_files(const fs::path& folder, const Settings& settings) {
  std::vector<FolderFile> files;
  for (const Output output : settings.outputs) {
    if (!is_of_folder(output)) continue;
    FolderFile file{.path = folder_output_path(output, settings.shard), .table = FolderTable(output)};
    if (const auto content = text_of(folder / file.path, kMostFolderFileBytes)) {
      auto table = FolderTable::read(output, *content);
      file.state = table ? FolderFile::State::kKnown : FolderFile::State::kForeign;
      if (table) file.table = *std::move(table);
    }
    files.push_back(std::move(file));
  }
  return files;
}

std::string text_to_decide_on(const fs::path& folder, const std::string& picture, const Settings& settings,
                              std::span<const FolderFile> files) {
  const ExistingTexts texts = existing_texts(folder, picture);
  if (!texts.caption.empty()) return texts.caption;
  std::string tags;
  for (const std::string& tag : texts.tags) tags += text(tags.empty() ? "" : ", ", tag);
  if (!tags.empty()) return tags;
  for (const FolderFile& file : files) {
    if (std::string row = file.table.row_text(to_valid_utf8(picture), settings); !row.empty()) return row;
  }
  return {};
}

Decision decide_picture(const fs::path& folder, const std::string& picture, const Settings& settings,
                        std::span<const FolderFile> files) {
  if (!files.empty() && to_valid_utf8(picture) != picture) {
    throw Refusal(kNameNotUtf8, ErrorCode::kInvalidArgument,
                  text("its name is not UTF-8, so ", files.front().path, " cannot hold it; rename it"));
  }
  Decision decision = Decision::kSkip;
  const auto add = [&](Decision of_output) {
    if (decision == Decision::kSkip || of_output == Decision::kAsk) decision = of_output;
  };
  for (const Output output : settings.outputs) {
    if (!is_of_folder(output)) add(state_of(folder, picture, settings, output).decision);
  }
  if (writes_pictures(settings)) return decision;
  for (const FolderFile& file : files) add(file.table.decide_row(picture, settings));
  return decision;
}

std::vector<FileChange> changes_for(const fs::path& folder, const std::string& picture,
                                    const Settings& settings, const Answers& answers,
                                    const Originals& originals) {
  std::vector<FileChange> changes;
  const std::string& main = answer_of(answers, settings.questions.front().field);
  for (const Output output : settings.outputs) {
    if (is_of_folder(output)) continue;
    const OutputState state = state_of(folder, picture, settings, output, originals);
    if (state.decision == Decision::kSkip) continue;
    FileChange change{.path = state.path, .before = {}, .after = {}, .content = {}};
    if (state.content) change.before = hash_of(*state.content);
    if (output == Output::kEmbedded || originals.contains(state.path))
      change.before = hash_of_file(folder / state.path);
    if (output == Output::kEmbedded) {
      change.kind = FileChange::Kind::kEmbedded;
      change.content = embedded_form(combined(state.decision, state.texts, texts_for(settings, answers)));
    } else if (output == Output::kXmp) {
      // What others have in the sidecar stays, whichever run wrote it last.
      const auto now = text_of(folder / state.path, kMostSidecarBytes);
      change.content =
          sidecar_with(now.value_or(""), combined(state.decision, state.texts, texts_for(settings, answers)))
              .value();
    } else {
      const std::string old = state.content.value_or("");
      const bool keeps_mark = joins(state.decision) && old.starts_with(kByteOrderMark);
      change.content = text(keeps_mark ? kByteOrderMark : "",
                            combined_text(state.decision, std::string(without_byte_order_mark(old)), main));
    }
    if (change.kind == FileChange::Kind::kContent) change.after = hash_of(change.content);
    changes.push_back(std::move(change));
  }
  return changes;
}

std::string folder_output(Output output, const std::string& before, Journal& journal, int64_t run,
                          const Settings& settings) {
  FolderTable table = FolderTable::read(output, before).value_or(FolderTable(output));
  const Settings meant = as_decided(settings, Decision::kReplace);  // the others are not among those done
  journal.each_done(run, [&](const std::string& path, const Answers& answers) {
    const std::string picture = to_valid_utf8(path);
    const Decision decision = table.decide_row(picture, meant);
    if (decision == Decision::kSkip && !writes_pictures(meant)) return;
    table.put(picture, meant, answers, decision);
  });
  return table.content(settings.bom);
}

std::string combined_text(Decision decision, const std::string& old, const std::string& fresh) {
  if (decision == Decision::kAppend) return join(trimmed(old), fresh);
  if (decision == Decision::kPrepend) return join(fresh, trimmed(old));
  return fresh;
}

const std::string& answer_of(const Answers& answers, const std::string& field) {
  static const std::string kNone;
  const auto found = answers.find(field);
  return found == answers.end() ? kNone : found->second;
}

std::vector<std::string> tags_of(const ResponseFormat& format, const std::string& answer) {
  using Kind = ResponseFormat::Kind;
  std::vector<std::string> tags;
  const auto add = [&](std::string_view tag) {
    std::string clean(trimmed(tag));
    if (!clean.empty() && std::find(tags.begin(), tags.end(), clean) == tags.end())
      tags.push_back(std::move(clean));
  };
  if (format.kind == Kind::kJsonFields || format.kind == Kind::kJsonSchema) {
    if (const auto json = parse_ordered_json(answer)) {
      for (const std::string& tag : strings_in(*json)) add(tag);
      return tags;
    }  // somebody has edited it
  }
  return tags_of(answer, format.kind == Kind::kList ? TagForm::kLines : TagForm::kCommas);
}

}  // namespace lapilli::captions
