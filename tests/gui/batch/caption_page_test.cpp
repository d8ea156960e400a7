// SPDX-License-Identifier: Apache-2.0
// The page that captions a folder, over the real engine: what it opens, asks for, tells and lays out.
#include "app/gui/banner.h"
#include "tests/gui/batch/caption_page_fixture.h"
#include "tests/gui/heartbeat.h"
#include "tests/gui/layout_check.h"

#include <QAccessible>
#include <QApplication>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QTableView>

#include <cstdio>

namespace lapilli::test {

using namespace gui;

namespace {

QJsonArray promptsOf(const char* prompt) {
  return {QJsonObject{{QStringLiteral("field"), QStringLiteral("caption")},
                      {QStringLiteral("prompt"), QLatin1String(prompt)}}};
}

qint64 residentMiB() {
  const QStringList fields = textOf(QStringLiteral("/proc/self/statm")).split(QLatin1Char(' '));
  return fields.value(1).toLongLong() * 4096 >> 20;
}

}  // namespace

class CaptionPageTest : public QObject, CaptionPageFixture {
  Q_OBJECT

 private slots:
  void initTestCase() { makeModel(); }

  void aModelStaysInUseWhileCaptionsAreMadeWithIt() {
    const QString folder = photos("busy", 40);
    const QString other = m_folder.filePath(QStringLiteral("other.gguf"));
    QVERIFY(QFile::copy(m_model, other));
    Window window(profile("busy"));
    window.find<QSpinBox>("captionTokens")->setValue(60);
    window.openFolder(folder, m_model);
    window.press("captionMain");
    QTRY_VERIFY_WITH_TIMEOUT(window.page->rows().count(CaptionRow::State::kDone) > 0, kPatience);
    const QSignalSpy refused(&window.session, &ModelSession::refused);
    window.session.open({.model = other});
    QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kPatience);
    QCOMPARE(window.session.state(), ModelSession::State::kReady);
    QCOMPARE(window.session.options().model, m_model);
    QCOMPARE(window.page->state(), CaptionPage::State::kRunning);
    QString told;
    for (const Banner* banner : window.window.findChildren<Banner*>())
      if (banner->isVisible()) told += banner->text();
    QVERIFY2(told.contains(QStringLiteral("other.gguf was not loaded")) &&
                 told.contains(QStringLiteral("Captions are being made")),
             qPrintable(told));
    // Neither is another folder opened, and that is said.
    const QString elsewhere = m_folder.filePath(QStringLiteral("elsewhere"));
    QDir().mkpath(elsewhere);
    window.page->openFiles({folder + QStringLiteral("/harbour-0.png")});
    QVERIFY2(!window.line().contains(QStringLiteral("was not opened")), qPrintable(window.line()));
    window.page->openFiles({elsewhere});
    QVERIFY2(window.line().contains(elsewhere + QStringLiteral(" was not opened")),
             qPrintable(window.line()));
    QCOMPARE(window.find<QLineEdit>("captionFolder")->text(), folder);
    window.pressMain();
    window.session.open({.model = other});
    QTRY_COMPARE_WITH_TIMEOUT(window.session.options().model, other, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(window.session.state(), ModelSession::State::kReady, kPatience);
    window.session.open({.model = m_folder.filePath(QStringLiteral("absent.gguf"))});
    QTRY_COMPARE_WITH_TIMEOUT(window.session.state(), ModelSession::State::kFailed, kPatience);
  }

  /// With all its buttons and sentences, at the size of the first start and the least one.
  void nothingIsCutOffOrOverlaps() {
    const QString folder = photos("layout", 5);
    put(folder + QStringLiteral("/broken.jpg"), "no picture");
    put(folder + QStringLiteral("/harbour-0.txt"), "An old harbour.\n");
    Window window(profile("layout"));
    window.chooseExisting("replace");
    window.openFolder(folder, m_model);
    window.pressMain();
    window.find<QPlainTextEdit>("captionPrompt")->setPlainText(QStringLiteral("What is in {stem}?"));
    window.find<QTableView>("captionTable")->selectRow(1);
    const QDir pictures(QStringLiteral(LAPILLI_BUILD_FOLDER "/screenshots"));
    pictures.mkpath(QStringLiteral("."));
    QStringList wrong;
    auto* tabs = window.find<QTabBar>("pageParts");
    const auto look = [&](const QString& name) {
      QElapsedTimer since;
      since.start();
      do QTest::qWait(50);  // layouts settle when they like
      while (!misplaced(window.page).isEmpty() && since.elapsed() < 5000);
      for (const QString& what : misplaced(window.page)) wrong.append(name + QStringLiteral(": ") + what);
      window.window.grab().save(pictures.filePath(name + QStringLiteral(".png")));
    };
    for (const char* appearance : {"light", "dark"}) {
      for (const char* language : {"en", "zh_CN", "zh_TW"}) {
        for (const QSize size : {QSize(1160, 760), QSize(720, 520)}) {
          window.theme.use(QLatin1String(appearance));
          window.languages.use(QLatin1String(language));
          window.window.resize(size);
          QTest::qWait(50);
          QCOMPARE(tabs->isVisible(), size.width() == 720);
          QCOMPARE(window.line().startsWith(QStringLiteral("Done: 5")), QLatin1String(language) == "en");
          for (int part = 0; part < (tabs->isVisible() ? 2 : 1); ++part) {
            tabs->setCurrentIndex(part);
            const QString name = QStringLiteral("captions-%1-%2-%3-%4")
                                     .arg(size.width())
                                     .arg(part)
                                     .arg(QLatin1String(language), QLatin1String(appearance));
            look(name);
            if (!window.find<QTableView>("captionTable")->isVisible()) continue;
            window.press("captionOneByOne");
            look(name + QStringLiteral("-one"));
            window.press("captionOneByOne");
          }
        }
      }
    }
    for (const QString& what : std::as_const(wrong)) qWarning("%s", qPrintable(what));
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.value(0)));
    QVERIFY2(window.find<QTableView>("captionTable")->columnWidth(CaptionRows::kAfter) >= 120,
             "no room for the new texts");
  }

  void aRunIsPausedAndGoesOn() {
    const QString folder = photos("many", 60);
    Window window(profile("many"));
    window.openFolder(folder, m_model);
    window.press("captionTry");
    window.settle();
    QVERIFY2(window.find<QAbstractButton>("captionMain")
                 ->text()
                 .startsWith(QStringLiteral("Caption 60 pictures, about ")),
             qPrintable(window.find<QAbstractButton>("captionMain")->text()));
    window.press("captionMain");
    QTRY_VERIFY_WITH_TIMEOUT(window.page->rows().count(CaptionRow::State::kDone) > 0, kPatience);
    window.page->usePrompts(promptsOf("Not now?"));
    QVERIFY2(window.line().contains(QStringLiteral("The prompts were not taken over")),
             qPrintable(window.line()));
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
    const QString folder = photos("questions", 2);
    Window window(profile("questions"));
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
    window.pressMain();
    window.pressMain();
    const QString csv = textOf(folder + QStringLiteral("/captions.csv"));
    QVERIFY2(csv.startsWith(QStringLiteral("file,caption,thing\r\n")), qPrintable(csv));
    const CaptionRow* row = window.page->rows().find(QStringLiteral("harbour-0.png"));
    QCOMPARE(row->after, textOf(folder + QStringLiteral("/harbour-0.txt")));
    const QStringList possible = {QStringLiteral("thing: boat"), QStringLiteral("thing: tree"),
                                  QStringLiteral("thing: boat, tree"), QStringLiteral("thing: tree, boat")};
    QVERIFY2(possible.contains(row->more()), qPrintable(row->more()));
  }

  /// Ratings of a sidecar that another program wrote, dates and sizes of files.
  void aFilterReadsWhatIsInTheFiles() {
    const QString folder = photos("facts", 4);
    put(folder + QStringLiteral("/street-2.png.xmp"),
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
        "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description rdf:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='4'/></rdf:RDF>"
        "</x:xmpmeta>");
    QFile orchard(folder + QStringLiteral("/orchard-1.png"));
    QVERIFY(orchard.open(QIODevice::Append));
    QVERIFY(
        orchard.setFileTime(QDateTime(QDate(2021, 3, 9), QTime(12, 0)), QFileDevice::FileModificationTime));
    orchard.close();
    Window window(profile("facts"));
    window.page->openFiles({folder});
    QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().total(), 4, kPatience);
    const auto shown = [&](const char* filter) {
      window.find<QLineEdit>("captionFilterText")->setText(QLatin1String(filter));
      QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().filter().text, QLatin1String(filter), kPatience);
    };
    const auto paths = [&] {
      QStringList all;
      for (int index = 0; index < window.page->rows().matching(); ++index)
        all.append(window.page->rows().row(index)->path);
      return all;
    };
    shown("rating:>=4");
    QTRY_COMPARE_WITH_TIMEOUT(paths(), QStringList{QStringLiteral("street-2.png")}, kPatience);
    shown("NOT rating:>=4 NOT date:2021");
    QTRY_COMPARE_WITH_TIMEOUT(
        paths(), (QStringList{QStringLiteral("harbour-0.png"), QStringLiteral("meadow-3.png")}), kPatience);
    shown("date:2021-03-09");
    QTRY_COMPARE_WITH_TIMEOUT(paths(), QStringList{QStringLiteral("orchard-1.png")}, kPatience);
    shown("size:>100B size:<1MB");
    QTRY_COMPARE_WITH_TIMEOUT(paths().size(), 4, kPatience);
    shown("size:>1MB");
    QTRY_COMPARE_WITH_TIMEOUT(paths().size(), 0, kPatience);
  }

  void aFolderIsOpened() {
    const QString folder = photos("dropped", 1);
    Window window(profile("dropped"));
    window.page->openFiles({folder});
    QCOMPARE(window.find<QLineEdit>("captionFolder")->text(), folder);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().total(), 1, kPatience);
  }

  /// A picture is called gone where somebody has looked for it alone.
  void aPictureThatCannotBeShownIsSaidToBe() {
    const QString folder = photos("looked", 1);
    Window window(profile("looked"));
    window.page->showPicture(QStringLiteral("/no/such/folder"), QStringLiteral("a.png"));
    QCOMPARE(window.line(), QStringLiteral("There is no folder /no/such/folder."));
    QCOMPARE(window.find<QLineEdit>("captionFolder")->text(), QString());
    const QString gone = QStringLiteral("gone.png");
    const QSignalSpy finished(&window.host, &JobHost::finished);
    const QSignalSpy failed(&window.host, &JobHost::failed);
    auto* prompt = window.find<QPlainTextEdit>("captionPrompt");
    prompt->setPlainText(QString());
    window.page->showPicture(folder, gone);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);  // nothing is looked for without a prompt
    QTRY_COMPARE(window.line(), QString());
    prompt->setPlainText(QStringLiteral("{nonsense}"));
    window.page->showPicture(folder, gone);
    QTRY_VERIFY_WITH_TIMEOUT(failed.count() > 0 && finished.count() > 1, kPatience);
    QTRY_VERIFY2(window.line().contains(QStringLiteral("{nonsense}")), qPrintable(window.line()));
    prompt->setPlainText(QStringLiteral("What is it?"));
    window.page->showPicture(folder, gone);
    QTRY_COMPARE_WITH_TIMEOUT(
        window.line(), QStringLiteral("gone.png is no longer among the pictures of this folder."), kPatience);
  }

  void promptsThatAreKeptNowhereAreReplacedAfterAQuestion() {
    Window window(profile("prompts"));
    auto* prompt = window.find<QPlainTextEdit>("captionPrompt");
    const auto question = [&] { return window.question("captionPromptsQuestion"); };
    const auto answer = [&](QMessageBox::ButtonRole role) {
      window.page->usePrompts(promptsOf("Theirs?"));
      QVERIFY(question() != nullptr);
      QCOMPARE(prompt->toPlainText(), QStringLiteral("Mine?"));
      window.answer("captionPromptsQuestion", role);
    };
    window.page->usePrompts(promptsOf("At first?"));
    QVERIFY2(question() == nullptr, "nothing was written");
    QCOMPARE(prompt->toPlainText(), QStringLiteral("At first?"));
    prompt->setPlainText(QStringLiteral("Mine?"));
    answer(QMessageBox::RejectRole);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("Mine?"));
    answer(QMessageBox::DestructiveRole);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("Theirs?"));
    window.page->usePrompts(promptsOf("Others?"));
    QVERIFY(question() == nullptr);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("Others?"));
  }

  void aWrongPlaceholderIsSaidBeforeTheRun() {
    const QString folder = photos("few", 2);
    Window window(profile("few"));
    window.find<QPlainTextEdit>("captionPrompt")->setPlainText(QStringLiteral("{nonsense}"));
    window.page->openFiles({folder});
    QTRY_VERIFY_WITH_TIMEOUT(
        window.find<QLabel>("captionLine")->text().contains(QStringLiteral("{nonsense}")), kPatience);
  }

  void everyControlHasAnAccessibleName() {
    Window window(profile("names"));
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
    const QString folder = photos("large", 1);
    for (int index = 0; index < count; ++index) {
      QFile file(QStringLiteral("%1/%2.jpg").arg(folder).arg(index));
      QVERIFY(file.open(QIODevice::WriteOnly));
      QVERIFY(file.resize(1 << 20));  // takes no room
    }
    Window window(profile("large"));
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
