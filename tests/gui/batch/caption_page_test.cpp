// SPDX-License-Identifier: Apache-2.0
// The page that captions a folder, over the real engine.
#include "app/gui/batch/caption_page.h"
#include "app/gui/banner.h"
#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/replace_dialog.h"
#include "app/gui/main_window.h"
#include "tests/gui/gui_fixture.h"
#include "tests/gui/heartbeat.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPainter>
#include <QPlainTextEdit>
#include <QProcess>
#include <QSpinBox>
#include <QTabBar>
#include <QTableView>

#include <cstdio>

namespace lapilli::test {

using namespace gui;

namespace {

constexpr int kPatience = 120'000;

QString textOf(const QString& file) {
  QFile opened(file);
  return opened.open(QIODevice::ReadOnly) ? QString::fromUtf8(opened.readAll()) : QString();
}

/// What is wrong with where a page's widgets are: cut off, or over one another; empty: nothing.
QStringList misplaced(const QWidget& page) {
  QStringList found;
  QList<const QWidget*> seen;
  const auto tell = [&](const QWidget& widget, const QString& what) {
    const auto* label = qobject_cast<const QLabel*>(&widget);
    const auto* button = qobject_cast<const QAbstractButton*>(&widget);
    found.append(QStringLiteral("%1 \"%2\": %3")
                     .arg(widget.objectName(),
                          label != nullptr    ? label->text()
                          : button != nullptr ? button->text()
                                              : QString(),
                          what));
  };
  for (const QWidget* widget : page.findChildren<QWidget*>()) {
    if (!widget->isVisible() || widget->visibleRegion().isEmpty()) continue;
    const auto* label = qobject_cast<const QLabel*>(widget);
    const bool wraps = label != nullptr && label->wordWrap();
    if (label == nullptr && qobject_cast<const QAbstractButton*>(widget) == nullptr) continue;
    const QWidget* parent = widget->parentWidget();
    if (!wraps && widget->width() < widget->sizeHint().width()) tell(*widget, QStringLiteral("too narrow"));
    const int height = wraps ? label->heightForWidth(widget->width()) : widget->sizeHint().height();
    if (widget->height() < height) tell(*widget, QStringLiteral("too low"));
    if (!parent->rect().contains(widget->geometry())) tell(*widget, QStringLiteral("outside"));
    for (const QWidget* other : seen) {
      if (other->parentWidget() == parent && other->geometry().intersects(widget->geometry()))
        tell(*widget, QStringLiteral("over ") + other->objectName());
    }
    seen.append(widget);
  }
  return found;
}

QJsonArray promptsOf(const char* prompt) {
  return {QJsonObject{{QStringLiteral("field"), QStringLiteral("caption")},
                      {QStringLiteral("prompt"), QLatin1String(prompt)}}};
}

qint64 residentMiB() {
  const QStringList fields = textOf(QStringLiteral("/proc/self/statm")).split(QLatin1Char(' '));
  return fields.value(1).toLongLong() * 4096 >> 20;
}

}  // namespace

class CaptionPageTest : public QObject {
  Q_OBJECT

 private:
  /// A window with the page, on a profile of its own.
  struct Window {
    explicit Window(const QString& folder)
        : settings(folder + QStringLiteral("/s.ini")),
          host(QStringLiteral(LAPILLI_PROGRAM), {QStringLiteral("serve")}),
          session(host),
          window({settings, Folders::below(folder), host, session, theme, languages}),
          page(new CaptionPage(settings, host, session)) {
      find<QSpinBox>("captionTokens")->setValue(6);
      languages.use(QStringLiteral("en"));
      theme.use(QStringLiteral("light"));
      window.addPage(
          QStringLiteral("captions"), QStringLiteral("captions"), [] { return QStringLiteral("Captions"); },
          page);
      window.show();
    }
    template <class Widget>
    [[nodiscard]] Widget* find(const char* name) const {
      return page->findChild<Widget*>(QLatin1String(name));
    }
    /// Looks at a folder with the model loaded.
    void openFolder(const QString& folder, const QString& model) {
      page->openFiles({folder});
      session.open({.model = model});
      QTRY_VERIFY_WITH_TIMEOUT(page->state() == CaptionPage::State::kIdle &&
                                   session.state() == ModelSession::State::kReady && page->rows().total() > 0,
                               kPatience);
    }
    void press(const char* name) {
      auto* button = find<QAbstractButton>(name);
      QVERIFY2(button->isVisible() && button->isEnabled(), name);
      QTest::mouseClick(button, Qt::LeftButton);
    }
    /// And answers what is asked then.
    void pressUndo(QMessageBox::ButtonRole role = QMessageBox::DestructiveRole) {
      const auto question = [&] {
        return page->findChild<QMessageBox*>(QStringLiteral("captionUndoQuestion"));
      };
      press("captionUndo");
      QTRY_VERIFY_WITH_TIMEOUT(question() != nullptr, kPatience);
      for (QAbstractButton* button : question()->buttons())
        if (question()->buttonRole(button) == role) QTest::mouseClick(button, Qt::LeftButton);
      QTRY_VERIFY(question() == nullptr);
    }
    /// Until the page has nothing under way.
    void settle() { QTRY_COMPARE_WITH_TIMEOUT(page->state(), CaptionPage::State::kIdle, kPatience); }
    [[nodiscard]] QString line() const { return find<QLabel>("captionLine")->text(); }
    Settings settings;
    Languages languages;
    Theme theme;
    EngineProcess host;
    ModelSession session;
    MainWindow window;
    CaptionPage* page;
  };

  void putPictures(const QString& folder, int count) const {
    QDir().mkpath(folder);
    const char* const words[] = {"harbour", "orchard", "street", "meadow", "station", "bridge"};
    for (int index = 0; index < count; ++index) {
      QImage image(160, 120, QImage::Format_RGB32);
      image.fill(QColor::fromHsv(index * 47 % 360, 90, 235));
      QPainter painter(&image);
      painter.setRenderHint(QPainter::Antialiasing);
      painter.setPen(Qt::NoPen);
      painter.setBrush(QColor::fromHsv((index * 47 + 150) % 360, 190, 190));
      painter.drawEllipse(20 + 12 * (index % 5), 20, 60, 60);
      painter.fillRect(70, 60, 20 + 9 * index, 40, QColor::fromHsv((index * 71 + 40) % 360, 160, 140));
      painter.end();
      QVERIFY(
          image.save(QStringLiteral("%1/%2-%3.png").arg(folder, QLatin1String(words[index % 6])).arg(index)));
    }
  }

  static void put(const QString& path, const char* content) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
  }

  QTemporaryDir m_folder;
  QString m_model;

 private slots:
  void initTestCase() {
    m_model = m_folder.filePath(QStringLiteral("tiny.gguf"));
    QProcess make;
    make.start(QStringLiteral(LAPILLI_PROGRAM),
               {QStringLiteral("bench"), QStringLiteral("--shape"), QStringLiteral("tiny"),
                QStringLiteral("--type"), QStringLiteral("f16"), QStringLiteral("--save"), m_model});
    QVERIFY(make.waitForFinished(kPatience));
    QCOMPARE(make.exitCode(), 0);
  }

  void aFolderIsTriedCaptionedReviewedAndUndone() {
    const QString folder = m_folder.filePath(QStringLiteral("photos"));
    putPictures(folder, 8);
    QFile bad(folder + QStringLiteral("/broken.jpg"));
    QVERIFY(bad.open(QIODevice::WriteOnly));
    bad.write("no picture");
    bad.close();
    QFile old(folder + QStringLiteral("/bridge-5.txt"));
    QVERIFY(old.open(QIODevice::WriteOnly));
    old.write("An old bridge.");
    old.close();

    Window window(m_folder.filePath(QStringLiteral("profile")));
    auto* main = window.find<QAbstractButton>("captionMain");
    auto* table = window.find<QTableView>("captionTable");
    const QAbstractItemModelTester tester(table->model());
    QCOMPARE(main->text(), QStringLiteral("Choose a folder"));
    QVERIFY(!main->isEnabled());
    auto* existing = window.find<QComboBox>("captionExisting");
    existing->setCurrentIndex(existing->findData(QStringLiteral("append")));
    window.page->openFiles({folder});
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
    QCOMPARE(window.page->rows().total(), 9);
    QCOMPARE(window.line(), QStringLiteral("8 get a caption, 1 gets one more."));
    QCOMPARE(main->text(), QStringLiteral("Load a model first"));
    window.session.open({.model = m_model});
    QTRY_COMPARE_WITH_TIMEOUT(main->text(), QStringLiteral("Caption 9 pictures"), kPatience);

    QTest::mouseClick(window.find<QAbstractButton>("captionTry"), Qt::LeftButton);
    QCOMPARE(window.page->state(), CaptionPage::State::kTrying);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
    QVERIFY(!window.find<QLabel>("captionLast")->text().isEmpty());
    QVERIFY(!QFile::exists(folder + QStringLiteral("/harbour-0.txt")));

    const QSignalSpy ended(window.page, &CaptionPage::runEnded);
    const QSignalSpy advanced(window.page, &CaptionPage::runAdvanced);
    QTest::mouseClick(main, Qt::LeftButton);
    QCOMPARE(main->text(), QStringLiteral("Stop"));
    QCOMPARE(advanced.last().value(0).toBool(), true);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
    QCOMPARE(advanced.last().value(0).toBool(), false);
    QCOMPARE(ended.size(), 1);
    QCOMPARE(ended[0][0].toString(), QStringLiteral("Done: 8 captioned, 0 left as they were, 1 failed."));
    QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 8);
    QCOMPARE(window.page->rows().row(0)->model, QStringLiteral("tiny.gguf"));
    QCOMPARE(window.page->rows().failures().size(), 1);
    QVERIFY(window.find<QLabel>("captionFailures")->text().startsWith(QStringLiteral("1 × ")));
    QVERIFY(window.find<QAbstractButton>("captionRetry")->isVisible());
    QVERIFY(textOf(folder + QStringLiteral("/bridge-5.txt")).startsWith(QStringLiteral("An old bridge.\n")));

    // Review by key: the first row is the old bridge.
    table->selectRow(0);
    table->setFocus();
    QCOMPARE(window.page->rows().row(0)->before, QStringLiteral("An old bridge."));
    const QString first =
        QFileInfo(folder + QLatin1Char('/') + window.page->rows().row(0)->path).completeBaseName();
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(window.page->rows().row(0)->state, CaptionRow::State::kRejected);
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(folder + QLatin1Char('/') + first + QStringLiteral(".txt")) ||
                                 textOf(folder + QLatin1Char('/') + first + QStringLiteral(".txt")) ==
                                     QStringLiteral("An old bridge."),
                             kPatience);
    window.pressUndo();
    QTRY_VERIFY_WITH_TIMEOUT(window.find<QLabel>("captionLine")->text().startsWith(QStringLiteral("Undone")),
                             kPatience);
    QCOMPARE(textOf(folder + QStringLiteral("/bridge-5.txt")), QStringLiteral("An old bridge."));
    QVERIFY(!QFile::exists(folder + QStringLiteral("/harbour-0.txt")));
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
  }

  /// Another window knows from the journal what can be undone, retried and reviewed.
  void whatARunDidIsKnownAfterARestart() {
    const QString folder = m_folder.filePath(QStringLiteral("again"));
    putPictures(folder, 4);
    put(folder + QStringLiteral("/broken.jpg"), "no picture");
    put(folder + QStringLiteral("/harbour-0.txt"), "An old harbour.\n");
    const QString profile = m_folder.filePath(QStringLiteral("profile5"));
    {
      Window window(profile);
      auto* existing = window.find<QComboBox>("captionExisting");
      existing->setCurrentIndex(existing->findData(QStringLiteral("replace")));
      window.openFolder(folder, m_model);
      QVERIFY(!window.find<QAbstractButton>("captionUndo")->isVisible());
      window.press("captionMain");
      window.settle();
      QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 4);
    }
    const QString harbour = textOf(folder + QStringLiteral("/harbour-0.txt"));
    Window window(profile);
    window.openFolder(folder, m_model);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().count(CaptionRow::State::kDone), 4, kPatience);
    const CaptionRow* row = window.page->rows().find(QStringLiteral("harbour-0.png"));
    QCOMPARE(row->before, QStringLiteral("An old harbour."));
    QCOMPARE(row->after, harbour);
    QCOMPARE(window.page->rows().find(QStringLiteral("broken.jpg"))->state, CaptionRow::State::kFailed);
    QVERIFY(window.find<QAbstractButton>("captionRetry")->isVisible());

    // Single keys review; an edit is written, and taken back.
    auto* table = window.find<QTableView>("captionTable");
    table->setFocus();
    table->selectRow(2);
    QTest::keyClick(table, Qt::Key_P);
    QCOMPARE(table->currentIndex().row(), 1);
    QTest::keyClick(table, Qt::Key_N);
    const QString second = window.page->rows().row(2)->path;
    const QString secondFile =
        folder + QLatin1Char('/') + QFileInfo(second).completeBaseName() + QStringLiteral(".txt");
    const QString secondText = textOf(secondFile);
    QTest::keyClick(table, Qt::Key_E);
    auto* editor = window.page->findChild<QPlainTextEdit*>(QStringLiteral("captionEditorText"));
    QVERIFY(editor != nullptr);
    QCOMPARE(editor->lineWrapMode(), QPlainTextEdit::WidgetWidth);
    QVERIFY(editor->window()->width() >= 400);
    QTest::keyClick(editor, Qt::Key_Tab);
    QVERIFY2(!editor->hasFocus() && editor->toPlainText() == secondText, "Tab goes on");
    editor->setPlainText(QStringLiteral("By hand"));
    editor->moveCursor(QTextCursor::End);
    QTest::keyClick(editor, Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClicks(editor, QStringLiteral("twice"));
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(textOf(secondFile), QStringLiteral("By hand\ntwice"), kPatience);
    QCOMPARE(window.page->rows().row(2)->state, CaptionRow::State::kAccepted);
    QVERIFY2(window.find<QLabel>("captionLast")->text().contains(QStringLiteral("twice")),
             qPrintable(window.find<QLabel>("captionLast")->text()));
    QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(textOf(secondFile), secondText, kPatience);
    QCOMPARE(window.page->rows().row(2)->state, CaptionRow::State::kDone);
    QVERIFY(!window.find<QLabel>("captionLast")->text().contains(QStringLiteral("twice")));
    table->clearSelection();  // Ctrl still counts as held, and would take the row out
    table->selectRow(2);
    QTest::keyClick(table, Qt::Key_A);
    QCOMPARE(window.page->rows().row(2)->state, CaptionRow::State::kAccepted);
    QCOMPARE(table->currentIndex().row(), 3);
    table->selectRow(2);
    QTest::keyClick(table, Qt::Key_R);
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(secondFile), kPatience);
    {
      Window other(m_folder.filePath(QStringLiteral("profile5b")));
      other.openFolder(folder, m_model);
      QTRY_COMPARE_WITH_TIMEOUT(other.page->rows().count(CaptionRow::State::kRejected), 1, kPatience);
    }

    // Undo tells what it has left alone.
    put(folder + QStringLiteral("/orchard-1.txt"), "mine");
    window.pressUndo(QMessageBox::RejectRole);
    QCOMPARE(window.page->state(), CaptionPage::State::kIdle);
    QVERIFY(textOf(folder + QStringLiteral("/harbour-0.txt")) != QStringLiteral("An old harbour.\n"));
    window.pressUndo();
    QTRY_VERIFY_WITH_TIMEOUT(window.line().startsWith(QStringLiteral("Undone")), kPatience);
    window.settle();
    QCOMPARE(textOf(folder + QStringLiteral("/harbour-0.txt")), QStringLiteral("An old harbour.\n"));
    QCOMPARE(textOf(folder + QStringLiteral("/orchard-1.txt")), QStringLiteral("mine"));
    QVERIFY2(window.find<QLabel>("captionFailures")->text().contains(QStringLiteral("orchard-1.txt")),
             qPrintable(window.find<QLabel>("captionFailures")->text()));
    QVERIFY(!window.find<QAbstractButton>("captionUndo")->isVisible());
  }

  /// "Ask me": the table's boxes and keys decide before the run.
  void theUserDecidesInTheTableWhatIsReplaced() {
    const QString folder = m_folder.filePath(QStringLiteral("asked"));
    putPictures(folder, 4);
    put(folder + QStringLiteral("/harbour-0.txt"), "An old harbour.");
    put(folder + QStringLiteral("/meadow-3.txt"), "An old meadow.");
    put(folder + QStringLiteral("/orchard-1.txt"), "An old orchard.");
    Window window(m_folder.filePath(QStringLiteral("profile12")));
    auto* existing = window.find<QComboBox>("captionExisting");
    existing->setCurrentIndex(existing->findData(QStringLiteral("ask")));
    window.openFolder(folder, m_model);
    auto* main = window.find<QAbstractButton>("captionMain");
    QTRY_COMPARE(main->text(), QStringLiteral("Caption 1 pictures"));
    QVERIFY2(window.line().contains(QStringLiteral("3 have a text")), qPrintable(window.line()));
    auto* table = window.find<QTableView>("captionTable");
    table->setFocus();
    table->selectRow(0);
    QTest::keyClick(table, Qt::Key_Space);
    QTRY_COMPARE(main->text(), QStringLiteral("Caption 2 pictures"));
    QTest::keyClick(table, Qt::Key_Space);
    QTRY_COMPARE(main->text(), QStringLiteral("Caption 1 pictures"));
    window.press("captionReplaceTexts");
    QTRY_COMPARE(main->text(), QStringLiteral("Caption 4 pictures"));
    window.press("captionKeepTexts");
    QTest::keyClick(table, Qt::Key_A);  // and on to the next one
    QCOMPARE(table->currentIndex().row(), 1);
    const QModelIndex box = table->model()->index(1, CaptionRows::kState);
    const QRect cell = table->visualRect(box);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, QPoint(cell.left() + 10, cell.center().y()));
    QCOMPARE(window.page->rows().replacedPaths(),
             (QStringList{QStringLiteral("harbour-0.png"), QStringLiteral("meadow-3.png")}));
    QCOMPARE(misplaced(*window.page), QStringList());
    QTRY_COMPARE(main->text(), QStringLiteral("Caption 3 pictures"));
    window.press("captionMain");
    window.settle();
    QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 3);
    QVERIFY(!window.find<QWidget>("captionReplaceTexts")->isVisible());
    QVERIFY(textOf(folder + QStringLiteral("/harbour-0.txt")) != QStringLiteral("An old harbour."));
    QVERIFY(textOf(folder + QStringLiteral("/meadow-3.txt")) != QStringLiteral("An old meadow."));
    QCOMPARE(textOf(folder + QStringLiteral("/orchard-1.txt")), QStringLiteral("An old orchard."));

    // All that are chosen are rejected by one request; one that somebody has changed stays.
    put(folder + QStringLiteral("/meadow-3.txt"), "Mine.");
    const QSignalSpy finished(&window.host, &JobHost::finished);
    table->selectAll();
    QTest::keyClick(table, Qt::Key_R);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
    QCOMPARE(textOf(folder + QStringLiteral("/harbour-0.txt")), QStringLiteral("An old harbour."));
    QCOMPARE(textOf(folder + QStringLiteral("/meadow-3.txt")), QStringLiteral("Mine."));
    QCOMPARE(window.page->rows().find(QStringLiteral("harbour-0.png"))->state, CaptionRow::State::kRejected);
    QCOMPARE(window.page->rows().find(QStringLiteral("meadow-3.png"))->state, CaptionRow::State::kDone);
    QTRY_COMPARE(window.line(), QStringLiteral("meadow-3.txt: Somebody has changed it since."));
  }

  /// What an earlier run wrote is a text like any other.
  void textsOfAnEarlierRunAreAskedAbout() {
    const QString folder = m_folder.filePath(QStringLiteral("asked-again"));
    putPictures(folder, 3);
    Window window(m_folder.filePath(QStringLiteral("profile14")));
    window.openFolder(folder, m_model);
    window.press("captionMain");
    window.settle();
    QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 3);
    const QString file = folder + QStringLiteral("/harbour-0.txt"), written = textOf(file);
    auto* table = window.find<QTableView>("captionTable");
    table->selectRow(2);
    table->setFocus();
    QTest::keyClick(table, Qt::Key_R);
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(folder + QStringLiteral("/street-2.txt")), kPatience);

    auto* existing = window.find<QComboBox>("captionExisting");
    existing->setCurrentIndex(existing->findData(QStringLiteral("ask")));
    window.press("captionMain");
    window.settle();
    const auto row = [&] { return window.page->rows().find(QStringLiteral("harbour-0.png")); };
    QTRY_COMPARE_WITH_TIMEOUT(row()->model, QStringLiteral("tiny.gguf"), kPatience);  // the run is known
    QCOMPARE(window.page->rows().asked(), 2);
    QCOMPARE(row()->before, written);
    window.press("captionReplaceTexts");
    auto* main = window.find<QAbstractButton>("captionMain");
    QTRY_VERIFY(main->text().startsWith(QStringLiteral("Caption 3 pictures")));
    window.press("captionMain");
    window.settle();
    QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 3);
    QCOMPARE(row()->before, written);
  }

  void backupsAreRemovedAfterAQuestion() {
    const QString folder = m_folder.filePath(QStringLiteral("backups"));
    putPictures(folder, 2);
    put(folder + QStringLiteral("/harbour-0.txt"), "An old harbour.");
    Window window(m_folder.filePath(QStringLiteral("profile9")));
    auto* existing = window.find<QComboBox>("captionExisting");
    existing->setCurrentIndex(existing->findData(QStringLiteral("replace")));
    window.openFolder(folder, m_model);
    auto* forget = window.find<QAbstractButton>("captionForget");
    QVERIFY(!forget->isVisible());
    window.press("captionMain");
    window.settle();
    QCOMPARE(forget->text(), QStringLiteral("Backups: 15 bytes…"));
    const auto answer = [&](QMessageBox::ButtonRole role) {
      window.press("captionForget");
      auto* question = window.page->findChild<QMessageBox*>(QStringLiteral("captionForgetQuestion"));
      QVERIFY(question != nullptr);
      QVERIFY2(question->text().contains(QStringLiteral("15 bytes")), qPrintable(question->text()));
      for (QAbstractButton* button : question->buttons())
        if (question->buttonRole(button) == role) QTest::mouseClick(button, Qt::LeftButton);
      QTRY_VERIFY(window.page->findChild<QMessageBox*>(QStringLiteral("captionForgetQuestion")) == nullptr);
    };
    answer(QMessageBox::RejectRole);
    QCOMPARE(window.page->state(), CaptionPage::State::kIdle);
    QVERIFY(QFile::exists(folder + QStringLiteral("/.lapilli/backups")));
    answer(QMessageBox::DestructiveRole);
    window.settle();
    QTRY_VERIFY_WITH_TIMEOUT(!forget->isVisible(), kPatience);
    QVERIFY(!QFile::exists(folder + QStringLiteral("/.lapilli/backups")));
    QVERIFY(!window.find<QAbstractButton>("captionUndo")->isVisible());
    QVERIFY2(window.line().contains(QStringLiteral("15 bytes")), qPrintable(window.line()));
    QVERIFY(textOf(folder + QStringLiteral("/harbour-0.txt")) != QStringLiteral("An old harbour."));
  }

  /// One request replaces in all texts, one undoes it, and what was accepted is known to the next window.
  void manyTextsAreReplacedAndRestoredAtOnce() {
    const QString folder = m_folder.filePath(QStringLiteral("replaced"));
    putPictures(folder, 6);
    const auto texts = [&] {
      QStringList all;
      for (const QString& name : QDir(folder).entryList({QStringLiteral("*.txt")}, QDir::Files, QDir::Name))
        all.append(textOf(folder + QLatin1Char('/') + name));
      return all;
    };
    {
      Window window(m_folder.filePath(QStringLiteral("profile10")));
      window.openFolder(folder, m_model);
      window.press("captionMain");
      window.settle();
      const QStringList before = texts();
      const QSignalSpy finished(&window.host, &JobHost::finished);
      window.press("captionReplace");
      auto* dialog = window.page->findChild<ReplaceDialog*>(QStringLiteral("replaceDialog"));
      QVERIFY(dialog != nullptr);
      dialog->findChild<QCheckBox*>(QStringLiteral("replaceRegular"))->setChecked(true);
      dialog->findChild<QLineEdit*>(QStringLiteral("replaceFind"))->setText(QStringLiteral("(?s)^.*$"));
      dialog->findChild<QLineEdit*>(QStringLiteral("replaceWith"))->setText(QStringLiteral("Replaced."));
      auto* apply = dialog->findChild<QAbstractButton*>(QStringLiteral("replaceApply"));
      QTRY_VERIFY_WITH_TIMEOUT(apply->isEnabled(), kPatience);
      QTest::mouseClick(apply, Qt::LeftButton);
      QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
      QCOMPARE(texts(), QStringList(6, QStringLiteral("Replaced.")));
      window.find<QTableView>("captionTable")->setFocus();
      QTest::keyClick(window.find<QTableView>("captionTable"), Qt::Key_Z, Qt::ControlModifier);
      QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 2, kPatience);
      QCOMPARE(texts(), before);
      QCOMPARE(window.page->rows().count(CaptionRow::State::kAccepted), 0);
      QTest::keyClick(window.find<QTableView>("captionTable"), Qt::Key_Z,
                      Qt::ControlModifier | Qt::ShiftModifier);
      QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 3, kPatience);
      QCOMPARE(texts(), QStringList(6, QStringLiteral("Replaced.")));
      QCOMPARE(window.page->rows().count(CaptionRow::State::kAccepted), 6);
    }
    Window window(m_folder.filePath(QStringLiteral("profile10")));
    window.openFolder(folder, m_model);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().count(CaptionRow::State::kAccepted), 6, kPatience);
  }

  void aModelStaysInUseWhileCaptionsAreMadeWithIt() {
    const QString folder = m_folder.filePath(QStringLiteral("busy"));
    putPictures(folder, 40);
    const QString other = m_folder.filePath(QStringLiteral("other.gguf"));
    QVERIFY(QFile::copy(m_model, other));
    Window window(m_folder.filePath(QStringLiteral("profile11")));
    window.find<QSpinBox>("captionTokens")->setValue(60);
    window.openFolder(folder, m_model);
    window.press("captionMain");
    QTRY_VERIFY_WITH_TIMEOUT(window.page->rows().count(CaptionRow::State::kDone) > 0, kPatience);
    const QSignalSpy refused(&window.session, &ModelSession::refused);
    window.session.open({.model = other});
    QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, kPatience);
    QCOMPARE(window.session.state(), ModelSession::State::kReady);
    QCOMPARE(window.session.options().model, m_model);
    QCOMPARE(window.page->state(), CaptionPage::State::kRunning);
    QString told;
    for (const Banner* banner : window.window.findChildren<Banner*>())
      if (banner->isVisible()) told += banner->text();
    QVERIFY2(told.contains(QStringLiteral("other.gguf was not loaded")) &&
                 told.contains(QStringLiteral("Captions are being made")),
             qPrintable(told));
    // Neither is another folder opened, and that is said.
    const QString elsewhere = m_folder.filePath(QStringLiteral("elsewhere"));
    QDir().mkpath(elsewhere);
    window.page->openFiles({folder + QStringLiteral("/harbour-0.png")});
    QVERIFY2(!window.line().contains(QStringLiteral("was not opened")), qPrintable(window.line()));
    window.page->openFiles({elsewhere});
    QVERIFY2(window.line().contains(elsewhere + QStringLiteral(" was not opened")),
             qPrintable(window.line()));
    QCOMPARE(window.find<QLineEdit>("captionFolder")->text(), folder);
    window.press("captionMain");
    window.settle();
    window.session.open({.model = other});
    QTRY_COMPARE_WITH_TIMEOUT(window.session.options().model, other, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(window.session.state(), ModelSession::State::kReady, kPatience);
    window.session.open({.model = m_folder.filePath(QStringLiteral("absent.gguf"))});
    QTRY_COMPARE_WITH_TIMEOUT(window.session.state(), ModelSession::State::kFailed, kPatience);
  }

  /// With all its buttons and sentences, at the size of the first start and the least one.
  void nothingIsCutOffOrOverlaps() {
    const QString folder = m_folder.filePath(QStringLiteral("layout"));
    putPictures(folder, 5);
    put(folder + QStringLiteral("/broken.jpg"), "no picture");
    put(folder + QStringLiteral("/harbour-0.txt"), "An old harbour.\n");
    Window window(m_folder.filePath(QStringLiteral("profile12")));
    auto* existing = window.find<QComboBox>("captionExisting");
    existing->setCurrentIndex(existing->findData(QStringLiteral("replace")));
    window.openFolder(folder, m_model);
    window.press("captionMain");
    window.settle();
    window.find<QPlainTextEdit>("captionPrompt")->setPlainText(QStringLiteral("What is in {stem}?"));
    window.find<QTableView>("captionTable")->selectRow(1);
    const QDir pictures(QStringLiteral(LAPILLI_BUILD_FOLDER "/screenshots"));
    pictures.mkpath(QStringLiteral("."));
    QStringList wrong;
    auto* tabs = window.find<QTabBar>("pageParts");
    const auto look = [&](const QString& name) {
      QElapsedTimer since;
      since.start();
      do QTest::qWait(50);  // layouts settle when they like
      while (!misplaced(*window.page).isEmpty() && since.elapsed() < 5000);
      for (const QString& what : misplaced(*window.page)) wrong.append(name + QStringLiteral(": ") + what);
      window.window.grab().save(pictures.filePath(name + QStringLiteral(".png")));
    };
    for (const char* appearance : {"light", "dark"}) {
      for (const char* language : {"en", "zh_CN", "zh_TW"}) {
        for (const QSize size : {QSize(1160, 760), QSize(720, 520)}) {
          window.theme.use(QLatin1String(appearance));
          window.languages.use(QLatin1String(language));
          window.window.resize(size);
          QTest::qWait(50);
          QCOMPARE(tabs->isVisible(), size.width() == 720);
          QCOMPARE(window.line().startsWith(QStringLiteral("Done: 5")), QLatin1String(language) == "en");
          for (int part = 0; part < (tabs->isVisible() ? 2 : 1); ++part) {
            tabs->setCurrentIndex(part);
            const QString name = QStringLiteral("captions-%1-%2-%3-%4")
                                     .arg(size.width())
                                     .arg(part)
                                     .arg(QLatin1String(language), QLatin1String(appearance));
            look(name);
            if (!window.find<QTableView>("captionTable")->isVisible()) continue;
            window.press("captionOneByOne");
            look(name + QStringLiteral("-one"));
            window.press("captionOneByOne");
          }
        }
      }
    }
    for (const QString& what : std::as_const(wrong)) qWarning("%s", qPrintable(what));
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.value(0)));
    QVERIFY2(window.find<QTableView>("captionTable")->columnWidth(CaptionRows::kAfter) >= 120,
             "no room for the new texts");
  }

  void aRunIsPausedAndGoesOn() {
    const QString folder = m_folder.filePath(QStringLiteral("many"));
    putPictures(folder, 60);
    Window window(m_folder.filePath(QStringLiteral("profile6")));
    window.openFolder(folder, m_model);
    window.press("captionTry");
    window.settle();
    QVERIFY2(window.find<QAbstractButton>("captionMain")
                 ->text()
                 .startsWith(QStringLiteral("Caption 60 pictures, about ")),
             qPrintable(window.find<QAbstractButton>("captionMain")->text()));
    window.press("captionMain");
    QTRY_VERIFY_WITH_TIMEOUT(window.page->rows().count(CaptionRow::State::kDone) > 0, kPatience);
    window.page->usePrompts(promptsOf("Not now?"));
    QVERIFY2(window.line().contains(QStringLiteral("The prompts were not taken over")),
             qPrintable(window.line()));
    window.press("captionPause");
    QCOMPARE(window.page->state(), CaptionPage::State::kFinishing);
    window.settle();
    const qsizetype done = window.page->rows().count(CaptionRow::State::kDone);
    QVERIFY2(done < 60, "the pause came too late to be seen");
    QVERIFY(window.line().startsWith(QStringLiteral("Stopped")));
    window.press("captionResume");
    window.settle();
    QCOMPARE(window.page->rows().count(CaptionRow::State::kDone), 60);
    QCOMPARE(QDir(folder).entryList({QStringLiteral("*.txt")}).size(), 60);
    QVERIFY(!window.find<QAbstractButton>("captionResume")->isVisible());
  }

  void eachQuestionGoesToItsOwnField() {
    const QString folder = m_folder.filePath(QStringLiteral("questions"));
    putPictures(folder, 2);
    Window window(m_folder.filePath(QStringLiteral("profile7")));
    window.find<QSpinBox>("captionTokens")->setValue(32);
    window.openFolder(folder, m_model);
    auto* main = window.find<QAbstractButton>("captionMain");
    auto* field = window.find<QLineEdit>("captionField");
    window.press("captionQuestionAdd");
    QCOMPARE(field->text(), QStringLiteral("tags"));
    QCOMPARE(main->text(), QStringLiteral("Write a prompt"));
    window.find<QPlainTextEdit>("captionPrompt")->setPlainText(QStringLiteral("Which of them is in {stem}?"));
    field->setText(QStringLiteral("caption"));
    QCOMPARE(main->text(), QStringLiteral("Give each question its own field"));
    field->setText(QStringLiteral("thing"));
    auto* kind = window.find<QComboBox>("formatKind");
    QCOMPARE(kind->count(), 14);
    kind->setCurrentIndex(kind->findData(QStringLiteral("tags")));
    window.find<QPlainTextEdit>("formatTags")->setPlainText(QStringLiteral("boat\ntree"));
    window.find<QAbstractButton>("captionOutput_csv")->setChecked(true);
    QTRY_COMPARE_WITH_TIMEOUT(window.find<QLabel>("captionPreview")->text(),
                              QStringLiteral("For harbour-0.png: Which of them is in harbour-0?"), kPatience);
    QCOMPARE(main->text(), QStringLiteral("Look at the folder"));
    window.press("captionMain");
    window.settle();
    window.press("captionMain");
    window.settle();
    const QString csv = textOf(folder + QStringLiteral("/captions.csv"));
    QVERIFY2(csv.startsWith(QStringLiteral("file,caption,thing\r\n")), qPrintable(csv));
    const CaptionRow* row = window.page->rows().find(QStringLiteral("harbour-0.png"));
    QCOMPARE(row->after, textOf(folder + QStringLiteral("/harbour-0.txt")));
    const QStringList possible = {QStringLiteral("thing: boat"), QStringLiteral("thing: tree"),
                                  QStringLiteral("thing: boat, tree"), QStringLiteral("thing: tree, boat")};
    QVERIFY2(possible.contains(row->more), qPrintable(row->more));
  }

  /// Ratings of a sidecar that another program wrote, dates and sizes of files.
  void aFilterReadsWhatIsInTheFiles() {
    const QString folder = m_folder.filePath(QStringLiteral("facts"));
    putPictures(folder, 4);
    put(folder + QStringLiteral("/street-2.png.xmp"),
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
        "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        "<rdf:Description rdf:about='' xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='4'/></rdf:RDF>"
        "</x:xmpmeta>");
    QFile orchard(folder + QStringLiteral("/orchard-1.png"));
    QVERIFY(orchard.open(QIODevice::Append));
    QVERIFY(
        orchard.setFileTime(QDateTime(QDate(2021, 3, 9), QTime(12, 0)), QFileDevice::FileModificationTime));
    orchard.close();
    Window window(m_folder.filePath(QStringLiteral("profile13")));
    window.page->openFiles({folder});
    QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().total(), 4, kPatience);
    const auto shown = [&](const char* filter) {
      window.find<QLineEdit>("captionFilterText")->setText(QLatin1String(filter));
      QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().filter().text, QLatin1String(filter), kPatience);
    };
    const auto paths = [&] {
      QStringList all;
      for (int index = 0; index < window.page->rows().matching(); ++index)
        all.append(window.page->rows().row(index)->path);
      return all;
    };
    shown("rating:>=4");
    QTRY_COMPARE_WITH_TIMEOUT(paths(), QStringList{QStringLiteral("street-2.png")}, kPatience);
    shown("NOT rating:>=4 NOT date:2021");
    QTRY_COMPARE_WITH_TIMEOUT(
        paths(), (QStringList{QStringLiteral("harbour-0.png"), QStringLiteral("meadow-3.png")}), kPatience);
    shown("date:2021-03-09");
    QTRY_COMPARE_WITH_TIMEOUT(paths(), QStringList{QStringLiteral("orchard-1.png")}, kPatience);
    shown("size:>100B size:<1MB");
    QTRY_COMPARE_WITH_TIMEOUT(paths().size(), 4, kPatience);
    shown("size:>1MB");
    QTRY_COMPARE_WITH_TIMEOUT(paths().size(), 0, kPatience);
  }

  void aFolderIsOpened() {
    const QString folder = m_folder.filePath(QStringLiteral("dropped"));
    putPictures(folder, 1);
    Window window(m_folder.filePath(QStringLiteral("profile8")));
    window.page->openFiles({folder});
    QCOMPARE(window.find<QLineEdit>("captionFolder")->text(), folder);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().total(), 1, kPatience);
  }

  /// A picture is called gone where somebody has looked for it alone.
  void aPictureThatCannotBeShownIsSaidToBe() {
    const QString folder = m_folder.filePath(QStringLiteral("looked"));
    putPictures(folder, 1);
    Window window(m_folder.filePath(QStringLiteral("profile15")));
    window.page->showPicture(QStringLiteral("/no/such/folder"), QStringLiteral("a.png"));
    QCOMPARE(window.line(), QStringLiteral("There is no folder /no/such/folder."));
    QCOMPARE(window.find<QLineEdit>("captionFolder")->text(), QString());
    const QString gone = QStringLiteral("gone.png");
    const QSignalSpy finished(&window.host, &JobHost::finished);
    const QSignalSpy failed(&window.host, &JobHost::failed);
    auto* prompt = window.find<QPlainTextEdit>("captionPrompt");
    prompt->setPlainText(QString());
    window.page->showPicture(folder, gone);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);  // nothing is looked for without a prompt
    QTRY_COMPARE(window.line(), QString());
    prompt->setPlainText(QStringLiteral("{nonsense}"));
    window.page->showPicture(folder, gone);
    QTRY_VERIFY_WITH_TIMEOUT(failed.count() > 0 && finished.count() > 1, kPatience);
    QTRY_VERIFY2(window.line().contains(QStringLiteral("{nonsense}")), qPrintable(window.line()));
    prompt->setPlainText(QStringLiteral("What is it?"));
    window.page->showPicture(folder, gone);
    QTRY_COMPARE_WITH_TIMEOUT(
        window.line(), QStringLiteral("gone.png is no longer among the pictures of this folder."), kPatience);
  }

  void promptsThatAreKeptNowhereAreReplacedAfterAQuestion() {
    Window window(m_folder.filePath(QStringLiteral("profile16")));
    auto* prompt = window.find<QPlainTextEdit>("captionPrompt");
    const auto question = [&] {
      return window.page->findChild<QMessageBox*>(QStringLiteral("captionPromptsQuestion"));
    };
    const auto answer = [&](QMessageBox::ButtonRole role) {
      window.page->usePrompts(promptsOf("Theirs?"));
      QVERIFY(question() != nullptr);
      QCOMPARE(prompt->toPlainText(), QStringLiteral("Mine?"));
      for (QAbstractButton* button : question()->buttons())
        if (question()->buttonRole(button) == role) QTest::mouseClick(button, Qt::LeftButton);
      QTRY_VERIFY(question() == nullptr);
    };
    window.page->usePrompts(promptsOf("At first?"));
    QVERIFY2(question() == nullptr, "nothing was written");
    QCOMPARE(prompt->toPlainText(), QStringLiteral("At first?"));
    prompt->setPlainText(QStringLiteral("Mine?"));
    answer(QMessageBox::RejectRole);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("Mine?"));
    answer(QMessageBox::DestructiveRole);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("Theirs?"));
    window.page->usePrompts(promptsOf("Others?"));
    QVERIFY(question() == nullptr);
    QCOMPARE(prompt->toPlainText(), QStringLiteral("Others?"));
  }

  void aWrongPlaceholderIsSaidBeforeTheRun() {
    const QString folder = m_folder.filePath(QStringLiteral("few"));
    putPictures(folder, 2);
    Window window(m_folder.filePath(QStringLiteral("profile2")));
    window.find<QPlainTextEdit>("captionPrompt")->setPlainText(QStringLiteral("{nonsense}"));
    window.page->openFiles({folder});
    QTRY_VERIFY_WITH_TIMEOUT(
        window.find<QLabel>("captionLine")->text().contains(QStringLiteral("{nonsense}")), kPatience);
  }

  void everyControlHasAnAccessibleName() {
    Window window(m_folder.filePath(QStringLiteral("profile3")));
    for (const QWidget* widget : window.page->findChildren<QWidget*>()) {
      if (widget->focusPolicy() == Qt::NoFocus || !widget->objectName().startsWith(QStringLiteral("caption")))
        continue;
      const QAccessibleInterface* accessible =
          QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
      QVERIFY2(accessible != nullptr && !accessible->text(QAccessible::Name).isEmpty(),
               qPrintable(widget->objectName()));
    }
  }

  /// LAPILLI_FILES: how many; 100 000 is what the page is made for.
  void aLargeFolderIsShownWhileItIsScanned() {
    const int count = qEnvironmentVariableIntValue("LAPILLI_FILES") > 0
                          ? qEnvironmentVariableIntValue("LAPILLI_FILES")
                          : 3000;
    const QString folder = m_folder.filePath(QStringLiteral("large"));
    putPictures(folder, 1);
    for (int index = 0; index < count; ++index) {
      QFile file(QStringLiteral("%1/%2.jpg").arg(folder).arg(index));
      QVERIFY(file.open(QIODevice::WriteOnly));
      QVERIFY(file.resize(1 << 20));  // takes no room
    }
    Window window(m_folder.filePath(QStringLiteral("profile4")));
    QTRY_COMPARE_WITH_TIMEOUT(window.host.state(), JobHost::State::kStopped, kPatience);
    window.host.start();
    QTRY_COMPARE_WITH_TIMEOUT(window.host.state(), JobHost::State::kReady, kPatience);
    const Heartbeat heartbeat;
    QElapsedTimer since;
    since.start();
    window.page->openFiles({folder});
    QTRY_VERIFY_WITH_TIMEOUT(window.page->rows().total() > 0, kPatience);
    const qint64 firstMs = since.elapsed();
    QTRY_COMPARE_WITH_TIMEOUT(window.page->rows().total(), count + 1, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(window.page->state(), CaptionPage::State::kIdle, kPatience);
    // A filter over all of them.
    window.find<QLineEdit>("captionFilterText")->setText(QStringLiteral("77.JPG"));
    QTRY_VERIFY_WITH_TIMEOUT(
        window.page->rows().filter().text == QLatin1String("77.JPG") && window.page->rows().isFiltered(),
        kPatience);
    QCOMPARE(window.page->rows().matching(), count / 100);
    std::printf("%d files: first rows after %lld ms, all after %lld ms, longest gap %.1f ms, %lld MiB\n",
                count, static_cast<long long>(firstMs), static_cast<long long>(since.elapsed()),
                heartbeat.longestMs, static_cast<long long>(residentMiB()));
    QVERIFY(residentMiB() < 600);
    QVERIFY2(heartbeat.longestMs <= 50, "a gap of more than 50 ms");
    if (qEnvironmentVariableIsSet("LAPILLI_FILES")) QVERIFY2(firstMs <= 1000, "first rows after a second");
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionPageTest)
#include "caption_page_test.moc"
