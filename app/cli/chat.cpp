// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/conversation.h"
#include "app/cli/engine_flags.h"
#include "app/cli/forms.h"
#include "app/cli/line_reader.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

#include <unistd.h>
#include <nlohmann/json.hpp>

namespace lapilli::cli {
namespace {

constexpr size_t kMaxLineBytes = size_t{16} << 20;
constexpr const char* kHelp =
    "/image PATH   show a picture with the next message\n"
    "/reset        begin a new conversation\n"
    "/help         this list\n"
    "/quit         end (or Ctrl+D); Ctrl+C stops an answer\n";

class Chat {
 public:
  Chat(const ChatFlags& flags, Engine& engine, Output& output, Interrupt& interrupt)
      : flags_(flags),
        engine_(engine),
        output_(output),
        interrupt_(interrupt),
        generation_(generation_options(flags.sampling)),
        template_(optional_template(flags.prompt.template_name).value()),
        conversation_(flags.prompt.system) {
    for (const auto& path : flags.pictures.images) add_picture(path);
  }

  /// One answer; kStopped when it was stopped.
  ExitCode answer(const std::string& question) {
    AnswerRequest request = conversation_.ask(question);
    request.generation = generation_;
    request.chat_template = template_;
    const Answer answer = engine_.answer(request, output_.sink(), interrupt_.token()).value();
    if (output_.json()) {
      nlohmann::json form = answer_form(answer, generation_.sampling.seed);
      form["event"] = "answer";
      output_.line(form);
    } else {
      output_.text("\n");
      summarise(answer);
    }
    conversation_.keep(std::move(request), answer.text);
    return answer.reason == StopReason::kStopped ? ExitCode::kStopped : ExitCode::kOk;
  }

  /// Reads lines until the end of input, /quit, or Ctrl+C at the prompt.
  ExitCode talk() {
    const bool terminal = ::isatty(STDIN_FILENO) == 1;
    LineReader lines(STDIN_FILENO, kMaxLineBytes, interrupt_.descriptor());
    std::string line;
    for (;;) {
      interrupt_.renew();
      if (terminal) output_.remark("> ");
      const auto status = lines.next(line);
      if (status == LineReader::Status::kEnd) return ExitCode::kOk;
      if (status == LineReader::Status::kInterrupted) return ExitCode::kStopped;
      if (status == LineReader::Status::kTooLong) {
        output_.error(Error(ErrorCode::kInvalidArgument, "the line is longer than 16 MiB"));
      } else if (line == "/quit") {
        return ExitCode::kOk;
      } else if (!line.empty()) {
        respond(line);
      }
    }
  }

 private:
  void add_picture(const std::filesystem::path& path) {
    conversation_.add_picture(open_picture_for(engine_.config(), path, flags_.pictures.options).value());
  }

  /// A command or a question; an error is told and the talk goes on, unless the device is gone.
  void respond(const std::string& line) {
    try {
      if (line == "/help") {
        output_.remark(kHelp);
      } else if (line == "/reset") {
        conversation_.reset();
      } else if (line.starts_with("/image ")) {
        add_picture(line.substr(std::min(line.find_first_not_of(' ', 7), line.size())));
      } else if (line.starts_with("/")) {
        output_.remark(text("There is no command ", line.substr(0, line.find(' ')), ".\n", kHelp));
      } else {
        answer(line);
      }
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kDeviceLost) throw;
      output_.error(error);
    }
  }

  void summarise(const Answer& answer) {
    std::ostringstream summary;
    summary << std::fixed << std::setprecision(1) << "[" << answer.prompt_tokens << " prompt tokens";
    if (answer.reused_tokens > 0) summary << ", " << answer.reused_tokens << " reused";
    summary << ", " << answer.timings.prompt_ms / 1000 << " s; " << answer.ids.size() << " tokens, "
            << answer.decode_tokens_per_second() << " tokens/s; " << to_string(answer.reason);
    if (generation_.sampling.temperature > 0) summary << "; seed " << generation_.sampling.seed;
    summary << "]\n";
    output_.remark(summary.str());
  }

  const ChatFlags& flags_;
  Engine& engine_;
  Output& output_;
  Interrupt& interrupt_;
  GenerationOptions generation_;
  std::optional<ChatTemplate> template_;
  TerminalConversation conversation_;
};

}  // namespace

ExitCode run_chat(const ChatFlags& flags, Output& output, Interrupt& interrupt) {
  if (flags.prompt.prompt) interrupt.end_in_time();
  // A wrong name is told before the model is loaded.
  if (auto named = optional_template(flags.prompt.template_name); !named) throw Error(named.error());
  EngineOptions options = engine_options(flags.model);
  options.image_slots = std::max<uint32_t>(2, static_cast<uint32_t>(flags.pictures.images.size()));
  Engine engine = Engine::open(options, output.sink(), interrupt.token()).value();
  Chat chat(flags, engine, output, interrupt);
  return flags.prompt.prompt ? chat.answer(*flags.prompt.prompt) : chat.talk();
}

}  // namespace lapilli::cli
