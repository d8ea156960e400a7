// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/answer_output.h"
#include "app/cli/commands.h"
#include "app/cli/conversation.h"
#include "app/cli/engine_flags.h"
#include "app/cli/format_flags.h"
#include "app/cli/line_reader.h"
#include "engine/base/trimmed.h"

#include <algorithm>
#include <iomanip>
#include <memory>
#include <sstream>

#include <unistd.h>

namespace lapilli::cli {
namespace {

constexpr size_t kMaxLineBytes = size_t{16} << 20;
constexpr std::string_view kImage = "/image";
constexpr const char* kHelp =
    "/image PATH   show a picture with the next message\n"
    "/reset        begin a new conversation\n"
    "/help         this list\n"
    "/quit         end (or Ctrl+D); Ctrl+C stops an answer\n";

class Chat {
 public:
  Chat(const ChatFlags& flags, const GenerationOptions& generation,
       const std::optional<ChatTemplate>& chat_template, Engine& engine, std::vector<Picture> pictures,
       Output& output, Interrupt& interrupt)
      : flags_(flags),
        engine_(engine),
        output_(output),
        interrupt_(interrupt),
        generation_(generation),
        template_(chat_template),
        conversation_(flags.prompt.system) {
    for (Picture& picture : pictures) conversation_.add_picture(std::move(picture));
  }

  /// One answer; kStopped when it was stopped.
  ExitCode answer(const std::string& question, AnswerOutput& to) {
    AnswerRequest request = conversation_.ask(question);
    request.generation = generation_;
    request.chat_template = template_;
    const Answer answer = engine_.answer(request, to.sink(), interrupt_.token()).value();
    to.finish(answer);
    if (!output_.json()) summarise(answer);
    conversation_.keep(std::move(request), answer.text);
    return answer.reason == StopReason::kStopped ? ExitCode::kStopped : ExitCode::kOk;
  }

  /// Reads lines until the end of input, /quit, or Ctrl+C at the prompt.
  ExitCode talk() {
    const bool terminal = ::isatty(STDIN_FILENO) == 1;
    LineReader lines(STDIN_FILENO, kMaxLineBytes, interrupt_.descriptor());
    std::string line;
    while (!output_.lost()) {
      interrupt_.renew();
      if (terminal) output_.remark("> ");
      const auto status = lines.next(line);
      if (status == LineReader::Status::kEnd) return ExitCode::kOk;
      if (status == LineReader::Status::kInterrupted) return ExitCode::kStopped;
      if (status == LineReader::Status::kTooLong) {
        output_.error(Error(ErrorCode::kInvalidArgument, "the line is longer than 16 MiB"));
      } else if (line == "/quit") {
        return ExitCode::kOk;
      } else if (!trimmed(line).empty()) {
        respond(line);
      }
    }
    return ExitCode::kIo;
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
      } else if (line == "/image" || line.starts_with("/image ")) {
        const size_t path = line.find_first_not_of(' ', kImage.size());
        if (path == std::string::npos)
          throw Error(ErrorCode::kInvalidArgument, "/image names no file; give it the path of a picture");
        add_picture(line.substr(path));
      } else if (line.starts_with("/")) {
        throw Error(ErrorCode::kInvalidArgument,
                    text("there is no command ", line.substr(0, line.find(' ')), "; /help lists them"));
      } else {
        AnswerOutput to(output_, generation_.sampling.seed);
        answer(line, to);
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
  GenerationOptions generation = generation_options(flags.sampling);
  generation.format = response_format(flags.format).value();
  // Also owned by the thread that may speak the last words.
  const auto single = std::make_shared<AnswerOutput>(output, generation.sampling.seed);
  const bool talks = !flags.prompt.prompt;
  if (talks) {
    interrupt.end_in_time();
  } else {
    interrupt.end_in_time([single] { single->give_up(); });
  }
  // A wrong name and a picture that is none are told before the model is loaded.
  const auto named = optional_template(flags.prompt.template_name).value();
  const std::vector<Image> images = open_images(flags.pictures).value();
  EngineOptions options = engine_options(flags.model);
  options.image_slots = std::max<uint32_t>(2, static_cast<uint32_t>(images.size()));
  options.check_model = requires_to_answer(flags.pictures.images);
  auto engine = Engine::open(options, single->sink(), interrupt.token());
  if (!engine && engine.error().code() == ErrorCode::kStopped && !talks) {
    single->give_up();
    return ExitCode::kStopped;
  }
  Engine& opened = engine.value();
  Chat chat(flags, generation, named, opened,
            prepare_pictures(opened.config(), images, flags.pictures).value(), output, interrupt);
  if (!talks) return chat.answer(*flags.prompt.prompt, *single);
  interrupt.end_by_itself();  // Ctrl+C ends an answer, not the talk
  return chat.talk();
}

}  // namespace lapilli::cli
