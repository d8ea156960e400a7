// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/io/tensor_file.h"
#include "engine/runtime/loaded_model.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_llava.h"

#include <functional>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace lapilli::test {

/// Opens a model and reads every weight as the device would get it.
inline Result<void> load_all(const ModelPaths& paths) {
  auto model = load_model(paths, DType::f32);
  if (!model) return model.error();
  for (const WeightSource& source : model->weights) {
    std::vector<std::byte> bytes(source.type.size_bytes());
    if (auto read = source.read(0, bytes); !read) return read;
  }
  return {};
}

/// One way to spoil a good model, and what the refusal must say.
struct RefusalCase {
  const char* name;
  std::vector<const char*> parts;                                  ///< all of them in the sentence
  std::function<void(const std::filesystem::path& folder)> spoil;  ///< the folder is the model
};

inline void PrintTo(const RefusalCase& c, std::ostream* out) {
  *out << c.name;
}

/// Tests that write a good model into "model", spoil it and expect the refusal.
class Refused : public TemporaryFolder, public testing::WithParamInterface<RefusalCase> {
 protected:
  void SetUp() override {
    write_base();
    ASSERT_TRUE(load_all(paths()).ok()) << load_all(paths()).error().what();
  }
  virtual void write_base() = 0;
  [[nodiscard]] virtual ModelPaths paths() const { return {.model = folder() / "model"}; }

  void check() {
    GetParam().spoil(folder() / "model");
    const Result<void> loaded = load_all(paths());
    ASSERT_FALSE(loaded.ok());
    const std::string sentence = loaded.error().what();
    for (const char* part : GetParam().parts) EXPECT_THAT(sentence, testing::HasSubstr(part));
    const std::string file = sentence.substr(0, sentence.find(": "));
    EXPECT_EQ(sentence.find(file + ':', file.size()), std::string::npos) << "twice: " << sentence;
  }
};

inline void edit_json(const std::filesystem::path& file, const std::function<void(nlohmann::json&)>& edit) {
  auto json = nlohmann::json::parse(read_file(file));
  edit(json);
  write_file(file, json.dump());
}

/// The last value becomes this one.
inline void put_f32(HeldTensor& tensor, float value) {
  tensor = converted(tensor, DType::f32);
  tensor.bytes.replace(tensor.bytes.size() - 4, 4, reinterpret_cast<const char*>(&value), 4);
}

inline HeldTensor zeros(std::vector<uint64_t> shape) {
  HeldTensor tensor{.dtype = DType::f16, .shape = std::move(shape), .bytes = {}};
  tensor.bytes.resize(2 * element_count(tensor.shape).value());
  return tensor;
}

inline std::string case_name(const testing::TestParamInfo<RefusalCase>& test) {
  return test.param.name;
}

inline constexpr const char* kLfsPointer =
    "version https://git-lfs.github.com/spec/v1\noid "
    "sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
    "size 220808\n";

}  // namespace lapilli::test
