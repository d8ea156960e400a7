// SPDX-License-Identifier: Apache-2.0
// The parts of the page that captions a folder, without an engine.
#include "app/captions/settings.h"
#include "app/gui/batch/asked_texts.h"
#include "app/gui/batch/caption_presets.h"
#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/caption_run_facts.h"
#include "app/gui/batch/parts.h"
#include "app/gui/batch/preset_bar.h"
#include "app/gui/batch/replace_dialog.h"
#include "app/gui/json_line.h"
#include "app/gui/languages.h"
#include "tests/gui/gui_fixture.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QInputDialog>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QTableWidget>
#include <QToolButton>

#include <nlohmann/json.hpp>

namespace lapilli::test {

using namespace gui;

namespace {

using State = CaptionRow::State;
using Kind = CaptionFilter::Kind;

QJsonObject planned(const QString& path, const QString& decision, const QString& old = {}) {
  return {{QStringLiteral("path"), path},
          {QStringLiteral("decision"), decision},
          {QStringLiteral("number"), 1},
          {QStringLiteral("old"), old}};
}

QStringList shown(const CaptionRows& rows) {
  QStringList paths;
  for (int index = 0; index < rows.matching(); ++index) paths.append(rows.row(index)->path);
  return paths;
}

}  // namespace

class CaptionPartsTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;

  static void fill(CaptionRows& rows) {
    rows.clear(QStringLiteral("/nowhere"));
    rows.add({planned(QStringLiteral("a.png"), QStringLiteral("write")),
              planned(QStringLiteral("b.png"), QStringLiteral("replace"), QStringLiteral("An old Bridge")),
              planned(QStringLiteral("trip/c.png"), QStringLiteral("skip"), QStringLiteral("stays")),
              planned(QStringLiteral("trip/day 1/d.png"), QStringLiteral("append"), QStringLiteral("x")),
              planned(QStringLiteral("trips/e.png"), QStringLiteral("write")),
              QJsonObject{{QStringLiteral("path"), QStringLiteral("f.png")},
                          {QStringLiteral("decision"), QStringLiteral("write")},
                          {QStringLiteral("code"), QStringLiteral("io")},
                          {QStringLiteral("message"), QStringLiteral("cannot be read")}}});
    rows.setDone(QStringLiteral("b.png"), QStringLiteral("A new bridge"), QStringLiteral("tags: steel"));
    rows.setDone(QStringLiteral("trip/day 1/d.png"), QStringLiteral("x"));
    rows.setState(QStringLiteral("trip/day 1/d.png"), State::kAccepted);
    rows.setDone(QStringLiteral("trips/e.png"), QStringLiteral("bad"));
    rows.setState(QStringLiteral("trips/e.png"), State::kRejected);
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
    fill(rows);
    rows.setFilter({.kind = static_cast<Kind>(kind), .text = text, .folder = folder});
    QTRY_VERIFY(rows.isFiltered());
    QCOMPARE(shown(rows), expected);
    QCOMPARE(rows.rowCount(), static_cast<int>(expected.size()));
  }

  /// What comes to match appears in its place; what no longer does stays until the filter is set again.
  void filtersFollowTheRun() {
    CaptionRows rows;
    const QAbstractItemModelTester tester(&rows);
    fill(rows);
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

  void countsAreThoseOfTheRows() {
    CaptionRows rows;
    fill(rows);
    QCOMPARE(rows.total(), 6);
    for (const State state :
         {State::kWaiting, State::kSkipped, State::kFailed, State::kDone, State::kAccepted, State::kRejected})
      QCOMPARE(rows.count(state), 1);
    rows.setFailed(QStringLiteral("a.png"), QStringLiteral("cannot be read"));
    rows.setFailed(QStringLiteral("b.png"), QStringLiteral("no memory"));
    const QList<QPair<QString, int>> expected = {{QStringLiteral("cannot be read"), 2},
                                                 {QStringLiteral("no memory"), 1}};
    QCOMPARE(rows.failures(), expected);
    rows.retryFailed();
    QVERIFY(rows.failures().isEmpty());
    QCOMPARE(rows.count(State::kWaiting), 3);
    // Another run: what was captioned is now what was there.
    rows.setDone(QStringLiteral("b.png"), QStringLiteral("second"));
    rows.beginRun();
    QCOMPARE(rows.find(QStringLiteral("b.png"))->before, QStringLiteral("second"));
    QCOMPARE(rows.find(QStringLiteral("trips/e.png"))->state, State::kWaiting);
    QCOMPARE(rows.count(State::kWaiting), 5);
    QCOMPARE(rows.count(State::kSkipped), 1);
  }

  /// A text is replaced where the user says so: by its box, by the buttons for what is shown.
  void theUserDecidesAboutTextsThatAreThere() {
    CaptionRows rows;
    const QAbstractItemModelTester tester(&rows);
    AskedTexts asked(rows);
    rows.clear(QStringLiteral("/nowhere"));
    rows.add({planned(QStringLiteral("a.png"), QStringLiteral("ask"), QStringLiteral("old")),
              planned(QStringLiteral("b.png"), QStringLiteral("write")),
              planned(QStringLiteral("c.png"), QStringLiteral("ask"), QStringLiteral("older")),
              planned(QStringLiteral("d.png"), QStringLiteral("ask"), QStringLiteral("oldest"))});
    QCOMPARE(rows.asked(), 3);
    const QModelIndex first = rows.index(0, CaptionRows::kState);
    QVERIFY2(!rows.setData(first, Qt::Checked, Qt::CheckStateRole), "the folder is still looked at");
    QVERIFY(!asked.isVisible());
    rows.setDeciding(true);
    QVERIFY(asked.isVisible());
    QVERIFY(rows.flags(first) & Qt::ItemIsUserCheckable);
    QVERIFY(!(rows.flags(rows.index(1, CaptionRows::kState)) & Qt::ItemIsUserCheckable));
    QCOMPARE(rows.data(rows.index(1, CaptionRows::kState), Qt::CheckStateRole), QVariant());
    QCOMPARE(rows.data(first, Qt::DisplayRole).toString(), QStringLiteral("stays as it is"));
    QVERIFY(rows.setData(first, Qt::Checked, Qt::CheckStateRole));
    QCOMPARE(rows.data(first, Qt::CheckStateRole).value<Qt::CheckState>(), Qt::Checked);
    QCOMPARE(rows.data(first, Qt::DisplayRole).toString(), QStringLiteral("will be replaced"));
    auto* label = asked.findChild<QLabel*>(QStringLiteral("captionAsked"));
    QVERIFY2(label->text().startsWith(QStringLiteral("1 of 3 text")), qPrintable(label->text()));
    rows.setFilter({.text = QStringLiteral("old")});
    rows.setFilter({.text = QStringLiteral("olde")});
    QTest::mouseClick(asked.findChild<QPushButton*>(QStringLiteral("captionReplaceTexts")), Qt::LeftButton);
    rows.setFilter({});
    QCOMPARE(rows.replaced(), 3);
    rows.decide({QStringLiteral("a.png"), QStringLiteral("b.png"), QStringLiteral("none.png")}, false);
    QCOMPARE(rows.replacedPaths(), (QStringList{QStringLiteral("c.png"), QStringLiteral("d.png")}));
    rows.beginRun();
    QCOMPARE(rows.find(QStringLiteral("a.png"))->state, State::kSkipped);
    QCOMPARE(rows.find(QStringLiteral("c.png"))->state, State::kWaiting);
    rows.setDone(QStringLiteral("c.png"), QStringLiteral("new"));
    QCOMPARE(rows.asked(), 1);
  }

  /// A run is paused, and another one begun: what the first one wrote stays, and nothing counts twice.
  void whatAPausedRunWroteIsNotReplacedUnasked() {
    CaptionRows rows;
    const QAbstractItemModelTester tester(&rows);
    rows.clear(QStringLiteral("/nowhere"));
    rows.add({planned(QStringLiteral("a.png"), QStringLiteral("ask"), QStringLiteral("old a")),
              planned(QStringLiteral("b.png"), QStringLiteral("ask"), QStringLiteral("old b")),
              planned(QStringLiteral("c.png"), QStringLiteral("ask"), QStringLiteral("old c")),
              planned(QStringLiteral("d.png"), QStringLiteral("write"))});
    rows.setDeciding(true);
    rows.decideMatching(true);
    rows.beginRun();
    rows.setDone(QStringLiteral("a.png"), QStringLiteral("by hand"));
    rows.setState(QStringLiteral("a.png"), State::kAccepted);
    rows.setDone(QStringLiteral("c.png"), QStringLiteral("bad"));
    rows.setState(QStringLiteral("c.png"), State::kRejected);
    CaptionRunFacts facts;
    facts.begin({});
    facts.takeEnd({{QStringLiteral("done"), 2}, {QStringLiteral("waiting"), 2}}, rows.replaced());
    facts.setReplaced(rows.replaced());
    QCOMPARE(facts.toDo(), 2);
    rows.decide({QStringLiteral("b.png")}, false);
    facts.setReplaced(rows.replaced());
    QCOMPARE(facts.toDo(), 1);
    rows.decide({QStringLiteral("b.png")}, true);

    QCOMPARE(rows.replacedPaths(), QStringList{QStringLiteral("b.png")});
    rows.beginRun();
    for (const auto* path : {"a.png", "c.png"}) {
      const CaptionRow* row = rows.find(QLatin1String(path));
      QCOMPARE(row->state, State::kSkipped);
      QVERIFY2(!row->replaces, path);
    }
    QCOMPARE(rows.find(QStringLiteral("a.png"))->before, QStringLiteral("by hand"));
    QCOMPARE(rows.find(QStringLiteral("c.png"))->before, QStringLiteral("old c"));
    rows.setDone(QStringLiteral("b.png"), QStringLiteral("new"));
    QCOMPARE(rows.replacedPaths(), QStringList());
    QCOMPARE(rows.data(rows.index(0, CaptionRows::kState), Qt::DisplayRole).toString(),
             QStringLiteral("stays as it is"));
  }

  /// What the engine refuses is said in the user's language; its own words are in the tip.
  void reasonsAreOfTheUsersLanguage() {
    Languages languages;
    CaptionRows rows;
    const auto shownReason = [&] { return rows.failures().constFirst().first; };
    rows.clear(QStringLiteral("/nowhere"));
    rows.add({QJsonObject{{QStringLiteral("path"), QStringLiteral("a.png")},
                          {QStringLiteral("decision"), QStringLiteral("skip")},
                          {QStringLiteral("code"), QStringLiteral("name_too_long")},
                          {QStringLiteral("message"), QStringLiteral("a name of 256 bytes")}}});
    rows.setFailed(QStringLiteral("none.png"), QStringLiteral("x"), QStringLiteral("io"));
    languages.use(QStringLiteral("en"));
    const QString english = shownReason();
    languages.use(QStringLiteral("zh_CN"));
    const QString chinese = shownReason();
    QVERIFY2(english != chinese && english.contains(QStringLiteral("too long")), qPrintable(english));
    QVERIFY2(chinese.contains(QStringLiteral("文件名")), qPrintable(chinese));
    const QModelIndex cell = rows.index(0, CaptionRows::kAfter);
    QCOMPARE(rows.data(cell, Qt::DisplayRole).toString(), chinese);
    QCOMPARE(rows.data(cell, Qt::ToolTipRole).toString(), chinese + QStringLiteral("\na name of 256 bytes"));
    rows.setFailed(QStringLiteral("a.png"), QStringLiteral("torn"), QStringLiteral("bad_file"));
    QVERIFY2(shownReason().contains(QStringLiteral("图片")), qPrintable(shownReason()));
    QCOMPARE(rows.failureDetails(), QStringList{QStringLiteral("torn")});

    CaptionRunFacts facts;
    facts.takeUndone(
        {{QStringLiteral("kept"), QJsonArray{QStringLiteral("a.txt")}},
         {QStringLiteral("reasons"), QJsonArray{QStringLiteral("somebody has changed it since")}},
         {QStringLiteral("codes"), QJsonArray{QStringLiteral("changed")}}});
    QVERIFY2(!facts.kept().constFirst().contains(QStringLiteral("somebody")),
             qPrintable(facts.kept().constFirst()));
    const Failure refusal{.code = QStringLiteral("invalid_argument"),
                          .message = QStringLiteral("the run was begun with the model x")};
    QVERIFY(!sentenceOf(refusal).contains(refusal.message));
    languages.use(QStringLiteral("en"));
    QVERIFY(sentenceOf(refusal).contains(refusal.message));
    QCOMPARE(facts.kept(), QStringList{QStringLiteral("a.txt: Somebody has changed it since.")});
  }

  void theSeedOfDrawsIsTold() {
    CaptionRunFacts facts;
    const QJsonObject end{{QStringLiteral("done"), 2}, {QStringLiteral("seed"), 7}};
    for (const double temperature : {0.0, 0.5}) {
      facts.begin(
          {{QStringLiteral("generation"), QJsonObject{{QStringLiteral("temperature"), temperature}}}});
      facts.takeEnd(end, 0);
      QCOMPARE(facts.remark().contains(QStringLiteral("Seed: 7.")), temperature > 0);
    }
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

  /// The window and the command line mean the same by a preset's name.
  void presetsAreThoseOfTheCommandLine() {
    QStringList names;
    const CaptionPresets presets(m_folder.filePath(QStringLiteral("none")));
    for (const std::string_view name : captions::preset_names()) {
      names.append(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
      const QByteArray form = QJsonDocument(presets.load(names.back()).settings).toJson();
      const auto mine =
          captions::settings_from_json(nlohmann::ordered_json::parse(form.toStdString())).value();
      QCOMPARE(
          QString::fromStdString(captions::to_json(mine).dump()),
          QString::fromStdString(captions::to_json(captions::load_preset(std::string(name)).value()).dump()));
    }
    QCOMPARE(CaptionPresets::builtIn(), names);
  }

  void aSavedSchemaIsOneForTheCommandLineToo() {
    const CaptionPresets presets(m_folder.filePath(QStringLiteral("schemas")));
    const QJsonObject format{{QStringLiteral("kind"), QStringLiteral("json_schema")},
                             {QStringLiteral("schema"),
                              QStringLiteral("{\"type\": \"object\",\n\"properties\": {\"zebra\": "
                                             "{\"type\": \"string\"}, \"ant\": {\"type\": \"string\"}}}")}};
    const QJsonObject question{{QStringLiteral("prompt"), QStringLiteral("Which?")},
                               {QStringLiteral("format"), format}};
    QCOMPARE(presets.save(QStringLiteral("animals"), {{QStringLiteral("questions"), QJsonArray{question}}}),
             QString());
    const QJsonArray loaded =
        presets.load(QStringLiteral("animals")).settings[QLatin1String("questions")].toArray();
    QCOMPARE(loaded[0].toObject()[QLatin1String("format")].toObject(), format);
    const auto read =
        captions::load_preset(m_folder.filePath(QStringLiteral("schemas/animals.json")).toStdString());
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().what());
    const QString form = QString::fromStdString(captions::to_json(*read).dump());
    QVERIFY2(form.contains(QLatin1String("zebra")) &&
                 form.indexOf(QLatin1String("zebra")) < form.indexOf(QLatin1String("ant\"")),
             qPrintable(form));
  }

  /// Of files that others wrote, too.
  void schemasAreReadAsTheyWereWritten() {
    const QByteArray schema =
        "{ \"type\" "
        ":\"object\",\r\n\t\"properties\":{\"z}\\\"{\":{\"kind\":\"json_schema\",\"schema\":{\"b\":1,\"a\":2}"
        "},"
        "\"a\":[1.50,[],{}]}}";
    const QByteArray other = R"({"y": 1, "x": 2})";
    const ReadJson read = readJson(
        "\n{\"schema\": " + other + ", \"questions\": [{\"format\": {\"schema\": " + schema +
        ", \"kind\": \"json_schema\"}}, {\"format\": {\"kind\":" + "\"json_schema\",\"schema\":" + other +
        "}}], \"bom\": true}\n");
    QCOMPARE(read.problem, QString());
    const QJsonArray questions = read.object[QLatin1String("questions")].toArray();
    const auto schemaOf = [&](qsizetype question) {
      return questions[question].toObject()[QLatin1String("format")].toObject()[QLatin1String("schema")];
    };
    QCOMPARE(schemaOf(0).toString(), QString::fromUtf8(schema));
    QCOMPARE(schemaOf(1).toString(), QString::fromUtf8(other));
    QVERIFY2(read.object[QLatin1String("schema")].isObject(), "of no format");
    QVERIFY(read.object[QLatin1String("bom")].toBool());
    for (const char* wrong : {"", "[1]", "{\"a\":", "{\"a\" 1}", "3"})
      QVERIFY2(!readJson(wrong).problem.isEmpty(), wrong);
  }

  void presetsOfTheUserAreSavedChosenAndDeleted() {
    const QString folder = m_folder.filePath(QStringLiteral("presets"));
    PresetBar bar(folder);
    bar.show();
    auto* box = bar.findChild<QComboBox*>(QStringLiteral("captionPreset"));
    auto* remove = bar.findChild<QToolButton*>(QStringLiteral("captionPresetRemove"));
    QCOMPARE(box->count(), 4);
    const QJsonObject settings{
        {QStringLiteral("questions"),
         QJsonArray{QJsonObject{{QStringLiteral("prompt"), QStringLiteral("Which bird?")}}}}};
    bar.setCurrentSettings(settings);
    const auto saveAs = [&](const QString& name) {
      QTest::mouseClick(bar.findChild<QToolButton*>(QStringLiteral("captionPresetSave")), Qt::LeftButton);
      auto* dialog = bar.findChild<QInputDialog*>(QStringLiteral("presetName"));
      QVERIFY(dialog != nullptr);
      dialog->setTextValue(name);
      dialog->accept();
      QTRY_VERIFY(bar.findChild<QInputDialog*>(QStringLiteral("presetName")) == nullptr);
    };
    saveAs(QStringLiteral("tags"));
    QVERIFY(bar.findChild<QLabel*>(QStringLiteral("captionPresetProblem"))->isVisible());
    saveAs(QStringLiteral("../outside"));
    QVERIFY(QDir(folder).entryList(QDir::Files).isEmpty());
    saveAs(QStringLiteral("My birds"));
    QVERIFY(!bar.findChild<QLabel*>(QStringLiteral("captionPresetProblem"))->isVisible());
    QCOMPARE(box->currentText(), QStringLiteral("My birds"));
    const QString file = QDir(folder).filePath(QStringLiteral("My birds.json"));
    QCOMPARE(captions::load_preset(file.toStdString()).value().questions.at(0).prompt, "Which bird?");

    QSignalSpy chosen(&bar, &PresetBar::chosen);
    emit box->activated(4);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen[0][0].toJsonObject(), settings);
    QVERIFY(remove->isEnabled());
    QTest::mouseClick(remove, Qt::LeftButton);
    QVERIFY(!QFile::exists(file));
    QCOMPARE(box->count(), 4);
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionPartsTest)
#include "caption_parts_test.moc"
