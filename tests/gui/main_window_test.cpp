// SPDX-License-Identifier: Apache-2.0
#include "app/gui/main_window.h"
#include "app/gui/error_text.h"
#include "tests/gui/gui_fixture.h"

#include <QAbstractButton>
#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QRegularExpression>

namespace lapilli::test {

using namespace gui;

class MainWindowTest : public QObject {
  Q_OBJECT

 private slots:
  void pagesAreChosenByKeyAndFilesReachTheFirst() {
    QTemporaryDir folder;
    Settings settings(folder.filePath(QStringLiteral("s.ini")));
    Languages languages;
    languages.use(QStringLiteral("en"));
    Theme theme;
    theme.use(QStringLiteral("light"));
    const auto host = scriptedHost({});
    ModelSession session(*host);
    MainWindow window({settings, Folders::below(folder.path()), *host, session, theme, languages});
    window.addPage(
        QStringLiteral("one"), QStringLiteral("chat"), [] { return QStringLiteral("One"); }, new QLabel);
    window.addPage(
        QStringLiteral("two"), QStringLiteral("models"), [] { return QStringLiteral("Two"); }, new QLabel);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
    QTRY_COMPARE(window.currentPage(), QStringLiteral("two"));
    QTest::mouseClick(window.findChild<QAbstractButton*>(QStringLiteral("oneButton")), Qt::LeftButton);
    QCOMPARE(window.currentPage(), QStringLiteral("one"));
    window.showPage(QStringLiteral("two"));
    window.openFiles({QStringLiteral("/a.png")});
    QCOMPARE(window.currentPage(), QStringLiteral("one"));
  }

  void aMissingEngineIsSaidWithWhatToDo() {
    QTemporaryDir folder;
    Settings settings(folder.filePath(QStringLiteral("s.ini")));
    Languages languages;
    languages.use(QStringLiteral("en"));
    Theme theme;
    theme.use(QStringLiteral("dark"));
    EngineProcess host(QStringLiteral("/no/such/engine"), {});
    ModelSession session(host);
    MainWindow window({settings, Folders::below(folder.path()), host, session, theme, languages});
    window.show();
    session.open({.model = QStringLiteral("x")});
    auto* text = window.findChild<QLabel*>(QStringLiteral("bannerText"));
    QTRY_VERIFY(text->isVisible());
    QVERIFY(text->text().contains(QStringLiteral("can not be started")));
    QVERIFY(window.findChild<QAbstractButton*>(QStringLiteral("bannerAction"))->isVisible());
    languages.use(QStringLiteral("zh_CN"));
    QTRY_VERIFY(text->text().contains(QStringLiteral("无法启动")));
    languages.use(QStringLiteral("en"));
  }

  void failuresAreSaidInTheUsersLanguageAndPicturesAsPictures() {
    const Failure damaged{QStringLiteral("bad_file"), QStringLiteral("the PNG ends"), QString(),
                          QStringLiteral("picture")};
    Failure model = damaged;
    model.request = QStringLiteral("load");
    Languages languages;
    languages.use(QStringLiteral("en"));
    QVERIFY(!errorText(damaged).what.contains(QStringLiteral("model")));
    QVERIFY(errorText(model).what.contains(QStringLiteral("model")));
    languages.use(QStringLiteral("zh_CN"));
    for (const Failure& failure : {damaged, model}) {
      const ErrorText text = errorText(failure);
      QVERIFY(!text.what.contains(QLatin1Char('a')) && !text.todo.contains(QLatin1Char('a')));
      QCOMPARE(text.details, QStringLiteral("the PNG ends"));
    }
    languages.use(QStringLiteral("en"));
  }

  /// Those that the protocol names, each in words of its own.
  void notesAreSaidInTheUsersLanguage() {
    QFile protocol(QStringLiteral(LAPILLI_SOURCE_FOLDER "/app/cli/PROTOCOL.md"));
    QVERIFY(protocol.open(QIODevice::ReadOnly));
    static const QRegularExpression kNote(QStringLiteral("\\| `note` \\| `code` \\(stable: ([^)]*)\\)"));
    const QString listed = kNote.match(QString::fromUtf8(protocol.readAll())).captured(1);
    QStringList codes = QString(listed).remove(QLatin1Char('`')).split(QStringLiteral(", "));
    QVERIFY2(codes.size() >= 8, qPrintable(listed));
    codes.removeIf([](const QString& code) { return !isOfInterest(code); });
    Languages languages;
    for (const char* language : {"en", "zh_CN", "zh_TW"}) {
      languages.use(QLatin1String(language));
      const QString other = noteText(QStringLiteral("x"), {}).what;
      QStringList texts{other};
      for (const QString& code : codes) {
        const ErrorText text = noteText(code, QStringLiteral("as the engine says it"));
        QVERIFY2(!texts.contains(text.what), qPrintable(code));
        texts.append(text.what);
        QCOMPARE(text.details, QStringLiteral("as the engine says it"));
        const QString words = QString(text.what).remove(QStringLiteral("<image>"));
        QVERIFY2(QLatin1String(language) == QLatin1String("en") || !words.contains(QLatin1Char('a')),
                 qPrintable(words));
      }
    }
    languages.use(QStringLiteral("en"));
  }

  void settingsOutOfRangeReadAsDefaultsAndLaterVersionsAreKept() {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("s.ini"));
    {
      QSettings raw(file, QSettings::IniFormat);
      raw.setValue(QStringLiteral("version"), 99);
      raw.setValue(QStringLiteral("appearance"), QStringLiteral("pink"));
    }
    {
      Settings settings(file);
      QCOMPARE(settings.appearance(), QStringLiteral("system"));
      QVERIFY(QFile::exists(file + QStringLiteral(".version-99")));
      settings.setLanguage(QStringLiteral("zh_TW"));
      settings.setPresets({{QStringLiteral("mine"), Sampling{.temperature = 0.7, .topP = 0.9, .seed = 5}}});
    }
    QSettings(file, QSettings::IniFormat)
        .setValue(QStringLiteral("pictures/aspect"), QStringLiteral("twist"));
    const Settings again(file);
    QCOMPARE(again.language(), QStringLiteral("zh_TW"));
    QCOMPARE(again.aspect(), QStringLiteral("pad"));
    QCOMPARE(again.presets().value(QStringLiteral("mine")).seed.value_or(0), quint64{5});
    QCOMPARE(again.model().model, QStringLiteral("demo"));
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::MainWindowTest)
#include "main_window_test.moc"
