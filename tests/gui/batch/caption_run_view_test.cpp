// SPDX-License-Identifier: Apache-2.0
// What the page of captions shows while it is at work, and where the keyboard is then: over an engine that
// the test plays.
#include "app/gui/batch/caption_run_view.h"
#include "app/gui/batch/caption_page.h"
#include "app/gui/batch/caption_run_facts.h"
#include "app/gui/model_session.h"
#include "app/gui/settings.h"
#include "tests/gui/batch/planned_rows.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

namespace lapilli::test {

using namespace gui;

namespace {

/// Answers loads and plans of three pictures; runs and trials begin, and end when the test says so.
class PlayedHost final : public JobHost {
 public:
  void tell(const QString& kind, QJsonObject event, const QString& request) {
    event[QLatin1String("event")] = kind;
    event[QLatin1String("id")] = m_ids.value(request);
    receive(QJsonDocument(event).toJson(QJsonDocument::Compact));
  }
  [[nodiscard]] int asked(const QString& request) const { return m_counts.value(request); }

 protected:
  void begin() override {
    QMetaObject::invokeMethod(
        this,
        [this] { receive(R"({"event": "hello", "program": "lapilli", "version": "0", "protocol": 1})"); },
        Qt::QueuedConnection);
  }
  void end() override {}
  void write(const QByteArray& line) override {
    const QJsonObject request = QJsonDocument::fromJson(line).object();
    const QString kind = request[QLatin1String("request")].toString();
    m_ids[kind] = request[QLatin1String("id")];
    ++m_counts[kind];
    QMetaObject::invokeMethod(
        this, [this, kind] { answer(kind); }, Qt::QueuedConnection);
  }

 private:
  void answer(const QString& kind) {
    if (kind == QLatin1String("caption_try") || kind == QLatin1String("caption_run")) return;
    if (kind == QLatin1String("ping")) return tell(QStringLiteral("pong"), {}, kind);
    QJsonObject result;
    if (kind == QLatin1String("load"))
      result[QLatin1String("model")] = QJsonObject{{QStringLiteral("name"), QStringLiteral("played")}};
    if (kind == QLatin1String("caption_plan")) {
      QJsonArray rows;
      for (const char* path : {"a.png", "b.png", "c.png"})
        rows.append(planned(QLatin1String(path), QStringLiteral("write")));
      tell(QStringLiteral("caption_rows"), {{QStringLiteral("rows"), rows}}, kind);
      result = {{QStringLiteral("total"), 3}, {QStringLiteral("write"), 3}};
    }
    tell(QStringLiteral("finished"), result, kind);
  }

  QHash<QString, QJsonValue> m_ids;  // of the last request of a kind
  QHash<QString, int> m_counts;
};

QString longAnswer() {
  return QStringLiteral("Boats lie at a wooden pier, and behind them stand narrow houses. ").repeated(30);
}

}  // namespace

class CaptionRunViewTest : public QObject {
  Q_OBJECT

 private:
  static constexpr std::pair<const char*, Qt::GlobalColor> kPictures[] = {
      {"c.png", Qt::red}, {"a.png", Qt::green}, {"b.png", Qt::blue}};

  /// A page that has planned its folder, with a model.
  struct Page {
    Page()
        : settings(folder.filePath(QStringLiteral("s.ini"))), session(host), page(settings, host, session) {
      page.resize(1000, 620);
      page.show();
      QVERIFY(QTest::qWaitForWindowActive(&page));
      for (const auto& [path, colour] : kPictures) {
        QImage image(40, 30, QImage::Format_RGB32);
        image.fill(colour);
        QVERIFY(image.save(folder.filePath(QLatin1String(path))));
      }
      session.open({.model = QStringLiteral("played")});
      page.openFiles({folder.path()});
      QTRY_VERIFY(page.state() == CaptionPage::State::kIdle && page.rows().total() == 3 &&
                  session.state() == ModelSession::State::kReady);
    }
    [[nodiscard]] QPushButton* button(const char* name) const {
      return page.findChild<QPushButton*>(QLatin1String(name));
    }
    void end(const QString& request, const QJsonObject& result) {
      host.tell(QStringLiteral("finished"), result, request);
      QTRY_COMPARE(page.state(), CaptionPage::State::kIdle);
    }
    QTemporaryDir folder;
    Settings settings;
    PlayedHost host;
    ModelSession session;
    CaptionPage page;
  };

  static QJsonObject captioned(const QString& path, const QString& text) {
    return {{QStringLiteral("path"), path},
            {QStringLiteral("fields"), QJsonObject{{QStringLiteral("caption"), text}}}};
  }

 private slots:
  void initTestCase() { QLocale::setDefault(QLocale(QStringLiteral("en_US"))); }

  void longAnswersLeaveTheTableItsRoom() {
    Page page;
    auto* table = page.page.findChild<QTableView*>(QStringLiteral("captionTable"));
    auto* area = page.page.findChild<QScrollArea*>(QStringLiteral("captionLastArea"));
    QTest::mouseClick(page.button("captionTry"), Qt::LeftButton);
    for (const char* path : {"a.png", "b.png", "c.png"})
      page.host.tell(QStringLiteral("captioned"), captioned(QLatin1String(path), longAnswer()),
                     QStringLiteral("caption_try"));
    page.end(QStringLiteral("caption_try"), {{QStringLiteral("tried"), 3}, {QStringLiteral("seconds"), 1.0}});
    QTRY_VERIFY(area->verticalScrollBar()->maximum() > 0);
    QVERIFY2(table->height() > page.page.height() / 3, qPrintable(QString::number(table->height())));
    const auto texts = page.page.findChildren<QLabel*>(QStringLiteral("captionTried"));
    QCOMPARE(texts.size(), 3);
    for (const QLabel* text : texts) {
      QCOMPARE(text->text().count(QStringLiteral("Boats")), 30);
      QTRY_VERIFY2(text->height() >= text->heightForWidth(text->width()), "all of it can be scrolled to");
    }
    QVERIFY(page.page.rect().contains(area->mapTo(&page.page, area->rect().bottomRight())));
    area->setFocus();
    QTest::keyClick(area, Qt::Key_End);
    QTest::keyClick(area, Qt::Key_PageDown);
    QVERIFY(area->verticalScrollBar()->value() > 0);
  }

  void triedPicturesAreBesideTheirTexts() {
    Page page;
    QTest::mouseClick(page.button("captionTry"), Qt::LeftButton);
    for (const auto& [path, colour] : kPictures)
      page.host.tell(QStringLiteral("captioned"), captioned(QLatin1String(path), QLatin1String(path)),
                     QStringLiteral("caption_try"));
    page.end(QStringLiteral("caption_try"), {{QStringLiteral("tried"), 3}, {QStringLiteral("seconds"), 1.0}});
    for (const auto& [path, colour] : kPictures) {
      for (QLabel* thumbnail : page.page.findChildren<QLabel*>(QStringLiteral("captionTriedPicture"))) {
        if (thumbnail->accessibleName() != QLatin1String(path)) continue;
        QTRY_VERIFY(!thumbnail->pixmap().isNull());
        QCOMPARE(thumbnail->pixmap().toImage().pixelColor(5, 5), QColor(colour));
        auto* text = thumbnail->parentWidget()->findChild<QLabel*>(QStringLiteral("captionTried"));
        QVERIFY(text->text().startsWith(QLatin1String(path)));
        QTRY_VERIFY(text->isVisible() && thumbnail->isVisible());
      }
    }
    auto* table = page.page.findChild<QTableView*>(QStringLiteral("captionTable"));
    table->selectRow(1);
    QTRY_COMPARE(page.page.findChildren<QLabel*>(QStringLiteral("captionTried")).size(), 0);
    QVERIFY(page.page.findChild<QLabel*>(QStringLiteral("captionLast"))->isVisible());
  }

  /// A press on a button takes the focus from the folder's field.
  void leavingTheFolderAsItIsLooksAtNothingAnew() {
    Page page;
    auto* folder = page.page.findChild<QLineEdit*>(QStringLiteral("captionFolder"));
    folder->setFocus();
    page.button("captionMain")->setFocus();
    QCOMPARE(page.page.state(), CaptionPage::State::kIdle);
    QCOMPARE(page.host.asked(QStringLiteral("caption_plan")), 1);
    QTest::keyClick(folder, Qt::Key_Return);
    QCOMPARE(page.page.state(), CaptionPage::State::kPlanning);
  }

  /// The button of a run is beside it, and would be pressed by the same key.
  void aTrialGivesTheKeyboardToThePictures() {
    Page page;
    auto* table = page.page.findChild<QTableView*>(QStringLiteral("captionTable"));
    page.button("captionTry")->setFocus();
    QTest::keyClick(page.button("captionTry"), Qt::Key_Space);
    QCOMPARE(page.page.state(), CaptionPage::State::kTrying);
    QVERIFY(table->hasFocus());
    page.end(QStringLiteral("caption_try"), {{QStringLiteral("tried"), 3}, {QStringLiteral("seconds"), 1.0}});
    QVERIFY(page.button("captionMain")->isEnabled());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
    QCOMPARE(page.page.state(), CaptionPage::State::kIdle);
    QCOMPARE(page.host.asked(QStringLiteral("caption_run")), 0);
  }

  void aRunLeavesTheKeyboardAtThePictures() {
    Page page;
    auto* table = page.page.findChild<QTableView*>(QStringLiteral("captionTable"));
    page.button("captionMain")->setFocus();
    QTest::keyClick(page.button("captionMain"), Qt::Key_Space);
    QCOMPARE(page.page.state(), CaptionPage::State::kRunning);
    page.host.tell(QStringLiteral("captioned"), captioned(QStringLiteral("a.png"), QStringLiteral("boats")),
                   QStringLiteral("caption_run"));
    page.host.tell(QStringLiteral("left_out"), {{QStringLiteral("path"), QStringLiteral("b.png")}},
                   QStringLiteral("caption_run"));
    page.end(QStringLiteral("caption_run"), {{QStringLiteral("done"), 2},
                                             {QStringLiteral("skipped"), 1},
                                             {QStringLiteral("total"), 3},
                                             {QStringLiteral("backup_bytes"), 5}});
    QVERIFY(table->hasFocus());
    QCOMPARE(page.page.rows().find(QStringLiteral("b.png"))->state, CaptionRow::State::kSkipped);
    QTest::keyClick(page.button("captionUndo"), Qt::Key_Space);
    QVERIFY(table->hasFocus());
  }

  void longTimesAreToldInHours() {
    CaptionRunFacts facts;
    const auto told = [&](double seconds) {
      facts.takeProgress({{QStringLiteral("done"), 6},
                          {QStringLiteral("total"), 10},
                          {QStringLiteral("pictures_per_minute"), 0.5},
                          {QStringLiteral("seconds_left"), seconds}});
      return facts.progressText();
    };
    QCOMPARE(told(20), QStringLiteral("6 of 10, 0.5 a minute, 1 min left"));
    QCOMPARE(told(119 * 60), QStringLiteral("6 of 10, 0.5 a minute, 119 min left"));
    QCOMPARE(told(138 * 3600 + 240), QStringLiteral("6 of 10, 0.5 a minute, 138 h 4 min left"));
    facts.takePlan({{QStringLiteral("total"), 600}, {QStringLiteral("write"), 600}});
    QCOMPARE(facts.startText(), QStringLiteral("Caption 600 pictures, about 20 h 0 min"));
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionRunViewTest)
#include "caption_run_view_test.moc"
