// SPDX-License-Identifier: Apache-2.0
// What becomes of texts on the page of captions, over the real engine: written, reviewed, asked about,
// replaced and taken back.
#include "app/gui/batch/replace_dialog.h"
#include "tests/gui/batch/caption_page_fixture.h"
#include "tests/gui/layout_check.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTableView>

namespace lapilli::test {

using namespace gui;

class CaptionTextsTest : public QObject, CaptionPageFixture {
  Q_OBJECT

 private slots:
  void initTestCase() { makeModel(); }

  void aFolderIsTriedCaptionedReviewedAndUndone() {
    const QString folder = photos("photos", 8);
    put(folder + QStringLiteral("/broken.jpg"), "no picture");
    put(folder + QStringLiteral("/bridge-5.txt"), "An old bridge.");

    Window window(profile("first"));
    auto* main = window.find<QAbstractButton>("captionMain");
    auto* table = window.find<QTableView>("captionTable");
    const QAbstractItemModelTester tester(table->model());
    QCOMPARE(main->text(), QStringLiteral("Choose a folder"));
    QVERIFY(!main->isEnabled());
    window.chooseExisting("append");
    window.page->openFiles({folder});
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
    QCOMPARE(window.page->rows().total(), 9);
    QCOMPARE(window.line(), QStringLiteral("8 get a caption, 1 gets one more."));
    QCOMPARE(main->text(), QStringLiteral("Load a model first"));
    window.session.open({.model = m_model});
    QTRY_COMPARE_WITH_TIMEOUT(main->text(), QStringLiteral("Caption 9 pictures"), kPatience);

    QTest::mouseClick(window.find<QAbstractButton>("captionTry"), Qt::LeftButton);
    QCOMPARE(window.page->state(), CaptionPage::State::kTrying);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
    const auto tried = window.page->findChildren<QLabel*>(QStringLiteral("captionTried"));
    QCOMPARE(tried.size(), 3);
    for (const QLabel* text : tried) QVERIFY(!text->text().isEmpty());
    QVERIFY(!QFile::exists(folder + QStringLiteral("/harbour-0.txt")));

    const QSignalSpy ended(window.page, &CaptionPage::runEnded);
    const QSignalSpy advanced(window.page, &CaptionPage::runAdvanced);
    QTest::mouseClick(main, Qt::LeftButton);
    QCOMPARE(main->text(), QStringLiteral("Stop"));
    QCOMPARE(advanced.last().value(0).toBool(), true);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
    QCOMPARE(advanced.last().value(0).toBool(), false);
    QCOMPARE(ended.size(), 1);
    QCOMPARE(ended[0][0].toString(), QStringLiteral("Done: 8 captioned, 0 left as they were, 1 failed."));
    QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 8);
    QCOMPARE(window.page->rows().row(0)->model, QStringLiteral("tiny.gguf"));
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
    window.pressUndo();
    QTRY_VERIFY_WITH_TIMEOUT(window.find<QLabel>("captionLine")->text().startsWith(QStringLiteral("Undone")),
                             kPatience);
    QCOMPARE(textOf(folder + QStringLiteral("/bridge-5.txt")), QStringLiteral("An old bridge."));
    QVERIFY(!QFile::exists(folder + QStringLiteral("/harbour-0.txt")));
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
  }

  /// Another window knows from the journal what can be undone, retried and reviewed.
  void whatARunDidIsKnownAfterARestart() {
    const QString folder = photos("again", 4);
    put(folder + QStringLiteral("/broken.jpg"), "no picture");
    put(folder + QStringLiteral("/harbour-0.txt"), "An old harbour.\n");
    const QString restarted = profile("restarted");
    {
      Window window(restarted);
      window.chooseExisting("replace");
      window.openFolder(folder, m_model);
      QVERIFY(!window.find<QAbstractButton>("captionUndo")->isVisible());
      window.pressMain();
      QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 4);
    }
    const QString harbour = textOf(folder + QStringLiteral("/harbour-0.txt"));
    Window window(restarted);
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
    auto* editor = window.page->findChild<QPlainTextEdit*>(QStringLiteral("captionEditorText"));
    QVERIFY(editor != nullptr);
    QCOMPARE(editor->lineWrapMode(), QPlainTextEdit::WidgetWidth);
    QVERIFY(editor->window()->width() >= 400);
    QTest::keyClick(editor, Qt::Key_Tab);
    QVERIFY2(!editor->hasFocus() && editor->toPlainText() == secondText, "Tab goes on");
    editor->setPlainText(QStringLiteral("By hand"));
    editor->moveCursor(QTextCursor::End);
    QTest::keyClick(editor, Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClicks(editor, QStringLiteral("twice"));
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(textOf(secondFile), QStringLiteral("By hand\ntwice"), kPatience);
    QCOMPARE(window.page->rows().row(2)->state, CaptionRow::State::kAccepted);
    QVERIFY2(window.find<QLabel>("captionLast")->text().contains(QStringLiteral("twice")),
             qPrintable(window.find<QLabel>("captionLast")->text()));
    QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(textOf(secondFile), secondText, kPatience);
    QCOMPARE(window.page->rows().row(2)->state, CaptionRow::State::kDone);
    QVERIFY(!window.find<QLabel>("captionLast")->text().contains(QStringLiteral("twice")));
    table->clearSelection();  // Ctrl still counts as held, and would take the row out
    table->selectRow(2);
    QTest::keyClick(table, Qt::Key_A);
    QCOMPARE(window.page->rows().row(2)->state, CaptionRow::State::kAccepted);
    QCOMPARE(table->currentIndex().row(), 3);
    table->selectRow(2);
    QTest::keyClick(table, Qt::Key_R);
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(secondFile), kPatience);
    {
      Window other(profile("other"));
      other.openFolder(folder, m_model);
      QTRY_COMPARE_WITH_TIMEOUT(other.page->rows().count(CaptionRow::State::kRejected), 1, kPatience);
    }

    // Undo tells what it has left alone.
    put(folder + QStringLiteral("/orchard-1.txt"), "mine");
    window.pressUndo(QMessageBox::RejectRole);
    QCOMPARE(window.page->state(), CaptionPage::State::kIdle);
    QVERIFY(textOf(folder + QStringLiteral("/harbour-0.txt")) != QStringLiteral("An old harbour.\n"));
    window.pressUndo();
    QTRY_VERIFY_WITH_TIMEOUT(window.line().startsWith(QStringLiteral("Undone")), kPatience);
    window.settle();
    QCOMPARE(textOf(folder + QStringLiteral("/harbour-0.txt")), QStringLiteral("An old harbour.\n"));
    QCOMPARE(textOf(folder + QStringLiteral("/orchard-1.txt")), QStringLiteral("mine"));
    QVERIFY2(window.find<QLabel>("captionFailures")->text().contains(QStringLiteral("orchard-1.txt")),
             qPrintable(window.find<QLabel>("captionFailures")->text()));
    QVERIFY(!window.find<QAbstractButton>("captionUndo")->isVisible());
  }

  /// "Ask me": the table's boxes and keys decide before the run.
  void theUserDecidesInTheTableWhatIsReplaced() {
    const QString folder = photos("asked", 4);
    put(folder + QStringLiteral("/harbour-0.txt"), "An old harbour.");
    put(folder + QStringLiteral("/meadow-3.txt"), "An old meadow.");
    put(folder + QStringLiteral("/orchard-1.txt"), "An old orchard.");
    Window window(profile("asked"));
    window.chooseExisting("ask");
    window.openFolder(folder, m_model);
    auto* main = window.find<QAbstractButton>("captionMain");
    QTRY_COMPARE(main->text(), QStringLiteral("Caption 1 pictures"));
    QVERIFY2(window.line().contains(QStringLiteral("3 have a text")), qPrintable(window.line()));
    auto* table = window.find<QTableView>("captionTable");
    table->setFocus();
    table->selectRow(0);
    QTest::keyClick(table, Qt::Key_Space);
    QTRY_COMPARE(main->text(), QStringLiteral("Caption 2 pictures"));
    QTest::keyClick(table, Qt::Key_Space);
    QTRY_COMPARE(main->text(), QStringLiteral("Caption 1 pictures"));
    window.press("captionReplaceTexts");
    QTRY_COMPARE(main->text(), QStringLiteral("Caption 4 pictures"));
    window.press("captionKeepTexts");
    QTest::keyClick(table, Qt::Key_A);  // and on to the next one
    QCOMPARE(table->currentIndex().row(), 1);
    const QModelIndex box = table->model()->index(1, CaptionRows::kState);
    const QRect cell = table->visualRect(box);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, QPoint(cell.left() + 10, cell.center().y()));
    QCOMPARE(window.page->rows().replacedPaths(),
             (QStringList{QStringLiteral("harbour-0.png"), QStringLiteral("meadow-3.png")}));
    QCOMPARE(misplaced(window.page), QStringList());
    QTRY_COMPARE(main->text(), QStringLiteral("Caption 3 pictures"));
    window.pressMain();
    QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 3);
    QVERIFY(!window.find<QWidget>("captionReplaceTexts")->isVisible());
    QVERIFY(textOf(folder + QStringLiteral("/harbour-0.txt")) != QStringLiteral("An old harbour."));
    QVERIFY(textOf(folder + QStringLiteral("/meadow-3.txt")) != QStringLiteral("An old meadow."));
    QCOMPARE(textOf(folder + QStringLiteral("/orchard-1.txt")), QStringLiteral("An old orchard."));

    // All that are chosen are rejected by one request; one that somebody has changed stays.
    put(folder + QStringLiteral("/meadow-3.txt"), "Mine.");
    const QSignalSpy finished(&window.host, &JobHost::finished);
    table->selectAll();
    QTest::keyClick(table, Qt::Key_R);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
    QCOMPARE(textOf(folder + QStringLiteral("/harbour-0.txt")), QStringLiteral("An old harbour."));
    QCOMPARE(textOf(folder + QStringLiteral("/meadow-3.txt")), QStringLiteral("Mine."));
    QCOMPARE(window.page->rows().find(QStringLiteral("harbour-0.png"))->state, CaptionRow::State::kRejected);
    QCOMPARE(window.page->rows().find(QStringLiteral("meadow-3.png"))->state, CaptionRow::State::kDone);
    QTRY_COMPARE(window.line(), QStringLiteral("meadow-3.txt: Somebody has changed it since."));
  }

  /// What an earlier run wrote is a text like any other.
  void textsOfAnEarlierRunAreAskedAbout() {
    const QString folder = photos("asked-again", 3);
    Window window(profile("asked-again"));
    window.openFolder(folder, m_model);
    window.pressMain();
    QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 3);
    const QString file = folder + QStringLiteral("/harbour-0.txt"), written = textOf(file);
    auto* table = window.find<QTableView>("captionTable");
    table->selectRow(2);
    table->setFocus();
    QTest::keyClick(table, Qt::Key_R);
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(folder + QStringLiteral("/street-2.txt")), kPatience);

    window.chooseExisting("ask");
    window.pressMain();
    const auto row = [&] { return window.page->rows().find(QStringLiteral("harbour-0.png")); };
    QTRY_COMPARE_WITH_TIMEOUT(row()->model, QStringLiteral("tiny.gguf"), kPatience);  // the run is known
    QCOMPARE(window.page->rows().asked(), 2);
    QCOMPARE(row()->before, written);
    window.press("captionReplaceTexts");
    auto* main = window.find<QAbstractButton>("captionMain");
    QTRY_VERIFY(main->text().startsWith(QStringLiteral("Caption 3 pictures")));
    window.pressMain();
    QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 3);
    QCOMPARE(row()->before, written);
  }

  void backupsAreRemovedAfterAQuestion() {
    const QString folder = photos("backups", 2);
    put(folder + QStringLiteral("/harbour-0.txt"), "An old harbour.");
    Window window(profile("backups"));
    window.chooseExisting("replace");
    window.openFolder(folder, m_model);
    auto* forget = window.find<QAbstractButton>("captionForget");
    QVERIFY(!forget->isVisible());
    window.pressMain();
    QCOMPARE(forget->text(), QStringLiteral("Backups: 15 bytes…"));
    const auto answer = [&](QMessageBox::ButtonRole role) {
      window.press("captionForget");
      const QMessageBox* question = window.question("captionForgetQuestion");
      QVERIFY(question != nullptr);
      QVERIFY2(question->text().contains(QStringLiteral("15 bytes")), qPrintable(question->text()));
      window.answer("captionForgetQuestion", role);
    };
    answer(QMessageBox::RejectRole);
    QCOMPARE(window.page->state(), CaptionPage::State::kIdle);
    QVERIFY(QFile::exists(folder + QStringLiteral("/.lapilli/backups")));
    answer(QMessageBox::DestructiveRole);
    window.settle();
    QTRY_VERIFY_WITH_TIMEOUT(!forget->isVisible(), kPatience);
    QVERIFY(!QFile::exists(folder + QStringLiteral("/.lapilli/backups")));
    QVERIFY(!window.find<QAbstractButton>("captionUndo")->isVisible());
    QVERIFY2(window.line().contains(QStringLiteral("15 bytes")), qPrintable(window.line()));
    QVERIFY(textOf(folder + QStringLiteral("/harbour-0.txt")) != QStringLiteral("An old harbour."));
  }

  /// One request replaces in all texts, one undoes it, and what was accepted is known to the next window.
  void manyTextsAreReplacedAndRestoredAtOnce() {
    const QString folder = photos("replaced", 6);
    const auto texts = [&] {
      QStringList all;
      for (const QString& name : QDir(folder).entryList({QStringLiteral("*.txt")}, QDir::Files, QDir::Name))
        all.append(textOf(folder + QLatin1Char('/') + name));
      return all;
    };
    {
      Window window(profile("replaced"));
      window.openFolder(folder, m_model);
      window.pressMain();
      const QStringList before = texts();
      const QSignalSpy finished(&window.host, &JobHost::finished);
      window.press("captionReplace");
      auto* dialog = window.page->findChild<ReplaceDialog*>(QStringLiteral("replaceDialog"));
      QVERIFY(dialog != nullptr);
      dialog->findChild<QCheckBox*>(QStringLiteral("replaceRegular"))->setChecked(true);
      dialog->findChild<QLineEdit*>(QStringLiteral("replaceFind"))->setText(QStringLiteral("(?s)^.*$"));
      dialog->findChild<QLineEdit*>(QStringLiteral("replaceWith"))->setText(QStringLiteral("Replaced."));
      auto* apply = dialog->findChild<QAbstractButton*>(QStringLiteral("replaceApply"));
      QTRY_VERIFY_WITH_TIMEOUT(apply->isEnabled(), kPatience);
      QTest::mouseClick(apply, Qt::LeftButton);
      QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
      QCOMPARE(texts(), QStringList(6, QStringLiteral("Replaced.")));
      window.find<QTableView>("captionTable")->setFocus();
      QTest::keyClick(window.find<QTableView>("captionTable"), Qt::Key_Z, Qt::ControlModifier);
      QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 2, kPatience);
      QCOMPARE(texts(), before);
      QCOMPARE(window.page->rows().count(CaptionRow::State::kAccepted), 0);
      QTest::keyClick(window.find<QTableView>("captionTable"), Qt::Key_Z,
                      Qt::ControlModifier | Qt::ShiftModifier);
      QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 3, kPatience);
      QCOMPARE(texts(), QStringList(6, QStringLiteral("Replaced.")));
      QCOMPARE(window.page->rows().count(CaptionRow::State::kAccepted), 6);
    }
    Window window(profile("replaced"));
    window.openFolder(folder, m_model);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().count(CaptionRow::State::kAccepted), 6, kPatience);
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionTextsTest)
#include "caption_texts_test.moc"
