// SPDX-License-Identifier: Apache-2.0
#include "training/demo/demo_start.h"

#include "engine/io/file.h"
#include "engine/runtime/export_gguf.h"
#include "training/demo/train_vocabulary.h"

namespace lapilli::demo {

Result<std::filesystem::path> make_demo_start(const std::filesystem::path& folder,
                                              const StartOptions& options, const EventSink& sink,
                                              std::stop_token stop) {
  return try_result([&] {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
      throw Error(ErrorCode::kIo, text("the folder cannot be made: ", error.message()), folder.string());
    const auto texts = vocabulary_texts(options.data, options.vocabulary_scenes);
    const std::string vocabulary = train_demo_vocabulary(texts, options.vocabulary_size).value();
    replace_file(folder / "tokenizer.model", as_bytes(vocabulary)).value();
    const LoadedModel model = demo_model(vocabulary, options.seed, options.model).value();
    const auto path = folder / "demo.gguf";
    const auto written = export_gguf(model, path, {.type = FileType::f32}, sink, std::move(stop));
    if (!written) throw written.error();
    return path;
  });
}

}  // namespace lapilli::demo
