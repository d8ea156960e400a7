// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/child_process.h"
#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lapilli::test {

/// The program's path, followed by these arguments.
std::vector<std::string> command(std::vector<std::string> arguments);

/// Runs `lapilli` with these arguments.
ProcessResult lapilli_run(std::vector<std::string> arguments, std::string_view input = {});

/// Runs a line of the shell in which "$@" is `lapilli` with these arguments.
ProcessResult shell_run(const std::string& line, std::vector<std::string> arguments,
                        std::string_view input = {});

/// A folder with the project's own tiny model: random weights, made vocabulary, with its projector file. Made
/// once a process.
const std::filesystem::path& tiny_model();

/// A small PNG picture; made once a process.
const std::filesystem::path& tiny_picture();

/// A folder for pictures.
class PictureFolder : public TemporaryFolder {
 protected:
  /// p0.png, p1.png and so on, no two alike.
  void put_pictures(uint32_t count) const;
};

/// The last line of a text.
std::string last_line(const std::string& text);

/// The number of lines of a text.
size_t num_lines(const std::string& text);

}  // namespace lapilli::test
