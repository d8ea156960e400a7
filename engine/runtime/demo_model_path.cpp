// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/demo_model_path.h"

#include <sys/auxv.h>

#include <array>

namespace lapilli {
namespace {

namespace fs = std::filesystem;

/// Of the program's folder and those above it; a build tree's programs lie five below the source tree.
constexpr int kMostLevels = 6;
constexpr std::array<const char*, 2> kPlaces = {"share/lapilli/demo/demo.gguf", "resources/demo/demo.gguf"};

}  // namespace

Result<fs::path> demo_model_path(const fs::path& program) {
  fs::path folder = program.parent_path();
  for (int level = 0; level < kMostLevels && !folder.empty(); ++level) {
    for (const char* place : kPlaces) {
      std::error_code ignored;
      if (fs::is_regular_file(folder / place, ignored)) return folder / place;
    }
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return Error(ErrorCode::kNotFound,
               text("the demo model is not there: neither ", kPlaces[0], " nor ", kPlaces[1],
                    " lies in a folder above the program"),
               program.string());
}

Result<fs::path> demo_model_path() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return Error(ErrorCode::kIo, text("the program's path cannot be read: ", error.message()));
  auto model = demo_model_path(program);
  // Started by a loader that was named (ld.so PROGRAM), the process is the loader, and this the program.
  const auto* started = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  if (model || started == nullptr) return model;
  const fs::path named = fs::absolute(started, error);
  auto beside = error ? model : demo_model_path(named);
  return beside ? beside : model;
}

}  // namespace lapilli
