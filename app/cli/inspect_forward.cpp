// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/engine_flags.h"
#include "engine/io/output_folder.h"
#include "engine/io/safetensors.h"
#include "engine/runtime/lane.h"

#include <algorithm>
#include <numeric>

#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

std::vector<int32_t> prompt_ids(const InspectForwardFlags& flags, const Engine& engine, Output& output) {
  if (!flags.ids.empty()) return flags.ids;
  if (flags.raw) return encode_prompt(*engine.tokenizer(), prompt_from_text(*flags.prompt.prompt));
  const auto named = optional_template(flags.prompt.template_name).value();
  Conversation conversation{.system = flags.prompt.system, .messages = {}};
  conversation.messages.push_back({.role = Message::Role::kUser,
                                   .text = *flags.prompt.prompt,
                                   .images = static_cast<int>(flags.pictures.images.size())});
  note_marks(conversation.messages.back(), output);
  const ChatTemplate& form = named ? *named : engine.chat_template();
  return encode_prompt(*engine.tokenizer(), render_for(engine.config(), form, conversation));
}

/// The tensors to write; owns their values.
class Values {
 public:
  template <class T>
  void add(std::string name, DType dtype, std::vector<uint64_t> shape, const std::vector<T>& values) {
    const auto bytes = std::as_bytes(std::span(values));
    data_.emplace_back(bytes.begin(), bytes.end());
    tensors_.push_back(
        {.name = std::move(name), .type = stored_type(dtype), .shape = std::move(shape), .data = {}});
  }
  void write(const std::filesystem::path& path, const std::map<std::string, std::string>& metadata) {
    for (size_t index = 0; index < tensors_.size(); ++index) tensors_[index].data = data_[index];
    write_safetensors(path, tensors_, metadata).value();
  }
  [[nodiscard]] nlohmann::json shapes() const {
    nlohmann::json result;
    for (const TensorToWrite& tensor : tensors_) result[tensor.name] = tensor.shape;
    return result;
  }

 private:
  std::vector<std::vector<std::byte>> data_;
  std::vector<TensorToWrite> tensors_;
};

void append(std::vector<float>& to, std::span<const float> values) {
  to.insert(to.end(), values.begin(), values.end());
}

/// Encodes all pictures into their slots and collects what the encoder and the projector gave.
void encode_pictures(Engine& engine, std::span<const Picture> pictures, Values& values,
                     std::stop_token stop) {
  if (pictures.empty()) return;
  const VisionConfig& vision = *engine.config().vision;
  std::vector<float> features, projected;
  for (uint32_t slot = 0; slot < pictures.size(); ++slot) {
    engine.evaluator().encode_image(pictures[slot].pixels, slot, stop);
    const std::vector<float> rows = engine.evaluator().read_vision_features();
    append(features, std::span(rows).subspan(vision.keep_class_row ? 0 : vision.dim));
    append(projected, engine.evaluator().read_projected());
  }
  const uint64_t rows = uint64_t{vision.image_rows()} * pictures.size();
  values.add("vision_features", DType::f32, {rows, vision.dim}, features);
  values.add("image_features", DType::f32, {rows, engine.config().language.dim}, projected);
}

std::vector<StepRow> step_rows(Engine& engine, const std::vector<SequenceItem>& items,
                               std::span<const Picture> pictures) {
  std::vector<StepRow> rows;
  for (const SequenceItem& item : items) {
    StepRow row{.id = item.id, .position = static_cast<int32_t>(rows.size())};
    if (item.id < 0) {
      const auto picture = std::find_if(pictures.begin(), pictures.end(),
                                        [&](const Picture& p) { return p.id == item.picture; });
      row.image_row =
          engine.evaluator().image_row(static_cast<uint32_t>(picture - pictures.begin()), item.row);
    }
    rows.push_back(row);
  }
  return rows;
}

std::vector<float> all_logits(Engine& engine, const std::vector<StepRow>& rows, std::stop_token stop) {
  std::vector<uint32_t> wanted(rows.size());
  std::iota(wanted.begin(), wanted.end(), 0u);
  engine.evaluator().evaluate(rows, wanted, stop);
  std::vector<float> logits;
  logits.reserve(rows.size() * engine.config().language.vocab);
  for (size_t row = 0; row < rows.size(); ++row) append(logits, engine.evaluator().logits(row));
  return logits;
}

void require_known_ids(std::span<const int32_t> ids, uint32_t vocab) {
  for (const int32_t id : ids) {
    if (id != kImageToken && (id < 0 || static_cast<uint32_t>(id) >= vocab)) {
      throw Error(ErrorCode::kInvalidArgument, text("id ", id, " is neither a picture (", kImageToken,
                                                    ") nor below the vocabulary's ", vocab));
    }
  }
}

}  // namespace

ExitCode run_inspect_forward(const InspectForwardFlags& flags, Output& output, Interrupt& interrupt) {
  interrupt.end_in_time();
  std::vector<std::filesystem::path> inputs = input_paths(flags.model.paths);
  inputs.insert(inputs.end(), flags.pictures.images.begin(), flags.pictures.images.end());
  require_new_file(flags.out, inputs).value();
  if (flags.ids.empty() && !flags.prompt.prompt)
    throw Error(ErrorCode::kInvalidArgument, "inspect forward needs --prompt or --ids");
  const std::vector<Image> images = open_images(flags.pictures).value();
  EngineOptions options = engine_options(flags.model);
  options.logits_of_all_rows = true;
  options.image_slots = std::max<uint32_t>(1, static_cast<uint32_t>(flags.pictures.images.size()));
  options.check_model = [&](const LoadedModel& model) {
    if (flags.ids.empty()) return requires_to_answer(flags.pictures.images)(model);
    for (const auto& path : flags.pictures.images) require_vision(model.config, path).value();
  };
  Engine engine = Engine::open(options, output.sink(), interrupt.token()).value();
  const std::vector<Picture> pictures = prepare_pictures(engine.config(), images, flags.pictures).value();

  const std::vector<int32_t> ids = prompt_ids(flags, engine, output);
  const uint32_t vocab = engine.config().language.vocab;
  require_known_ids(ids, vocab);
  const uint32_t rows_per_picture = engine.config().vision ? engine.config().vision->image_rows() : 0;
  const auto items = expand_prompt(ids, pictures, rows_per_picture);
  Values values;
  encode_pictures(engine, pictures, values, interrupt.token());
  const std::vector<StepRow> rows = step_rows(engine, items, pictures);
  values.add("logits", DType::f32, {rows.size(), vocab}, all_logits(engine, rows, interrupt.token()));
  values.add("ids", DType::i32, {ids.size()}, ids);
  values.write(flags.out,
               {{"ids", "token ids; -200 stands for one picture"},
                {"logits", "one row a position, picture rows included"},
                {"vision_features", "the selected hidden state, class row left out as the model does"},
                {"image_features", "rows after the projector"}});
  if (output.json()) {
    output.line({{"out", flags.out.string()}, {"ids", ids}, {"shapes", values.shapes()}});
  } else {
    output.remark(text("wrote ", flags.out.string(), ": ", values.shapes().dump(), '\n'));
  }
  return ExitCode::kOk;
}

}  // namespace lapilli::cli
