// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/export_names.h"

#include "engine/base/error.h"
#include "engine/model/weight_names.h"

namespace lapilli {
namespace {

std::string_view prefix_of(std::string_view weight, NameForm form) {
  const bool original = form == NameForm::kOriginal;
  const bool transformers = form == NameForm::kTransformers;
  if (weight.starts_with("vision."))
    return original       ? "model.vision_tower.vision_tower.vision_model."
           : transformers ? "model.vision_tower.vision_model."
                          : "vision_tower.vision_model.";
  if (weight.starts_with("projector."))
    return original       ? "model.mm_projector."
           : transformers ? "model.multi_modal_projector."
                          : "multi_modal_projector.";
  if (weight == "lm_head") return form == NameForm::kLlavaHf ? "language_model.lm_head." : "lm_head.";
  return original ? "model." : transformers ? "model.language_model." : "language_model.model.";
}

}  // namespace

std::string checkpoint_name(std::string_view weight, NameForm form) {
  const std::string_view prefix = prefix_of(weight, form);
  for (std::string& name : checkpoint_names(weight)) {
    if (!name.starts_with(prefix)) continue;
    // "model." is also the beginning of the others' names.
    const std::string_view rest = std::string_view(name).substr(prefix.size());
    if (rest.starts_with("language_model.")) continue;
    return std::move(name);
  }
  LAPILLI_ASSERT(false);
  return {};
}

}  // namespace lapilli
