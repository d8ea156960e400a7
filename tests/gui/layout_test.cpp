// SPDX-License-Identifier: Apache-2.0
// Nothing is cut off and nothing lies over anything else, at the size the window has at first and at the
// least one, with everything open that can be. Pictures of each are written to the build folder.
#include "tests/gui/desktop_fixture.h"
#include "tests/gui/layout_check.h"

#include <QApplication>
#include <QComboBox>
#include <QTableWidget>
#include <QToolButton>

namespace lapilli::test {
namespace {

constexpr int kLeastConversation = 120;
constexpr int kLeastLines = 3;

}  // namespace

class LayoutTest : public QObject, DesktopFixture {
  Q_OBJECT

 private:
  void sizes() {
    QTest::addColumn<QSize>("size");
    QTest::addColumn<QString>("language");
    for (const char* language : {"en", "zh_CN", "zh_TW"}) {
      for (const QSize size : {QSize(1160, 760), QSize(720, 520)})
        QTest::addRow("%dx%d %s", size.width(), size.height(), language)
            << size << QString::fromLatin1(language);
    }
  }
  /// Over a host that is given the time it likes.
  void openCalm(const QStringList& script) { openWith(scriptedHost(script), QStringLiteral("scripted")); }
  /// A window of the row's size and language, with a picture in the chat, one waiting, and a banner.
  void openFull() {
    QFETCH(QSize, size);
    QFETCH(QString, language);
    openCalm({QStringLiteral("answer=The yellow circle is here: [0.4, 0.6, 0.54, 0.75].")});
    m_desktop->settings().setLanguage(language);
    dropPicture();
    ask(QStringLiteral("Where is the yellow circle in this picture, and what is beside it?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    dropPicture();
    type(QStringLiteral("And now?"));
    QMimeData refused;
    refused.setUrls({QUrl::fromLocalFile(m_folder->filePath(QStringLiteral("no such picture.png")))});
    drop(refused);
    QTRY_VERIFY_WITH_TIMEOUT(find("chatBanner")->isVisible(), kPatienceMs);
    m_desktop->window().resize(size);
    QCOMPARE(m_desktop->window().size(), size);
  }
  void check(const QString& what) {
    QFETCH(QSize, size);
    QFETCH(QString, language);
    const auto wrong = [&] {
      QStringList found = misplaced(&m_desktop->window());
      if (m_desktop->window().currentPage() == QLatin1String("chat")) found += crampedChat();
      return found;
    };
    for (int turn = 0; turn < 200 && !wrong().isEmpty(); ++turn)
      QTest::qWait(5);  // layouts settle when they like
    for (const char* appearance : {"light", "dark"}) {
      if (!qEnvironmentVariableIsSet("LAPILLI_LAYOUT_PICTURES")) break;
      m_desktop->settings().setAppearance(QLatin1String(appearance));
      QTest::qWait(20);
      const QString folder = QStringLiteral(LAPILLI_BUILD_FOLDER "/screenshots/layout");
      QVERIFY(QDir().mkpath(folder));
      QVERIFY(m_desktop->window().grab().save(QStringLiteral("%1/%2-%3-%4-%5.png")
                                                  .arg(folder, what)
                                                  .arg(size.width())
                                                  .arg(language, QLatin1String(appearance))));
    }
    m_desktop->settings().setAppearance(QStringLiteral("light"));
    const QStringList found = wrong();
    QVERIFY2(found.isEmpty(),
             qPrintable(what + QStringLiteral(":\n  ") + found.join(QStringLiteral("\n  "))));
  }
  /// What the chat has too little room for.
  QStringList crampedChat() {
    QStringList found;
    const auto* text = find<QPlainTextEdit>("questionText");
    if (text->viewport()->height() < kLeastLines * text->fontMetrics().lineSpacing())
      found.append(described(text) + QStringLiteral(" has no three lines"));
    if (const auto* conversation = find("conversation");
        conversation->isVisible() && conversation->height() < kLeastConversation)
      found.append(described(conversation) + QStringLiteral(" has no 120 pixels"));
    return found;
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void everyForm_data() { sizes(); }
  void everyForm() {
    openFull();
    check(QStringLiteral("chat"));
    press("formatButton");
    auto* kind = find<QComboBox>("formatKind");
    for (int index = 0; index < kind->count(); ++index) {
      kind->setCurrentIndex(index);
      check(QStringLiteral("form-") + kind->itemData(index).toString());
    }
  }

  void formsWithMistakes_data() { sizes(); }
  void formsWithMistakes() {
    openFull();
    press("formatButton");
    auto* kind = find<QComboBox>("formatKind");
    kind->setCurrentIndex(kind->findData(QStringLiteral("json_fields")));
    for (int row = 0; row < 6; ++row) press("formatAddField");
    check(QStringLiteral("fields"));
    kind->setCurrentIndex(kind->findData(QStringLiteral("json_schema")));
    find<QPlainTextEdit>("formatSchema")
        ->setPlainText(QStringLiteral("{\n  \"type\": \"object\",\n  \"prop"));
    QVERIFY(find("formatProblem")->isVisible());
    check(QStringLiteral("mistake"));
  }

  void aFailedAnswer_data() { sizes(); }
  void aFailedAnswer() {
    QFETCH(QSize, size);
    QFETCH(QString, language);
    openCalm({QStringLiteral("memory_at=3")});
    m_desktop->settings().setLanguage(language);
    m_desktop->window().resize(size);
    ask(QStringLiteral("What?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    check(QStringLiteral("failed"));
    QTest::mouseClick(widget(1)->findChild<QToolButton*>(QStringLiteral("messageMore")), Qt::LeftButton);
    check(QStringLiteral("failed-details"));
  }

  void sampling_data() { sizes(); }
  void sampling() {
    openFull();
    press("samplingButton");
    check(QStringLiteral("sampling"));
    press("presetMore");
    check(QStringLiteral("more"));
  }

  void welcome_data() { sizes(); }
  void welcome() {
    QFETCH(QSize, size);
    QFETCH(QString, language);
    openCalm({});
    m_desktop->settings().setLanguage(language);
    LoadOptions demo;
    demo.model = QStringLiteral("demo");
    m_desktop->session().open(demo);
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
    m_desktop->window().resize(size);
    check(QStringLiteral("welcome"));
    press("formatButton");
    auto* kind = find<QComboBox>("formatKind");
    kind->setCurrentIndex(kind->findData(QStringLiteral("json_fields")));
    check(QStringLiteral("welcome-form"));
  }

  void trouble_data() { sizes(); }
  void trouble() {
    QFETCH(QSize, size);
    QFETCH(QString, language);
    openWith(std::make_unique<EngineProcess>(QStringLiteral("/no/such/engine"), QStringList()),
             QStringLiteral("x"));
    m_desktop->settings().setLanguage(language);
    QTRY_VERIFY_WITH_TIMEOUT(find("engineBanner")->isVisible(), kPatienceMs);
    m_desktop->window().resize(size);
    check(QStringLiteral("trouble"));
    // It has the room for all it says.
    const auto* area = find("engineBanner")->findChild<QScrollArea*>();
    QVERIFY2(area->height() >= area->widget()->height(), qPrintable(described(area)));
    QTest::mouseClick(find("engineBanner")->findChild<QWidget*>(QStringLiteral("bannerMore")),
                      Qt::LeftButton);
    check(QStringLiteral("trouble-details"));
    m_desktop->window().showPage(QStringLiteral("models"));
    check(QStringLiteral("trouble-models"));
    QVERIFY2(area->height() >= area->widget()->height(), qPrintable(described(area)));
  }

  void settings_data() { sizes(); }
  void settings() {
    QFETCH(QSize, size);
    QFETCH(QString, language);
    openCalm({});
    m_desktop->settings().setLanguage(language);
    m_desktop->window().resize(size);
    m_desktop->window().showPage(QStringLiteral("settings"));
    QTRY_COMPARE_WITH_TIMEOUT(find<QComboBox>("device")->count(), 3, kPatienceMs);
    check(QStringLiteral("settings"));
    // One column of fields, without a hole in it.
    const auto place = [this](const char* name) {
      const QWidget* field = find(name);
      return QRect(field->mapTo(&m_desktop->window(), QPoint()), field->size());
    };
    for (const char* name : {"language", "device", "context", "engineProgram"})
      QCOMPARE(place(name).left(), place("appearance").left());
    const int gap = place("language").top() - place("appearance").bottom();
    QCOMPARE(place("context").top() - place("deviceFacts").bottom(), gap);
  }

  void manyPictures_data() { sizes(); }
  void manyPictures() {
    QFETCH(QSize, size);
    QFETCH(QString, language);
    openCalm({});
    m_desktop->settings().setLanguage(language);
    for (int number = 0; number < 7; ++number) {
      QImage image(300, 200, QImage::Format_RGB32);
      image.fill(QColor::fromHsv(number * 50, 120, 200));
      QMimeData data;
      data.setImageData(image);
      drop(data);
      QTRY_COMPARE_WITH_TIMEOUT(waiting().size(), number + 1, kPatienceMs);
    }
    m_desktop->window().resize(size);
    check(QStringLiteral("strip"));
    ask(QStringLiteral("What do they have in common?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    check(QStringLiteral("pictures"));
    QTest::keyClick(&m_desktop->window(), Qt::Key_E, Qt::ControlModifier);
    check(QStringLiteral("edit"));
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::LayoutTest)
#include "layout_test.moc"
