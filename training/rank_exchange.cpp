// SPDX-License-Identifier: Apache-2.0
#include "training/rank_exchange.h"

namespace lapilli::training {

void sum_gradients(Session& session, Ranks& ranks) {
  if (ranks.alone()) return;
  for (size_t index = 0; index < session.parameters().size(); ++index) {
    std::vector<float> values = session.read(index, ParameterState::kGradient);
    ranks.sum(values);
    session.write(index, ParameterState::kGradient, values);
  }
}

void share_parameters(Session& session, Ranks& ranks) {
  if (ranks.alone()) return;
  for (size_t index = 0; index < session.parameters().size(); ++index) {
    for (const ParameterState which :
         {ParameterState::kValue, ParameterState::kFirstMoment, ParameterState::kSecondMoment}) {
      std::vector<float> values(session.parameters()[index].shape.elements());
      if (ranks.rank() == 0) values = session.read(index, which);
      ranks.share(std::as_writable_bytes(std::span(values)));
      if (ranks.rank() != 0) session.write(index, which, values);
    }
  }
}

}  // namespace lapilli::training
