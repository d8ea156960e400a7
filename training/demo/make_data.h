// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/base/result.h"
#include "engine/runtime/events.h"
#include "training/demo/question.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace lapilli::demo {

struct DataOptions {
  uint64_t seed = 1;
  uint32_t side = 84;  ///< of the pictures, in pixels
  // Records share the pictures: record i of a file is about picture i modulo their number.
  uint32_t crowds = 30000;  ///< of many objects, to learn to look with
  uint32_t map = 60000;     ///< about them
  uint32_t crowd_list = 60000;
  uint32_t drill = 60000;
  uint32_t background = 30000;
  uint32_t quiz = 60000;
  uint32_t find = 60000;
  uint32_t pictures = 40000;  ///< of up to five objects
  uint32_t list = 40000;      ///< about them
  uint32_t stage1 = 10000;
  uint32_t stage2 = 120000;
  uint32_t eval = 2000;         ///< unseen pictures
  uint32_t eval_questions = 2;  ///< about each
  uint32_t new_shape = 200;     ///< pictures with a moon to train with, and as many to ask about
  uint32_t reminder = 800;      ///< conversations to learn the new shape beside
  unsigned num_threads = 0;     ///< 0: as many as there are processors
};

/// Writes what the demo model learns from and is measured with, the same bytes on every machine:
///   map.json crowd_list.json list.json stage1.json stage2.json drill.json background.json quiz.json
///   find.json new_shape.json reminder.json — conversations as LLaVA's files have them
///
///   eval.jsonl new_shape_eval.jsonl — questions with what decides on their answers
///
///   images/{crowd,train,eval,new_shape,new_shape_eval}/NNN/NNNNNN.png
///
/// Images are named relative to `folder`, which is made; files there are replaced. Progress is
/// "drawing pictures" and "writing records". Fails with kInvalidArgument, kIo, kStopped.
[[nodiscard]] Result<void> make_demo_data(const std::filesystem::path& folder,
                                          const DataOptions& options = {}, const EventSink& sink = {},
                                          std::stop_token stop = {});

/// A question of eval.jsonl: `question.text` is the whole prompt, its form kFree.
struct EvalItem {
  Question question;
  std::filesystem::path image = {};  ///< empty: asked without a picture
};

/// Fails with kNotFound, kIo, kBadFile (place: file and line).
[[nodiscard]] Result<std::vector<EvalItem>> read_demo_eval(const std::filesystem::path& file);

/// The texts of the records for a vocabulary, a line each: what `options` would write for stage 2 and
/// of maps and lists of the first `scenes` scenes, with the roles left out and the system's sentence at the
/// head.
[[nodiscard]] std::vector<std::string> vocabulary_texts(const DataOptions& options, uint32_t scenes);

}  // namespace lapilli::demo
