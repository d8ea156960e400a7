// SPDX-License-Identifier: Apache-2.0
#include "training/check_fit.h"

namespace lapilli::training {
namespace {

void require(bool condition, const std::string& sentence) {
  if (!condition) throw Error(ErrorCode::kInvalidArgument, sentence);
}

}  // namespace

void check_fit(const Recipe& recipe, const LoadedModel& model) {
  require(model.tokenizer.has_value(),
          "the model has no tokenizer, so that no text can be learned; give one");
  require(model.config.vision || !(recipe.train.tower || recipe.train.projector),
          "the recipe trains the vision tower or the projector, the model is a language model without them; "
          "name a CLIP encoder's folder with --vision, the language model being a folder in Hugging Face "
          "form, and a fresh projector is drawn");
}

void check_fit(const Recipe& recipe, const ModelConfig& config, uint64_t records, uint64_t text_only) {
  require(config.vision || text_only == records,
          text(records - text_only, " of the ", records,
               " records have pictures, the model is a language model that can't see; train a model with a "
               "vision tower, or take the pictures and their <image> out of the data"));
  require(recipe.train.language_model != LanguageModelTraining::kOff || text_only < records,
          "the recipe trains what sees pictures alone, no record has a picture; give data with pictures, or "
          "train the language model");
}

}  // namespace lapilli::training
