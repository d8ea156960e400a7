// SPDX-License-Identifier: Apache-2.0
// The project's own small LLaVA in every form people keep such a model on disk: always the original's values.
#include "engine/runtime/lane.h"
#include "engine/runtime/prompt.h"
#include "tests/model/model_fixture.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_llava.h"

#include <fstream>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;

/// Sums in another order than PyTorch's.
constexpr double kEqual = 1e-5;
/// An adapter's sum may round to the other of two neighbouring f16 values.
constexpr double kMerged = 1e-4;
/// Against weights that were rounded to 8 bits a block.
constexpr double kEightBits = 0.05;

struct Form {
  const char* name;
  const char* expected;  ///< which of expected.json's variants
  std::function<ModelPaths(const fs::path& folder)> write;
  double bound = kEqual;
};

void PrintTo(const Form& form, std::ostream* out) {
  *out << form.name;
}

void write_named(const fs::path& folder, const Rename& name_of) {
  write_hugging_face_folder(folder);
  write_safetensors_file(folder / "model.safetensors", renamed(tiny_llava_weights(), name_of));
}

/// An original LLaVA folder and its encoder beside it, as a user who downloaded both has them.
ModelPaths write_original(const fs::path& folder) {
  write_original_folder(folder / "llava");
  write_clip_folder(folder / "clip-vit-tiny");
  return {.model = folder / "llava"};
}

ModelPaths write_gguf(const fs::path& folder, const GgufPair& options) {
  write_gguf_pair(folder, options);
  return {.model = folder / "tiny.gguf"};
}

ModelPaths write_adapter(const fs::path& folder, const std::string& adapter, const ModelPaths& base) {
  fs::copy(golden_folder() / "tiny_llava" / adapter, folder / adapter);
  return {.model = folder / adapter, .base = base.model};
}

void edit_config(const fs::path& folder, const std::function<void(nlohmann::json&)>& edit) {
  nlohmann::json config = read_json(folder / "config.json");
  edit(config);
  write_file(folder / "config.json", config.dump());
}

void use_linear_projector(nlohmann::json& config) {
  config["mm_projector_type"] = "linear";
}

/// A language model alone, its weights under the original's names.
void write_language_model(const fs::path& folder) {
  write_original_folder(folder);
  HeldTensors tensors = renamed(tiny_llava_weights(), original_name);
  std::erase_if(tensors,
                [](const auto& item) { return item.first.find("mm_projector") != std::string::npos; });
  write_shards(folder, tensors, "pytorch_model", "bin");
  edit_config(folder, [](nlohmann::json& config) {
    config["model_type"] = "llama";
    std::erase_if(config.get_ref<nlohmann::json::object_t&>(),
                  [](const auto& item) { return item.first.starts_with("mm_"); });
  });
}

const Form kForms[] = {
    {"AsTransformersSavesIt", "base",
     [](const fs::path& folder) {
       write_hugging_face_folder(folder);
       return ModelPaths{.model = folder};
     }},
    {"LlavaHf", "base",
     [](const fs::path& folder) {
       write_named(folder, llava_hf_name);
       return ModelPaths{.model = folder};
     }},
    {"Transformers452", "base",
     [](const fs::path& folder) {
       write_named(folder, transformers_452_name);
       return ModelPaths{.model = folder};
     }},
    {"ShardedSafetensors", "base",
     [](const fs::path& folder) {
       write_hugging_face_folder(folder);
       fs::remove(folder / "model.safetensors");
       write_shards(folder, renamed(tiny_llava_weights(), llava_hf_name), "model", "safetensors");
       return ModelPaths{.model = folder};
     }},
    {"OneShardNamedAsModel", "base",
     [](const fs::path& folder) {
       write_hugging_face_folder(folder);
       return ModelPaths{.model = folder / "model.safetensors"};
     }},
    {"OriginalWithEncoderBeside", "base", write_original},
    {"OriginalWithEncoderGiven", "base",
     [](const fs::path& folder) {
       write_original_folder(folder / "llava");
       write_clip_folder(folder / "elsewhere/encoder");
       return ModelPaths{.model = folder / "llava", .vision = folder / "elsewhere/encoder"};
     }},
    {"OriginalWithEncoderInside", "base",
     [](const fs::path& folder) {
       write_original(folder);
       HeldTensors tensors = renamed(tiny_llava_weights(), original_name);
       tensors.merge(renamed(tiny_llava_weights(), [](const std::string& name) {
         const std::string clip = clip_name(name);
         return clip.empty() ? clip : "model.vision_tower.vision_tower." + clip;
       }));
       write_shards(folder / "llava", tensors, "pytorch_model", "bin");
       fs::remove(folder / "clip-vit-tiny/model.safetensors");
       write_file(folder / "clip-vit-tiny/pytorch_model.bin", "never opened");
       return ModelPaths{.model = folder / "llava"};
     }},
    {"ProjectorOverBase", "base",
     [](const fs::path& folder) {
       write_original(folder);
       write_language_model(folder / "vicuna");
       HeldTensors projector = renamed(tiny_llava_weights(), original_name);
       std::erase_if(projector,
                     [](const auto& item) { return item.first.find("mm_projector") == std::string::npos; });
       write_torch_file(folder / "projector/mm_projector.bin", projector);
       fs::copy_file(folder / "llava/config.json", folder / "projector/config.json");
       return ModelPaths{.model = folder / "projector", .base = folder / "vicuna"};
     }},
    {"LinearProjector", "linear",
     [](const fs::path& folder) {
       write_original(folder);
       write_language_model(folder / "vicuna");
       fs::copy(golden_folder() / "tiny_llava/linear", folder / "projector");
       fs::copy_file(folder / "llava/config.json", folder / "projector/config.json");
       edit_config(folder / "projector", use_linear_projector);
       return ModelPaths{.model = folder / "projector", .base = folder / "vicuna"};
     }},
    {"LinearProjectorGiven", "linear",
     [](const fs::path& folder) {
       const ModelPaths paths = write_original(folder);
       edit_config(paths.model, use_linear_projector);
       return ModelPaths{.model = paths.model,
                         .projector = golden_folder() / "tiny_llava/linear/mm_projector.bin"};
     }},
    {"GgufPair", "base",
     [](const fs::path& folder) {
       write_gguf_pair(folder);
       return ModelPaths{.model = folder};
     }},
    {"GgufPairNewNames", "base",
     [](const fs::path& folder) {
       write_gguf_pair(folder, {.legacy_names = false});
       return ModelPaths{.model = folder / "tiny.gguf"};
     }},
    {"GgufPairF32", "base",
     [](const fs::path& folder) {
       write_gguf_pair(folder, {.language_type = DType::f32, .projector_type = DType::f32});
       fs::create_directories(folder / "elsewhere");
       fs::rename(folder / "mmproj-tiny.gguf", folder / "elsewhere/projector");
       return ModelPaths{.model = folder / "tiny.gguf", .projector = folder / "elsewhere/projector"};
     }},
    {"GgufPairQ8Projector", "base",
     [](const fs::path& folder) {
       write_gguf_pair(folder, {.projector_type = DType::q8_0});
       return ModelPaths{.model = folder};
     },
     kEightBits},
    {"OriginalLora", "lora",
     [](const fs::path& folder) {
       const ModelPaths base = write_original(folder);
       return write_adapter(folder, "lora", base);
     },
     kMerged},
    {"OriginalLoraOverLanguageModel", "lora",
     [](const fs::path& folder) {
       write_original(folder);
       write_language_model(folder / "vicuna");
       const ModelPaths paths = write_adapter(folder, "lora", {.model = folder / "vicuna"});
       fs::copy_file(folder / "llava/config.json", folder / "lora/config.json");
       return paths;
     },
     kMerged},
    {"OriginalLoraOverLlavaHf", "lora",
     [](const fs::path& folder) {
       write_hugging_face_folder(folder / "base");
       return write_adapter(folder, "lora", {.model = folder / "base"});
     },
     kMerged},
    {"PeftLora", "lora_hf",
     [](const fs::path& folder) {
       write_hugging_face_folder(folder / "base");
       return write_adapter(folder, "lora_hf", {.model = folder / "base"});
     },
     kMerged},
    {"PeftLoraOverOriginal", "lora_hf",
     [](const fs::path& folder) {
       const ModelPaths base = write_original(folder);
       return write_adapter(folder, "lora_hf", base);
     },
     kMerged},
    {"OriginalLoraOverGguf", "lora",
     [](const fs::path& folder) { return write_adapter(folder, "lora", write_gguf(folder / "pair", {})); },
     kMerged},
    {"PeftLoraOverGguf", "lora_hf",
     [](const fs::path& folder) {
       return write_adapter(folder, "lora_hf", write_gguf(folder / "pair", {.legacy_names = false}));
     },
     kMerged},
    {"OriginalLoraOverQ8", "lora",
     [](const fs::path& folder) {
       const GgufPair options{.language_type = DType::q8_0, .projector_type = DType::q8_0};
       return write_adapter(folder, "lora", write_gguf(folder / "pair", options));
     },
     kEightBits},
};

class Forms : public ModelTest, public testing::WithParamInterface<Form> {
 protected:
  const OwnFolder folder_;
};

TEST_P(Forms, GivesTheOriginalsValues) {
  const Form& form = GetParam();
  const fs::path golden = golden_folder() / "tiny_llava";
  const nlohmann::json expected = read_json(golden / "expected.json")[form.expected];
  Engine engine = Engine::open(options(form.write(folder_.path()))).value();
  ASSERT_NE(engine.tokenizer(), nullptr);

  const Picture picture = open_picture(golden / "picture.png", engine.config(), {}).value();
  EXPECT_LE(relative_error(picture.pixels, read_npy<float>(golden / "pixels.npy")), 1e-6);

  std::vector<int32_t> ids = expected["ids_before"].get<std::vector<int32_t>>();
  ids.push_back(kImageToken);
  for (const int32_t id : expected["ids_after"]) ids.push_back(id);
  EXPECT_EQ(encode_prompt(*engine.tokenizer(), prompt_from_text("USER: <image>\nWhat is shown? ASSISTANT:")),
            ids);

  Evaluator& evaluator = engine.evaluator();
  PictureMemory memory(1, [&](std::span<const SlotPixels> slots) { evaluator.encode_images(slots); });
  Lane lane(evaluator, memory, 0);
  lane.set_prompt(expand_prompt(ids, std::span(&picture, 1), engine.config().vision->image_rows()),
                  std::span(&picture, 1));
  if (std::string_view(form.expected) == "base") {
    EXPECT_LE(
        relative_error(evaluator.read_vision_features(), read_npy<float>(golden / "vision_features.npy")),
        form.bound);
    EXPECT_LE(relative_error(evaluator.read_projected(), read_npy<float>(golden / "projected.npy")),
              form.bound);
  }
  const std::string logits = std::string(form.expected) + ".last_logits.npy";
  EXPECT_LE(relative_error(evaluator.logits(0), read_npy<float>(golden / logits)), form.bound);
  if (form.bound > kMerged) return;

  std::vector<int32_t> greedy_ids = {evaluator.best_id(0)};
  const auto wanted = expected["greedy"].get<std::vector<int32_t>>();
  while (greedy_ids.size() < wanted.size()) {
    lane.append(greedy_ids.back());
    greedy_ids.push_back(evaluator.best_id(0));
  }
  EXPECT_EQ(greedy_ids, wanted);
}

class AdapterBases : public ModelTest {
 protected:
  /// Logits of the last row of a prompt around the golden picture.
  std::vector<float> last_logits(const ModelPaths& paths) {
    Engine engine = Engine::open(options(paths)).value();
    const fs::path file = golden_folder() / "tiny_llava/picture.png";
    const Picture picture = open_picture(file, engine.config(), {}).value();
    Evaluator& evaluator = engine.evaluator();
    PictureMemory memory(1, [&](std::span<const SlotPixels> slots) { evaluator.encode_images(slots); });
    Lane lane(evaluator, memory, 0);
    const std::vector<int32_t> ids = {1, 60, 120, kImageToken, 200, 310, 45};
    lane.set_prompt(expand_prompt(ids, std::span(&picture, 1), engine.config().vision->image_rows()),
                    std::span(&picture, 1));
    const auto row = evaluator.logits(0);
    return {row.begin(), row.end()};
  }
};

/// One adapter that changes every kind of weight, over the same numbers in both forms.
TEST_F(AdapterBases, AFolderAndAGgufPairGiveTheSameLogits) {
  const OwnFolder own;
  const fs::path& folder = own.path();
  write_hugging_face_folder(folder / "base", DType::f32);
  write_gguf_pair(folder / "pair", {.language_type = DType::f32, .projector_type = DType::f32});
  write_full_adapter(folder / "adapter");
  const auto expected = last_logits({.model = folder / "adapter", .base = folder / "base"});
  EXPECT_GT(relative_error(last_logits({.model = folder / "pair"}), expected), 0.1);
  const auto actual = last_logits({.model = folder / "adapter", .base = folder / "pair"});
  const double error = relative_error(actual, expected);
  RecordProperty("relative_error", text(error));
  EXPECT_LE(error, kEqual);
}

INSTANTIATE_TEST_SUITE_P(All, Forms, testing::ValuesIn(kForms),
                         [](const auto& test) { return test.param.name; });

class Penalty : public ModelTest {
 protected:
  void SetUp() override { write_hugging_face_folder(folder_.path()); }
  const OwnFolder folder_;
};

/// Values of make_penalised.py, which runs transformers' own processor.
TEST_F(Penalty, CountsThePromptAsInTransformers) {
  const fs::path golden = golden_folder() / "tiny_llava";
  const nlohmann::json expected = read_json(golden / "penalised.json");
  const auto ids = expected["ids"].get<std::vector<int32_t>>();
  Engine engine = Engine::open(options({.model = folder_.path()})).value();
  AnswerRequest request;
  request.conversation.messages = {{.text = "USER: <image>\nWhat is shown? ASSISTANT:", .images = 1}};
  request.pictures = {open_picture(golden / "picture.png", engine.config(), {}).value()};
  request.chat_template = find_template("raw").value();
  request.generation.sampling.repetition_penalty = expected["penalty"];
  request.generation.max_tokens = static_cast<uint32_t>(ids.size());
  request.generation.ignore_end = true;
  EXPECT_EQ(engine.answer(request).value().ids, ids);
  std::vector<int32_t> together;
  ASSERT_TRUE(engine.answer_all(std::span(&request, 1),
                                [&](size_t, Result<Answer> answer) { together = answer.value().ids; }));
  EXPECT_EQ(together, ids);
}

}  // namespace
}  // namespace lapilli::test
