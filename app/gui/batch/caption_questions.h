// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QJsonObject>

#include <functional>

class QWidget;

namespace lapilli::gui {

/// What the page of captions asks before something is lost. `then` is called once the user has agreed, as
/// long as `page` is there.
class CaptionQuestions {
  Q_DECLARE_TR_FUNCTIONS(CaptionQuestions)

 public:
  using Then = std::function<void()>;

  static void askToReplacePrompts(QWidget& page, Then then);
  /// `bytes`: of what runs have replaced.
  static void askToForgetBackups(QWidget& page, qint64 bytes, Then then);
  /// `run`: the one that would be taken back, as the engine's status tells it.
  static void askToUndo(QWidget& page, const QJsonObject& run, Then then);
};

}  // namespace lapilli::gui
