// SPDX-License-Identifier: Apache-2.0
// The pictures of README.md: the window over the real engine and the demo model, at twice the size. Whatever
// the model answers is shown. They are written to the build folder, and to resources/screenshots where
// LAPILLI_WRITE_SCREENSHOTS is set; else those there must show what this window shows.
#include "app/gui/error_text.h"
#include "app/gui/models/model_list.h"
#include "app/gui/theme.h"
#include "tests/gui/desktop_fixture.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QProcess>
#include <QRegularExpression>
#include <QTableWidget>
#include <QToolButton>

namespace lapilli::test {
namespace {

constexpr int kEngineMs = 600000;

QString textOf(const QWidget* widget) {
  if (const auto* label = qobject_cast<const QLabel*>(widget)) return label->text();
  if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) return button->text();
  if (const auto* combo = qobject_cast<const QComboBox*>(widget)) return combo->currentText();
  if (const auto* line = qobject_cast<const QLineEdit*>(widget))
    return line->text() + line->placeholderText();
  if (const auto* text = qobject_cast<const QPlainTextEdit*>(widget))
    return text->toPlainText() + text->placeholderText();
  return {};
}

/// What a window shows apart from this machine and what the model says: its colours, and all words of its
/// controls, without numbers and paths.
QString shownBy(const QWidget& window) {
  static const QSet<QString> kOfTheMachine = {QStringLiteral("facts"), QStringLiteral("modelName"),
                                              QStringLiteral("modelVerdict")};
  static const QRegularExpression kPath(QStringLiteral("/\\S+"));
  static const QRegularExpression kAmount(QStringLiteral("\\d[\\d.,]*( ([KMGT]iB|bytes|million|billion))?"));
  const gui::Colours& c = gui::colours(window.palette());
  QStringList lines;
  for (const QColor& colour : {c.window, c.sidebar, c.card, c.bubble, c.text, c.muted, c.accent, c.selection})
    lines.append(colour.name());
  for (const QWidget* widget : window.findChildren<QWidget*>()) {
    const QString text = textOf(widget);
    if (!widget->isVisible() || text.isEmpty() || kOfTheMachine.contains(widget->objectName())) continue;
    QString line = widget->objectName() + QStringLiteral(": ") + text;
    line.replace(kPath, QStringLiteral("PATH"));
    line.replace(kAmount, QStringLiteral("#"));
    lines.append(line.replace(QLatin1Char('\n'), QLatin1Char(' ')));
  }
  return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

}  // namespace

class ReadmePicturesTest : public QObject, DesktopFixture {
  Q_OBJECT

 private:
  void openDemo() {
    openWith(std::make_unique<EngineProcess>(QStringLiteral(LAPILLI_PROGRAM),
                                             QStringList{QStringLiteral("serve")}),
             QLatin1String(defaults::kDemoModel));
    m_desktop->window().resize(1080, 900);
    QTRY_VERIFY_WITH_TIMEOUT(m_desktop->session().state() == ModelSession::State::kReady, kEngineMs);
    // That there is no GPU is told once, and closed by whoever knows; nothing else may be told.
    auto* banner = find("chatBanner");
    if (!banner->isVisible()) return;
    QCOMPARE(m_desktop->session().facts().value(QLatin1String("device")).toString().left(8),
             QStringLiteral("llvmpipe"));
    QCOMPARE(banner->findChild<QLabel*>(QStringLiteral("bannerText"))->text().trimmed(),
             noteText(QStringLiteral("software_device"), {}).what);
    QTest::mouseClick(banner->findChild<QWidget*>(QStringLiteral("bannerClose")), Qt::LeftButton);
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
    const QString kept = QStringLiteral(LAPILLI_SOURCE_FOLDER "/resources/screenshots/") + name;
    QFile shown(kept + QStringLiteral(".shown"));
    if (qEnvironmentVariableIsSet("LAPILLI_WRITE_SCREENSHOTS")) {
      QVERIFY(picture.save(kept));
      QVERIFY(shown.open(QIODevice::WriteOnly) && shown.write(shownBy(m_desktop->window()).toUtf8()) > 0);
      return;
    }
    QVERIFY2(shown.open(QIODevice::ReadOnly), qPrintable(shown.fileName()));
    QCOMPARE(QImage(kept).size(), picture.size());
    const QStringList was = QString::fromUtf8(shown.readAll()).split(QLatin1Char('\n'));
    const QStringList is = shownBy(m_desktop->window()).split(QLatin1Char('\n'));
    for (qsizetype line = 0; line < qMax(was.size(), is.size()); ++line) {
      QVERIFY2(
          was.value(line) == is.value(line),
          qPrintable(QStringLiteral("%1 is not current: it shows “%2”, the window “%3”; write it anew with "
                                    "LAPILLI_WRITE_SCREENSHOTS=1")
                         .arg(name, was.value(line), is.value(line))));
    }
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
    chooseForm("short");
    askAndWait(QStringLiteral("How many objects are there?"));
    write(QStringLiteral("chat-light-en.png"));
  }

  void theFormOfAnAnswer() {
    openDemo();
    dropExample();
    press("formatButton");
    chooseForm("json_fields");
    auto* fields = find<QTableWidget>("formatFields");
    press("formatAddField");
    const std::pair<const char*, const char*> wanted[] = {{"shape", "circle, square, heart, star"},
                                                          {"colour", "red, pink, blue, yellow"}};
    for (int row = 0; row < 2; ++row) {
      fields->setCurrentCell(row, 0);
      fields->item(row, 0)->setText(QLatin1String(wanted[row].first));
      auto* type = qobject_cast<QComboBox*>(fields->cellWidget(row, 1));
      type->setCurrentIndex(type->findData(QStringLiteral("choice")));
      fields->item(row, 2)->setText(QLatin1String(wanted[row].second));
    }
    askAndWait(QStringLiteral("What is at the top right?"));
    write(QStringLiteral("format-light-en.png"));
  }

  void theModelsPage() {
    const QString models = m_folder->filePath(QStringLiteral("models"));
    QVERIFY(QDir().mkpath(models));
    for (const auto& [shape, type, file] : {std::tuple("llama-110m", "q8_0", "llama-110m-q8_0.gguf"),
                                            std::tuple("tiny", "f16", "tiny-f16.gguf")}) {
      QProcess program;
      program.start(
          QStringLiteral(LAPILLI_PROGRAM),
          {QStringLiteral("bench"), QStringLiteral("--shape"), QLatin1String(shape), QStringLiteral("--type"),
           QLatin1String(type), QStringLiteral("--save"), models + QLatin1Char('/') + QLatin1String(file)});
      QVERIFY(program.waitForFinished(kEngineMs));
      QVERIFY2(program.exitCode() == 0, program.readAllStandardError().constData());
    }
    openDemo();
    m_desktop->settings().setModelFolders({models});
    m_desktop->window().showPage(QStringLiteral("models"));
    auto* list = find<QListView>("modelList");
    QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("modelStatus")->text().startsWith(QStringLiteral("3 models")),
                             kEngineMs);
    for (int row = 0; row < 3; ++row)
      QVERIFY(!list->model()->index(row, 0).data(ModelList::FitRole).toString().isEmpty());
    // One whose facts stay, whatever the demo model becomes.
    for (int row = 0; row < 3; ++row) {
      const QModelIndex index = list->model()->index(row, 0);
      if (index.data(ModelList::PathRole).toString().endsWith(QLatin1String("llama-110m-q8_0.gguf")))
        list->setCurrentIndex(index);
    }
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
