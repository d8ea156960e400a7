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
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QProcess>
#include <QSpinBox>
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

/// How long this thread has waited for a processor that others used, in milliseconds.
double waitedForProcessorMs() {
  return textOf(QStringLiteral("/proc/thread-self/schedstat")).section(QLatin1Char(' '), 1, 1).toDouble() /
         1e6;
}

/// Longest time between two turns of the event loop, less what other programs took of the machine.
class Heartbeat : public QObject {
 public:
  Heartbeat() {
    m_since.start();
    m_waited = waitedForProcessorMs();
    startTimer(5, Qt::PreciseTimer);
  }
  double longestMs = 0;

 protected:
  void timerEvent(QTimerEvent*) override {
    const double waited = waitedForProcessorMs();
    longestMs = std::max(longestMs, static_cast<double>(m_since.nsecsElapsed()) / 1e6 - (waited - m_waited));
    m_waited = waited;
    m_since.start();
  }

 private:
  QElapsedTimer m_since;
  double m_waited = 0;
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
      find<QSpinBox>("captionTokens")->setValue(6);
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
    /// Looks at a folder with the model loaded.
    void openFolder(const QString& folder, const QString& model) {
      page->openFiles({folder});
      session.open({.model = model});
      QTRY_VERIFY_WITH_TIMEOUT(page->state() == CaptionPage::State::kIdle &&
                                   session.state() == ModelSession::State::kReady && page->rows().total() > 0,
                               kPatience);
    }
    void press(const char* name) {
      auto* button = find<QAbstractButton>(name);
      QVERIFY2(button->isVisible() && button->isEnabled(), name);
      QTest::mouseClick(button, Qt::LeftButton);
    }
    /// Until the page has nothing under way.
    void settle() { QTRY_COMPARE_WITH_TIMEOUT(page->state(), CaptionPage::State::kIdle, kPatience); }
    [[nodiscard]] QString line() const { return find<QLabel>("captionLine")->text(); }
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

  static void put(const QString& path, const char* content) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
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

  /// Another window knows from the journal what can be undone, retried and reviewed.
  void whatARunDidIsKnownAfterARestart() {
    const QString folder = m_folder.filePath(QStringLiteral("again"));
    putPictures(folder, 4);
    put(folder + QStringLiteral("/broken.jpg"), "no picture");
    put(folder + QStringLiteral("/harbour-0.txt"), "An old harbour.\n");
    const QString profile = m_folder.filePath(QStringLiteral("profile5"));
    {
      Window window(profile);
      auto* existing = window.find<QComboBox>("captionExisting");
      existing->setCurrentIndex(existing->findData(QStringLiteral("replace")));
      window.openFolder(folder, m_model);
      QVERIFY(!window.find<QAbstractButton>("captionUndo")->isVisible());
      window.press("captionMain");
      window.settle();
      QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 4);
    }
    const QString harbour = textOf(folder + QStringLiteral("/harbour-0.txt"));
    Window window(profile);
    window.openFolder(folder, m_model);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().count(CaptionRow::State::kDone), 4, kPatience);
    const CaptionRow* row = window.page->rows().find(QStringLiteral("harbour-0.png"));
    QCOMPARE(row->before, QStringLiteral("An old harbour."));
    QCOMPARE(row->after, harbour);
    QCOMPARE(window.page->rows().find(QStringLiteral("broken.jpg"))->state, CaptionRow::State::kFailed);
    QVERIFY(window.find<QAbstractButton>("captionRetry")->isVisible());

    // Single keys review; an edit is written, and taken back.
    auto* table = window.find<QTableView>("captionTable");
    table->setFocus();
    table->selectRow(2);
    QTest::keyClick(table, Qt::Key_P);
    QCOMPARE(table->currentIndex().row(), 1);
    QTest::keyClick(table, Qt::Key_N);
    const QString second = window.page->rows().row(2)->path;
    const QString secondFile =
        folder + QLatin1Char('/') + QFileInfo(second).completeBaseName() + QStringLiteral(".txt");
    const QString secondText = textOf(secondFile);
    QTest::keyClick(table, Qt::Key_E);
    auto* editor = window.page->findChild<QInputDialog*>(QStringLiteral("captionEditor"));
    QVERIFY(editor != nullptr);
    editor->setTextValue(QStringLiteral("By hand."));
    editor->accept();
    QTRY_COMPARE_WITH_TIMEOUT(textOf(secondFile), QStringLiteral("By hand."), kPatience);
    QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(textOf(secondFile), secondText, kPatience);
    table->selectRow(2);
    QTest::keyClick(table, Qt::Key_A);
    QCOMPARE(window.page->rows().row(2)->state, CaptionRow::State::kAccepted);
    QCOMPARE(table->currentIndex().row(), 3);
    table->selectRow(2);
    QTest::keyClick(table, Qt::Key_R);
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(secondFile), kPatience);

    // Undo tells what it has left alone.
    put(folder + QStringLiteral("/orchard-1.txt"), "mine");
    window.press("captionUndo");
    QTRY_VERIFY_WITH_TIMEOUT(window.line().startsWith(QStringLiteral("Undone")), kPatience);
    window.settle();
    QCOMPARE(textOf(folder + QStringLiteral("/harbour-0.txt")), QStringLiteral("An old harbour.\n"));
    QCOMPARE(textOf(folder + QStringLiteral("/orchard-1.txt")), QStringLiteral("mine"));
    QVERIFY2(window.find<QLabel>("captionFailures")->text().contains(QStringLiteral("orchard-1.txt")),
             qPrintable(window.find<QLabel>("captionFailures")->text()));
    QVERIFY(!window.find<QAbstractButton>("captionUndo")->isVisible());
  }

  void aRunIsPausedAndGoesOn() {
    const QString folder = m_folder.filePath(QStringLiteral("many"));
    putPictures(folder, 60);
    Window window(m_folder.filePath(QStringLiteral("profile6")));
    window.openFolder(folder, m_model);
    window.press("captionTry");
    window.settle();
    QVERIFY2(window.find<QAbstractButton>("captionMain")
                 ->text()
                 .startsWith(QStringLiteral("Caption 60 pictures, about ")),
             qPrintable(window.find<QAbstractButton>("captionMain")->text()));
    window.press("captionMain");
    QTRY_VERIFY_WITH_TIMEOUT(window.page->rows().count(CaptionRow::State::kDone) > 0, kPatience);
    window.press("captionPause");
    QCOMPARE(window.page->state(), CaptionPage::State::kFinishing);
    window.settle();
    const qsizetype done = window.page->rows().count(CaptionRow::State::kDone);
    QVERIFY2(done < 60, "the pause came too late to be seen");
    QVERIFY(window.line().startsWith(QStringLiteral("Stopped")));
    window.press("captionResume");
    window.settle();
    QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 60);
    QCOMPARE(QDir(folder).entryList({QStringLiteral("*.txt")}).size(), 60);
    QVERIFY(!window.find<QAbstractButton>("captionResume")->isVisible());
  }

  void eachQuestionGoesToItsOwnField() {
    const QString folder = m_folder.filePath(QStringLiteral("questions"));
    putPictures(folder, 2);
    Window window(m_folder.filePath(QStringLiteral("profile7")));
    window.find<QSpinBox>("captionTokens")->setValue(32);
    window.openFolder(folder, m_model);
    auto* main = window.find<QAbstractButton>("captionMain");
    auto* field = window.find<QLineEdit>("captionField");
    window.press("captionQuestionAdd");
    QCOMPARE(field->text(), QStringLiteral("tags"));
    QCOMPARE(main->text(), QStringLiteral("Write a prompt"));
    window.find<QPlainTextEdit>("captionPrompt")->setPlainText(QStringLiteral("Which of them is in {stem}?"));
    field->setText(QStringLiteral("caption"));
    QCOMPARE(main->text(), QStringLiteral("Give each question its own field"));
    field->setText(QStringLiteral("thing"));
    auto* kind = window.find<QComboBox>("formatKind");
    QCOMPARE(kind->count(), 14);
    kind->setCurrentIndex(kind->findData(QStringLiteral("tags")));
    window.find<QPlainTextEdit>("formatTags")->setPlainText(QStringLiteral("boat\ntree"));
    window.find<QAbstractButton>("captionOutput_csv")->setChecked(true);
    QTRY_COMPARE_WITH_TIMEOUT(window.find<QLabel>("captionPreview")->text(),
                              QStringLiteral("For harbour-0.png: Which of them is in harbour-0?"), kPatience);
    QCOMPARE(main->text(), QStringLiteral("Look at the folder"));
    window.press("captionMain");
    window.settle();
    window.press("captionMain");
    window.settle();
    const QString csv = textOf(folder + QStringLiteral("/captions.csv"));
    QVERIFY2(csv.startsWith(QStringLiteral("file,caption,thing\r\n")), qPrintable(csv));
    const CaptionRow* row = window.page->rows().find(QStringLiteral("harbour-0.png"));
    QCOMPARE(row->after, textOf(folder + QStringLiteral("/harbour-0.txt")));
    const QStringList possible = {QStringLiteral("thing: boat"), QStringLiteral("thing: tree"),
                                  QStringLiteral("thing: boat, tree"), QStringLiteral("thing: tree, boat")};
    QVERIFY2(possible.contains(row->more), qPrintable(row->more));
  }

  void aFolderIsOpened() {
    const QString folder = m_folder.filePath(QStringLiteral("dropped"));
    putPictures(folder, 1);
    Window window(m_folder.filePath(QStringLiteral("profile8")));
    window.page->openFiles({folder});
    QCOMPARE(window.find<QLineEdit>("captionFolder")->text(), folder);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().total(), 1, kPatience);
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
    // A filter over all of them.
    window.find<QLineEdit>("captionFilterText")->setText(QStringLiteral("77.JPG"));
    QTRY_VERIFY_WITH_TIMEOUT(
        window.page->rows().filter().text == QLatin1String("77.JPG") && window.page->rows().isFiltered(),
        kPatience);
    QCOMPARE(window.page->rows().matching(), count / 100);
    std::printf("%d files: first rows after %lld ms, all after %lld ms, longest gap %.1f ms, %lld MiB\n",
                count, static_cast<long long>(firstMs), static_cast<long long>(since.elapsed()),
                heartbeat.longestMs, static_cast<long long>(residentMiB()));
    QVERIFY(residentMiB() < 600);
    QVERIFY2(heartbeat.longestMs <= 50, "a gap of more than 50 ms");
    if (qEnvironmentVariableIsSet("LAPILLI_FILES")) QVERIFY2(firstMs <= 1000, "first rows after a second");
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionPageTest)
#include "caption_page_test.moc"
