// SPDX-License-Identifier: Apache-2.0
// The pictures of README.md: the window over the real engine and the demo model, at twice the size. Whatever
// the model answers is shown. They are written to the build folder, and to resources/screenshots where
// LAPILLI_WRITE_SCREENSHOTS is set.
#include "app/gui/models/model_list.h"
#include "tests/gui/desktop_fixture.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QTableWidget>
#include <QToolButton>

namespace lapilli::test {
namespace {

constexpr int kEngineMs = 600000;

}  // namespace

class ReadmePicturesTest : public QObject, DesktopFixture {
  Q_OBJECT

 private:
  void openDemo() {
    openWith(std::make_unique<EngineProcess>(QStringLiteral(LAPILLI_PROGRAM),
                                             QStringList{QStringLiteral("serve")}),
             QStringLiteral(LAPILLI_SOURCE_FOLDER "/resources/demo/demo.gguf"));
    m_desktop->window().resize(1080, 900);
    QTRY_VERIFY_WITH_TIMEOUT(m_desktop->session().state() == ModelSession::State::kReady, kEngineMs);
    // What the engine remarks of this machine is no part of the picture.
    m_desktop->chat().findChild<QWidget*>(QStringLiteral("chatBanner"))->hide();
  }
  /// The example of the demo, enlarged without new colours.
  void dropExample() {
    const QImage example(QStringLiteral(LAPILLI_SOURCE_FOLDER "/resources/demo/example.png"));
    QVERIFY(!example.isNull());
    const QString path = m_folder->filePath(QStringLiteral("shapes.png"));
    QVERIFY(example.scaled(example.size() * 4).save(path));
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    drop(data);
    QTRY_COMPARE_WITH_TIMEOUT(waiting().size(), 1, kPatienceMs);
  }
  void askAndWait(const QString& text) {
    const qsizetype before = path().size();
    ask(text);
    QTRY_VERIFY_WITH_TIMEOUT(path().size() == before + 2 && ended(), kEngineMs);
    QCOMPARE(path().back().status, MessageStatus::Done);
  }
  void chooseForm(const char* kind) {
    auto* box = find<QComboBox>("formatKind");
    box->setCurrentIndex(box->findData(QLatin1String(kind)));
  }
  void write(const QString& name) {
    find("questionText")->clearFocus();  // no blinking cursor
    QTest::qWait(50);                    // layouts settle when they like
    const QPixmap picture = m_desktop->window().grab();
    QCOMPARE(picture.size(), m_desktop->window().size() * 2);
    QDir().mkpath(QStringLiteral(LAPILLI_BUILD_FOLDER "/screenshots"));
    QVERIFY(picture.save(QStringLiteral(LAPILLI_BUILD_FOLDER "/screenshots/") + name));
    if (qEnvironmentVariableIsSet("LAPILLI_WRITE_SCREENSHOTS"))
      QVERIFY(picture.save(QStringLiteral(LAPILLI_SOURCE_FOLDER "/resources/screenshots/") + name));
  }

 private slots:
  void initTestCase() {
    if (!QFile::exists(QStringLiteral(LAPILLI_SOURCE_FOLDER "/resources/demo/demo.gguf")))
      QSKIP("the demo model is not there");
  }
  void init() { begin(); }
  void cleanup() { end(); }

  void aChatWithAPicture() {
    openDemo();
    dropExample();
    askAndWait(QStringLiteral("Describe this picture in detail."));
    chooseForm("box");
    askAndWait(QStringLiteral("the blue square"));
    write(QStringLiteral("chat-light-en.png"));
  }

  void theFormOfAnAnswer() {
    openDemo();
    dropExample();
    press("formatButton");
    chooseForm("json_fields");
    auto* fields = find<QTableWidget>("formatFields");
    fields->item(0, 0)->setText(QStringLiteral("shape"));
    press("formatAddField");
    fields->setCurrentCell(1, 0);
    fields->item(1, 0)->setText(QStringLiteral("colour"));
    auto* type = qobject_cast<QComboBox*>(fields->cellWidget(1, 1));
    type->setCurrentIndex(type->findData(QStringLiteral("choice")));
    fields->item(1, 2)->setText(QStringLiteral("red, green, blue, yellow"));
    askAndWait(QStringLiteral("What is on the right?"));
    write(QStringLiteral("format-light-en.png"));
  }

  void theModelsPage() {
    const QString models = m_folder->filePath(QStringLiteral("models"));
    QVERIFY(QDir().mkpath(models));
    for (const char* name : {"demo.gguf", "mmproj-demo.gguf"}) {
      QVERIFY(QFile::copy(QStringLiteral(LAPILLI_SOURCE_FOLDER "/resources/demo/") + QLatin1String(name),
                          models + QLatin1Char('/') + QLatin1String(name)));
    }
    openDemo();
    m_desktop->settings().setModelFolders({models});
    m_desktop->window().showPage(QStringLiteral("models"));
    auto* list = find<QListView>("modelList");
    QTRY_VERIFY_WITH_TIMEOUT(list->model()->rowCount() > 0, kEngineMs);
    QTRY_VERIFY_WITH_TIMEOUT(!list->model()->index(0, 0).data(ModelList::FitRole).toString().isEmpty(),
                             kEngineMs);
    write(QStringLiteral("models-light-en.png"));
  }
};

}  // namespace lapilli::test

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  qputenv("QT_SCALE_FACTOR", "2");
  QStandardPaths::setTestModeEnabled(true);
  QApplication application(argc, argv);
  QApplication::setApplicationName(QStringLiteral("lapilli-test"));
  lapilli::test::ReadmePicturesTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "readme_pictures_test.moc"
