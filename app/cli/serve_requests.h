// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/flags.h"
#include "app/cli/serve_captions.h"
#include "engine/runtime/download_need.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lapilli::cli {

/// What a client asks for; see PROTOCOL.md.
struct LoadRequest {
  ModelFlags model;
  uint32_t image_slots = 2;
};
struct AskMessage {
  Message::Role role = Message::Role::kUser;
  std::string text;
  std::vector<std::filesystem::path> images;
};
struct AskRequest {
  std::vector<AskMessage> messages;
  std::optional<std::string> system;
  std::string template_name;
  PictureOptions pictures;
  SamplingFlags sampling;
  std::string begun;  ///< what the answer begins with already
};
struct DescribeRequest {
  ModelFlags model;
};
struct FindModelsRequest {
  std::vector<std::filesystem::path> folders;
};
struct StopRequest {
  std::string target;          ///< an id as JSON; empty: everything
  bool after_current = false;  ///< of captions: pictures that are begun are finished
};
struct PictureRequest {
  std::filesystem::path path;
  PictureOptions pictures;
  uint32_t size = 336;     ///< of the encoder's input
  uint32_t thumbnail = 0;  ///< longest side; 0: none is wanted
};
struct PictureFactsRequest {
  std::filesystem::path folder;
  std::vector<std::string> paths;  ///< below it
};
struct UnloadRequest {};
struct DevicesRequest {};
/// A device, the best one for an empty selector, on a question whose answer is known.
struct TestDeviceRequest {
  std::string device;
};
/// Whether a model would fit whose files are somewhere else.
struct AdviseRequest {
  std::vector<RemoteFile> files;
  std::string device;
  uint32_t context = 0;
};
struct CheckFormatRequest {
  ResponseFormat format;
};
struct PingRequest {};
struct ShutdownRequest {};

using RequestBody =
    std::variant<LoadRequest, AskRequest, PictureRequest, DescribeRequest, FindModelsRequest, StopRequest,
                 UnloadRequest, DevicesRequest, TestDeviceRequest, AdviseRequest, CheckFormatRequest,
                 CaptionRequest, PictureFactsRequest, PingRequest, ShutdownRequest>;

struct Request {
  std::string id;  ///< as JSON: "7" or "\"a\""
  RequestBody body;
};

/// A line that is no request: the id to answer with ("null" where there is none), and what is wrong.
struct BadRequest {
  std::string id;
  Error error;
};

[[nodiscard]] std::variant<Request, BadRequest> parse_request(std::string_view line);

}  // namespace lapilli::cli
