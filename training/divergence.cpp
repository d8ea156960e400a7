// SPDX-License-Identifier: Apache-2.0
#include "training/divergence.h"

#include <cmath>

namespace lapilli::training {
namespace {

std::string remedies(const Recipe& recipe) {
  return text("a smaller learning rate (now ", recipe.learning_rate,
              "), a longer warm-up or \"clip_norm\": 1 usually helps");
}

}  // namespace

Error not_finite_error(const Recipe& recipe, uint64_t update, double loss, const std::string& kept) {
  return Error(ErrorCode::kInternal, text("the ", std::isfinite(loss) ? "gradients" : "loss", " of update ",
                                          update, " stopped being numbers, so that training can't go on; ",
                                          remedies(recipe), ", and ", kept));
}

Error diverged_error(const Recipe& recipe, uint64_t update, double loss, const DivergenceWatch& watch,
                     const std::string& kept) {
  return Error(ErrorCode::kInternal,
               text("the loss diverged: it was ", loss, " at update ", update, " and above ", watch.bound(),
                    " for ", watch.above(), " updates, after a mean of ", watch.mean(), "; ",
                    remedies(recipe), ", \"divergence\": {\"updates\": 0} lets it go on, and ", kept));
}

}  // namespace lapilli::training
