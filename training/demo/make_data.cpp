// SPDX-License-Identifier: Apache-2.0
#include "training/demo/make_data.h"

#include "engine/io/file.h"
#include "engine/io/image.h"
#include "engine/runtime/template.h"
#include "training/demo/dialog.h"
#include "training/demo/draw.h"
#include "training/demo/picture_files.h"

#include <algorithm>
#include <functional>

#include <nlohmann/json.hpp>

namespace lapilli::demo {
namespace {

using nlohmann::ordered_json;

/// Streams of draws, one for each purpose, so that a count doesn't move what others draw.
enum class Stream : uint64_t {
  kTrain = 1,
  kEval,
  kNewShape,
  kNewShapeEval,
  kStage1,
  kStage2,
  kMap,
  kCrowdList,
  kCrowd,
  kList,
  kDrill,
  kQuiz,
  kBackground,
  kFind,
  kReminder
};

Draws draws_of(const DataOptions& options, Stream stream, uint64_t index) {
  return Draws::of(options.seed * 64 + static_cast<uint64_t>(stream), index);
}

Scene scene_of(const DataOptions& options, Stream pictures, uint64_t index) {
  SceneOptions scene;
  scene.with_moon = pictures == Stream::kNewShape || pictures == Stream::kNewShapeEval;
  if (pictures == Stream::kCrowd) scene.min_objects = 4, scene.max_objects = 7;
  return make_scene(draws_of(options, pictures, index).next(), scene);
}

/// Draws for what is said about a picture.
Draws words_of(const DataOptions& options, Stream stream, uint64_t index) {
  Draws draws = draws_of(options, stream, index);
  draws.next();
  return draws;
}

constexpr std::string_view folder_name(Stream pictures) {
  switch (pictures) {
    case Stream::kCrowd:
      return "crowd";
    case Stream::kEval:
      return "eval";
    case Stream::kNewShape:
      return "new_shape";
    case Stream::kNewShapeEval:
      return "new_shape_eval";
    default:
      return "train";
  }
}

std::string record_json(const Dialog& dialog, const std::string& id, const std::string& image) {
  ordered_json record = {{"id", id}};
  if (dialog.with_picture) record["image"] = image;
  record["conversations"] = ordered_json::array();
  for (const Dialog::Round& round : dialog.rounds) {
    const bool marked = dialog.with_picture && &round == dialog.rounds.data();
    record["conversations"].push_back(
        {{"from", "human"}, {"value", (marked ? "<image>\n" : "") + round.question}});
    record["conversations"].push_back({{"from", "gpt"}, {"value", round.answer}});
  }
  return record.dump();
}

std::string question_json(const Question& question, const std::string& id, const std::string& image) {
  ordered_json line = {{"id", id}, {"kind", name(question.kind)}};
  if (question.needs_picture) line["image"] = image;
  line["question"] = question.prompt();
  line["answer"] = question.answer;
  line["truth"] = question.truth;
  return line.dump();
}

using Records = std::function<std::string(uint64_t index)>;
enum class Layout { kArray, kLines };

/// One record a line, as an array or as lines alone.
Result<void> write_records(const std::filesystem::path& path, Layout layout, uint64_t count,
                           const Records& record, const EventSink& sink, const std::stop_token& stop) {
  constexpr size_t kFlushBytes = size_t{1} << 20;
  return replace_file(path, [&](int descriptor) -> Result<void> {
    std::string buffer = layout == Layout::kArray ? "[\n" : "";
    for (uint64_t index = 0; index < count; ++index) {
      if (stop.stop_requested()) return Error(ErrorCode::kStopped, "stopped while writing records");
      buffer += record(index);
      buffer += layout == Layout::kArray && index + 1 < count ? ",\n" : "\n";
      if (buffer.size() < kFlushBytes) continue;
      if (auto written = write_all(descriptor, as_bytes(buffer)); !written) return written;
      buffer.clear();
      if (sink) sink(Progress{"writing records", index + 1, count, "records"});
    }
    if (layout == Layout::kArray) buffer += "]\n";
    return write_all(descriptor, as_bytes(buffer));
  });
}

/// What evaluation asks, in turn: the kinds with a goal of their own more often.
constexpr std::array kEvalKinds = {
    QuestionKind::kCount,      QuestionKind::kCaption, QuestionKind::kPosition,     QuestionKind::kJson,
    QuestionKind::kColor,      QuestionKind::kShape,   QuestionKind::kCount,        QuestionKind::kCaption,
    QuestionKind::kPosition,   QuestionKind::kJson,    QuestionKind::kSize,         QuestionKind::kText,
    QuestionKind::kBackground, QuestionKind::kYesNo,   QuestionKind::kComparison,   QuestionKind::kOption,
    QuestionKind::kYesNo,      QuestionKind::kDetail,  QuestionKind::kUnanswerable, QuestionKind::kList,
    QuestionKind::kRegion,     QuestionKind::kBox,     QuestionKind::kSentence,     QuestionKind::kIdentity,
    QuestionKind::kTalk};
/// Of a new shape: what nobody answers who doesn't know its name.
constexpr std::array kNewShapeKinds = {QuestionKind::kShape, QuestionKind::kCaption, QuestionKind::kRegion,
                                       QuestionKind::kList};

std::string eval_line(const DataOptions& options, uint64_t index) {
  const uint64_t picture = index / options.eval_questions;
  Draws draws = words_of(options, Stream::kEval, index);
  const QuestionKind kind = kEvalKinds[index % kEvalKinds.size()];
  const Question question = ask_surely(kind, scene_of(options, Stream::kEval, picture), draws);
  return question_json(question, text("eval-", index), picture_name(folder_name(Stream::kEval), picture));
}

std::string new_shape_line(const DataOptions& options, uint64_t index) {
  Draws draws = words_of(options, Stream::kNewShapeEval, index);
  const Question question = ask_surely(kNewShapeKinds[index % kNewShapeKinds.size()],
                                       scene_of(options, Stream::kNewShapeEval, index), draws, Shape::kMoon);
  return question_json(question, text("new-shape-eval-", index),
                       picture_name(folder_name(Stream::kNewShapeEval), index));
}

Dialog moon_dialog(const Scene& scene, Draws& draws) {
  return new_shape_dialog(scene, Shape::kMoon, draws);
}

/// A file of conversations about the pictures of one set, in turn.
struct Conversations {
  std::string_view name;
  Stream pictures, words;
  Dialog (*make)(const Scene&, Draws&);
};
constexpr Conversations kMaps = {"map", Stream::kCrowd, Stream::kMap, map_dialog};
constexpr Conversations kCrowdLists = {"crowd_list", Stream::kCrowd, Stream::kCrowdList, list_dialog};
constexpr Conversations kLists = {"list", Stream::kTrain, Stream::kList, list_dialog};
constexpr Conversations kStage1 = {"stage1", Stream::kTrain, Stream::kStage1, stage1_dialog};
constexpr Conversations kStage2 = {"stage2", Stream::kTrain, Stream::kStage2, stage2_dialog};
constexpr Conversations kDrills = {"drill", Stream::kCrowd, Stream::kDrill, drill_dialog};
constexpr Conversations kBackgrounds = {"background", Stream::kCrowd, Stream::kBackground, background_dialog};
constexpr Conversations kQuizzes = {"quiz", Stream::kCrowd, Stream::kQuiz, quiz_dialog};
constexpr Conversations kFinds = {"find", Stream::kCrowd, Stream::kFind, find_dialog};
constexpr Conversations kReminders = {"reminder", Stream::kTrain, Stream::kReminder, reminder_dialog};
constexpr Conversations kMoons = {"new_shape", Stream::kNewShape, Stream::kNewShape, moon_dialog};

uint32_t picture_count(const DataOptions& options, Stream pictures) {
  switch (pictures) {
    case Stream::kCrowd:
      return options.crowds;
    case Stream::kEval:
      return options.eval;
    case Stream::kNewShape:
    case Stream::kNewShapeEval:
      return options.new_shape;
    default:
      return options.pictures;
  }
}

Dialog dialog_of(const DataOptions& options, const Conversations& file, uint64_t index) {
  Draws draws = words_of(options, file.words, index);
  const uint64_t picture = index % picture_count(options, file.pictures);
  return file.make(scene_of(options, file.pictures, picture), draws);
}

void write_all_records(const std::filesystem::path& folder, const DataOptions& o, const EventSink& sink,
                       const std::stop_token& stop) {
  for (const auto& [file, count] :
       {std::pair{kMaps, o.map}, std::pair{kCrowdLists, o.crowd_list}, std::pair{kLists, o.list},
        std::pair{kStage1, o.stage1}, std::pair{kStage2, o.stage2}, std::pair{kDrills, o.drill},
        std::pair{kBackgrounds, o.background}, std::pair{kQuizzes, o.quiz}, std::pair{kFinds, o.find},
        std::pair{kMoons, o.new_shape}, std::pair{kReminders, o.reminder}})
    write_records(
        folder / text(file.name, ".json"), Layout::kArray, count,
        [&, &file = file](uint64_t index) {
          return record_json(
              dialog_of(o, file, index), text(file.name, '-', index),
              picture_name(folder_name(file.pictures), index % picture_count(o, file.pictures)));
        },
        sink, stop)
        .value();
  write_records(
      folder / "eval.jsonl", Layout::kLines, uint64_t{o.eval} * o.eval_questions,
      [&](uint64_t index) { return eval_line(o, index); }, sink, stop)
      .value();
  write_records(
      folder / "new_shape_eval.jsonl", Layout::kLines, o.new_shape,
      [&](uint64_t index) { return new_shape_line(o, index); }, sink, stop)
      .value();
}

Result<void> check(const DataOptions& options) {
  if (options.side < 28 || options.side > 4096)
    return Error(ErrorCode::kInvalidArgument,
                 text("pictures of ", options.side, " pixels were asked for; allowed are 28 to 4096"));
  if (options.pictures == 0 || options.crowds == 0 || options.eval_questions == 0 || options.new_shape == 0)
    return Error(ErrorCode::kInvalidArgument,
                 text("the numbers of pictures (", options.pictures, "), of crowded ones (", options.crowds,
                      "), of pictures of a new shape (", options.new_shape, ") and of questions a picture (",
                      options.eval_questions, ") must each be at least 1"));
  return {};
}

}  // namespace

Result<void> make_demo_data(const std::filesystem::path& folder, const DataOptions& options,
                            const EventSink& sink, std::stop_token stop) {
  return try_result([&] {
    check(options).value();
    for (const Stream pictures :
         {Stream::kCrowd, Stream::kTrain, Stream::kEval, Stream::kNewShape, Stream::kNewShapeEval})
      write_pictures(
          {.folder = folder,
           .set = folder_name(pictures),
           .count = picture_count(options, pictures),
           .num_threads = options.num_threads},
          [&](uint64_t index) { return draw(scene_of(options, pictures, index), options.side); }, sink, stop)
          .value();
    write_all_records(folder, options, sink, stop);
  });
}

std::vector<std::string> vocabulary_texts(const DataOptions& options, uint32_t scenes) {
  std::vector<std::string> lines;
  const auto add = [&](const std::string& words) {
    for (size_t begin = 0; begin <= words.size();) {
      const size_t end = std::min(words.find('\n', begin), words.size());
      if (end > begin) lines.push_back(words.substr(begin, end - begin));
      begin = end + 1;
    }
  };
  for (uint64_t index = 0; index < scenes; ++index) {
    add(std::string(find_template("vicuna_v1").value().system));
    for (const Conversations& file : {kMaps, kCrowdLists, kStage2}) {
      const Dialog dialog = dialog_of(options, file, index);
      for (const Dialog::Round& round : dialog.rounds) {
        add(round.question);
        add(round.answer);
      }
    }
  }
  return lines;
}

}  // namespace lapilli::demo
