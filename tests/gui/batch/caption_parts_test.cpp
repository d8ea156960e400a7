// SPDX-License-Identifier: Apache-2.0
// What the page that captions a folder counts, decides and tells, without an engine.
#include "app/gui/batch/answer_language.h"
#include "app/gui/batch/asked_texts.h"
#include "app/gui/batch/caption_page.h"
#include "app/gui/batch/caption_run_facts.h"
#include "app/gui/batch/parts.h"
#include "app/gui/batch/question_editor.h"
#include "app/gui/batch/run_announcer.h"
#include "app/gui/desktop_services.h"
#include "app/gui/languages.h"
#include "app/gui/model_session.h"
#include "app/gui/settings.h"
#include "tests/gui/batch/planned_rows.h"
#include "tests/gui/gui_fixture.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>

namespace lapilli::test {

using namespace gui;

namespace {

using State = CaptionRow::State;

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

class CaptionPartsTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;

 private slots:
  void initTestCase() { QLocale::setDefault(QLocale(QStringLiteral("en_US"))); }

  void countsAreThoseOfTheRows() {
    CaptionRows rows;
    fillWithEveryState(rows);
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

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionPartsTest)
#include "caption_parts_test.moc"
