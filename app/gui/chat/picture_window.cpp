// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/picture_window.h"

#include "app/gui/chat/boxes.h"
#include "app/gui/chat/picture_view.h"
#include "app/gui/chat/thumbnails.h"
#include "app/gui/error_text.h"
#include "app/gui/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>

namespace lapilli::gui {
namespace {

/// Sides of the input where no model is loaded: CLIP ViT-L/14 at 336 pixels.
constexpr int kUsualSize = 336;
constexpr int kUsualTokens = 576;
constexpr int kOriginalSide = 1024;

}  // namespace

PictureWindow::PictureWindow(Settings& settings, JobHost& host, ModelSession& session,
                             const ObjectStore& objects, QWidget* parent)
    : QDialog(parent), m_settings(settings), m_host(host), m_session(session), m_objects(objects) {
  setObjectName(QStringLiteral("pictureWindow"));
  build();
  retranslate();
  for (QComboBox* box : {m_aspect, m_orientation}) {
    connect(box, &QComboBox::currentIndexChanged, this, &PictureWindow::ask);
    connect(box, &QComboBox::currentIndexChanged, this, &PictureWindow::showKeep);
  }
  connect(m_keep, &QPushButton::clicked, this, [this] {
    m_settings.setAspect(chosen().aspect);
    m_settings.setOrientation(chosen().orientation);
    showKeep();
  });
  // Another model sees it otherwise.
  connect(&m_session, &ModelSession::changed, this, [this] {
    if (isVisible() && m_session.state() == ModelSession::State::kReady) ask();
  });
  connect(&m_host, &JobHost::finished, this, [this](JobHost::JobId job, const QJsonObject& result) {
    if (job == m_job) showAnswer(result.value(QLatin1String("picture")).toObject());
  });
  connect(&m_host, &JobHost::failed, this, [this](JobHost::JobId job, const Failure& failure) {
    if (job != m_job) return;
    const ErrorText text = errorText(failure);
    m_problem = text.what + QLatin1Char(' ') + text.todo;
    showAnswer({});
  });
}

void PictureWindow::build() {
  m_original = new PictureView;
  m_original->setObjectName(QStringLiteral("originalPicture"));
  m_input = new PictureView;
  m_input->setObjectName(QStringLiteral("modelInput"));
  m_originalTitle = new QLabel;
  m_inputTitle = new QLabel;
  m_originalFacts = new QLabel;
  m_inputFacts = new QLabel;
  m_inputFacts->setObjectName(QStringLiteral("inputFacts"));
  for (QLabel* title : {m_originalTitle, m_inputTitle}) setTextStyle(title, TextStyle::kSection);
  for (QLabel* facts : {m_originalFacts, m_inputFacts}) {
    setTextStyle(facts, TextStyle::kSmall);
    facts->setWordWrap(true);
    facts->setAlignment(Qt::AlignLeft | Qt::AlignTop);
  }
  m_aspectLabel = new QLabel;
  m_aspect = new QComboBox;
  m_aspect->setObjectName(QStringLiteral("aspect"));
  for (const char* value : {"pad", "crop", "stretch"}) m_aspect->addItem(QString(), QLatin1String(value));
  m_aspectLabel->setBuddy(m_aspect);
  m_orientationLabel = new QLabel;
  m_orientation = new QComboBox;
  m_orientation->setObjectName(QStringLiteral("orientation"));
  for (const char* value : {"apply", "ignore"}) m_orientation->addItem(QString(), QLatin1String(value));
  m_orientationLabel->setBuddy(m_orientation);
  m_keep = new QPushButton;
  m_keep->setObjectName(QStringLiteral("keepHandling"));
  auto* grid = new QGridLayout(this);
  grid->setHorizontalSpacing(3 * kGrid);
  grid->addWidget(m_originalTitle, 0, 0);
  grid->addWidget(m_inputTitle, 0, 1);
  grid->addWidget(m_original, 1, 0);
  grid->addWidget(m_input, 1, 1);
  grid->addWidget(m_originalFacts, 2, 0);
  grid->addWidget(m_inputFacts, 2, 1);
  auto* row = new QHBoxLayout;
  row->setSpacing(kGrid);
  row->addWidget(m_aspectLabel);
  row->addWidget(m_aspect);
  row->addSpacing(2 * kGrid);
  row->addWidget(m_orientationLabel);
  row->addWidget(m_orientation);
  row->addStretch(1);
  row->addWidget(m_keep);
  grid->addLayout(row, 3, 0, 1, 2);
  grid->setRowStretch(1, 1);
  grid->setColumnStretch(0, 1);
  grid->setColumnStretch(1, 1);
}

PictureHandling PictureWindow::chosen() const {
  return {m_aspect->currentData().toString(), m_orientation->currentData().toString()};
}

void PictureWindow::showKeep() {
  const auto [aspect, orientation] = chosen();
  m_keep->setEnabled(aspect != m_settings.aspect() || orientation != m_settings.orientation());
}

void PictureWindow::showPicture(const Attachment& picture, const QString& text,
                                const PictureHandling& handling) {
  const bool another = m_picture.sha256 != picture.sha256;
  m_picture = picture;
  m_text = text;
  m_problem.clear();
  if (another) showAnswer({});  // nothing of the one before
  {
    const QSignalBlocker aspect(m_aspect);
    const QSignalBlocker orientation(m_orientation);
    m_aspect->setCurrentIndex(qMax(0, m_aspect->findData(handling.aspect)));
    m_orientation->setCurrentIndex(qMax(0, m_orientation->findData(handling.orientation)));
  }
  showKeep();
  ask();
  show();
  raise();
  activateWindow();
}

QImage PictureWindow::modelInput() const {
  return m_input->image();
}

void PictureWindow::ask() {
  m_problem.clear();
  const int size = m_session.facts().value(QLatin1String("image_size")).toInt();
  m_job = m_host.send(QStringLiteral("picture"), {{QStringLiteral("path"), m_objects.path(m_picture.sha256)},
                                                  {QStringLiteral("aspect"), chosen().aspect},
                                                  {QStringLiteral("orientation"), chosen().orientation},
                                                  {QStringLiteral("size"), size > 0 ? size : kUsualSize},
                                                  {QStringLiteral("thumbnail"), kOriginalSide}});
}

void PictureWindow::showAnswer(const QJsonObject& picture) {
  m_answer = picture;
  const QSize size(picture.value(QLatin1String("width")).toInt(),
                   picture.value(QLatin1String("height")).toInt());
  m_original->setImage(imageFromBase64(picture.value(QLatin1String("thumbnail_png")).toString()));
  m_input->setImage(imageFromBase64(picture.value(QLatin1String("input_png")).toString()));
  const QList<QRectF> boxes = boxesIn(m_text);
  QList<QRectF> onPicture;
  for (const QRectF& box : boxes)
    onPicture.append(boxOnPicture(box, size, picture.value(QLatin1String("aspect")).toString()));
  m_original->setBoxes(onPicture);
  m_input->setBoxes(boxes);
  retranslate();
}

void PictureWindow::changeEvent(QEvent* event) {
  QDialog::changeEvent(event);
  if (event->type() == QEvent::LanguageChange) retranslate();
}

void PictureWindow::retranslate() {
  setWindowTitle(m_picture.name.isEmpty() ? tr("Picture") : m_picture.name);
  m_originalTitle->setText(tr("The picture"));
  m_inputTitle->setText(tr("What the model sees"));
  m_original->setAccessibleName(m_originalTitle->text());
  m_input->setAccessibleName(m_inputTitle->text());
  m_aspectLabel->setText(tr("Make it square by"));
  m_aspect->setItemText(0, tr("Padding, as the model was trained"));
  m_aspect->setItemText(1, tr("Cropping the middle"));
  m_aspect->setItemText(2, tr("Stretching"));
  m_orientationLabel->setText(tr("Camera’s orientation"));
  m_orientation->setItemText(0, tr("Apply"));
  m_orientation->setItemText(1, tr("Ignore"));
  m_keep->setText(tr("Use for new questions"));
  if (m_answer.isEmpty()) {
    m_originalFacts->clear();
    m_inputFacts->setText(m_problem);
    return;
  }
  const auto number = [&](const char* name) { return m_answer.value(QLatin1String(name)).toInt(); };
  const int rows = m_session.facts().value(QLatin1String("image_rows")).toInt();
  m_originalFacts->setText(tr("%1 × %2 pixels · %3 · orientation %4")
                               .arg(number("width"))
                               .arg(number("height"))
                               .arg(m_answer.value(QLatin1String("format")).toString())
                               .arg(number("orientation")));
  m_inputFacts->setText(tr("%1 × %1 pixels · takes %2 tokens of the context")
                            .arg(number("size"))
                            .arg(rows > 0 ? rows : kUsualTokens));
}

}  // namespace lapilli::gui
