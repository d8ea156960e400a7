// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gui/application.h"
#include "app/gui/chat/composer.h"
#include "app/gui/chat/conversation_view.h"
#include "app/gui/chat/message_widget.h"
#include "tests/gui/gui_fixture.h"

#include <QMimeData>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>

namespace lapilli::test {

using namespace gui;

constexpr int kPatienceMs = 30000;

/// The whole window over a host, in a folder of its own, used as a person would.
class DesktopFixture {
 protected:
  void begin() { m_folder = std::make_unique<QTemporaryDir>(); }
  void end() {
    m_desktop.reset();
    m_folder.reset();
  }

  void openWith(std::unique_ptr<JobHost> host, const QString& model) {
    auto desktop = Desktop::open(Folders::below(m_folder->path()), std::move(host));
    QVERIFY2(desktop.ok(), desktop.ok() ? "" : desktop.error().what());
    m_desktop = std::move(*desktop);
    m_desktop->settings().setLanguage(QStringLiteral("en"));
    m_desktop->settings().setAppearance(QStringLiteral("light"));
    LoadOptions options;
    options.model = model;
    m_desktop->session().open(options);
    m_desktop->window().show();
    QVERIFY(QTest::qWaitForWindowActive(&m_desktop->window()));
  }
  void open(const QStringList& script) {
    auto host = scriptedHost(script);
    host->setHangLimitMs(1500);
    openWith(std::move(host), QStringLiteral("scripted"));
  }

  /// On the page that is shown, where several have one of that name.
  template <class Widget = QWidget>
  Widget* find(const char* name) {
    MainWindow& window = m_desktop->window();
    auto* found = window.page(window.currentPage())->template findChild<Widget*>(QLatin1String(name));
    if (found == nullptr) found = window.template findChild<Widget*>(QLatin1String(name));
    if (found == nullptr) qFatal("no widget %s", name);
    return found;
  }
  void press(const char* name) { QTest::mouseClick(find(name), Qt::LeftButton); }
  void type(const QString& text) {
    auto* edit = find<QPlainTextEdit>("questionText");
    edit->setFocus();
    QTest::keyClicks(edit, text);
  }
  void ask(const QString& text) {
    type(text);
    press("send");
  }
  const QList<Message>& path() { return m_desktop->chat().controller().path(); }
  bool ended() { return !path().isEmpty() && path().back().status != MessageStatus::Generating; }
  MessageWidget* widget(qsizetype index) {
    return find<ConversationView>("conversation")->widget(path()[index].id);
  }
  QList<Attachment> waiting() { return find<Composer>("composer")->pictures(); }

  void drop(const QMimeData& data) { dropOn(find("chatPage"), data); }
  void dropOn(QWidget* page, const QMimeData& data) {
    QDragEnterEvent enter(QPoint(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(page, &enter);
    QVERIFY(enter.isAccepted());
    QVERIFY(find("dropHint")->isVisible());
    QDropEvent dropped(QPointF(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(page, &dropped);
    QVERIFY(!find("dropHint")->isVisible());
  }
  /// Drops a drawn picture and waits until it is taken.
  void dropPicture() {
    const qsizetype before = waiting().size();
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(drawnPicture(m_folder->path()))});
    drop(data);
    QTRY_COMPARE_WITH_TIMEOUT(waiting().size(), before + 1, kPatienceMs);
  }

  /// Shapes as the demo data has them.
  static QString drawnPicture(const QString& folder) {
    QImage image(480, 320, QImage::Format_RGB32);
    image.fill(QColor("#f4efe6"));
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor("#d23b2f"));
    painter.drawEllipse(60, 60, 130, 130);
    painter.setBrush(QColor("#2f6fd2"));
    painter.drawRect(250, 40, 110, 110);
    painter.setBrush(QColor("#3a9d4f"));
    painter.drawPolygon(QPolygon({{330, 290}, {400, 180}, {460, 290}}));
    painter.setBrush(QColor("#e8b62c"));
    painter.drawEllipse(190, 210, 70, 70);
    painter.end();
    const QString path = folder + QStringLiteral("/shapes.png");
    image.save(path);
    return path;
  }

  std::unique_ptr<QTemporaryDir> m_folder;
  std::unique_ptr<Desktop> m_desktop;
};

}  // namespace lapilli::test
