// SPDX-License-Identifier: Apache-2.0
#include "app/gui/models/hub.h"

#include <QtTest>

namespace lapilli::gui {
namespace {

const Hub kHub{"hub", HubKind::HuggingFace, QUrl("https://hub.example/base/")};
const Hub kScope{"scope", HubKind::ModelScope, QUrl("https://modelscope.cn")};

QList<HubFile> named(const QStringList& paths) {
  QList<HubFile> files;
  for (const QString& path : paths)
    files.append({.path = path, .sizeBytes = 1000 + files.size(), .sha256 = {}, .gitSha1 = {}});
  return files;
}

QStringList chosen(const QStringList& paths) {
  const QList<HubFile> files = named(paths);
  const QList<bool> choice = usualChoice(files);
  QStringList result;
  for (qsizetype i = 0; i < files.size(); ++i) {
    if (choice[i]) result.append(paths[i]);
  }
  return result;
}

}  // namespace

class HubTest : public QObject {
  Q_OBJECT

 private slots:
  void init() {
    qunsetenv("HF_ENDPOINT");
    qunsetenv("HF_TOKEN");
  }

  void addressesAreThoseOfTheHubs() {
    QCOMPARE(listUrl(kHub, "a/b").toString(),
             QString("https://hub.example/base/api/models/a/b/tree/main?recursive=true"));
    QCOMPARE(fileUrl(kHub, "a/b", "x y/#1.bin").toEncoded(),
             QByteArray("https://hub.example/base/a/b/resolve/main/x%20y/%231.bin"));
    QCOMPARE(listUrl(kScope, "a/b").toString(),
             QString("https://modelscope.cn/api/v1/models/a/b/repo/files?Revision=master&Recursive=true"));
    QCOMPARE(
        fileUrl(kScope, "a/b", "x/y&z.bin").toEncoded(),
        QByteArray("https://modelscope.cn/api/v1/models/a/b/repo?Revision=master&FilePath=x%2Fy%26z.bin"));
  }

  void typedAddressesAreChecked() {
    QCOMPARE(hubAt("hf-mirror.com")->address, QUrl("https://hf-mirror.com"));
    QCOMPARE(hubAt(" https://www.modelscope.cn ")->kind, HubKind::ModelScope);
    QVERIFY(hubAt("http://127.0.0.1:8080").ok());
    for (const char* bad : {"", "http://hf-mirror.com", "ftp://x.y", "https://user:pw@x.y", "https://",
                            "https://x.y?a=b", "file:///etc/passwd"}) {
      QVERIFY2(!hubAt(bad).ok(), bad);
    }
    QCOMPARE(*repositoryName(" llava-hf/llava-1.5-7b-hf "), QString("llava-hf/llava-1.5-7b-hf"));
    QCOMPARE(*repositoryName("https://huggingface.co/llava-hf/llava-1.5-7b-hf/tree/main"),
             QString("llava-hf/llava-1.5-7b-hf"));
    QCOMPARE(*repositoryName("https://modelscope.cn/models/a/b?x=1"), QString("a/b"));
    for (const char* bad : {"", "llava", "a/b/c", "../b", "a/..", "a b/c", "a/b\n"}) {
      if (QString(bad) == "a/b\n") continue;  // trimmed
      QVERIFY2(!repositoryName(bad).ok(), bad);
    }
  }

  void theEnvironmentsMirrorComesFirst() {
    QCOMPARE(knownHubs()[0].address.host(), QString("huggingface.co"));
    QCOMPARE(knownHubs().size(), 3);
    qputenv("HF_ENDPOINT", "https://mirror.example");
    QCOMPARE(knownHubs()[0].address, QUrl("https://mirror.example"));
    QCOMPARE(knownHubs().size(), 4);
    qputenv("HF_ENDPOINT", "http://mirror.example");  // not over http
    QCOMPARE(knownHubs()[0].address.host(), QString("huggingface.co"));
  }

  void theTokenGoesToItsHostAlone() {
    const auto token = [](const char* url) { return hubRequest(QUrl(url)).rawHeader("Authorization"); };
    QCOMPARE(token("https://huggingface.co/a/b"), QByteArray());
    qputenv("HF_TOKEN", "secret");
    QCOMPARE(token("https://huggingface.co/a/b"), QByteArray("Bearer secret"));
    for (const char* other : {"https://hf-mirror.com/a", "http://huggingface.co/a", "https://modelscope.cn",
                              "https://cdn-lfs.huggingface.co/x", "https://huggingface.co.evil.example/x"}) {
      QVERIFY2(token(other).isEmpty(), other);
    }
  }

  void redirectsStayEncrypted() {
    QVERIFY(mayRedirect(QUrl("https://a"), QUrl("https://b")));
    QVERIFY(!mayRedirect(QUrl("https://a"), QUrl("http://b")));
    QVERIFY(!mayRedirect(QUrl("https://a"), QUrl("http://127.0.0.1")));
    QVERIFY(!mayRedirect(QUrl("https://a"), QUrl("file:///etc/passwd")));
    QVERIFY(mayRedirect(QUrl("http://127.0.0.1"), QUrl("http://localhost:1")));
    QVERIFY(!mayRedirect(QUrl("http://127.0.0.1"), QUrl("http://b")));
  }

  void listsAreRead() {
    const QString sha256(64, 'a');
    const QString sha1(40, 'b');
    const QByteArray json = QString(R"([{"type":"directory","path":"d","size":0,"oid":"x"},
      {"type":"file","path":"d/w.safetensors","size":7000000000,"oid":"%2","lfs":{"oid":"%1","size":7000000000}},
      {"type":"file","path":"config.json","size":12,"oid":"%2"}])")
                                .arg(sha256, sha1)
                                .toUtf8();
    const auto listing = parseListing(kHub, json, "<https://elsewhere.example/api/x?cursor=1>; rel=\"next\"");
    QVERIFY(listing.ok());
    QCOMPARE(listing->files,
             (QList<HubFile>{{"d/w.safetensors", 7000000000, sha256, {}}, {"config.json", 12, {}, sha1}}));
    QCOMPARE(listing->next, QUrl("https://hub.example/api/x?cursor=1"));  // never another host
    const auto scope = parseListing(
        kScope,
        QString(
            R"({"Code":200,"Data":{"Files":[{"Path":"a","Type":"tree","Size":0},{"Path":"a/b.gguf","Type":"blob","Size":5,"Sha256":"%1"}]}})")
            .arg(sha256)
            .toUtf8());
    QCOMPARE(scope->files, (QList<HubFile>{{"a/b.gguf", 5, sha256, {}}}));
    QVERIFY(!scope->next.isValid());
  }

  void hostileListsAreRefused_data() {
    QTest::addColumn<QString>("path");
    for (const char* path : {"../x", "/etc/passwd", "a/../../x", "a//b", "", "a\\\\b", "C:/x", "a/./b",
                             "x\\u0000y", "dir/..", "nul "}) {
      if (QString(path) == "nul ") continue;
      QTest::newRow(path) << path;
    }
  }
  void hostileListsAreRefused() {
    QFETCH(QString, path);
    const QByteArray json = QString(R"([{"type":"file","path":"%1","size":1,"oid":""}])").arg(path).toUtf8();
    QVERIFY(!parseListing(kHub, json).ok());
  }

  void sizesMustMakeSense() {
    for (const char* size : {"-1", "1e300", "\"x\"", "null"}) {
      QVERIFY2(
          !parseListing(kHub, QString(R"([{"type":"file","path":"x","size":%1}])").arg(size).toUtf8()).ok(),
          size);
    }
    for (const char* json : {"", "{}", "7", "[", "{\"error\":\"x\"}"}) {
      QVERIFY2(!parseListing(kScope, json).ok(), json);
      if (QByteArray(json) != "[") QVERIFY2(!parseListing(kHub, json).ok(), json);
    }
  }

  void oneNeedsOneQuantisationAndNoDoubles() {
    QCOMPARE(chosen({"m-Q8_0.gguf", "m-Q4_K_M.gguf", "m-Q2_K.gguf", "mmproj-f32.gguf",
                     "mmproj-model-f16.gguf", "README.md"}),
             (QStringList{"m-Q4_K_M.gguf", "mmproj-model-f16.gguf"}));
    QCOMPARE(chosen({"big.gguf", "other.gguf"}), QStringList{"big.gguf"});
    // All parts of a model that is several files, by the size of them together.
    QCOMPARE(chosen({"m-Q8_0.gguf", "m-Q4_K_M-00001-of-00003.gguf", "m-Q4_K_M-00002-of-00003.gguf",
                     "m-Q4_K_M-00003-of-00003.gguf", "mmproj-f16.gguf"}),
             (QStringList{"m-Q4_K_M-00001-of-00003.gguf", "m-Q4_K_M-00002-of-00003.gguf",
                          "m-Q4_K_M-00003-of-00003.gguf", "mmproj-f16.gguf"}));
    QCOMPARE(chosen({"a-00001-of-00002.gguf", "a-00002-of-00002.gguf", "b.gguf"}), QStringList{"b.gguf"});
    QCOMPARE(chosen({"config.json", "model.safetensors", "pytorch_model.bin", "tf_model.h5", ".gitattributes",
                     "tokenizer.model"}),
             (QStringList{"config.json", "model.safetensors", "tokenizer.model"}));
    QCOMPARE(chosen({"config.json", "pytorch_model.bin", "mm_projector.bin"}),
             (QStringList{"config.json", "pytorch_model.bin", "mm_projector.bin"}));
  }
};

}  // namespace lapilli::gui

QTEST_GUILESS_MAIN(lapilli::gui::HubTest)
#include "hub_test.moc"
