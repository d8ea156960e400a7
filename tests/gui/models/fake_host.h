// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gui/job_host.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTimer>

namespace lapilli::test {

/// Answers as the engine does, from a script.
class FakeHost final : public gui::JobHost {
 public:
  QJsonArray models;                      // of find_models
  QHash<QString, QJsonObject> described;  // facts by path, and behind it the base model; absent: an error
  QJsonObject advice;                     // `memory` of advise
  bool failsToLoad = false;
  QList<QJsonObject> requests;

 protected:
  void begin() override {
    QTimer::singleShot(0, this, [this] { receive("{\"event\":\"hello\",\"protocol\":1}"); });
  }
  void end() override {}
  void write(const QByteArray& line) override {
    const QJsonObject request = QJsonDocument::fromJson(line).object();
    if (request["request"].toString() != "ping") requests.append(request);
    QTimer::singleShot(0, this, [this, request] { answer(request); });
  }

 private:
  static QJsonObject memory(qint64 estimated, qint64 peak) {
    return {{"estimated_bytes", estimated}, {"peak_bytes", peak}};
  }
  void answer(const QJsonObject& request) {
    const QString kind = request["request"].toString();
    QJsonObject event{{"event", "finished"}, {"id", request["id"]}};
    if (kind == "ping") event["event"] = "pong";
    if (kind == "find_models") event["models"] = models;
    if (kind == "load") {
      event["model"] = QJsonObject{{"name", "loaded"}, {"memory", memory(5300000000, 5200000000)}};
    }
    if (kind == "ask") {
      event["answer"] = QJsonObject{{"text", "yes"}};
      event["memory"] = memory(5300000000, 5350000000);
    }
    if (kind == "advise") {
      event["memory"] = advice;
      event["device"] = "GeForce RTX 4060";
    }
    if (kind == "load" && failsToLoad) {
      event["event"] = "error";
      event["code"] = "out_of_memory";
    }
    if (kind == "describe") {
      const QString path = request["model"].toString() + request["base"].toString();
      event["model"] = described.value(path);
      if (!described.contains(path)) {
        event["event"] = "error";
        event["code"] = "invalid_argument";
        event["message"] = "holds a LoRA adapter without its base model";
        event["place"] = path;
      }
    }
    receive(QJsonDocument(event).toJson(QJsonDocument::Compact));
  }
};

}  // namespace lapilli::test
