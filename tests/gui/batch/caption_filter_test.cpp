// SPDX-License-Identifier: Apache-2.0
// Which pictures a filter shows, and how one is written and saved.
#include "app/gui/batch/caption_filter_bar.h"
#include "app/gui/settings.h"
#include "tests/gui/batch/planned_rows.h"
#include "tests/gui/gui_fixture.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>

#include <ctime>

namespace lapilli::test {

using namespace gui;

namespace {

using State = CaptionRow::State;
using Kind = CaptionFilter::Kind;

}  // namespace

class CaptionFilterTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;

  [[nodiscard]] static QAction* actionOf(const QMenu& menu, const QString& text) {
    for (QAction* action : menu.actions())
      if (action->text() == text) return action;
    return nullptr;
  }

 private slots:
  void initTestCase() { QLocale::setDefault(QLocale(QStringLiteral("en_US"))); }

  void filtersShowWhatTheySay_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QStringList>("expected");
    const QString a = QStringLiteral("a.png"), b = QStringLiteral("b.png"), c = QStringLiteral("trip/c.png"),
                  d = QStringLiteral("trip/day 1/d.png"), e = QStringLiteral("trips/e.png"),
                  f = QStringLiteral("f.png"), none;
    const auto row = [&](const char* name, Kind kind, const QString& text, const QString& folder,
                         const QStringList& expected) {
      QTest::newRow(name) << static_cast<int>(kind) << text << folder << expected;
    };
    row("all", Kind::kAll, none, none, {a, b, c, d, e, f});
    row("without caption", Kind::kWithoutCaption, none, none, {a, e, f});
    row("to do", Kind::kWaiting, none, none, {a});
    row("captioned", Kind::kDone, none, none, {b, d});
    row("failed", Kind::kFailed, none, none, {f});
    row("changed", Kind::kChanged, none, none, {b});
    row("accepted", Kind::kAccepted, none, none, {d});
    row("rejected", Kind::kRejected, none, none, {e});
    row("left", Kind::kSkipped, none, none, {c});
    row("words of the old text", Kind::kAll, QStringLiteral("old bridge"), none, {b});
    row("words of the new text", Kind::kAll, QStringLiteral("NEW"), none, {b});
    row("words of another field", Kind::kAll, QStringLiteral("steel"), none, {b});
    row("words of the name", Kind::kAll, QStringLiteral("day 1"), none, {d});
    row("a folder, and those below it", Kind::kAll, none, QStringLiteral("trip"), {c, d});
    row("all at once", Kind::kDone, QStringLiteral("x"), QStringLiteral("trip/day 1"), {d});
  }
  void filtersShowWhatTheySay() {
    QFETCH(int, kind);
    QFETCH(QString, text);
    QFETCH(QString, folder);
    QFETCH(QStringList, expected);
    CaptionRows rows;
    const QAbstractItemModelTester tester(&rows);
    fillWithEveryState(rows);
    rows.setFilter({.kind = static_cast<Kind>(kind), .text = text, .folder = folder});
    QTRY_VERIFY(rows.isFiltered());
    QCOMPARE(shown(rows), expected);
    QCOMPARE(rows.rowCount(), static_cast<int>(expected.size()));
  }

  /// What comes to match appears in its place; what no longer does stays until the filter is set again.
  void filtersFollowTheRun() {
    CaptionRows rows;
    const QAbstractItemModelTester tester(&rows);
    fillWithEveryState(rows);
    rows.setFilter({.kind = Kind::kDone});
    QTRY_VERIFY(rows.isFiltered());
    rows.setDone(QStringLiteral("a.png"), QStringLiteral("now"));
    QCOMPARE(rows.row(0)->path, QStringLiteral("a.png"));
    QCOMPARE(rows.rowCount(), 3);
    rows.setState(QStringLiteral("a.png"), State::kRejected);
    QCOMPARE(rows.rowCount(), 3);
    rows.setFilter(rows.filter());
    QCOMPARE(rows.rowCount(), 2);
  }

  void filtersReadWhatRowsHave_data() {
    QTest::addColumn<QStringList>("expected");
    const QString a = QStringLiteral("a.png"), b = QStringLiteral("trip/b.png"), c = QStringLiteral("c.png"),
                  d = QStringLiteral("d.png");
    const auto row = [](const char* filter, const QStringList& expected) {
      QTest::newRow(filter) << expected;
    };
    row("bridge", {b});
    row("caption:NEW", {b});
    row("caption:old", {});
    row("before:old", {b});
    row("before:\"x, y\" caption:\"x, z\"", {d});
    row("tag:steel", {b});
    row("tags:2", {b, d});
    row("tag:z", {d});
    row("folder:trip", {b});
    row("name:?.png NOT folder:trip", {a, c, d});
    row("model:llava*", {b});
    row("state:accepted", {d});
    row("state:done", {b, d});
    row("state:changed", {b, d});
    row("state:empty", {a});
    row("state:skipped OR state:waiting", {a, c});
    row("橙色", {c});
    row("words:6", {c});
    row("size:>0", {});  // nobody has looked
  }
  void filtersReadWhatRowsHave() {
    QFETCH(QStringList, expected);
    CaptionRows rows;
    fillWithTexts(rows);
    rows.setFilter({.text = QString::fromUtf8(QTest::currentDataTag())});
    QTRY_VERIFY(rows.isFiltered());
    QCOMPARE(shown(rows), expected);
  }

  void factsBringPicturesIn() {
    CaptionRows rows;
    fillWithTexts(rows);
    rows.setFilter({.text = QStringLiteral("rating:>=4 date:2021-03 size:<2kB")});
    QVERIFY(rows.needsFacts());
    QCOMPARE(rows.takeWithoutFacts(3).size(), 3);
    QCOMPARE(rows.takeWithoutFacts(3), QStringList{QStringLiteral("d.png")});
    rows.giveBackWithoutFacts(2);
    QCOMPARE(rows.takeWithoutFacts(3).size(), 2);
    const QJsonObject facts{{QStringLiteral("size_bytes"), 1999},
                            {QStringLiteral("date"), QStringLiteral("2021-03-09")},
                            {QStringLiteral("rating"), 4}};
    rows.setFacts(QStringLiteral("c.png"), facts);
    rows.setFacts(QStringLiteral("d.png"), {});
    QCOMPARE(shown(rows), QStringList{QStringLiteral("c.png")});
  }

  /// 100 000 rows; the processor's time, which other programs do not change much.
  void filtersAreQuick() {
    CaptionRows rows;
    rows.clear(QStringLiteral("/nowhere"));
    QJsonArray all;
    for (int index = 0; index < 100'000; ++index)
      all.append(planned(QStringLiteral("folder/picture-%1.jpg").arg(index), QStringLiteral("skip"),
                         QStringLiteral("A photograph of a cat number %1 that sleeps on a sofa").arg(index)));
    rows.add(all);
    QTRY_VERIFY(rows.isFiltered());
    const std::clock_t begun = std::clock();
    rows.setFilter({.text = QStringLiteral("(caption:\"cat number\" OR tag:dog*) words:>5 NOT name:*7.jpg")});
    while (!rows.isFiltered()) QTest::qWait(1);
    const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
    QCOMPARE(rows.matching(), 90'000);
    qInfo("100 000 pictures are filtered in %.2f s", seconds);
    QVERIFY2(seconds < 4, "too slow");
  }

  void aBadFilterTellsItsPlaceAndTheLastOneStays() {
    Settings settings(m_folder.filePath(QStringLiteral("bad.ini")));
    CaptionFilterBar bar(settings);
    bar.show();
    QSignalSpy wanted(&bar, &CaptionFilterBar::wanted);
    auto* words = bar.findChild<QLineEdit*>(QStringLiteral("captionFilterText"));
    auto* problem = bar.findChild<QLabel*>(QStringLiteral("captionFilterProblem"));
    words->setText(QStringLiteral("cat"));
    QTRY_COMPARE(wanted.size(), 1);
    QVERIFY(!problem->isVisible());
    words->setText(QStringLiteral("猫 foo:x"));
    QTRY_VERIFY(problem->isVisible());
    QVERIFY2(problem->text().startsWith(QStringLiteral("Character 3: “foo:” is none of caption: ")),
             qPrintable(problem->text()));
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(bar.filter().text, QStringLiteral("cat"));
    const QPair<const char*, const char*> sentences[] = {
        {"state:odd", "Character 7: “odd” is none of waiting "},
        {"caption:", "Character 1: there is nothing behind “caption:”."},
        {"words:x", "Character 7: “x” is no number"},
        {"size:big", "Character 6: “big” is no size"},
        {"date:now", "Character 6: “now” is no date"},
        {"\"a", "Character 1: the quote \" is not closed."},
        {"(a", "Character 1: the bracket ( has no other one."},
        {"a OR", "Character 3: something is missing beside “OR”."}};
    for (const auto& [text, sentence] : sentences) {
      const QString told = CaptionFilter::problemOf(QLatin1String(text));
      QVERIFY2(told.startsWith(QString::fromUtf8(sentence)), qPrintable(told));
    }
    words->setText(QStringLiteral("猫 \"foo:x\""));
    QTRY_COMPARE(wanted.size(), 2);
    QVERIFY(!problem->isVisible());
  }

  void filtersAreSavedByName() {
    Settings settings(m_folder.filePath(QStringLiteral("saved.ini")));
    const QString name = QStringLiteral("R&D, 长句");
    {
      CaptionFilterBar bar(settings);
      bar.show();
      auto* menu = bar.findChild<QMenu*>(QStringLiteral("captionFilterMenu"));
      emit menu->aboutToShow();
      QVERIFY(!actionOf(*menu, QStringLiteral("Save this filter…"))->isEnabled());
      bar.findChild<QLineEdit*>(QStringLiteral("captionFilterText"))->setText(QStringLiteral("words:>9"));
      bar.findChild<QComboBox*>(QStringLiteral("captionFilter"))->setCurrentIndex(3);
      emit menu->aboutToShow();
      actionOf(*menu, QStringLiteral("Save this filter…"))->trigger();
      auto* dialog = bar.findChild<QInputDialog*>(QStringLiteral("captionFilterName"));
      QVERIFY(dialog != nullptr);
      QCOMPARE(dialog->textValue(), QStringLiteral("words:>9"));
      dialog->setTextValue(name);
      dialog->accept();
    }
    CaptionFilterBar bar(settings);
    bar.show();
    auto* menu = bar.findChild<QMenu*>(QStringLiteral("captionFilterMenu"));
    emit menu->aboutToShow();
    actionOf(*menu, QStringLiteral("R&&D, 长句"))->trigger();
    QCOMPARE(bar.filter(),
             (CaptionFilter{.kind = CaptionFilter::Kind::kDone, .text = QStringLiteral("words:>9")}));
    actionOf(*menu, QStringLiteral("What can be written"))->trigger();
    auto* help = bar.findChild<QMessageBox*>(QStringLiteral("captionFilterHelp"));
    QVERIFY(help != nullptr && help->text().contains(QStringLiteral("NOT (a b)")));
    help->accept();
    emit menu->aboutToShow();
    actionOf(*actionOf(*menu, QStringLiteral("Delete"))->menu(), QStringLiteral("R&&D, 长句"))->trigger();
    QVERIFY(SavedFilters(settings).names().isEmpty());
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionFilterTest)
#include "caption_filter_test.moc"
