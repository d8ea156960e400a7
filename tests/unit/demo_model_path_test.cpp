// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/demo_model_path.h"

#include "engine/io/file.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

namespace lapilli {
namespace {

namespace fs = std::filesystem;

class DemoModelPath : public test::TemporaryFolder {
 protected:
  fs::path add(const fs::path& file) const {
    fs::create_directories((folder() / file).parent_path());
    replace_file(folder() / file, as_bytes("here")).value();
    return folder() / file;
  }
};

TEST_F(DemoModelPath, IsFoundInTheSourceTree) {
  const fs::path model = add("resources/demo/demo.gguf");
  EXPECT_EQ(demo_model_path(folder() / "build/release/app/cli/lapilli").value(), model);
}

TEST_F(DemoModelPath, IsFoundWhereItIsInstalled) {
  const fs::path model = add("usr/share/lapilli/demo/demo.gguf");
  add("resources/demo/demo.gguf");
  EXPECT_EQ(demo_model_path(folder() / "usr/bin/lapilli").value(), model);
}

TEST_F(DemoModelPath, IsNotLookedForFarAway) {
  add("resources/demo/demo.gguf");
  EXPECT_REFUSED(demo_model_path(folder() / "1/2/3/4/5/6/7/lapilli"), ErrorCode::kNotFound,
                 "resources/demo/demo.gguf");
  EXPECT_REFUSED(demo_model_path("lapilli"), ErrorCode::kNotFound, "share/lapilli/demo");
}

}  // namespace
}  // namespace lapilli
