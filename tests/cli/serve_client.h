// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cli/cli_fixture.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace lapilli::test {

using nlohmann::json;

/// A client of `lapilli serve`.
class Client {
 public:
  Client() : process_(command({"serve"})) { hello_ = next(); }

  void send(const json& request) { process_.write(request.dump() + '\n'); }
  void send_raw(const std::string& text) { process_.write(text); }

  json next() {
    const auto line = process_.read_line();
    return line ? json::parse(*line) : json({{"event", "none"}});
  }
  /// The event that ends the request with this id; events before it are kept in `seen`.
  json end_of(const json& id) {
    for (;;) {
      json event = next();
      const std::string kind = event["event"];
      if (kind == "none") return event;
      if (event["id"] == id && (kind == "finished" || kind == "error" || kind == "pong")) return event;
      seen.push_back(std::move(event));
    }
  }
  void load() {
    send({{"request", "load"}, {"id", "load"}, {"model", tiny_model().string()}});
    const json loaded = end_of("load");
    EXPECT_EQ(loaded["event"], "finished") << loaded;
    EXPECT_EQ(loaded["model"]["image_rows"], 16);
  }
  json ask(const json& id, json more = json::object()) {
    more.update({{"request", "ask"}, {"id", id}});
    if (!more.contains("messages")) more["messages"] = {{{"role", "user"}, {"text", "What is this?"}}};
    if (!more.contains("max_tokens")) more["max_tokens"] = 6;
    send(more);
    return end_of(id);
  }

  ChildProcess& process() { return process_; }
  [[nodiscard]] const json& hello() const { return hello_; }
  std::vector<json> seen;

 private:
  ChildProcess process_;
  json hello_;
};

}  // namespace lapilli::test
