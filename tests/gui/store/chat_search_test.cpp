// SPDX-License-Identifier: Apache-2.0
#include "app/gui/store/chat_search.h"

#include "app/gui/store/chat_rows.h"
#include "app/gui/store/chat_store.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include <ctime>

namespace lapilli::gui {
namespace {

const QStringList kWords{"harbour", "lantern",  "orange", "between", "window", "slowly",  "the",     "a",
                         "of",      "mountain", "cat",    "red",     "circle", "picture", "shows",   "with",
                         "small",   "boats",    "near",   "bridge",  "橙色的", "猫坐在",  "窗台上",  "远处有",
                         "山和海",  "一只狗",   "草地",   "阳光",    "城市",   "夜晚的",  "灯光很亮"};

QString sentence(QRandomGenerator& random, int words) {
  QString text;
  for (int i = 0; i < words; ++i) text += kWords[random.bounded(kWords.size())] + (i % 9 == 8 ? ". " : " ");
  return text;
}

}  // namespace

class ChatSearchTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;
  std::unique_ptr<ChatStore> m_store;
  std::unique_ptr<ChatSearch> m_search;

  SearchResult find(const QString& query, int limit = 200) {
    QSignalSpy found(m_search.get(), &ChatSearch::found);
    const quint64 serial = m_search->search(query, limit);
    while (found.isEmpty() && found.wait(10000)) {
    }
    const auto result = found.isEmpty() ? SearchResult{} : found.takeFirst()[0].value<SearchResult>();
    if (result.serial != serial) qFatal("the wrong search was answered");
    return result;
  }
  /// Titles and messages of the hits.
  QStringList hits(const QString& query) {
    QStringList texts;
    for (const SearchHit& hit : find(query).hits) {
      texts.append(hit.message == 0 ? "title: " + hit.chatTitle : m_store->message(hit.message).value().text);
    }
    return texts;
  }
  ChatId chat(const QString& title, const QStringList& messages) {
    const ChatId id = m_store->createChat({.title = title}).value();
    MessageId parent = 0;
    for (const QString& text : messages)
      parent = m_store->addMessage({.chat = id, .parent = parent, .text = text}).value();
    return id;
  }

 private slots:
  void initTestCase() {
    m_store = ChatStore::open(m_folder.path()).value();
    m_search = std::make_unique<ChatSearch>(m_store->databasePath());
  }

  void wordsOfEveryLengthAreFound() {
    chat("Holiday", {"An orange cat on the window sill", "一只橙色的猫坐在窗台上"});
    chat("橙汁", {"ＦＵＬＬ width", "cafe\u0301 ﬁne"});
    QCOMPARE(hits("橙色"), QStringList{"一只橙色的猫坐在窗台上"});    // two characters: below the index
    QCOMPARE(hits("橙色的"), QStringList{"一只橙色的猫坐在窗台上"});  // three: the index
    QCOMPARE(hits("橙"), (QStringList{"title: 橙汁", "一只橙色的猫坐在窗台上"}));
    QCOMPARE(hits("CAT on"), QStringList{"An orange cat on the window sill"});
    QCOMPARE(hits("sill orange"), QStringList{"An orange cat on the window sill"});
    QCOMPARE(hits("\"cat orange\""), QStringList{});
    QCOMPARE(hits("\"orange cat\" 猫"), QStringList{});
    QCOMPARE(hits("窗台 橙色的猫"), QStringList{"一只橙色的猫坐在窗台上"});
    QCOMPARE(hits("holi"), QStringList{"title: Holiday"});
    QCOMPARE(hits("full"), QStringList{"ＦＵＬＬ width"});
    QCOMPARE(hits("caf\u00e9 fine").size(), 1);
    QCOMPARE(hits("  "), QStringList{});
    QCOMPARE(hits("zzz"), QStringList{});
  }

  void aQueryIsTextAndNoSyntax() {
    chat("odd", {"100% of a_b (x OR y) NEAR * \\ ' semi;colon"});
    for (const QString query : {"100%", "a_b", "(x OR y)", "*", "\\ '", "OR", "NEAR", "semi;colon"}) {
      QVERIFY2(hits(query).contains("100% of a_b (x OR y) NEAR * \\ ' semi;colon"), qPrintable(query));
    }
    QVERIFY(!hits("aXb").contains("100% of a_b (x OR y) NEAR * \\ ' semi;colon"));
    QCOMPARE(hits("%_%"), QStringList{});
    QCOMPARE(find("\"").problem, QString());
    QCOMPARE(find("a\"b OR \"\"\"c").problem, QString());
  }

  void whatChangesIsFoundAsItIsNow() {
    const ChatId id = chat("Zebra one", {});
    const MessageId answer =
        m_store->addMessage({.chat = id, .role = MessageRole::Assistant, .status = MessageStatus::Generating})
            .value();
    m_store->appendText(answer, "giraffes graze");
    QVERIFY(m_store->finishMessage(answer, {}).ok());
    QCOMPARE(hits("giraffes"), QStringList{"giraffes graze"});
    QVERIFY(m_store->changeChat(id, {.title = "Quagga"}).ok());
    QCOMPARE(hits("zebra"), QStringList{});
    QCOMPARE(hits("quagga"), QStringList{"title: Quagga"});
    QVERIFY(m_store->deleteChats({id}).ok());
    QCOMPARE(hits("quagga"), QStringList{});
    QCOMPARE(hits("giraffes"), QStringList{});
    QVERIFY(m_store->restoreChats({id}).ok());
    QCOMPARE(hits("giraffes"), QStringList{"giraffes graze"});
    QVERIFY(m_store->deleteChats({id}).ok());
    QVERIFY(m_store->purgeDeleted(QDateTime::currentDateTimeUtc().addSecs(9)).ok());
    QVERIFY(m_store->restoreChats({id}).ok());
    QCOMPARE(hits("giraffes"), QStringList{});
  }

  void snippetsMarkTheHit_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("query");
    QTest::addColumn<QString>("shown");
    QTest::addColumn<QStringList>("marked");
    QTest::newRow("short") << "An orange\ncat"
                           << "CAT"
                           << "An orange cat" << QStringList{"cat"};
    QTest::newRow("long") << QString("x ").repeated(100) + "needle" + QString(" y").repeated(100) << "needle"
                          << "…" + QString("x ").repeated(15) + "needle" + QString(" y").repeated(42) + "…"
                          << QStringList{"needle"};
    QTest::newRow("chinese") << "一只橙色的猫"
                             << "橙色"
                             << "一只橙色的猫" << QStringList{"橙色"};
    QTest::newRow("folded longer") << "a ﬁne ﬂat"
                                   << "fin"
                                   << "a ﬁne ﬂat" << QStringList{"ﬁn"};
    QTest::newRow("ends within") << "oﬀ"
                                 << "of"
                                 << "oﬀ" << QStringList{"oﬀ"};
    QTest::newRow("wide") << "a ＣＡＴ b"
                          << "cat"
                          << "a ＣＡＴ b" << QStringList{"ＣＡＴ"};
    QTest::newRow("overlapping") << "abcdef"
                                 << "abcd cdef"
                                 << "abcdef" << QStringList{"abcdef"};
    QTest::newRow("emoji") << "🐈🐈 cat 🐈"
                           << "cat"
                           << "🐈🐈 cat 🐈" << QStringList{"cat"};
  }
  void snippetsMarkTheHit() {
    QFETCH(QString, text);
    QFETCH(QString, query);
    const Snippet snippet = makeSnippet(text, searchTerms(query));
    QTEST(snippet.text, "shown");
    QStringList marked;
    for (const Snippet::Hit& hit : snippet.hits) marked.append(snippet.text.mid(hit.start, hit.length));
    QTEST(marked, "marked");
  }

  void onlyTheNewestOfManyQueriesIsAnswered() {
    QSignalSpy found(m_search.get(), &ChatSearch::found);
    quint64 last = 0;
    for (const char* query : {"o", "or", "ora", "oran", "orang", "orange"}) last = m_search->search(query);
    QTRY_VERIFY(!found.isEmpty() && found.last()[0].value<SearchResult>().serial == last);
    QVERIFY(found.count() < 6);
  }

  /// The bar: 10 000 chats, at most 100 ms.
  void tenThousandChatsAreSearchedAtOnce() {
    constexpr int kChats = 10000;
    QRandomGenerator random(7);
    const QDateTime time = QDateTime::currentDateTimeUtc();
    const ChatDatabase direct(m_store->databasePath(), ChatDatabase::Access::ReadWrite);
    direct.transaction([&] {
      for (int i = 0; i < kChats; ++i) {
        const ChatId id =
            insertChat(direct, {.title = sentence(random, 4), .created = time, .updated = time});
        MessageId parent = 0;
        for (const int words : {8, 40, 8, 40}) {
          Message message;
          message.chat = id;
          message.parent = parent;
          message.text = sentence(random, words);
          message.created = time;
          parent = insertMessage(direct, message);
        }
      }
    });
    QTextStream out(stdout);
    for (const QString query :
         {"needle", "橙色", "橙", "q7", "猫坐在", "orange", "orange cat 橙色", "窗台上 夜晚", "zz"}) {
      // Of the processor's time, since the clock on the wall also counts other programs; nothing else runs
      // here.
      const std::clock_t before = std::clock();
      const SearchResult result = find(query);
      const auto milliseconds = static_cast<int>((std::clock() - before) * 1000 / CLOCKS_PER_SEC);
      out << "search " << query << ": " << result.hits.size() << (result.more ? "+" : "") << " hits, "
          << milliseconds << " ms" << Qt::endl;
      QVERIFY2(milliseconds <= 100, qPrintable(query));
      QVERIFY(result.problem.isEmpty());
    }
    QVERIFY(find("orange").more);
  }
};

}  // namespace lapilli::gui

QTEST_GUILESS_MAIN(lapilli::gui::ChatSearchTest)
#include "chat_search_test.moc"
