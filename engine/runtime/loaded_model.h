// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/exec/weights.h"
#include "engine/io/tokenizer.h"
#include "engine/runtime/model_graphs.h"
#include "engine/runtime/template.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lapilli {

/// Keeps the files that weights are read from open.
class OpenFiles {
 public:
  virtual ~OpenFiles() = default;
};

/// What is known of a model's files, for `lapilli info` and for choosing defaults.
struct ModelFacts {
  std::string format;              ///< "Hugging Face safetensors", "GGUF pair", "LLaVA PyTorch folder", …
  std::vector<std::string> files;  ///< every file that gives weights or tokens
  std::string weight_types;        ///< "q4_k 193, q6_k 33, f32 65"
  uint64_t language_bytes = 0;
  uint64_t vision_bytes = 0;  ///< encoder and projector
  uint64_t parameters = 0;
  std::string chat_template;  ///< Jinja text stored with the model; never run, looked at for its markers
  std::string template_name;  ///< the conversation template, where the file form decides it; empty: see
                              ///< chat_template_of
  std::vector<std::string>
      notes;  ///< sentences the user should read: "projector type is absent, mlp assumed"
};

/// A model as its files describe it: configuration, tokenizer, and weights still on disk. Move-only.
struct LoadedModel {
  ModelConfig config;
  /// Under the names of engine/model, in model order; they read from `files`.
  std::vector<WeightSource> weights;
  std::optional<Tokenizer> tokenizer;
  std::vector<int32_t> end_ids = {};  ///< tokens that end an answer, beside the tokenizer's own; ascending
  ModelFacts facts;
  std::unique_ptr<OpenFiles> files;
};

/// In place of a projector's path: the one beside a GGUF model is left out.
inline constexpr std::string_view kNoProjector = "none";

struct ModelPaths {
  std::filesystem::path model = {};  ///< folder or file; "demo": the demo model that comes with the program
  std::filesystem::path projector = {};  ///< mmproj GGUF, mm_projector.bin or .safetensors, or its folder;
                                         ///< empty: found beside the model; "none": no projector
  std::filesystem::path vision =
      {};  ///< separate CLIP folder for original LLaVA folders; empty: found beside the model
  std::filesystem::path base =
      {};  ///< base model of a LoRA or projector-only folder; empty: as its configuration says
  std::filesystem::path tokenizer = {};  ///< tokenizer file or folder; empty: the model's own
  /// For training: a checkpoint of a language model with `vision` may lack the projector; it then has none of
  /// the projector's weights.
  bool fresh_projector = false;
};

/// Opens a model in any form people have it on disk; told apart by content. Weights are checked (names,
/// shapes, finite block scales) but not read. `activation` is the type of weights that mix with activations.
/// Fails with kNotFound, kBadFile, kUnsupported, kIo: one sentence that names the file, the place and both
/// values.
[[nodiscard]] Result<LoadedModel> load_model(const ModelPaths& paths, DType activation);

/// Every token that ends an answer: the tokenizer's own and those the model's files name.
[[nodiscard]] std::vector<int32_t> all_end_ids(const LoadedModel& model);

/// Ids that an answer may have lie below this: below the rows that pad the table, and below the picture's own
/// id and the special pieces behind it, unless an end token is one of these.
[[nodiscard]] uint32_t answer_id_limit(const LoadedModel& model);

/// The conversation template that fits a model: by its file form, its stored chat template, or its name; a
/// language model of which nothing tells that it was trained on conversations goes on from the text as it is
/// given ("raw").
[[nodiscard]] ChatTemplate chat_template_of(const LoadedModel& model);

/// render(), with the tokens that the model has around its pictures.
[[nodiscard]] Prompt render_for(const ModelConfig& config, const ChatTemplate& chat_template,
                                const Conversation& conversation);

/// Names and types of the weights and of their stacks, as the graphs want them.
[[nodiscard]] WeightTypes weight_types(const LoadedModel& model);

}  // namespace lapilli
