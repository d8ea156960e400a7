// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "training/ranks.h"
#include "training/session.h"

namespace lapilli::training {

/// Every rank's gradients become the sum of all ranks'.
void sum_gradients(Session& session, Ranks& ranks);

/// Every rank takes rank 0's parameters and moments.
void share_parameters(Session& session, Ranks& ranks);

}  // namespace lapilli::training
