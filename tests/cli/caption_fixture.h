// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/captions/run.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/text_in.h"

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

namespace lapilli::test {

inline void put_text(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

/// A picture whose pixels depend on the seed alone.
inline void put_picture(const std::filesystem::path& file, uint32_t seed) {
  std::filesystem::create_directories(file.parent_path());
  Image image(9, 7);
  for (size_t at = 0; at < image.pixels.size(); ++at)
    image.pixels[at] = static_cast<uint8_t>((seed >> (8 * (at % 4))) + at * at);
  write_png(file, image).value();
}

inline const ModelConfig& small_config() {
  static const ModelConfig config = [] {
    ModelConfig made;
    made.vision.emplace();
    made.vision->image_size = 56;
    return made;
  }();
  return config;
}

inline const captions::ModelIdentity kStandIn = {"stand-in", "key"};

/// Answers "caption ID of PROMPT", ID being the pixels'; counts what it was asked.
struct StandIn {
  size_t asked = 0;
  std::function<Result<Answer>(const AnswerRequest&)> answer =
      [](const AnswerRequest& request) -> Result<Answer> {
    Answer made;
    made.text =
        text("caption ", request.pictures.front().id, " of ", request.conversation.messages.front().text);
    return made;
  };

  captions::Answerer answerer() {
    return {
        small_config(), 2, "f32",
        [this](const CaptionSource& source, const CaptionSink& done, std::stop_token stop) -> Result<void> {
          return try_result([&] {
            while (!stop.stop_requested()) {
              auto job = source();
              if (!job) return;
              std::vector<Result<Answer>> answers;
              for (const AnswerRequest& question : job->questions) answers.push_back(answer(question));
              asked += answers.size();
              done(job->id, std::move(answers));
            }
          });
        }};
  }
};

inline captions::Settings settings_for(std::vector<captions::Output> outputs,
                                       captions::Existing existing = captions::Existing::kSkip) {
  captions::Settings settings;
  settings.questions = {{.field = "caption", .prompt = "What is {stem}?"}};
  settings.outputs = std::move(outputs);
  settings.existing = existing;
  return settings;
}

/// Plans, begins and processes a run; the run, to look at.
inline captions::CaptionRun caption_folder(const std::filesystem::path& folder,
                                           const captions::Settings& settings, StandIn& stand_in) {
  const auto plan = captions::plan_run(folder, settings).value();
  auto run = captions::CaptionRun::begin(folder, settings, plan, "{}").value();
  run.process(stand_in.answerer(), kStandIn, {}).value();
  return run;
}

/// Writes another text for one picture.
[[nodiscard]] inline Result<void> edit_one(captions::CaptionRun& run, const std::string& path,
                                           const std::string& other) {
  const captions::Edit edits[] = {{path, other}};
  return run.edit(edits);
}

/// Takes back what was written for one picture.
[[nodiscard]] inline Result<void> reject_one(captions::CaptionRun& run, const std::string& path) {
  const std::string paths[] = {path};
  const auto kept = run.reject(paths);
  if (!kept) return kept.error();
  if (!kept->empty()) return error_of(kept->front().file);
  return {};
}

/// The captions of a folder's captions.jsonl by file.
inline std::map<std::string, std::string> captions_told(const std::filesystem::path& folder) {
  std::map<std::string, std::string> told;
  std::istringstream lines(text_in(folder / "captions.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const auto row = nlohmann::json::parse(line);
    told[row.at("file")] = row.at("caption");
  }
  return told;
}

inline std::string output_of(const std::vector<std::string>& command, std::string_view input = {}) {
  std::vector<std::string> arguments = {"/usr/bin/env"};
  arguments.insert(arguments.end(), command.begin(), command.end());
  const ProcessResult result = run_process(arguments, input);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return result.out;
}

/// A folder that runs are made over.
class CaptionFolder : public TemporaryFolder {
 protected:
  [[nodiscard]] std::filesystem::path at(const std::string& name) const { return folder() / name; }
  /// Whatever is asked from now on.
  void answer_with(const std::string& fixed) {
    stand_in_.answer = [fixed](const AnswerRequest&) -> Result<Answer> {
      Answer answer;
      answer.text = fixed;
      return answer;
    };
  }
  /// One run, ended and closed.
  captions::RunCounts run(const captions::Settings& settings) {
    return caption_folder(folder(), settings, stand_in_).counts();
  }
  captions::UndoReport undo() {
    return captions::CaptionRun::open_newest(folder(), {}, captions::WhichRun::kToUndo)
        .value()
        .undo()
        .value();
  }
  /// The plan's row of a picture.
  [[nodiscard]] captions::PictureRow planned(const std::string& path,
                                             const captions::Settings& settings) const {
    for (const captions::PictureRow& row : captions::plan_run(folder(), settings).value())
      if (row.path == path) return row;
    ADD_FAILURE() << path << " is not planned";
    return {};
  }
  StandIn stand_in_;
};

}  // namespace lapilli::test
