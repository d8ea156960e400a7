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
  kPretrain,
  kTexts,
  kStage1,
  kStage2,
  kGrid
};

Draws draws_of(const DataOptions& options, Stream stream, uint64_t index) {
  return Draws::of(options.seed * 64 + static_cast<uint64_t>(stream), index);
}

Scene scene_of(const DataOptions& options, Stream pictures, uint64_t index) {
  const bool with_moon = pictures == Stream::kNewShape || pictures == Stream::kNewShapeEval;
  return make_scene(draws_of(options, pictures, index).next(), {.with_moon = with_moon});
}

/// Draws for what is said about a picture.
Draws words_of(const DataOptions& options, Stream stream, uint64_t index) {
  Draws draws = draws_of(options, stream, index);
  draws.next();
  return draws;
}

constexpr std::string_view folder_name(Stream pictures) {
  switch (pictures) {
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

Dialog new_shape_record(const DataOptions& options, uint64_t index) {
  Draws draws = words_of(options, Stream::kNewShape, index);
  return new_shape_dialog(scene_of(options, Stream::kNewShape, index), Shape::kMoon, draws);
}

using MakeDialog = Dialog (*)(const Scene&, Draws&);

Dialog train_dialog(const DataOptions& options, Stream stream, MakeDialog make, uint64_t index) {
  Draws draws = words_of(options, stream, index);
  return make(scene_of(options, Stream::kTrain, index % options.pictures), draws);
}

Dialog pretrain_record(const DataOptions& options, uint64_t index) {
  if (index < options.pretrain) return train_dialog(options, Stream::kPretrain, pretrain_dialog, index);
  Draws draws = words_of(options, Stream::kTexts, index);
  return text_dialog(draws);
}

Records dialogs(std::string id, Stream pictures, uint64_t num_pictures,
                std::function<Dialog(uint64_t)> make) {
  return [=](uint64_t index) {
    return record_json(make(index), text(id, '-', index),
                       picture_name(folder_name(pictures), index % num_pictures));
  };
}

void write_all_records(const std::filesystem::path& folder, const DataOptions& o, const EventSink& sink,
                       const std::stop_token& stop) {
  const auto write = [&](const char* file, Layout layout, uint64_t count, const Records& records) {
    write_records(folder / file, layout, count, records, sink, stop).value();
  };
  write("grid.json", Layout::kArray, o.grid, dialogs("grid", Stream::kTrain, o.pictures, [&](uint64_t i) {
          return train_dialog(o, Stream::kGrid, grid_dialog, i);
        }));
  write("pretrain.json", Layout::kArray, uint64_t{o.pretrain} + o.pretrain_texts,
        dialogs("pretrain", Stream::kTrain, o.pictures, [&](uint64_t i) { return pretrain_record(o, i); }));
  write("stage1.json", Layout::kArray, o.stage1,
        dialogs("stage1", Stream::kTrain, o.pictures,
                [&](uint64_t i) { return train_dialog(o, Stream::kStage1, stage1_dialog, i); }));
  write("stage2.json", Layout::kArray, o.stage2,
        dialogs("stage2", Stream::kTrain, o.pictures,
                [&](uint64_t i) { return train_dialog(o, Stream::kStage2, stage2_dialog, i); }));
  write("new_shape.json", Layout::kArray, o.new_shape,
        dialogs("new-shape", Stream::kNewShape, o.new_shape,
                [&](uint64_t i) { return new_shape_record(o, i); }));
  write("eval.jsonl", Layout::kLines, uint64_t{o.eval} * o.eval_questions,
        [&](uint64_t index) { return eval_line(o, index); });
  write("new_shape_eval.jsonl", Layout::kLines, o.new_shape,
        [&](uint64_t index) { return new_shape_line(o, index); });
}

Result<void> check(const DataOptions& options) {
  if (options.side < 28 || options.side > 4096)
    return Error(ErrorCode::kInvalidArgument,
                 text("pictures of ", options.side, " pixels were asked for; allowed are 28 to 4096"));
  if (options.pictures == 0 || options.eval_questions == 0 || options.new_shape == 0)
    return Error(ErrorCode::kInvalidArgument,
                 text("the numbers of pictures (", options.pictures, "), of pictures of a new shape (",
                      options.new_shape, ") and of questions a picture (", options.eval_questions,
                      ") must each be at least 1"));
  return {};
}

}  // namespace

Result<void> make_demo_data(const std::filesystem::path& folder, const DataOptions& options,
                            const EventSink& sink, std::stop_token stop) {
  return try_result([&] {
    check(options).value();
    struct Set {
      Stream stream;
      uint32_t count;
    };
    for (const Set& set :
         {Set{Stream::kTrain, options.pictures}, Set{Stream::kEval, options.eval},
          Set{Stream::kNewShape, options.new_shape}, Set{Stream::kNewShapeEval, options.new_shape}})
      write_pictures(
          {.folder = folder,
           .set = folder_name(set.stream),
           .count = set.count,
           .num_threads = options.num_threads},
          [&](uint64_t index) { return draw(scene_of(options, set.stream, index), options.side); }, sink,
          stop)
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
    for (const Dialog& dialog : {train_dialog(options, Stream::kPretrain, pretrain_dialog, index),
                                 train_dialog(options, Stream::kStage2, stage2_dialog, index)})
      for (const Dialog::Round& round : dialog.rounds) {
        add(round.question);
        add(round.answer);
      }
  }
  return lines;
}

}  // namespace lapilli::demo
