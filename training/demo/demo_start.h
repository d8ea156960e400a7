// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/demo/demo_model.h"
#include "training/demo/make_data.h"

#include <filesystem>

namespace lapilli::demo {

struct StartOptions {
  DataOptions data = {};  ///< whose texts the vocabulary is made of
  uint32_t vocabulary_size = kDemoVocabularySize;
  uint32_t vocabulary_scenes = 4000;  ///< that texts are taken of
  DemoModelOptions model = {};
  uint64_t seed = 1;
};

/// Writes what training starts from: FOLDER/tokenizer.model, FOLDER/demo.gguf and FOLDER/mmproj-demo.gguf in
/// f32. Returns the model's path. Fails with kInvalidArgument, kBadFile, kIo, kStopped.
[[nodiscard]] Result<std::filesystem::path> make_demo_start(const std::filesystem::path& folder,
                                                            const StartOptions& options = {},
                                                            const EventSink& sink = {},
                                                            std::stop_token stop = {});

}  // namespace lapilli::demo
