// SPDX-License-Identifier: Apache-2.0
// A program that speaks the protocol of `lapilli serve` and misbehaves as its arguments say:
//
//   scripted_host [answer=TEXT] [tokens=N] [delay_ms=N] [crash_at=N] [lost_at=N] [memory_at=N] [full_at=N]
//                 [garbage_at=N] [hang_at=N] [fail_load=CODE] [protocol=N] [once=FILE] [record=FILE]
//                 [emitted=FILE] [deaf_load_ms=N] [unreadable=TEXT] [name=TEXT] [fail_picture=CODE]
//                 [note=CODE] [devices=FILE] [test0=OUTCOME] [test1=OUTCOME]
//
// An answer is TEXT, a word a token, of N tokens where that is given. *_at: before which token of an answer
// the trouble comes. once: trouble comes only while FILE does not exist, and makes it. record: every request
// is appended there. emitted: a line for each token, its number and the milliseconds of the system's clock.
// deaf_load_ms: how long nothing is heard when a model is loaded. unreadable: a line with TEXT is answered as
// one that can't be read. name: of the model. fail_picture: pictures are refused. note: what is remarked of a
// model that is loaded. devices: FILE has the numbers, 0 and 1, of the devices that are there, in the order
// of their driver; both without it. test0, test1: how the test of a device ends, "works", "differs" or a
// code.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;

std::map<std::string, std::string> settings;
std::mutex mutex;
std::set<std::string> stopped;  // ids, as JSON

long number(const std::string& name, long otherwise) {
  const auto found = settings.find(name);
  return found == settings.end() ? otherwise : std::strtol(found->second.c_str(), nullptr, 10);
}

void write(const json& event) {
  const std::lock_guard lock(mutex);
  std::cout << event.dump() << std::endl;
}

bool trouble_due(const char* name, long at) {
  if (number(name, -1) != at) return false;
  const auto once = settings.find("once");
  if (once == settings.end()) return true;
  if (std::filesystem::exists(once->second)) return false;
  std::ofstream(once->second) << name;
  return true;
}

json failure(const json& id, const char* code, const char* message) {
  return {{"event", "error"}, {"id", id}, {"code", code}, {"message", message}, {"place", ""}};
}

bool is_stopped(const json& id) {
  const std::lock_guard lock(mutex);
  return stopped.contains(id.dump()) || stopped.contains("");
}

json answer(const std::string& text, const char* reason, long tokens) {
  return {{"text", text},
          {"ids", std::vector<long>(static_cast<size_t>(tokens), 1)},
          {"stop_reason", reason},
          {"prompt_tokens", 600},
          {"reused_tokens", 0},
          {"turns_left_out", 0},
          {"seed", 7},
          {"timings",
           {{"picture_ms", 20.0},
            {"prompt_ms", 30.0},
            {"first_token_ms", 60.0},
            {"decode_ms", 10.0 * static_cast<double>(tokens)},
            {"prompt_tokens_per_second", 2000.0},
            {"decode_tokens_per_second", 100.0}}}};
}

/// The trouble that comes before this token; true when the request has ended by it.
bool misbehave(const json& id, long token) {
  if (trouble_due("crash_at", token)) std::abort();
  if (trouble_due("hang_at", token)) {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  }
  if (trouble_due("garbage_at", token)) {
    const std::lock_guard lock(mutex);
    for (int line = 0; line < 50; ++line) std::cout << "\x01\xff{]garbage " << line << std::endl;
  }
  if (trouble_due("lost_at", token)) {
    write(failure(id, "device_lost", "vkQueueSubmit: VK_ERROR_DEVICE_LOST"));
    return true;
  }
  if (trouble_due("full_at", token)) {
    write(failure(id, "context_full", "the conversation has 613 tokens, the context 10"));
    return true;
  }
  if (trouble_due("memory_at", token)) {
    write(failure(id, "out_of_memory", "2.1 GiB wanted, 1.0 GiB free"));
    return true;
  }
  return false;
}

void ask(const json& request) {
  const json& id = request["id"];
  std::istringstream source(settings.contains("answer") ? settings["answer"] : "one two three four five");
  std::vector<std::string> words;
  for (std::string word; source >> word;) words.push_back(word);
  const long most =
      std::min<long>(request.value("max_tokens", 512L), number("tokens", static_cast<long>(words.size())));
  std::string text;
  long token = 0;
  for (; token < most && !is_stopped(id); ++token) {
    if (misbehave(id, token)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(number("delay_ms", 1)));
    const std::string piece = (token == 0 ? "" : " ") + words[static_cast<size_t>(token) % words.size()];
    text += piece;
    write({{"event", "token"}, {"id", id}, {"text", piece}});
    if (settings.contains("emitted")) {
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      std::ofstream(settings["emitted"], std::ios::app)
          << token + 1 << ' ' << std::chrono::duration_cast<std::chrono::milliseconds>(now).count() << '\n';
    }
  }
  write({{"event", "finished"},
         {"id", id},
         {"answer", answer(text, is_stopped(id) ? "stopped" : "end", token)}});
}

json devices();

bool has_device(const std::string& uuid) {
  const json all = devices()["devices"];
  return std::any_of(all.begin(), all.end(), [&](const json& device) { return device["uuid"] == uuid; });
}

void test_device(const json& request) {
  const json& id = request["id"];
  const std::string uuid = request.value("device", "");
  const char* which = uuid.starts_with('1') ? "test0" : "test1";
  const std::string outcome = settings.contains(which) ? settings[which] : "works";
  if (outcome != "works" && outcome != "differs")
    return write(failure(id, outcome.c_str(), "as the script says"));
  write({{"event", "finished"},
         {"id", id},
         {"test",
          {{"device", "Scripted device"},
           {"works", outcome == "works"},
           {"difference", outcome == "works" ? 0.0002 : 0.7},
           {"allowed_difference", 0.02},
           {"tokens_per_second", 1234.2}}}});
}

void load(const json& request) {
  const json& id = request["id"];
  const std::string device = request.value("device", "");
  if (!device.empty() && !has_device(device))
    return write(failure(id, "not_found", "no device is called like this"));
  for (int done = 0; done <= 4; ++done)
    write({{"event", "progress"},
           {"id", id},
           {"stage", "load"},
           {"done", done},
           {"total", 4},
           {"unit", "bytes"}});
  if (settings.contains("fail_load")) {
    write(failure(id, settings["fail_load"].c_str(), "as the script says"));
    return;
  }
  if (settings.contains("note"))
    write({{"event", "note"}, {"id", id}, {"code", settings["note"]}, {"message", "a remark of the script"}});
  write({{"event", "finished"},
         {"id", id},
         {"model",
          {{"name", settings.contains("name") ? settings["name"] : "scripted"},
           {"format", "script"},
           {"template", "vicuna_v1"},
           {"context", 2048},
           {"vision", true},
           {"image_rows", 576},
           {"device", "Scripted device"},
           {"memory", {{"estimated_bytes", 5300000000}, {"peak_bytes", 5200000000}}}}}});
}

json devices() {
  const json heap = {{"device_local", true},
                     {"size_bytes", 8ull << 30},
                     {"budget_bytes", 7ull << 30},
                     {"used_bytes", 1ull << 30}};
  const json known = {{{"name", "Scripted device"},
                       {"type", "discrete GPU"},
                       {"uuid", "11111111-2222-3333-4444-555555555555"},
                       {"driver", "script 1"},
                       {"usable", true},
                       {"missing", json::array()},
                       {"heaps", {heap}}},
                      {{"name", "Software rasteriser"},
                       {"type", "software"},
                       {"uuid", "66666666-7777-8888-9999-000000000000"},
                       {"driver", "script 2"},
                       {"usable", true},
                       {"missing", json::array()},
                       {"heaps", {heap}}}};
  std::string order = "01";
  if (settings.contains("devices")) std::ifstream(settings["devices"]) >> order;
  json there = json::array();
  for (const char number : order) there.push_back(known[static_cast<size_t>(number - '0')]);
  return {{"devices", there}, {"chosen", 0}};
}

void work(const json& request) {
  const std::string kind = request["request"];
  const json& id = request["id"];
  if (kind == "ask") return ask(request);
  if (kind == "load") return load(request);
  if (kind == "test_device") return test_device(request);
  if (kind == "picture" && settings.contains("fail_picture"))
    return write(failure(id, settings["fail_picture"].c_str(), "the PNG ends after 12 bytes"));
  json result = kind == "devices" ? devices() : json::object();
  result["event"] = "finished";
  result["id"] = id;
  write(result);
}

/// Pings and stops are heard at once, the rest is done in order.
class Worker {
 public:
  Worker() : thread_([this] { run(); }) {}
  ~Worker() { thread_.join(); }
  void push(json request) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(request));
    }
    changed_.notify_one();
  }

 private:
  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !queue_.empty(); });
      const json request = queue_.front();
      queue_.erase(queue_.begin());
      lock.unlock();
      if (request.is_null()) return;
      work(request);
    }
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<json> queue_;
  std::thread thread_;
};

}  // namespace

int main(int argc, char** argv) {
  for (int at = 1; at < argc; ++at) {
    const std::string argument = argv[at];
    const size_t equals = argument.find('=');
    if (equals != std::string::npos) settings[argument.substr(0, equals)] = argument.substr(equals + 1);
  }
  write({{"event", "hello"}, {"program", "scripted"}, {"version", "0"}, {"protocol", number("protocol", 1)}});
  Worker worker;
  bool hung = false;
  for (std::string line; std::getline(std::cin, line);) {
    if (settings.contains("record")) std::ofstream(settings["record"], std::ios::app) << line << '\n';
    if (settings.contains("unreadable") && line.find(settings["unreadable"]) != std::string::npos) {
      write(failure(nullptr, "bad_file", "JSON is nested deeper than 80 levels"));
      continue;
    }
    const json request = json::parse(line);
    const std::string kind = request["request"];
    if (kind == "load") std::this_thread::sleep_for(std::chrono::milliseconds(number("deaf_load_ms", 0)));
    // A hanging process hears nothing any more.
    hung = hung || (settings.contains("hang_at") && kind == "ask" &&
                    (!settings.contains("once") || !std::filesystem::exists(settings["once"])));
    if (hung && kind != "ask") continue;
    if (kind == "ping") {
      write({{"event", "pong"}, {"id", request["id"]}, {"busy", true}});
    } else if (kind == "stop") {
      const std::string target = request.contains("target") ? request["target"].dump() : "";
      {
        const std::lock_guard lock(mutex);
        stopped.insert(target);
      }
      write({{"event", "finished"}, {"id", request["id"]}, {"stopped", 1}});
    } else if (kind == "shutdown") {
      break;
    } else {
      worker.push(request);
    }
  }
  std::_Exit(0);
}
