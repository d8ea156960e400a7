// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/runtime/loaded_model.h"

#include <string>

namespace lapilli::captions {

/// What tells the models of runs apart.
struct ModelIdentity {
  std::string name;  ///< for people: of its file or folder
  std::string key;   ///< of what its files hold; the same for a copy elsewhere
};

/// Reads a little of each file. What cannot be read has no part in the key: opening the model tells why.
[[nodiscard]] ModelIdentity identity_of(const ModelPaths& paths);

}  // namespace lapilli::captions
