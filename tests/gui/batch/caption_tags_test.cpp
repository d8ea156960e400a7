// SPDX-License-Identifier: Apache-2.0
// The tags of a folder's texts: listed, counted, looked for, renamed and removed, over the real engine where
// files are written. Pictures of the page go to the build folder.
#include "app/gui/batch/caption_review.h"
#include "app/gui/batch/row_texts.h"
#include "app/gui/batch/tag_counts.h"
#include "tests/gui/batch/caption_page_fixture.h"
#include "tests/gui/batch/planned_rows.h"
#include "tests/gui/heartbeat.h"
#include "tests/gui/layout_check.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTableView>
#include <QTableWidget>

namespace lapilli::test {

using namespace gui;
using captions::TagForm;

class CaptionTagsTest : public QObject, CaptionPageFixture {
  Q_OBJECT

 private:
  static QString string(const char* text) { return QString::fromUtf8(text); }

  /// "cat 2|dog 1" and so on, as the list has them.
  static QString listed(const QTableView& table) {
    QStringList lines;
    const QAbstractItemModel& model = *table.model();
    for (int row = 0; row < model.rowCount(); ++row)
      lines.append(model.index(row, 0).data().toString() + QLatin1Char(' ') +
                   model.index(row, 1).data().toString());
    return lines.join(QLatin1Char('|'));
  }
  static void choose(QTableView& table, const char* tag) {
    for (int row = 0; row < table.model()->rowCount(); ++row) {
      const QModelIndex index = table.model()->index(row, 0);
      if (index.data().toString() == string(tag))
        return QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, table.visualRect(index).center());
    }
    QFAIL(tag);
  }
  /// A run whose answers to the first question are `first`, to the field "tags" `second`.
  static void captionWith(Window& window, const QString& first, const QString& second) {
    const auto useTag = [&](const QString& tag) {
      auto* kind = window.find<QComboBox>("formatKind");
      kind->setCurrentIndex(kind->findData(string("tags")));
      window.find<QPlainTextEdit>("formatTags")->setPlainText(tag);
    };
    window.find<QSpinBox>("captionTokens")->setValue(32);
    useTag(first);
    window.press("captionQuestionAdd");
    window.find<QPlainTextEdit>("captionPrompt")->setPlainText(string("What is there?"));
    useTag(second);
    window.find<QAbstractButton>("captionOutput_csv")->setChecked(true);
  }
  static ReplaceDialog* dialogOf(const Window& window) {
    return window.page->findChild<ReplaceDialog*>(string("replaceDialog"));
  }

 private slots:
  void initTestCase() {
    QLocale::setDefault(QLocale(string("en_US")));
    makeModel();
  }

  void aRowsTagsAreInOneOfItsTexts_data() {
    QTest::addColumn<QString>("first");
    QTest::addColumn<int>("form");
    QTest::addColumn<QString>("tags");
    QTest::addColumn<int>("tagsForm");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const char* first, TagForm form, const char* tags, TagForm tagsForm,
                        const char* expected) {
      QTest::newRow(name) << string(first) << static_cast<int>(form) << string(tags)
                          << static_cast<int>(tagsForm) << string(expected);
    };
    row("a list first", "- a cat, red\n- dog", TagForm::kLines, "x", TagForm::kCommas, "a cat, red|dog");
    row("a sentence and tags", "A cat, asleep.", TagForm::kMaybe, "cat", TagForm::kCommas, "cat");
    row("a field of that name", "cat, dog", TagForm::kMaybe, "boat, sea", TagForm::kMaybe, "boat|sea");
    row("a sentence in that field", "cat, dog", TagForm::kMaybe, "It is a boat, red.", TagForm::kMaybe, "");
    row("of another format", "cat, dog", TagForm::kNone, "", TagForm::kNone, "");
  }
  void aRowsTagsAreInOneOfItsTexts() {
    QFETCH(QString, first);
    QFETCH(int, form);
    QFETCH(QString, tags);
    QFETCH(int, tagsForm);
    CaptionRow row{.before = string("old, tags")};
    QCOMPARE(tagsOf(row), (QStringList{string("old"), string("tags")}));
    row.state = CaptionRow::State::kDone;
    row.after = first;
    row.form = static_cast<TagForm>(form);
    row.others = {{string("tags"), tags, static_cast<TagForm>(tagsForm)}};
    QTEST(tagsOf(row).join(QLatin1Char('|')), "expected");
  }

  void aFilterOfATagMeansThatTag() {
    for (const char* tag :
         {"cat", "orange cat", "say \"hi\"", "back\\slash", "what?", "5*", "(a)", "re:zero"}) {
      CaptionRow row{.before = string(tag) + string(", other")};
      if (string(tag).contains(QLatin1Char('"')) || string(tag).contains(QLatin1Char('?'))) {
        row.state = CaptionRow::State::kDone;
        row.after = row.before;
        row.form = TagForm::kCommas;
      }
      const CaptionFilter filter{.text = filterOfTag(string(tag))};
      QCOMPARE(CaptionFilter::problemOf(filter.text), QString());
      QVERIFY2(filter.matches(row, CaptionFilter::parse(filter.text).filter), tag);
      row.before = row.after = string(tag) + string("x, other");
      QVERIFY2(!filter.matches(row, CaptionFilter::parse(filter.text).filter), tag);
    }
  }

  void tagsAreListedCountedAndLookedFor() {
    const QString folder = photos("listed", 6);
    put(folder + string("/harbour-0.txt"), "cat, cat food, sofa");
    put(folder + string("/orchard-1.txt"), "Cat, dog, CAT");
    put(folder + string("/street-2.txt"), "An orange cat, asleep on the sofa, dreams.");
    put(folder + string("/meadow-3.txt"), "cat, bird");
    put(folder + string("/station-4.txt"), "- sofa\n- cat food\n");
    Window window(profile("listed"));
    window.page->openFiles({folder});
    window.settle();
    QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().total(), 6, kPatience);
    auto* panel = window.find<QWidget>("captionTags");
    auto* tags = window.find<QTableView>("captionTagTable");
    auto* table = window.find<QTableView>("captionTable");
    const QAbstractItemModelTester tester(tags->model());
    QVERIFY(!panel->isVisible());
    window.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window.window));
    table->setFocus();
    QTest::keyClick(table, Qt::Key_T);
    QVERIFY(panel->isVisible() && tags->hasFocus());
    QTRY_COMPARE(listed(*tags), string("cat 3|cat food 2|sofa 2|bird 1|dog 1"));
    QCOMPARE(window.find<QLabel>("captionTagState")->text(), string("5 tags"));
    QVERIFY2(!window.find<QAbstractButton>("captionTagRename")->isVisible(), "nothing is captioned");

    window.find<QLineEdit>("captionTagPart")->setText(string("CAT"));
    QTRY_COMPARE(listed(*tags), string("cat 3|cat food 2"));
    choose(*tags, "cat food");
    QCOMPARE(window.find<QLineEdit>("captionFilterText")->text(), string("tag:\"cat food\""));
    QTRY_COMPARE(shown(window.page->rows()), (QStringList{string("harbour-0.png"), string("station-4.png")}));
    window.find<QLineEdit>("captionTagPart")->clear();
    QTRY_COMPARE(tags->model()->rowCount(), 5);
    QCOMPARE(tags->currentIndex().data().toString(), string("cat food"));
    tags->setFocus();
    QTest::keyClick(tags, Qt::Key_Up);
    QTest::keyClick(tags, Qt::Key_Return);
    QTRY_COMPARE(shown(window.page->rows()).size(), 3);
    QTest::keyClick(tags, Qt::Key_Escape);
    QVERIFY(!panel->isVisible() && table->hasFocus());
    for (const char* name : {"captionTagTable", "captionTagPart", "captionShowTags"})
      QVERIFY2(!window.find<QWidget>(name)->accessibleName().isEmpty(), name);
  }

  /// In the first question's answers, which are in text files.
  void aTagIsRenamedRemovedAndBack() {
    const QString folder = photos("renamed", 3);
    Window window(profile("renamed"));
    captionWith(window, string("boat"), string("thing"));
    window.openFolder(folder, m_model);
    window.pressMain();
    const auto texts = [&] {
      QStringList all;
      for (const char* name : {"harbour-0.txt", "orchard-1.txt", "street-2.txt"})
        all.append(textOf(folder + QLatin1Char('/') + string(name)));
      return all.join(QLatin1Char('|'));
    };
    QCOMPARE(texts(), string("boat|boat|boat"));
    auto* tags = window.find<QTableView>("captionTagTable");
    auto* rename = window.find<QAbstractButton>("captionTagRename");
    window.press("captionShowTags");
    QTRY_COMPARE(listed(*tags), string("boat 3"));
    choose(*tags, "boat");
    QTRY_VERIFY(rename->isVisible() && rename->isEnabled());

    const QSignalSpy finished(&window.host, &JobHost::finished);
    window.press("captionTagRename");
    QVERIFY(dialogOf(window) != nullptr);
    auto* apply = dialogOf(window)->findChild<QAbstractButton*>(string("replaceApply"));
    auto* with = dialogOf(window)->findChild<QLineEdit*>(string("replaceWith"));
    QVERIFY2(!apply->isEnabled(), "the same name");
    with->setText(string("boat, ship"));
    QTRY_VERIFY(dialogOf(window)
                    ->findChild<QLabel*>(string("replaceCount"))
                    ->text()
                    .startsWith(string("“boat, ship”")));
    QVERIFY(!apply->isEnabled());
    with->setText(string("a ship of the line"));
    QTRY_VERIFY(apply->isEnabled());
    const auto* preview = dialogOf(window)->findChild<QTableWidget*>(string("replacePreview"));
    QCOMPARE(preview->rowCount(), 3);
    QCOMPARE(preview->item(2, 1)->text(), string("boat"));
    QCOMPARE(preview->item(2, 2)->text(), string("a ship of the line"));
    QCOMPARE(misplaced(dialogOf(window)), QStringList());
    with->setText(string(" "));  // which removes nothing
    QTRY_COMPARE(preview->rowCount(), 0);
    QVERIFY(!apply->isEnabled());
    with->setText(string("a ship of the line"));
    QTRY_VERIFY(apply->isEnabled());
    QCOMPARE(texts(), string("boat|boat|boat"));
    QTest::mouseClick(apply, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
    QCOMPARE(texts(), string("a ship of the line|a ship of the line|a ship of the line"));
    QTRY_COMPARE(listed(*tags), string("a ship of the line 3"));

    window.press("captionUndoEdit");
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 2, kPatience);
    QCOMPARE(texts(), string("boat|boat|boat"));
    QTRY_COMPARE(listed(*tags), string("boat 3"));
    QCOMPARE(window.page->rows().count(CaptionRow::State::kAccepted), 0);

    choose(*tags, "boat");
    QTRY_VERIFY(rename->isEnabled());
    window.press("captionTagRemove");
    QVERIFY(!dialogOf(window)->findChild<QLineEdit*>(string("replaceWith"))->isVisible());
    apply = dialogOf(window)->findChild<QAbstractButton*>(string("replaceApply"));
    QTRY_VERIFY(apply->isEnabled());
    QTest::mouseClick(apply, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 3, kPatience);
    QCOMPARE(texts(), string("||"));
    QTRY_COMPARE(listed(*tags), QString());
    QCOMPARE(window.page->rows().count(CaptionRow::State::kAccepted), 3);
  }

  /// The answers to a further question; they count as edited by hand.
  void tagsOfAnotherFieldAreRenamed() {
    const QString folder = photos("field", 2);
    Window window(profile("field"));
    window.find<QComboBox>("formatKind")->setCurrentIndex(0);
    window.find<QSpinBox>("captionTokens")->setValue(32);
    window.press("captionQuestionAdd");
    window.find<QPlainTextEdit>("captionPrompt")->setPlainText(string("What is there?"));
    auto* kind = window.find<QComboBox>("formatKind");
    kind->setCurrentIndex(kind->findData(string("tags")));
    window.find<QPlainTextEdit>("formatTags")->setPlainText(string("boat"));
    window.find<QAbstractButton>("captionOutput_csv")->setChecked(true);
    window.chooseExisting("replace");
    window.openFolder(folder, m_model);
    window.pressMain();
    const QString caption = textOf(folder + string("/harbour-0.txt"));
    QVERIFY(textOf(folder + string("/captions.csv")).contains(string(",boat\r\n")));
    auto* tags = window.find<QTableView>("captionTagTable");
    window.press("captionShowTags");
    QTRY_COMPARE(listed(*tags), string("boat 2"));
    choose(*tags, "boat");
    QTRY_VERIFY(window.find<QAbstractButton>("captionTagRename")->isEnabled());
    const QSignalSpy finished(&window.host, &JobHost::finished);
    window.press("captionTagRename");
    dialogOf(window)->findChild<QLineEdit*>(string("replaceWith"))->setText(string("ship"));
    auto* apply = dialogOf(window)->findChild<QAbstractButton*>(string("replaceApply"));
    QTRY_VERIFY(apply->isEnabled());
    QTest::mouseClick(apply, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
    const QString csv = textOf(folder + string("/captions.csv"));
    QCOMPARE(csv.count(string(",ship\r\n")), 2);
    QVERIFY(!csv.contains(string("boat")));
    QCOMPARE(textOf(folder + string("/harbour-0.txt")), caption);
    QTRY_COMPARE(listed(*tags), string("ship 2"));
    // A further run leaves them out.
    window.find<QPlainTextEdit>("captionPrompt")->setPlainText(string("And what else?"));
    window.pressMain();
    QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().total(), 2, kPatience);
    QTRY_VERIFY2(window.line().contains(string("edited by hand")), qPrintable(window.line()));
  }

  void countsFollowTheTexts() {
    CaptionRows rows;
    fillWithTexts(rows);  // b: steel, river; d: x, z
    TagCounts counts(rows);
    QString told;
    connect(&counts, &TagCounts::counted, this, [&](const QList<TagCount>& tags) {
      QStringList all;
      for (const TagCount& tag : tags) all.append(string("%1 %2").arg(tag.tag).arg(tag.pictures));
      told = all.join(QLatin1Char('|'));
    });
    rows.setText(string("d.png"), {}, string("x, y"));
    QTest::qWait(300);
    QCOMPARE(told, QString());  // nobody wants to know
    counts.setWanted(true);
    QTRY_COMPARE(told, string("river 1|steel 1|x 1|y 1"));
    rows.setText(string("d.png"), {}, string("River, x, RIVER"));
    QTRY_COMPARE(told, string("river 2|steel 1|x 1"));
    QCOMPARE(counts.rowsWith(string("rIVER")), (QList<int>{1, 3}));
    rows.setState(string("d.png"), CaptionRow::State::kRejected);  // its old text counts
    QTRY_COMPARE(told, string("river 1|steel 1|x 1|y 1"));
    counts.setWanted(false);
    rows.setText(string("trip/b.png"), string("tags"), string("steel, sea"));
    counts.setWanted(true);
    QTRY_COMPARE(told, string("sea 1|steel 1|x 1|y 1"));
    rows.add({planned(string("e.png"), string("skip"), string("sea, sand"))});
    QTRY_COMPARE(told, string("sea 2|sand 1|steel 1|x 1|y 1"));
    rows.beginRun();  // what b had is its old text now, which is no list
    QTRY_COMPARE(told, string("sand 1|sea 1|x 1|y 1"));
    rows.clear(string("/elsewhere"));
    QTRY_COMPARE(told, QString());
  }

  /// 100 000 pictures with 12 tags each, of 30 000.
  void manyTagsDoNotKeepTheWindow() {
    Settings settings(m_folder.filePath(string("many.ini")));
    Languages languages;
    languages.use(string("en"));
    const auto host = scriptedHost({});
    CaptionRows rows;
    CaptionReview review(*host, rows, settings);
    review.resize(900, 600);
    review.show();
    rows.clear(string("/nowhere"));
    quint32 state = 1;
    for (int part = 0; part < 100; ++part) {
      QJsonArray some;
      for (int index = 0; index < 1000; ++index) {
        QStringList tags = {string("cat")};
        for (int tag = 1; tag < 12; ++tag)
          tags.append(string("tag %1").arg((state = state * 1664525u + 1013904223u) >> 16 & 32767u));
        some.append(
            planned(string("%1-%2.jpg").arg(part).arg(index), string("skip"), tags.join(string(", "))));
      }
      rows.add(some);
    }
    QTRY_VERIFY_WITH_TIMEOUT(rows.isFiltered(), kPatience);
    const auto* table = review.findChild<QTableView*>(string("captionTagTable"));
    const auto* told = review.findChild<QLabel*>(string("captionTagState"));
    const Heartbeat heartbeat;
    QElapsedTimer since;
    since.start();
    review.findChild<QAbstractButton*>(string("captionShowTags"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(told->text().endsWith(string("tags")), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->index(0, 1).data().toString(), string("100,000"), kPatience);
    const qint64 countedMs = since.elapsed();
    review.findChild<QLineEdit*>(string("captionTagPart"))->setText(string("tag 777"));
    QTRY_VERIFY_WITH_TIMEOUT(table->model()->rowCount() > 0 && table->model()->rowCount() < 100, kPatience);
    choose(*const_cast<QTableView*>(table), "tag 777");
    QTRY_VERIFY_WITH_TIMEOUT(rows.isFiltered() && rows.matching() < 1000, kPatience);
    qInfo("%s of 100 000 pictures after %lld ms, longest gap %.1f ms", qPrintable(told->text()),
          static_cast<long long>(countedMs), heartbeat.longestMs);
    QVERIFY2(heartbeat.longestMs <= 50, "a gap of more than 50 ms");
  }

  void nothingIsCutOff() {
    const QString folder = photos("looks", 6);
    put(folder + string("/harbour-0.txt"), "harbour, boats, morning light, sea");
    put(folder + string("/meadow-3.txt"), "meadow, trees, morning light");
    put(folder + string("/street-2.txt"), "A street in the rain, with two people who wait.");
    put(folder + string("/station-4.txt"), "trains, people waiting, morning light");
    Window window(profile("looks"));
    captionWith(window, string("boat"), string("morning light"));
    window.openFolder(folder, m_model);
    window.pressMain();
    window.press("captionShowTags");
    auto* tags = window.find<QTableView>("captionTagTable");
    QTRY_VERIFY(tags->model()->rowCount() > 1);
    choose(*tags, "morning light");
    QTRY_COMPARE(window.page->rows().matching(), 3);
    const QDir pictures(string(LAPILLI_BUILD_FOLDER "/screenshots"));
    pictures.mkpath(string("."));
    for (const QSize size : {QSize(1240, 840), QSize(1160, 760), QSize(720, 520)}) {
      for (const char* language : {"en", "zh_CN", "zh_TW"}) {
        for (const char* appearance : {"light", "dark"}) {
          window.window.resize(size);
          window.languages.use(string(language));
          window.theme.use(string(appearance));
          QTest::qWait(50);  // the window hears of all
          QTRY_VERIFY2(misplaced(&window.window).isEmpty(),
                       qPrintable(misplaced(&window.window).join(QLatin1Char('\n'))));
          QVERIFY(window.window.grab().save(pictures.filePath(
              string("tags-%1-%2-%3.png").arg(size.width()).arg(string(appearance), string(language)))));
        }
      }
    }
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionTagsTest)
#include "caption_tags_test.moc"
