// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/cli_fixture.h"

#include "engine/io/image.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include <unistd.h>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;

/// A folder for the whole process. Compiled pipelines are kept in the build folder for later runs.
fs::path process_folder() {
  static const fs::path folder = [] {
    const fs::path path = fs::path(testing::TempDir()) / ("lapilli-cli-" + std::to_string(::getpid()));
    fs::create_directories(path);
    ::setenv("XDG_CACHE_HOME", LAPILLI_TEST_CACHE, 1);
    return path;
  }();
  return folder;
}

class RemoveFolder : public testing::Environment {
 public:
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(process_folder(), ignored);
  }
};
[[maybe_unused]] const auto* const kRemoveFolder =
    testing::AddGlobalTestEnvironment(std::make_unique<RemoveFolder>().release());

}  // namespace

std::vector<std::string> command(std::vector<std::string> arguments) {
  process_folder();
  arguments.insert(arguments.begin(), LAPILLI_PROGRAM);
  return arguments;
}

ProcessResult lapilli_run(std::vector<std::string> arguments, std::string_view input) {
  return run_process(command(std::move(arguments)), input);
}

ProcessResult shell_run(const std::string& line, std::vector<std::string> arguments, std::string_view input) {
  std::vector<std::string> all = {"/bin/sh", "-c", line, "sh"};
  for (std::string& argument : command(std::move(arguments))) all.push_back(std::move(argument));
  return run_process(all, input);
}

const fs::path& tiny_model() {
  static const fs::path folder = [] {
    fs::path path = process_folder() / "tiny";
    fs::create_directories(path);
    const auto made =
        lapilli_run({"bench", "--shape", "tiny", "--type", "f16", "--save", path / "tiny.gguf"});
    if (made.exit_code != 0) throw std::runtime_error(made.err);
    return path;
  }();
  return folder;
}

const fs::path& tiny_picture() {
  static const fs::path file = [] {
    Image image(40, 30);
    for (size_t at = 0; at < image.pixels.size(); ++at) image.pixels[at] = static_cast<uint8_t>(at * 7);
    fs::path path = process_folder() / "picture.png";
    write_png(path, image).value();
    return path;
  }();
  return file;
}

void PictureFolder::put_pictures(uint32_t count) const {
  for (uint32_t seed = 0; seed < count; ++seed) {
    Image image(20, 14);
    for (size_t at = 0; at < image.pixels.size(); ++at)
      image.pixels[at] = static_cast<uint8_t>(seed * 37 + at * (seed + 3));
    write_png(folder() / text("p", seed, ".png"), image).value();
  }
}

std::string last_line(const std::string& text) {
  const size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return {};
  const size_t begin = text.rfind('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1,
                     end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

size_t num_lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace lapilli::test
