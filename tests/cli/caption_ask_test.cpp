// SPDX-License-Identifier: Apache-2.0
// `lapilli caption --existing ask`, which asks on a terminal.
#include "engine/io/image.h"
#include "tests/cli/cli_fixture.h"
#include "tests/support/text_in.h"

#include <gmock/gmock.h>

#include <fstream>

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lapilli::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// The program on a terminal.
class OnTerminal {
 public:
  explicit OnTerminal(const std::vector<std::string>& arguments) {
    process_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (process_ != 0) return;
    std::vector<char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    ::execv(pointers.front(), pointers.data());
    ::_exit(127);
  }
  OnTerminal(const OnTerminal&) = delete;
  OnTerminal& operator=(const OnTerminal&) = delete;
  ~OnTerminal() { ::close(terminal_); }

  /// Types it when the program asks; nothing where it ends without asking.
  void answer(const std::string& typed) {
    const size_t asked = text_.find("replace it?", seen_);
    if (asked == std::string::npos) {
      if (read_more()) answer(typed);
      return;
    }
    seen_ = asked + 1;
    EXPECT_EQ(::write(terminal_, typed.data(), typed.size()), static_cast<ssize_t>(typed.size()));
  }
  /// Its exit code.
  int finish() {
    while (read_more()) continue;
    int status = 0;
    ::waitpid(process_, &status, 0);
    EXPECT_TRUE(WIFEXITED(status)) << "ended by a signal: " << text_;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  bool read_more() {
    char bytes[4096];
    const ssize_t count = ::read(terminal_, bytes, sizeof bytes);
    if (count > 0) text_.append(bytes, static_cast<size_t>(count));
    return count > 0;
  }

  int terminal_ = -1;
  pid_t process_ = -1;
  std::string text_;
  size_t seen_ = 0;
};

class CaptionAskTest : public TemporaryFolder {
 protected:
  void SetUp() override {
    for (const char* stem : {"p0", "p1", "p2", "p3", "p4"}) {
      Image image(20, 14);
      image.pixels.assign(image.pixels.size(), static_cast<uint8_t>(stem[1]));
      write_png(folder() / (std::string(stem) + ".png"), image).value();
      if (stem[1] != '4') put(stem, std::string("old ") + stem);
    }
  }
  void put(const std::string& stem, const std::string& text) const {
    std::ofstream(folder() / (stem + ".txt"), std::ios::binary) << text;
  }
  [[nodiscard]] std::string text_of(const std::string& stem) const {
    return text_in(folder() / (stem + ".txt"));
  }
  /// The pictures with other texts than at the beginning.
  [[nodiscard]] std::vector<std::string> replaced() const {
    std::vector<std::string> stems;
    for (const char* stem : {"p0", "p1", "p2", "p3"}) {
      if (text_of(stem) != std::string("old ") + stem) stems.emplace_back(stem);
    }
    return stems;
  }
  [[nodiscard]] std::vector<std::string> arguments() const {
    return {"caption",      folder(), "--model",  tiny_model() / "tiny.gguf",
            "--existing",   "ask",    "--prompt", "What is {stem}?",
            "--max-tokens", "4"};
  }
};

TEST_F(CaptionAskTest, EachTextIsShownAndDecidedAbout) {
  OnTerminal run(command(arguments()));
  for (const char* answer : {"y\n", "perhaps\n", "n\n", "all\n"}) run.answer(answer);
  EXPECT_EQ(run.finish(), 0) << run.text();
  EXPECT_THAT(run.text(), HasSubstr("old p0"));
  EXPECT_THAT(run.text(), HasSubstr("p0.txt, the answer to"));
  EXPECT_THAT(run.text(), HasSubstr("What is p0?"));
  EXPECT_THAT(run.text(), HasSubstr("(4 left)"));
  EXPECT_THAT(run.text(), testing::Not(HasSubstr("old p3"))) << "all: it is not asked about any more";
  EXPECT_EQ(replaced(), (std::vector<std::string>{"p0", "p2", "p3"}));
  EXPECT_TRUE(fs::exists(folder() / "p4.txt")) << "what has no text is not asked about";
}

TEST_F(CaptionAskTest, NoneLeavesTheOthersAsTheyAre) {
  OnTerminal run(command(arguments()));
  for (const char* answer : {"yes\n", "none\n"}) run.answer(answer);
  EXPECT_EQ(run.finish(), 0) << run.text();
  EXPECT_EQ(replaced(), std::vector<std::string>{"p0"});
}

TEST_F(CaptionAskTest, WhoGoesAwayChangesNothing) {
  for (const char* leave : {"\x04", "\x03"}) {
    OnTerminal run(command(arguments()));
    for (const char* answer : {"y\n", leave}) run.answer(answer);
    EXPECT_EQ(run.finish(), 130) << run.text();
    EXPECT_THAT(run.text(), HasSubstr("nothing is changed"));
    EXPECT_TRUE(replaced().empty());
    EXPECT_FALSE(fs::exists(folder() / "p4.txt"));
    EXPECT_FALSE(fs::exists(folder() / ".lapilli"));
  }
}

TEST_F(CaptionAskTest, WhereNobodyCanAnswerItIsRefused) {
  for (const bool json : {false, true}) {
    std::vector<std::string> all = arguments();
    if (json) all.emplace_back("--json");
    const ProcessResult refused = lapilli_run(all, "y\ny\ny\ny\n");
    EXPECT_EQ(refused.exit_code, 2) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("needs a terminal"));
  }
  std::vector<std::string> plan = arguments();
  plan.emplace_back("--plan");
  const ProcessResult planned = lapilli_run(plan);
  EXPECT_EQ(planned.exit_code, 0) << planned.err;
  EXPECT_THAT(planned.out, HasSubstr("ask      p0.png"));
  EXPECT_THAT(planned.err, HasSubstr("ask 4"));
}

}  // namespace
}  // namespace lapilli::test
