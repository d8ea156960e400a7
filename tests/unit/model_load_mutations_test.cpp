// SPDX-License-Identifier: Apache-2.0
// Damaged configurations and metadata of otherwise good models: each is opened or refused, soon, and whatever
// was opened can be read.
#include "tests/support/mutations.h"
#include "tests/unit/model_refusal.h"

#include <chrono>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kLongestLoad{5};

class LoadMutations : public TemporaryFolder {
 protected:
  /// Damages the first `bytes` of a file `count` times.
  void mutate(const ModelPaths& paths, const fs::path& file, size_t bytes, int count) {
    const std::string good = read_file(file);
    const std::string head = good.substr(0, bytes);
    const std::string tail = good.substr(head.size());
    Mutator mutator(1);
    int accepted = 0;
    for (int i = 0; i < count; ++i) {
      write_file(file, mutator(head) + tail);
      const auto start = std::chrono::steady_clock::now();
      const Result<void> loaded = load_all(paths);
      EXPECT_LT(std::chrono::steady_clock::now() - start, kLongestLoad) << "change " << i;
      if (loaded)
        ++accepted;
      else
        EXPECT_FALSE(loaded.error().message().empty());
    }
    write_file(file, good);
    EXPECT_GT(accepted, 0);
    EXPECT_LT(accepted, count);
  }
};

TEST_F(LoadMutations, Config) {
  write_hugging_face_folder(folder());
  mutate({.model = folder()}, folder() / "config.json", 1 << 20, 600);
}

TEST_F(LoadMutations, OriginalConfig) {
  write_original_folder(folder() / "llava");
  write_clip_folder(folder() / "clip-vit-tiny");
  mutate({.model = folder() / "llava"}, folder() / "llava/config.json", 1 << 20, 150);
  mutate({.model = folder() / "llava"}, folder() / "clip-vit-tiny/config.json", 1 << 20, 150);
}

TEST_F(LoadMutations, AdapterConfig) {
  write_hugging_face_folder(folder() / "base");
  fs::copy(golden_folder() / "tiny_llava/lora_hf", folder() / "adapter");
  mutate({.model = folder() / "adapter", .base = folder() / "base"}, folder() / "adapter/adapter_config.json",
         1 << 20, 150);
}

TEST_F(LoadMutations, LanguageMetadata) {
  write_gguf_pair(folder());
  mutate({.model = folder() / "tiny.gguf"}, folder() / "tiny.gguf", 700, 600);
}

TEST_F(LoadMutations, ProjectorMetadata) {
  write_gguf_pair(folder());
  mutate({.model = folder() / "tiny.gguf", .projector = folder() / "mmproj-tiny.gguf"},
         folder() / "mmproj-tiny.gguf", 4000, 600);
}

}  // namespace
}  // namespace lapilli::test
