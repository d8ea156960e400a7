// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/model_session.h"
#include "app/gui/settings.h"
#include "app/gui/store/object_store.h"

#include <QDialog>
#include <QImage>

class QComboBox;
class QLabel;
class QPushButton;

namespace lapilli::gui {

class PictureView;

/// How a picture becomes the model's square input; the values of the protocol.
struct PictureHandling {
  QString aspect;
  QString orientation;
};

/// A picture beside exactly what the model sees of it, with boxes over both, and how the one becomes the
/// other. To look at another way changes nothing; it can be taken over for the questions to come.
class PictureWindow : public QDialog {
  Q_OBJECT

 public:
  PictureWindow(Settings& settings, JobHost& host, ModelSession& session, const ObjectStore& objects,
                QWidget* parent = nullptr);

  /// text: may hold boxes, which are those of a question that was asked with this handling.
  void showPicture(const Attachment& picture, const QString& text, const PictureHandling& handling);
  /// The model's input as it is shown; null before the engine has sent it.
  [[nodiscard]] QImage modelInput() const;

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void build();
  void ask();
  void showKeep();
  [[nodiscard]] PictureHandling chosen() const;
  void showAnswer(const QJsonObject& picture);
  void retranslate();

  Settings& m_settings;
  JobHost& m_host;
  ModelSession& m_session;
  const ObjectStore& m_objects;
  Attachment m_picture;
  QString m_text;
  JobHost::JobId m_job = 0;
  QJsonObject m_answer;
  QString m_problem;

  PictureView* m_original;
  PictureView* m_input;
  QLabel* m_originalTitle;
  QLabel* m_inputTitle;
  QLabel* m_originalFacts;
  QLabel* m_inputFacts;
  QLabel* m_aspectLabel;
  QComboBox* m_aspect;
  QLabel* m_orientationLabel;
  QComboBox* m_orientation;
  QPushButton* m_keep;
};

}  // namespace lapilli::gui
