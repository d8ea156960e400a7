// SPDX-License-Identifier: Apache-2.0
// The page that captions a folder, over the real engine.
#include "app/gui/batch/caption_page.h"
#include "app/gui/batch/caption_rows.h"
#include "app/gui/main_window.h"
#include "tests/gui/gui_fixture.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QProcess>
#include <QTableView>

#include <cstdio>

namespace lapilli::test {

using namespace gui;

namespace {

constexpr int kPatience = 120'000;

QString textOf(const QString& file) {
  QFile opened(file);
  return opened.open(QIODevice::ReadOnly) ? QString::fromUtf8(opened.readAll()) : QString();
}

/// Longest time between two turns of the event loop.
class Heartbeat : public QObject {
 public:
  Heartbeat() {
    m_since.start();
    startTimer(5);
  }
  qint64 longestMs = 0;

 protected:
  void timerEvent(QTimerEvent*) override { longestMs = std::max(longestMs, m_since.restart()); }

 private:
  QElapsedTimer m_since;
};

qint64 residentMiB() {
  const QStringList fields = textOf(QStringLiteral("/proc/self/statm")).split(QLatin1Char(' '));
  return fields.value(1).toLongLong() * 4096 >> 20;
}

}  // namespace

class CaptionPageTest : public QObject {
  Q_OBJECT

 private:
  /// A window with the page, on a profile of its own.
  struct Window {
    explicit Window(const QString& folder)
        : settings(folder + QStringLiteral("/s.ini")),
          host(QStringLiteral(LAPILLI_PROGRAM), {QStringLiteral("serve")}),
          session(host),
          window({settings, Folders::below(folder), host, session, theme, languages}),
          page(new CaptionPage(settings, host, session)) {
      languages.use(QStringLiteral("en"));
      theme.use(QStringLiteral("light"));
      window.addPage(
          QStringLiteral("captions"), QStringLiteral("captions"), [] { return QStringLiteral("Captions"); },
          page);
      window.show();
    }
    template <class Widget>
    [[nodiscard]] Widget* find(const char* name) const {
      return page->findChild<Widget*>(QLatin1String(name));
    }
    Settings settings;
    Languages languages;
    Theme theme;
    EngineProcess host;
    ModelSession session;
    MainWindow window;
    CaptionPage* page;
  };

  void putPictures(const QString& folder, int count) const {
    QDir().mkpath(folder);
    const char* const words[] = {"harbour", "orchard", "street", "meadow", "station", "bridge"};
    for (int index = 0; index < count; ++index) {
      QImage image(160, 120, QImage::Format_RGB32);
      image.fill(QColor::fromHsv(index * 47 % 360, 90, 235));
      QPainter painter(&image);
      painter.setRenderHint(QPainter::Antialiasing);
      painter.setPen(Qt::NoPen);
      painter.setBrush(QColor::fromHsv((index * 47 + 150) % 360, 190, 190));
      painter.drawEllipse(20 + 12 * (index % 5), 20, 60, 60);
      painter.fillRect(70, 60, 20 + 9 * index, 40, QColor::fromHsv((index * 71 + 40) % 360, 160, 140));
      painter.end();
      QVERIFY(
          image.save(QStringLiteral("%1/%2-%3.png").arg(folder, QLatin1String(words[index % 6])).arg(index)));
    }
  }

  QTemporaryDir m_folder;
  QString m_model;

 private slots:
  void initTestCase() {
    m_model = m_folder.filePath(QStringLiteral("tiny.gguf"));
    QProcess make;
    make.start(QStringLiteral(LAPILLI_PROGRAM),
               {QStringLiteral("bench"), QStringLiteral("--shape"), QStringLiteral("tiny"),
                QStringLiteral("--type"), QStringLiteral("f16"), QStringLiteral("--save"), m_model});
    QVERIFY(make.waitForFinished(kPatience));
    QCOMPARE(make.exitCode(), 0);
  }

  void aFolderIsTriedCaptionedReviewedAndUndone() {
    const QString folder = m_folder.filePath(QStringLiteral("photos"));
    putPictures(folder, 8);
    QFile bad(folder + QStringLiteral("/broken.jpg"));
    QVERIFY(bad.open(QIODevice::WriteOnly));
    bad.write("no picture");
    bad.close();
    QFile old(folder + QStringLiteral("/bridge-5.txt"));
    QVERIFY(old.open(QIODevice::WriteOnly));
    old.write("An old bridge.");
    old.close();

    Window window(m_folder.filePath(QStringLiteral("profile")));
    auto* main = window.find<QAbstractButton>("captionMain");
    auto* table = window.find<QTableView>("captionTable");
    const QAbstractItemModelTester tester(table->model());
    QCOMPARE(main->text(), QStringLiteral("Choose a folder"));
    QVERIFY(!main->isEnabled());
    auto* existing = window.find<QComboBox>("captionExisting");
    existing->setCurrentIndex(existing->findData(QStringLiteral("append")));
    window.page->openFiles({folder});
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
    QCOMPARE(window.page->rows().total(), 9);
    QCOMPARE(main->text(), QStringLiteral("Load a model first"));
    window.session.open({.model = m_model});
    QTRY_COMPARE_WITH_TIMEOUT(main->text(), QStringLiteral("Caption 9 pictures"), kPatience);

    QTest::mouseClick(window.find<QAbstractButton>("captionTry"), Qt::LeftButton);
    QCOMPARE(window.page->state(), CaptionPage::State::kTrying);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
    QVERIFY(!window.find<QLabel>("captionLast")->text().isEmpty());
    QVERIFY(!QFile::exists(folder + QStringLiteral("/harbour-0.txt")));

    QTest::mouseClick(main, Qt::LeftButton);
    QCOMPARE(main->text(), QStringLiteral("Stop"));
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
    QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 8);
    QCOMPARE(window.page->rows().failures().size(), 1);
    QVERIFY(window.find<QLabel>("captionFailures")->text().startsWith(QStringLiteral("1 × ")));
    QVERIFY(window.find<QAbstractButton>("captionRetry")->isVisible());
    QVERIFY(textOf(folder + QStringLiteral("/bridge-5.txt")).startsWith(QStringLiteral("An old bridge.\n")));
    screenshot(window);

    // Review by key: the first row is the old bridge.
    table->selectRow(0);
    table->setFocus();
    QCOMPARE(window.page->rows().row(0)->before, QStringLiteral("An old bridge."));
    const QString first =
        QFileInfo(folder + QLatin1Char('/') + window.page->rows().row(0)->path).completeBaseName();
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(window.page->rows().row(0)->state, CaptionRow::State::kRejected);
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(folder + QLatin1Char('/') + first + QStringLiteral(".txt")) ||
                                 textOf(folder + QLatin1Char('/') + first + QStringLiteral(".txt")) ==
                                     QStringLiteral("An old bridge."),
                             kPatience);
    QTest::mouseClick(window.find<QAbstractButton>("captionUndo"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.find<QLabel>("captionLine")->text().startsWith(QStringLiteral("Undone")),
                             kPatience);
    QCOMPARE(textOf(folder + QStringLiteral("/bridge-5.txt")), QStringLiteral("An old bridge."));
    QVERIFY(!QFile::exists(folder + QStringLiteral("/harbour-0.txt")));
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
  }

  void aWrongPlaceholderIsSaidBeforeTheRun() {
    const QString folder = m_folder.filePath(QStringLiteral("few"));
    putPictures(folder, 2);
    Window window(m_folder.filePath(QStringLiteral("profile2")));
    window.find<QPlainTextEdit>("captionPrompt")->setPlainText(QStringLiteral("{nonsense}"));
    window.page->openFiles({folder});
    QTRY_VERIFY_WITH_TIMEOUT(
        window.find<QLabel>("captionLine")->text().contains(QStringLiteral("{nonsense}")), kPatience);
  }

  void everyControlHasAnAccessibleName() {
    Window window(m_folder.filePath(QStringLiteral("profile3")));
    for (const QWidget* widget : window.page->findChildren<QWidget*>()) {
      if (widget->focusPolicy() == Qt::NoFocus || !widget->objectName().startsWith(QStringLiteral("caption")))
        continue;
      const QAccessibleInterface* accessible =
          QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
      QVERIFY2(accessible != nullptr && !accessible->text(QAccessible::Name).isEmpty(),
               qPrintable(widget->objectName()));
    }
  }

  /// LAPILLI_FILES: how many; 100 000 is what the page is made for.
  void aLargeFolderIsShownWhileItIsScanned() {
    const int count = qEnvironmentVariableIntValue("LAPILLI_FILES") > 0
                          ? qEnvironmentVariableIntValue("LAPILLI_FILES")
                          : 3000;
    const QString folder = m_folder.filePath(QStringLiteral("large"));
    putPictures(folder, 1);
    for (int index = 0; index < count; ++index) {
      QFile file(QStringLiteral("%1/%2.jpg").arg(folder).arg(index));
      QVERIFY(file.open(QIODevice::WriteOnly));
      QVERIFY(file.resize(1 << 20));  // takes no room
    }
    Window window(m_folder.filePath(QStringLiteral("profile4")));
    QTRY_COMPARE_WITH_TIMEOUT(window.host.state(), JobHost::State::kStopped, kPatience);
    window.host.start();
    QTRY_COMPARE_WITH_TIMEOUT(window.host.state(), JobHost::State::kReady, kPatience);
    const Heartbeat heartbeat;
    QElapsedTimer since;
    since.start();
    window.page->openFiles({folder});
    QTRY_VERIFY_WITH_TIMEOUT(window.page->rows().total() > 0, kPatience);
    const qint64 firstMs = since.elapsed();
    QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().total(), count + 1, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
    std::printf("%d files: first rows after %lld ms, all after %lld ms, longest gap %lld ms, %lld MiB\n",
                count, static_cast<long long>(firstMs), static_cast<long long>(since.elapsed()),
                static_cast<long long>(heartbeat.longestMs), static_cast<long long>(residentMiB()));
    QVERIFY(residentMiB() < 600);
  }

 private:
  /// The README's picture, where LAPILLI_SCREENSHOTS names a folder.
  void screenshot(Window& window) const {
    window.window.resize(1160, 760);
    QTest::qWait(300);  // thumbnails come from other threads
    const QImage image = window.window.grab().toImage();
    QVERIFY(!image.isNull());
    const QString folder = qEnvironmentVariable("LAPILLI_SCREENSHOTS");
    if (!folder.isEmpty()) QVERIFY(image.save(folder + QStringLiteral("/captions.png")));
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionPageTest)
#include "caption_page_test.moc"
