// SPDX-License-Identifier: Apache-2.0
// What the page of captions filters, compares, imports and tells, without an engine.
#include "app/captions/names.h"
#include "app/captions/settings.h"
#include "app/gui/batch/answer_language.h"
#include "app/gui/batch/caption_filter_bar.h"
#include "app/gui/batch/caption_page.h"
#include "app/gui/batch/caption_review.h"
#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/preset_bar.h"
#include "app/gui/batch/preset_import.h"
#include "app/gui/batch/question_editor.h"
#include "app/gui/batch/run_announcer.h"
#include "app/gui/batch/word_diff.h"
#include "app/gui/desktop_services.h"
#include "app/gui/languages.h"
#include "app/gui/model_session.h"
#include "app/gui/settings.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QTableView>
#include <QTextBlock>
#include <QTextBrowser>
#include <QToolButton>

#include <ctime>
#include <functional>

#include <nlohmann/json.hpp>

namespace lapilli::test {

using namespace gui;

namespace {

using State = CaptionRow::State;

QJsonObject planned(const QString& path, const QString& decision, const QString& old = {}) {
  return {{QStringLiteral("path"), path},
          {QStringLiteral("decision"), decision},
          {QStringLiteral("number"), 1},
          {QStringLiteral("old"), old}};
}

void fill(CaptionRows& rows) {
  rows.clear(QStringLiteral("/nowhere"));
  rows.add({planned(QStringLiteral("a.png"), QStringLiteral("write")),
            planned(QStringLiteral("trip/b.png"), QStringLiteral("replace"), QStringLiteral("An old Bridge")),
            planned(QStringLiteral("c.png"), QStringLiteral("skip"), QStringLiteral("一只橙色的猫")),
            planned(QStringLiteral("d.png"), QStringLiteral("replace"), QStringLiteral("x, y"))});
  rows.setModel(QStringLiteral("trip/b.png"), QStringLiteral("LLaVA-7b.gguf"));
  rows.setDone(QStringLiteral("trip/b.png"), QStringLiteral("A new Bridge"),
               QStringLiteral("tags: steel, river"));
  rows.setDone(QStringLiteral("d.png"), QStringLiteral("x, z"));
  rows.setState(QStringLiteral("d.png"), State::kAccepted);
}

QStringList shown(const CaptionRows& rows) {
  QStringList paths;
  for (int index = 0; index < rows.matching(); ++index) paths.append(rows.row(index)->path);
  return paths;
}

/// The parts of a text view that a test of their format holds for.
QString partsWhere(const QTextBrowser& view, const std::function<bool(const QTextCharFormat&)>& holds) {
  QString found;
  for (QTextBlock block = view.document()->begin(); block.isValid(); block = block.next()) {
    for (auto at = block.begin(); !at.atEnd(); ++at)
      if (holds(at.fragment().charFormat())) found += at.fragment().text() + QLatin1Char('|');
  }
  return found;
}

class ToldServices final : public DesktopServices {
 public:
  explicit ToldServices(QStringList& told) : all(told) {}
  void tell(const QString& title, const QString& sentence, const QString&) override {
    all.append(QStringLiteral("tell %1: %2").arg(title, sentence));
  }
  void showProgress(std::optional<double> fraction) override {
    all.append(fraction ? QStringLiteral("progress %1").arg(*fraction) : QStringLiteral("no progress"));
  }
  void keepAwake(bool isWanted, const QString& why) override {
    all.append(isWanted ? QStringLiteral("awake: %1").arg(why) : QStringLiteral("asleep"));
  }
  QStringList& all;
};

}  // namespace

class CaptionToolsTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;

  [[nodiscard]] QString file(const QString& name, const QByteArray& content) const {
    const QString path = m_folder.filePath(name);
    QFile made(path);
    if (!made.open(QIODevice::WriteOnly)) return {};
    made.write(content);
    return path;
  }
  [[nodiscard]] static QAction* actionOf(const QMenu& menu, const QString& text) {
    for (QAction* action : menu.actions())
      if (action->text() == text) return action;
    return nullptr;
  }

 private slots:
  void initTestCase() { QLocale::setDefault(QLocale(QStringLiteral("en_US"))); }

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
    fill(rows);
    rows.setFilter({.text = QString::fromUtf8(QTest::currentDataTag())});
    QTRY_VERIFY(rows.isFiltered());
    QCOMPARE(shown(rows), expected);
  }

  void factsBringPicturesIn() {
    CaptionRows rows;
    fill(rows);
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
    Settings settings(m_folder.filePath(QStringLiteral("review.ini")));
    const auto host = scriptedHost({});
    CaptionRows rows;
    CaptionReview review(*host, rows, settings);
    review.resize(900, 600);
    review.show();
    review.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&review));
    review.setFolder(QStringLiteral("/nowhere"));
    fill(rows);
    review.setPossible(true);
    QTRY_VERIFY(rows.isFiltered());
    auto* table = review.findChild<QTableView*>(QStringLiteral("captionTable"));
    auto* strip = review.findChild<QListView*>(QStringLiteral("captionStrip"));
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
    Settings settings(m_folder.filePath(QStringLiteral("strip.ini")));
    const auto host = scriptedHost({});
    CaptionRows rows;
    CaptionReview review(*host, rows, settings);
    review.resize(900, 600);
    review.show();
    review.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&review));
    rows.clear(QStringLiteral("/nowhere"));
    QJsonArray planned;
    for (const char* name : {"a.png", "b.png", "c.png"})
      planned.append(QJsonObject{{QStringLiteral("path"), QLatin1String(name)},
                                 {QStringLiteral("decision"), QStringLiteral("ask")},
                                 {QStringLiteral("old"), QStringLiteral("old")}});
    rows.add(planned);
    rows.setDeciding(true);
    auto* table = review.findChild<QTableView*>(QStringLiteral("captionTable"));
    auto* strip = review.findChild<QListView*>(QStringLiteral("captionStrip"));
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

  void presetsAndPromptsAreImported() {
    const auto names = [](const PresetImport& import) {
      QStringList all;
      for (const ImportedPreset& preset : import.presets())
        all.append(
            preset.name + QStringLiteral(" = ") +
            preset.settings[QLatin1String("questions")].toArray()[0][QLatin1String("prompt")].toString());
      return all;
    };
    QCOMPARE(names(PresetImport(QStringLiteral("p.txt"),
                                "Which bird?\r\nWhat is on the {stem} of it, in a few words?\n")),
             (QStringList{
                 QStringLiteral("Which bird = Which bird?"),
                 QStringLiteral("What is on the stem of = What is on the {stem} of it, in a few words?")}));
    QCOMPARE(names(PresetImport(
                 QStringLiteral("p.md"),
                 "\xef\xbb\xbf# Birds/all\nWhich bird?\nOne word.\n\n描述这张图片。\n\n# Last\nEnd.")),
             (QStringList{QStringLiteral("Birds all = Which bird?\nOne word."),
                          QStringLiteral("描述这张图片。 = 描述这张图片。"), QStringLiteral("Last = End.")}));
    const auto problem = [](const char* name, const QByteArray& content) {
      const PresetImport import(QLatin1String(name), content);
      return import.presets().isEmpty() ? import.problem() : QStringLiteral("none");
    };
    QCOMPARE(problem("a.txt", " \n\n"), QStringLiteral("a.txt was not taken: it holds no prompts."));
    QCOMPARE(problem("a.txt", "\xff\xfe\x41"),
             QStringLiteral("a.txt was not taken: it is no text in UTF-8."));
    QVERIFY(problem("a.json", "{\"questions\": [}")
                .startsWith(QStringLiteral("a.json was not taken: it is no JSON object: ")));
    QCOMPARE(problem("a.json", "{\"question\": []}"),
             QStringLiteral("a.json was not taken: it has “question”, which is no setting of captions."));
    QCOMPARE(problem("a.json", "{\"questions\": [{\"prompt\": \"a\"}, {\"field\": \"b\"}]}"),
             QStringLiteral("a.json was not taken: there is no prompt at questions/1/prompt."));
    QCOMPARE(problem("a.txt", QByteArray("a line\n").repeated(201)),
             QStringLiteral("a.txt was not taken: it holds 201 prompts, and at most 200 are taken."));
    QCOMPARE(problem("a.txt", QByteArray((1 << 20) + 1, 'a')),
             QStringLiteral("a.txt was not taken: it is larger than 1 MiB."));
    // What the command line refuses, too.
    QCOMPARE(problem("a.json", "{\"existing\": \"never\"}"),
             QStringLiteral("a.json was not taken: the value of “existing” is none of skip, replace, append, "
                            "prepend, empty, failed, ask."));
    for (const char* form :
         {"{\"outputs\": \"txt\"}", "{\"outputs\": [\"doc\"]}", "{\"bom\": 1}", "{\"system\": []}",
          "{\"aspect\": \"wide\"}", "{\"orientation\": true}", "{\"shard\": {\"index\": -1}}",
          "{\"shard\": {\"of\": 1}}", "{\"generation\": 3}", "{\"generation\": {\"top_k\": 1.5}}",
          "{\"generation\": {\"temperature\": \"hot\"}}", "{\"generation\": {\"stop_strings\": [1]}}",
          "{\"generation\": {\"heat\": 1}}", "{\"questions\": {\"prompt\": \"a\"}}",
          "{\"questions\": [\"a\"]}", "{\"questions\": [{\"prompt\": \"a\", \"kind\": \"short\"}]}",
          "{\"questions\": [{\"prompt\": \"a\", \"format\": \"short\"}]}"}) {
      QVERIFY2(!captions::settings_from_json(nlohmann::ordered_json::parse(form)), form);
      QVERIFY2(problem("a.json", form) != QStringLiteral("none"), form);
    }
    // All that the command line reads.
    captions::Settings all = captions::load_preset("alt-text").value();
    all.system = "Be kind.";
    all.picture.aspect = AspectPolicy::kCrop;
    const nlohmann::ordered_json allForm = captions::to_json(all);
    QCOMPARE(allForm.size(), captions::kSettingNames.size());
    QCOMPARE(allForm["generation"].size(), captions::kGenerationNames.size());
    QCOMPARE(problem("all.json", QByteArray::fromStdString(allForm.dump())), QStringLiteral("none"));
    const std::string form = captions::to_json(captions::load_preset("alt-text").value()).dump();
    QCOMPARE(problem("whole.json", QByteArray::fromStdString(form)), QStringLiteral("none"));
  }

  void importedPresetsCanBeChosenAtOnce() {
    const QString folder = m_folder.filePath(QStringLiteral("imported"));
    PresetBar bar(folder);
    bar.show();
    QSignalSpy chosen(&bar, &PresetBar::chosen);
    QTest::mouseClick(bar.findChild<QToolButton*>(QStringLiteral("captionPresetImport")), Qt::LeftButton);
    auto* dialog = bar.findChild<QFileDialog*>(QStringLiteral("presetFiles"));
    QVERIFY(dialog != nullptr);
    emit dialog->filesSelected(
        {file(QStringLiteral("tags.json"), R"({"questions": [{"prompt": "Which tags?"}]})"),
         file(QStringLiteral("prompts.txt"), "Tags 2\nWhich bird?"), file(QStringLiteral("bad.json"), "{"),
         m_folder.path()});
    dialog->close();
    auto* box = bar.findChild<QComboBox*>(QStringLiteral("captionPreset"));
    QCOMPARE(box->currentText(), QStringLiteral("tags 2"));  // "tags" comes with the program
    QCOMPARE(chosen.size(), 1);
    const QString told = bar.findChild<QLabel*>(QStringLiteral("captionPresetProblem"))->text();
    QVERIFY2(told.startsWith(QStringLiteral("Taken: tags 2, ")) &&
                 told.contains(QStringLiteral("\nbad.json was not taken")) &&
                 told.contains(QStringLiteral("it is no file")),
             qPrintable(told));
    const QString saved = QDir(folder).filePath(QStringLiteral("Which bird.json"));
    QCOMPARE(captions::load_preset(saved.toStdString()).value().questions.at(0).prompt, "Which bird?");
  }

  void theLanguageOfAnswersIsChosen() {
    QCOMPARE(withAnswerLanguage(QStringLiteral("What is it? "), 1),
             QStringLiteral("What is it? 请用简体中文回答。"));
    for (int language = 0; language < answerLanguages().size(); ++language) {
      const QString prompt = withAnswerLanguage(QStringLiteral("这是什么？ Answer in English."), language);
      QCOMPARE(answerLanguageOf(prompt), language);
      QCOMPARE(withAnswerLanguage(prompt, -1), QStringLiteral("这是什么？"));
    }
    const auto host = scriptedHost({});
    QuestionEditor editor(*host);
    editor.setVisible(true);
    editor.setQuestions({QJsonObject{{QStringLiteral("field"), QStringLiteral("caption")},
                                     {QStringLiteral("prompt"), QStringLiteral("One?")}},
                         QJsonObject{{QStringLiteral("field"), QStringLiteral("tags")},
                                     {QStringLiteral("prompt"), QStringLiteral("Two?")}}});
    auto* box = editor.findChild<QComboBox*>(QStringLiteral("captionLanguage"));
    QCOMPARE(box->currentIndex(), 0);
    QSignalSpy changed(&editor, &QuestionEditor::changed);
    const int german = box->findText(QStringLiteral("Deutsch"));
    box->setCurrentIndex(german);
    emit box->activated(german);
    QCOMPARE(changed.size(), 1);
    const auto prompt = [&](qsizetype index) {
      return editor.questions()[index][QLatin1String("prompt")].toString();
    };
    QCOMPARE(prompt(0), QStringLiteral("One? Antworte auf Deutsch."));
    QCOMPARE(prompt(1), QStringLiteral("Two? Antworte auf Deutsch."));
    QTest::mouseClick(editor.findChild<QToolButton*>(QStringLiteral("captionQuestionAdd")), Qt::LeftButton);
    QCOMPARE(prompt(2), QStringLiteral("Antworte auf Deutsch."));
    QCOMPARE(editor.missing(), QStringLiteral("Write a prompt"));
    // By hand as well.
    editor.findChild<QPlainTextEdit*>(QStringLiteral("captionPrompt"))
        ->setPlainText(QStringLiteral("Three?"));
    QCOMPARE(box->currentIndex(), 0);
  }

  void theDesktopIsToldOfRuns() {
    Settings settings(m_folder.filePath(QStringLiteral("told.ini")));
    const auto host = scriptedHost({});
    ModelSession session(*host);
    QWidget window;
    CaptionPage page(settings, *host, session);
    QStringList told;
    {
      auto services = std::make_unique<ToldServices>(told);
      ToldServices* desktop = services.get();
      const RunAnnouncer announcer(page, std::move(services), settings, window);
      emit page.runAdvanced(false, 0, 0);
      QVERIFY(told.isEmpty());
      for (const qint64 finished : {0, 1, 1, 2, 1000, 1001, 2000})
        emit page.runAdvanced(true, finished, 2000);
      emit page.runAdvanced(false, 2000, 2000);
      emit page.runEnded(QStringLiteral("Done."));
      QCOMPARE(told,
               (QStringList{QStringLiteral("progress 0"), QStringLiteral("awake: Captions are being made"),
                            QStringLiteral("progress 0.5"), QStringLiteral("progress 1"),
                            QStringLiteral("no progress"), QStringLiteral("asleep"),
                            QStringLiteral("tell Captions: Done.")}));
      told.clear();
      settings.setValue(QLatin1String(RunAnnouncer::kTell), false);
      emit page.runEnded(QStringLiteral("Done."));
      settings.setValue(QLatin1String(RunAnnouncer::kTell), true);
      window.show();
      QVERIFY(QTest::qWaitForWindowActive(&window));
      emit page.runEnded(QStringLiteral("Done."));
      QVERIFY2(told.isEmpty(), "told although the window is in use");
      window.showMinimized();
      emit desktop->wanted();
      QVERIFY(!window.isMinimized());
      emit page.runAdvanced(true, 0, 1);
      told.clear();
    }
    QCOMPARE(told, (QStringList{QStringLiteral("no progress"), QStringLiteral("asleep")}));
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionToolsTest)
#include "caption_tools_test.moc"
