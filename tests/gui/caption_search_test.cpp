// SPDX-License-Identifier: Apache-2.0
// The search over captions and prompts, in journals as the engine writes them.
#include "app/gui/chat/caption_search.h"
#include "app/captions/journal.h"
#include "app/gui/batch/captioned_folders.h"
#include "tests/gui/desktop_fixture.h"

#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QTableView>

#include <array>
#include <ctime>

namespace lapilli::test {

using namespace gui;

class CaptionSearchTest : public QObject, DesktopFixture {
  Q_OBJECT

 private:
  static constexpr const char* kSettings = R"({"questions": [{"field": "caption", "prompt": "%1"}]})";

  CaptionSources m_sources;
  std::unique_ptr<CaptionSearch> m_search;

  QString folder(const QString& name) {
    const QString path = m_folder->filePath(name);
    QDir().mkpath(path + QStringLiteral("/.lapilli"));
    if (!m_sources.folders.contains(path)) m_sources.folders.append(path);
    return path;
  }
  static std::string fileOf(const QString& folder, const char* part = "") {
    return folder.toStdString() + "/.lapilli/journal" + part + ".sqlite";
  }
  /// A run that has written a text for each of these pictures.
  static int64_t write(captions::Journal& journal, const QMap<QString, QString>& texts,
                       const QString& prompt = QStringLiteral("Describe it.")) {
    std::vector<captions::PictureRow> rows;
    for (const QString& path : texts.keys())
      rows.push_back({.number = static_cast<int64_t>(rows.size()) + 1, .path = path.toStdString()});
    const int64_t run = journal.begin_run(QString::fromUtf8(kSettings).arg(prompt).toStdString(), "{}", rows);
    for (const captions::PictureRow& row : rows) {
      const std::string text = texts.value(QString::fromStdString(row.path)).toStdString();
      journal.set_answered(run, row.number, {{"caption", text}, {"model:caption", "what the model said"}}, {},
                           {});
      journal.set_done(run, row.number);
    }
    journal.end_run(run);
    return run;
  }
  CaptionSearchResult find(const QString& query, int limit = 200) {
    QSignalSpy found(m_search.get(), &CaptionSearch::found);
    const quint64 serial = m_search->search(query, m_sources, limit);
    while (found.isEmpty() && found.wait(kPatienceMs)) {
    }
    const auto result =
        found.isEmpty() ? CaptionSearchResult{} : found.takeFirst()[0].value<CaptionSearchResult>();
    if (result.serial != serial) qFatal("the wrong search was answered");
    return result;
  }
  QStringList hits(const QString& query) {
    QStringList paths;
    for (const CaptionHit& hit : find(query).hits)
      paths.append(hit.path.isEmpty() ? QStringLiteral("prompts: ") + hit.prompts.text() : hit.path);
    return paths;
  }
  void search(const QString& words) {
    QTest::keyClick(&m_desktop->window(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    find<QLineEdit>("searchWords")->clear();
    find<QLineEdit>("searchWords")->setText(words);
  }
  void clickHit(int row) {
    auto* list = find<QListWidget>("hits");
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(row)).center());
  }
  QString tableAt() {
    const auto* table = find<QTableView>("captionTable");
    return table->currentIndex().siblingAtColumn(0).data().toString();
  }
  using DesktopFixture::find;

 private slots:
  void init() {
    begin();
    m_sources = {};
    m_search = std::make_unique<CaptionSearch>();
  }
  void cleanup() {
    m_search.reset();
    end();
  }

  void wordsOfEveryLengthAreFound() {
    const QString pictures = folder(QStringLiteral("a picture %41 ?#"));
    {
      captions::Journal journal(fileOf(pictures));
      write(journal, {{QStringLiteral("one.png"), QStringLiteral("一只橙色的猫坐在窗台上")},
                      {QStringLiteral("sub/two.png"), QStringLiteral("An Orange boat, ＦＵＬＬ of fish")}});
    }
    const QStringList one{QStringLiteral("one.png")}, two{QStringLiteral("sub/two.png")};
    QCOMPARE(hits(QStringLiteral("橙色")), one);
    QCOMPARE(hits(QStringLiteral("猫")), one);
    QCOMPARE(hits(QStringLiteral("窗台 橙色")), one);
    QCOMPARE(hits(QStringLiteral("orange")), two);
    QCOMPARE(hits(QStringLiteral("full \"an orange\"")), two);
    QCOMPARE(hits(QStringLiteral("\"orange an\"")), QStringList());
    QCOMPARE(hits(QStringLiteral("橙色 orange")), QStringList());
    QCOMPARE(hits(QStringLiteral("what the model said")), QStringList());
    const CaptionHit hit = find(QStringLiteral("BOAT")).hits.front();
    QCOMPARE(hit.folder, pictures);
    QCOMPARE(hit.snippet.text, QStringLiteral("An Orange boat, ＦＵＬＬ of fish"));
    // Nothing was left in the user's folder.
    QCOMPARE(QDir(pictures + QStringLiteral("/.lapilli")).entryList(QDir::Files | QDir::Hidden),
             QStringList{QStringLiteral("journal.sqlite")});
  }

  void theNewestTextOfAPictureCounts() {
    const QString pictures = folder(QStringLiteral("pictures"));
    int64_t second = 0;
    {
      captions::Journal journal(fileOf(pictures));
      write(journal, {{QStringLiteral("a.png"), QStringLiteral("first boat")},
                      {QStringLiteral("b.png"), QStringLiteral("second boat")},
                      {QStringLiteral("c.png"), QStringLiteral("third boat")}});
      second = write(journal, {{QStringLiteral("a.png"), QStringLiteral("a train")}});
    }
    {
      captions::Journal part(fileOf(pictures, "-2-2"));
      write(part, {{QStringLiteral("d.png"), QStringLiteral("fourth boat")}});
    }
    QCOMPARE(hits(QStringLiteral("boat")),
             (QStringList{QStringLiteral("d.png"), QStringLiteral("b.png"), QStringLiteral("c.png")}));
    QCOMPARE(hits(QStringLiteral("train")), QStringList{QStringLiteral("a.png")});
    {
      captions::Journal journal(fileOf(pictures));
      journal.set_rejected(1, std::array<int64_t, 1>{3});
      journal.mark_undone(second, false);
    }
    QCOMPARE(hits(QStringLiteral("train")), QStringList());
    QCOMPARE(hits(QStringLiteral("boat")),
             (QStringList{QStringLiteral("d.png"), QStringLiteral("a.png"), QStringLiteral("b.png")}));
    const CaptionSearchResult few = find(QStringLiteral("boat"), 2);
    QVERIFY(few.hits.size() == 2 && few.more);
    QVERIFY(QDir(pictures).removeRecursively());
    QCOMPARE(hits(QStringLiteral("boat")), QStringList());
  }

  void promptsAreFoundEachOnce() {
    const QString pictures = folder(QStringLiteral("pictures"));
    {
      captions::Journal journal(fileOf(pictures));
      write(journal, {{QStringLiteral("a.png"), QStringLiteral("x")}}, QStringLiteral("这张图片里有什么"));
      write(journal, {{QStringLiteral("a.png"), QStringLiteral("x")}}, QStringLiteral("List the boats"));
      write(journal, {{QStringLiteral("a.png"), QStringLiteral("x")}}, QStringLiteral("List the boats"));
    }
    m_sources.presets = m_folder->filePath(QStringLiteral("presets"));
    QDir().mkpath(m_sources.presets);
    QFile preset(m_sources.presets + QStringLiteral("/harbour.json"));
    QVERIFY(preset.open(QIODevice::WriteOnly));
    preset.write(
        R"({"questions": [{"field": "a", "prompt": "Which boats?"}, {"field": "b", "prompt": "Whose?"}]})");
    preset.close();
    m_sources.lastUsed = QJsonArray{QJsonObject{{QStringLiteral("prompt"), QStringLiteral("Any boats?")}}};
    QCOMPARE(hits(QStringLiteral("图片")), QStringList{QStringLiteral("prompts: 这张图片里有什么")});
    QCOMPARE(hits(QStringLiteral("boats")),
             (QStringList{QStringLiteral("prompts: Which boats?\nWhose?"),
                          QStringLiteral("prompts: Any boats?"), QStringLiteral("prompts: List the boats")}));
    QCOMPARE(hits(QStringLiteral("harbour whose")),
             QStringList{QStringLiteral("prompts: Which boats?\nWhose?")});
  }

  void aJournalThatARunHasIsReadWhenItIsFree() {
    const QString pictures = folder(QStringLiteral("pictures"));
    {
      captions::Journal journal(fileOf(pictures));
      write(journal, {{QStringLiteral("a.png"), QStringLiteral("a boat")}});
    }
    QCOMPARE(hits(QStringLiteral("boat")), QStringList{QStringLiteral("a.png")});
    {
      captions::Journal journal(fileOf(pictures));
      write(journal, {{QStringLiteral("b.png"), QStringLiteral("another boat")}});
      const CaptionSearchResult meanwhile = find(QStringLiteral("boat"));
      QCOMPARE(meanwhile.unread, 1);
      QCOMPARE(meanwhile.hits.size(), 1);  // as it was known
    }
    QCOMPARE(find(QStringLiteral("boat")).unread, 0);
    QCOMPARE(hits(QStringLiteral("boat")), (QStringList{QStringLiteral("a.png"), QStringLiteral("b.png")}));
    // What is no journal is said too, and takes nothing from the others.
    QFile damaged(QString::fromStdString(fileOf(folder(QStringLiteral("other")))));
    QVERIFY(damaged.open(QIODevice::WriteOnly));
    damaged.write(QByteArray(5000, 'x'));
    damaged.close();
    const CaptionSearchResult result = find(QStringLiteral("boat"));
    QCOMPARE(result.unread, 1);
    QCOMPARE(result.hits.size(), 2);
  }

  void journalsOfAnotherVersionAreNotGuessedAt() {
    const QString pictures = folder(QStringLiteral("pictures"));
    {
      captions::Journal journal(fileOf(pictures));
      write(journal, {{QStringLiteral("a.png"), QStringLiteral("a boat")}});
    }
    const auto setVersion = [&](const std::string& version) {
      captions::Database(fileOf(pictures)).execute(("PRAGMA user_version = " + version).c_str());
      m_search->forget();
    };
    for (const char* version : {"5", "0", "-1"}) {
      setVersion(version);
      const CaptionSearchResult result = find(QStringLiteral("boat"));
      QCOMPARE(result.unread, 1);
      QVERIFY2(result.hits.isEmpty(), version);
    }
    for (const char* version : {"1", "4"}) {
      setVersion(version);
      const CaptionSearchResult result = find(QStringLiteral("boat"));
      QCOMPARE(result.unread, 0);
      QCOMPARE(result.hits.size(), 1);
    }
  }

  void noMoreIsKeptInMemoryThanTheLimit() {
    QStringList folders;
    for (const char* name : {"one", "two"}) {
      folders.append(folder(QLatin1String(name)));
      captions::Journal journal(fileOf(folders.back()));
      write(journal, {{QStringLiteral("a.png"), QString(100, QLatin1Char('x')) + QStringLiteral(" boat")}});
    }
    m_search = std::make_unique<CaptionSearch>(nullptr, 400);  // of one
    QCOMPARE(find(QStringLiteral("boat")).hits.size(), 2);
    // While runs have them, what is kept is what is found.
    captions::Journal first(fileOf(folders[0]));
    captions::Journal second(fileOf(folders[1]));
    write(first, {{QStringLiteral("b.png"), QStringLiteral("y")}});
    write(second, {{QStringLiteral("b.png"), QStringLiteral("y")}});
    const CaptionSearchResult result = find(QStringLiteral("boat"));
    QCOMPARE(result.unread, 2);
    QCOMPARE(result.hits.size(), 1);
    QCOMPARE(result.hits.front().folder, folders[0]);
  }

  void aJournalThatHoldsTooMuchIsNotTakenIntoMemory() {
    const QString pictures = folder(QStringLiteral("pictures"));
    {
      captions::Journal journal(fileOf(pictures));
      write(journal, {{QStringLiteral("a.png"), QString(1000, QLatin1Char('x'))}});
    }
    const QString file = QString::fromStdString(fileOf(pictures));
    // The text as it is and as it is compared, the path, the settings.
    const qint64 bytes = 2000 + 5 + QString::fromUtf8(kSettings).arg(QStringLiteral("Describe it.")).size();
    QVERIFY(!readCaptionJournal(file, pictures, bytes - 1));
    QVERIFY(readCaptionJournal(file, pictures, bytes));
  }

  void aHundredThousandCaptionsAreQuicklyLookedThrough() {
    for (int number = 0; number < 10; ++number) {
      const QString pictures = folder(QStringLiteral("f%1").arg(number));
      captions::Journal(fileOf(pictures)).begin_run(kSettings, "{}", {});
      captions::Database database(fileOf(pictures));
      database.transaction([&] {
        auto picture = database.prepare(
            "INSERT INTO picture (run, number, path, state, decision) VALUES (1, ?1, ?2, 2, 0)");
        auto answer =
            database.prepare("INSERT INTO answer (run, picture, field, text) VALUES (1, ?1, 'caption', ?2)");
        for (int64_t at = 1; at <= 10'000; ++at) {
          picture.bind(at, std::to_string(at) + ".png").run();
          answer
              .bind(at, "A harbour with boats, houses and a red lantern near the bridge number " +
                            std::to_string(at) + (at == 5000 ? ", 一只橙色的猫" : ""))
              .run();
        }
      });
    }
    QCOMPARE(find(QStringLiteral("harbour")).hits.size(), 200);
    for (const QString& query :
         {QStringLiteral("橙色"), QStringLiteral("zzz"), QStringLiteral("red \"number 5000\"")}) {
      const std::clock_t begin = std::clock();
      const CaptionSearchResult result = find(query);
      const double ms = 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
      QCOMPARE(result.hits.size(), query == QStringLiteral("zzz") ? 0 : 10);
      QVERIFY2(ms <= 100, qPrintable(QStringLiteral("%1: %2 ms").arg(query).arg(ms)));
    }
  }

  void hitsOpenTheirPictureAndTheirPrompts() {
    const QString pictures = folder(QStringLiteral("pictures"));
    QDir().mkpath(pictures + QStringLiteral("/sub"));
    for (const char* name : {"/a.png", "/sub/b.png", "/sub/c.png"})
      QVERIFY(QFile::copy(drawnPicture(m_folder->path()), pictures + QLatin1String(name)));
    {
      captions::Journal journal(fileOf(pictures));
      write(journal,
            {{QStringLiteral("a.png"), QStringLiteral("A house")},
             {QStringLiteral("sub/b.png"), QStringLiteral("一只橙色的猫")},
             {QStringLiteral("sub/c.png"), QStringLiteral("A lighthouse")},
             {QStringLiteral("sub/gone.png"), QStringLiteral("A zeppelin")}},
            QStringLiteral("Which boats are there?"));
    }
    openWith(std::make_unique<EngineProcess>(QStringLiteral(LAPILLI_PROGRAM),
                                             QStringList{QStringLiteral("serve")}),
             m_folder->filePath(QStringLiteral("no model")));
    noteCaptionedFolder(m_desktop->settings(), pictures);
    QVERIFY(m_desktop->store().createChat({.title = QStringLiteral("橙色 and house")}).ok());
    search(QStringLiteral("橙色"));
    auto* list = find<QListWidget>("hits");
    const auto texts = [list] {
      QStringList all;
      for (int row = 0; row < list->count(); ++row) all.append(list->item(row)->text());
      return all;
    };
    QTRY_COMPARE_WITH_TIMEOUT(list->count(), 2, kPatienceMs);  // chats first
    QCOMPARE(list->item(1)->text(), QStringLiteral("Caption: sub/b.png\n一只橙色的猫"));
    QTRY_COMPARE(find<QLabel>("searchSummary")->text(), QStringLiteral("2 hits"));
    clickHit(1);
    QCOMPARE(m_desktop->window().currentPage(), QStringLiteral("captions"));
    QTRY_COMPARE_WITH_TIMEOUT(tableAt(), QStringLiteral("sub/b.png"), kPatienceMs);
    QTRY_VERIFY(find("captionTable")->hasFocus());
    // A filter makes way.
    find<QLineEdit>("captionFilterText")->setText(QStringLiteral("lighthouse"));
    QTRY_COMPARE_WITH_TIMEOUT(find<QTableView>("captionTable")->model()->rowCount(), 1, kPatienceMs);
    search(QStringLiteral("\"A house\""));
    QTRY_COMPARE_WITH_TIMEOUT(texts(), QStringList{QStringLiteral("Caption: a.png\nA house")}, kPatienceMs);
    list->setCurrentRow(0);
    QTest::keyClick(list, Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(tableAt(), QStringLiteral("a.png"), kPatienceMs);
    // One that is not there any more.
    search(QStringLiteral("zeppelin"));
    QTRY_COMPARE_WITH_TIMEOUT(texts(), QStringList{QStringLiteral("Caption: sub/gone.png\nA zeppelin")},
                              kPatienceMs);
    clickHit(0);
    QTRY_VERIFY_WITH_TIMEOUT(
        find<QLabel>("captionLine")->text().startsWith(QStringLiteral("sub/gone.png is no longer among")),
        kPatienceMs);
    // Prompts.
    search(QStringLiteral("which boats"));
    QTRY_COMPARE_WITH_TIMEOUT(texts(),
                              QStringList{QStringLiteral("Prompts used in pictures\nWhich boats are there?")},
                              kPatienceMs);
    clickHit(0);
    QCOMPARE(m_desktop->window().currentPage(), QStringLiteral("captions"));
    QCOMPARE(find<QPlainTextEdit>("captionPrompt")->toPlainText(), QStringLiteral("Which boats are there?"));
  }

  void whereCaptionsAreIsRemembered() {
    const QString pictures = folder(QStringLiteral("pictures"));
    QVERIFY(QFile::copy(drawnPicture(m_folder->path()), pictures + QStringLiteral("/a.png")));
    {
      captions::Journal journal(fileOf(pictures));
      write(journal, {{QStringLiteral("a.png"), QStringLiteral("A house")}});
    }
    openWith(std::make_unique<EngineProcess>(QStringLiteral(LAPILLI_PROGRAM),
                                             QStringList{QStringLiteral("serve")}),
             m_folder->filePath(QStringLiteral("no model")));
    QCOMPARE(captionedFolders(m_desktop->settings()), QStringList());
    m_desktop->window().openFiles({pictures});
    QTRY_COMPARE_WITH_TIMEOUT(captionedFolders(m_desktop->settings()), QStringList{pictures}, kPatienceMs);
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionSearchTest)
#include "caption_search_test.moc"
