// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/caption_ask.h"

#include "app/captions/prompt_preview.h"
#include "app/cli/line_reader.h"
#include "engine/base/trimmed.h"
#include "engine/io/utf8.h"

#include <algorithm>

#include <unistd.h>

namespace lapilli::cli {
namespace {

using namespace captions;

constexpr size_t kMostShown = 600;  // bytes of a text that is there
constexpr size_t kMostAnswerBytes = 4096;

std::string shown(const std::string& text) {
  std::string bytes = text.substr(0, kMostShown);
  const std::string whole = take_complete_utf8(bytes);
  const bool all = text.size() <= kMostShown;
  return all ? to_valid_utf8(text) : whole + " …";
}

/// Where the answers would go.
std::string files_of(const std::filesystem::path& folder, const Settings& settings, const PictureRow& row) {
  std::string files;
  for (const captions::Output output : settings.outputs) {
    const std::string path = is_of_folder(output) ? folder_output_path(output, settings.shard)
                                                  : output_path(folder, row.path, output);
    files += text(files.empty() ? "" : ", ", to_valid_utf8(path));
  }
  return files;
}

/// A dialogue about the texts that are there.
class Questions {
 public:
  Questions(const std::filesystem::path& folder, const Settings& settings, Output& output,
            const Interrupt& interrupt)
      : folder_(folder),
        settings_(settings),
        files_(folder_files(folder, settings)),
        output_(output),
        lines_(STDIN_FILENO, kMostAnswerBytes, interrupt.descriptor()) {}

  /// Whether the text is replaced; nothing where nobody answers.
  std::optional<bool> ask(const PictureRow& row, size_t left) {
    if (for_all_) return for_all_;
    show(row);
    for (std::string answer;;) {
      output_.remark(left > 1 ? text("replace it? y, n, all, none (", left, " left) > ")
                              : std::string("replace it? y, n > "));
      const auto status = lines_.next(answer);
      if (status == LineReader::Status::kEnd || status == LineReader::Status::kInterrupted)
        return std::nullopt;
      const std::string_view word = trimmed(answer);
      if (word == "y" || word == "yes") return true;
      if (word == "n" || word == "no") return false;
      if (word == "all" || word == "none") return for_all_ = word == "all";
    }
  }

 private:
  void show(const PictureRow& row) {
    const char* const hand = row.code == kEditedByHand ? ", edited by hand" : "";
    output_.remark(text(to_valid_utf8(row.path), " has a text", hand, ":\n  ",
                        shown(text_to_decide_on(folder_, row.path, settings_, files_)), '\n'));
    const auto prompts = prompts_for(folder_, settings_, row);
    for (size_t index = 0; index < settings_.questions.size(); ++index) {
      // A picture that cannot be read fails in the run, with its reason.
      const std::string& prompt = prompts ? prompts->at(index) : settings_.questions[index].prompt;
      output_.remark(text(index == 0 ? "instead would come, into " : "  and into its field ",
                          index == 0 ? files_of(folder_, settings_, row) : settings_.questions[index].field,
                          ", the answer to\n  ", prompt, '\n'));
    }
  }

  const std::filesystem::path& folder_;
  const Settings& settings_;
  std::vector<FolderFile> files_;
  Output& output_;
  LineReader lines_;
  std::optional<bool> for_all_;
};

}  // namespace

void require_terminal(const Output& output) {
  if (!output.json() && output.terminal() && ::isatty(STDIN_FILENO) == 1) return;
  throw Error(
      ErrorCode::kInvalidArgument,
      "--existing ask needs a terminal to ask on; give skip, replace, append, prepend, empty or failed");
}

bool ask_about_texts(const std::filesystem::path& folder, const Settings& settings, RunPlan& plan,
                     Output& output, const Interrupt& interrupt) {
  const auto is_asked = [](const PictureRow& row) { return row.decision == Decision::kAsk; };
  size_t left = static_cast<size_t>(std::count_if(plan.begin(), plan.end(), is_asked));
  Questions questions(folder, settings, output, interrupt);
  for (PictureRow& row : plan) {
    if (!is_asked(row)) continue;
    const auto replaces = questions.ask(row, left--);
    if (!replaces) return false;
    decide_asked(row, *replaces);
  }
  return true;
}

}  // namespace lapilli::cli
