// SPDX-License-Identifier: Apache-2.0
// How captions are looked at one by one and changed many at once: differences, the strip, replacements.
#include "app/gui/batch/caption_review.h"
#include "app/gui/batch/replace_dialog.h"
#include "app/gui/batch/word_diff.h"
#include "app/gui/settings.h"
#include "tests/gui/batch/planned_rows.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>
#include <QCheckBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QTableView>
#include <QTableWidget>
#include <QTextBlock>
#include <QTextBrowser>

#include <functional>

namespace lapilli::test {

using namespace gui;

namespace {

using State = CaptionRow::State;

/// The parts of a text view that a test of their format holds for.
QString partsWhere(const QTextBrowser& view, const std::function<bool(const QTextCharFormat&)>& holds) {
  QString found;
  for (QTextBlock block = view.document()->begin(); block.isValid(); block = block.next()) {
    for (auto at = block.begin(); !at.atEnd(); ++at)
      if (holds(at.fragment().charFormat())) found += at.fragment().text() + QLatin1Char('|');
  }
  return found;
}

}  // namespace

class CaptionReviewTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;

  /// A review that is shown.
  struct Shown {
    explicit Shown(const QString& settingsFile)
        : settings(settingsFile),
          host(scriptedHost({})),
          review(*host, rows, settings),
          table(review.findChild<QTableView*>(QStringLiteral("captionTable"))),
          strip(review.findChild<QListView*>(QStringLiteral("captionStrip"))) {
      review.resize(900, 600);
      review.show();
      review.activateWindow();
      [this] { QVERIFY(QTest::qWaitForWindowActive(&review)); }();
    }
    Settings settings;
    std::unique_ptr<EngineProcess> host;
    CaptionRows rows;
    CaptionReview review;
    QTableView* table;
    QListView* strip;
  };

 private slots:
  void initTestCase() { QLocale::setDefault(QLocale(QStringLiteral("en_US"))); }

  void differencesAreThoseOfWords_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const char* before, const char* after, const char* expected) {
      QTest::newRow(name) << QString::fromUtf8(before) << QString::fromUtf8(after)
                          << QString::fromUtf8(expected);
    };
    row("the same", "a cat", "a cat", "a cat");
    row("one word", "a black cat sits", "a white cat sits", "a [-black][+white] cat sits");
    row("added", "a cat", "a cat on a sofa", "a cat[+ on a sofa]");
    row("taken away", "one two three", "one three", "one [-two ]three");
    row("signs", "cat, dog", "cat; dog", "cat[-,][+;] dog");
    row("Chinese", "一只橙色的猫", "一只黑色的猫", "一只[-橙][+黑]色的猫");
    row("nothing before", "", "new", "[+new]");
    row("nothing behind", "old", "", "[-old]");
    row("lines", "a\nb", "a\nc", "a\n[-b][+c]");
  }
  void differencesAreThoseOfWords() {
    QFETCH(QString, before);
    QFETCH(QString, after);
    QString told, old, fresh;
    for (const DiffPart& part : wordDiff(before, after)) {
      using Kind = DiffPart::Kind;
      told += part.kind == Kind::kSame  ? part.text
              : part.kind == Kind::kOld ? QStringLiteral("[-%1]").arg(part.text)
                                        : QStringLiteral("[+%1]").arg(part.text);
      if (part.kind != Kind::kNew) old += part.text;
      if (part.kind != Kind::kOld) fresh += part.text;
    }
    QTEST(told, "expected");
    QCOMPARE(old, before);
    QCOMPARE(fresh, after);
  }

  void longTextsAreComparedInTime() {
    QString before, after;
    for (int index = 0; index < 20'000; ++index) {
      before += QStringLiteral("a%1 ").arg(index);
      after += QStringLiteral("b%1 ").arg(index);
    }
    QElapsedTimer time;
    time.start();
    QCOMPARE(wordDiff(before + QStringLiteral("end"), after + QStringLiteral("end")).size(), 3);
    QVERIFY(time.elapsed() < 5000);
  }

  /// V, and the keys of the table in the strip.
  void onePictureAtATimeIsReviewedByKey() {
    Shown all(m_folder.filePath(QStringLiteral("review.ini")));
    auto& [settings, host, rows, review, table, strip] = all;
    review.setFolder(QStringLiteral("/nowhere"));
    fillWithTexts(rows);
    review.setPossible(true);
    QTRY_VERIFY(rows.isFiltered());
    auto* before = review.findChild<QTextBrowser*>(QStringLiteral("captionBefore"));
    auto* after = review.findChild<QTextBrowser*>(QStringLiteral("captionAfter"));
    QVERIFY(table->isVisible() && !strip->isVisible());
    table->setFocus();
    table->selectRow(1);
    QTest::keyClick(table, Qt::Key_V);
    QVERIFY(!table->isVisible() && strip->isVisible() && strip->hasFocus());
    QCOMPARE(review.current(), QStringLiteral("trip/b.png"));
    QCOMPARE(before->toPlainText(), QStringLiteral("An old Bridge"));
    QCOMPARE(after->toPlainText(), QStringLiteral("A new Bridge\ntags: steel, river"));
    QCOMPARE(partsWhere(*before, [](const auto& format) { return format.fontStrikeOut(); }),
             QStringLiteral("An|old|"));
    QCOMPARE(partsWhere(*after, [](const auto& format) { return format.fontUnderline(); }),
             QStringLiteral("A|new|"));
    QTest::keyClick(strip, Qt::Key_A);
    QCOMPARE(rows.find(QStringLiteral("trip/b.png"))->state, State::kAccepted);
    QCOMPARE(review.current(), QStringLiteral("c.png"));
    QCOMPARE(before->toPlainText(), QStringLiteral("一只橙色的猫"));
    QTest::keyClick(strip, Qt::Key_Right);
    QCOMPARE(review.current(), QStringLiteral("d.png"));
    QCOMPARE(after->toPlainText(), QStringLiteral("x, z"));
    QTest::keyClick(strip, Qt::Key_R);
    QCOMPARE(rows.find(QStringLiteral("d.png"))->state, State::kRejected);
    QTest::keyClick(strip, Qt::Key_P);
    QCOMPARE(review.current(), QStringLiteral("c.png"));
    QTest::keyClick(strip, Qt::Key_V);
    QVERIFY(table->isVisible() && table->hasFocus() && !strip->isVisible());
    QCOMPARE(table->currentIndex().row(), 2);
  }

  /// Before a run: the strip chooses in its own column alone.
  void textsAreDecidedAboutInTheStrip() {
    Shown all(m_folder.filePath(QStringLiteral("strip.ini")));
    auto& [settings, host, rows, review, table, strip] = all;
    rows.clear(QStringLiteral("/nowhere"));
    for (const char* name : {"a.png", "b.png", "c.png"})
      rows.add({planned(QLatin1String(name), QStringLiteral("ask"), QStringLiteral("old"))});
    rows.setDeciding(true);
    table->setFocus();
    QTest::keyClick(table, Qt::Key_V);
    QTest::keyClick(strip, Qt::Key_Right);
    QCOMPARE(review.current(), QStringLiteral("b.png"));
    QVERIFY2(table->selectionModel()->selectedRows().isEmpty(), "the strip has chosen");
    QTest::keyClick(strip, Qt::Key_Space);
    QCOMPARE(rows.replacedPaths(), QStringList{QStringLiteral("b.png")});
    QTest::keyClick(strip, Qt::Key_R);
    QCOMPARE(rows.replacedPaths(), QStringList());
    QTest::keyClick(strip, Qt::Key_Left);
    QTest::keyClick(strip, Qt::Key_A);
    QCOMPARE(rows.replacedPaths(), QStringList{QStringLiteral("b.png")});
  }

  void replacementsChangeWhatIsMeant_data() {
    QTest::addColumn<QString>("find");
    QTest::addColumn<QString>("with");
    QTest::addColumn<QString>("options");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("count");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const char* find, const char* with, const char* options,
                        const char* text, int count, const char* expected) {
      QTest::newRow(name) << QString::fromUtf8(find) << QString::fromUtf8(with) << QString::fromUtf8(options)
                          << QString::fromUtf8(text) << count << QString::fromUtf8(expected);
    };
    row("plain", "cat", "dog", "", "A cat, a Cat.", 2, "A dog, a dog.");
    row("case", "cat", "dog", "c", "A cat, a Cat.", 1, "A dog, a Cat.");
    row("words", "cat", "dog", "w", "A cat in a category", 1, "A dog in a category");
    row("signs", "(a.b)", "\\1", "", "x (a.b) (aXb)", 1, "x \\1 (aXb)");
    row("groups", "(\\w+) and (\\w+)", "\\2 and \\1", "r", "red and blue", 1, "blue and red");
    row("Chinese", "橙色", "红色", "", "一只橙色的猫", 1, "一只红色的猫");
    row("nothing", "", "x", "", "abc", 0, "abc");
    row("wrong", "(", "x", "r", "(abc", 0, "(abc");
    row("same", "abc", "abc", "", "abc", 1, "abc");
  }
  void replacementsChangeWhatIsMeant() {
    QFETCH(QString, find);
    QFETCH(QString, with);
    QFETCH(QString, options);
    QFETCH(QString, text);
    QFETCH(int, count);
    QFETCH(QString, expected);
    const Replacement replacement({.find = find,
                                   .with = with,
                                   .isRegularExpression = options.contains(QLatin1Char('r')),
                                   .matchCase = options.contains(QLatin1Char('c')),
                                   .wholeWords = options.contains(QLatin1Char('w'))});
    QCOMPARE(replacement.count(text), count);
    QCOMPARE(replacement.applied(text), expected);
    QCOMPARE(replacement.problem().isEmpty(), find != QLatin1String("("));
  }

  void everyReplacementIsShownBeforeItIsMade() {
    QList<TextChange> texts;
    for (int index = 0; index < 1000; ++index)
      texts.append({QStringLiteral("%1.png").arg(index),
                    index % 2 == 0 ? QStringLiteral("a cat and a cat") : QStringLiteral("a dog"),
                    {}});
    ReplaceDialog dialog(texts);
    dialog.show();
    QList<TextChange> wanted;
    connect(&dialog, &ReplaceDialog::wanted, &dialog,
            [&](const QList<TextChange>& changes) { wanted = changes; });
    auto* apply = dialog.findChild<QPushButton*>(QStringLiteral("replaceApply"));
    QVERIFY(!apply->isEnabled());
    QTest::keyClicks(dialog.findChild<QLineEdit*>(QStringLiteral("replaceFind")), QStringLiteral("cat"));
    QTest::keyClicks(dialog.findChild<QLineEdit*>(QStringLiteral("replaceWith")), QStringLiteral("tiger"));
    QVERIFY(!apply->isEnabled());
    QTRY_VERIFY(apply->isEnabled());
    const auto* preview = dialog.findChild<QTableWidget*>(QStringLiteral("replacePreview"));
    QCOMPARE(preview->rowCount(), 200);
    QCOMPARE(preview->item(1, 0)->text(), QStringLiteral("2.png"));
    QCOMPARE(preview->item(1, 2)->text(), QStringLiteral("a tiger and a tiger"));
    QVERIFY(dialog.findChild<QLabel*>(QStringLiteral("replaceCount"))
                ->text()
                .startsWith(QStringLiteral("1,000 places in 500 of 1,000")));
    QVERIFY(wanted.isEmpty());
    QTest::mouseClick(apply, Qt::LeftButton);
    QCOMPARE(wanted.size(), 500);
    QCOMPARE(wanted[499].path, QStringLiteral("998.png"));
    QCOMPARE(wanted[499].after, QStringLiteral("a tiger and a tiger"));
  }

  void aPatternThatIsNoneIsSaid() {
    ReplaceDialog dialog({{QStringLiteral("a.png"), QStringLiteral("text"), {}}});
    dialog.findChild<QCheckBox*>(QStringLiteral("replaceRegular"))->setChecked(true);
    dialog.findChild<QLineEdit*>(QStringLiteral("replaceFind"))->setText(QStringLiteral("te(xt"));
    QTRY_COMPARE(dialog.findChild<QLabel*>(QStringLiteral("replaceCount"))->text(),
                 QStringLiteral("missing closing parenthesis"));
    QVERIFY(!dialog.findChild<QPushButton*>(QStringLiteral("replaceApply"))->isEnabled());
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionReviewTest)
#include "caption_review_test.moc"
