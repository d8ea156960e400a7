// SPDX-License-Identifier: Apache-2.0
// The rules of the source tree that a compiler does not check.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace lapilli {
namespace {

namespace fs = std::filesystem;
using Folders = std::set<std::string>;

const fs::path kSource = LAPILLI_SOURCE_FOLDER;

/// What the files of a folder may include besides their own folder's.
const std::map<std::string, Folders> kMayInclude = {
    {"shaders", {"engine/base"}},
    {"engine/base", {}},
    {"engine/io", {"engine/base"}},
    {"engine/graph", {"engine/base", "shaders"}},
    {"engine/ops", {"engine/base", "engine/graph", "shaders"}},
    {"engine/model", {"engine/base", "engine/graph", "engine/ops"}},
    {"engine/gpu", {"engine/base", "shaders"}},
    {"engine/exec", {"engine/base", "engine/graph", "engine/gpu", "shaders"}},
    {"engine/runtime",
     {"engine/base", "engine/graph", "engine/ops", "engine/gpu", "engine/exec", "engine/model", "engine/io"}},
    {"training",
     {"engine/base", "engine/graph", "engine/ops", "engine/gpu", "engine/exec", "engine/model", "engine/io",
      "engine/runtime"}},
};

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<fs::path> files_below(const fs::path& folder, const Folders& extensions) {
  std::vector<fs::path> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && extensions.contains(entry.path().extension().string())) {
      files.push_back(entry.path());
    }
  }
  return files;
}

std::vector<std::string> included_files(const fs::path& file) {
  static const std::regex kInclude("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]");
  std::vector<std::string> names;
  std::istringstream stream(read_text(file));
  std::smatch match;
  for (std::string line; std::getline(stream, line);) {
    if (std::regex_search(line, match, kInclude)) names.push_back(match[1]);
  }
  return names;
}

/// "engine/io/file.h" → "engine/io", "shaders/params.h" → "shaders", "app/cli/main.h" → "app"; empty for
/// files of libraries.
std::string folder_of(const std::string& include) {
  static const std::regex kEngine("^(engine/[a-z]+)/.*");
  static const std::regex kOther("^(shaders|training|app|tests)/.*");
  std::smatch match;
  if (std::regex_match(include, match, kEngine) || std::regex_match(include, match, kOther)) return match[1];
  return {};
}

TEST(Architecture, FoldersIncludeOnlyWhatStandsBelowThem) {
  for (const auto& [folder, allowed] : kMayInclude) {
    for (const fs::path& file : files_below(kSource / folder, {".h", ".cpp", ".in"})) {
      for (const std::string& include : included_files(file)) {
        const std::string target = folder_of(include);
        EXPECT_TRUE(target.empty() || target == folder || allowed.contains(target))
            << file.string() << " includes " << include;
      }
    }
  }
}

TEST(Architecture, CaptionsKnowNeitherCommandLineNorWindow) {
  for (const fs::path& file : files_below(kSource / "app/captions", {".h", ".cpp"})) {
    for (const std::string& include : included_files(file)) {
      EXPECT_FALSE(include.starts_with("app/cli/") || include.starts_with("app/gui/") ||
                   include.starts_with("training/"))
          << file.string() << " includes " << include;
    }
  }
}

TEST(Architecture, EveryEngineFolderHasItsRule) {
  for (const auto& entry : fs::directory_iterator(kSource / "engine")) {
    if (!entry.is_directory()) continue;
    EXPECT_TRUE(kMayInclude.contains("engine/" + entry.path().filename().string())) << entry.path();
  }
}

TEST(Architecture, OnlyTheGpuFolderIncludesVulkan) {
  for (const char* root : {"engine", "training", "app"}) {
    for (const fs::path& file : files_below(kSource / root, {".h", ".cpp"})) {
      if (file.string().starts_with((kSource / "engine/gpu").string())) continue;
      for (const std::string& include : included_files(file)) {
        EXPECT_FALSE(include.starts_with("vulkan/")) << file.string() << " includes " << include;
      }
    }
  }
}

TEST(Architecture, NoQtOutsideTheWindow) {
  for (const char* root : {"engine", "shaders", "training", "app/cli", "app/captions"}) {
    for (const fs::path& file : files_below(kSource / root, {".h", ".cpp"})) {
      for (const std::string& include : included_files(file)) {
        EXPECT_FALSE(std::regex_match(include, std::regex("Q[A-Z].*|Qt.*/.*")))
            << file.string() << " includes " << include;
      }
    }
  }
}

/// By the shader's own function, or through the operators of the C++ file that launches it.
TEST(Architecture, EveryShaderHasATest) {
  std::string tests;
  for (const char* folder : {"tests/ops", "tests/unit"}) {
    for (const fs::path& file : files_below(kSource / folder, {".cpp"})) tests += read_text(file);
  }
  const std::vector<fs::path> operators = files_below(kSource / "engine/ops", {".cpp"});
  static const std::regex kFactory("\n[A-Za-z]+ ([a-z_0-9]+)\\(Tensor ");
  for (const fs::path& shader : files_below(kSource / "shaders", {".comp"})) {
    const std::string name = shader.stem().string();
    bool tested = tests.find("shader::" + name) != std::string::npos;
    for (const fs::path& source : operators) {
      const std::string text = read_text(source);
      if (text.find("\"shaders/" + name + ".h\"") == std::string::npos) continue;
      for (std::sregex_iterator at(text.begin(), text.end(), kFactory), end; at != end; ++at) {
        tested = tested || tests.find("ops::" + (*at)[1].str() + "(") != std::string::npos;
      }
    }
    EXPECT_TRUE(tested) << shader.string() << ": neither shader::" << name
                        << " nor an operator that launches it is mentioned by a test";
  }
}

TEST(Architecture, EveryTestFileIsBuilt) {
  std::string lists;
  for (const fs::path& file : files_below(kSource / "tests", {".txt", ".cmake"})) lists += read_text(file);
  for (const fs::path& file : files_below(kSource / "tests", {".cpp"})) {
    const std::string name = file.filename().string();
    if (!name.ends_with("_test.cpp") || file.parent_path().filename() == "ops")
      continue;  // these are globbed
    EXPECT_NE(lists.find(name), std::string::npos) << file.string() << " is in no list";
  }
}

TEST(Architecture, EveryFileNamesItsLicence) {
  for (const char* root : {"engine", "shaders", "training", "app", "tests"}) {
    for (const fs::path& file : files_below(kSource / root, {".h", ".cpp", ".comp", ".glsl"})) {
      std::ifstream stream(file);
      std::string first_line;
      std::getline(stream, first_line);
      const std::string licence = std::string(root) == "app" ? "GPL-3.0-or-later" : "Apache-2.0";
      EXPECT_EQ(first_line, "// SPDX-License-Identifier: " + licence) << file.string();
    }
  }
}

}  // namespace
}  // namespace lapilli
