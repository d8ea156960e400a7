// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/captions/model_identity.h"

#include "engine/base/hash.h"
#include "engine/io/file.h"
#include "engine/runtime/demo_model_path.h"

#include <algorithm>
#include <array>
#include <vector>

namespace lapilli::captions {
namespace {

namespace fs = std::filesystem;

/// Whether a file of a model's folder has a part in answers.
bool matters(const fs::path& file) {
  constexpr std::array<std::string_view, 7> kExtensions = {".safetensors", ".gguf", ".bin",  ".pt",
                                                           ".pth",         ".json", ".model"};
  return std::find(kExtensions.begin(), kExtensions.end(), file.extension().string()) != kExtensions.end();
}

/// The size and pieces from all over: files of one shape differ in their weights everywhere, and reading
/// gigabytes takes minutes.
uint64_t hash_of_pieces(const fs::path& path, uint64_t state) {
  constexpr uint64_t kPieces = 64, kPieceBytes = 1024;
  const auto file = MappedFile::open(path);
  if (!file) return state;
  const Bytes bytes = file->bytes();
  state = fnv1a(as_bytes(text(path.filename().string(), ' ', bytes.size(), '\n')), state);
  if (bytes.size() <= kPieces * kPieceBytes) return fnv1a(bytes, state);
  for (uint64_t piece = 0; piece < kPieces; ++piece) {
    const uint64_t first = (bytes.size() - kPieceBytes) * piece / (kPieces - 1);
    state = fnv1a(bytes.subspan(first, kPieceBytes), state);
  }
  return state;
}

std::vector<fs::path> files_of(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (matters(entry.path())) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

ModelIdentity identity_of(const ModelPaths& paths) {
  const bool is_demo = paths.model == kDemoModelName;
  const auto shipped = is_demo ? demo_model_path() : Result<fs::path>(paths.model);
  const fs::path model = shipped ? *shipped : paths.model;
  uint64_t state = fnv1a({});
  for (const fs::path& path : {model, paths.projector, paths.vision, paths.base, paths.tokenizer}) {
    if (path.empty()) continue;
    for (const fs::path& file : files_of(path)) state = hash_of_pieces(file, state);
  }
  const fs::path name = model.has_filename() ? model.filename() : model.parent_path().filename();
  return {name.string(), text(std::hex, state)};
}

}  // namespace lapilli::captions
