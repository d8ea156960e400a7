// SPDX-License-Identifier: Apache-2.0
// A picture beside what the model sees of it: never what belongs to another one.
#include "app/gui/chat/picture_window.h"
#include "app/gui/chat/picture_view.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>
#include <QBuffer>
#include <QJsonDocument>
#include <QLabel>

namespace lapilli::test {

using namespace gui;

/// An engine that waits to be told what it answers.
class PictureHost final : public JobHost {
 public:
  void answer(const QColor& colour) {
    QImage image(8, 8, QImage::Format_RGB32);
    image.fill(colour);
    QBuffer png;
    if (!png.open(QIODevice::WriteOnly) || !image.save(&png, "PNG")) qFatal("no PNG can be written");
    const QString text = QString::fromLatin1(png.data().toBase64());
    say({{"event", "finished"},
         {"picture", QJsonObject{{"width", 8},
                                 {"height", 8},
                                 {"size", m_last["size"]},
                                 {"format", "PNG"},
                                 {"input_png", text},
                                 {"thumbnail_png", text}}}});
  }
  void refuse() { say({{"event", "error"}, {"code", "not_found"}, {"message", "no such file"}}); }
  void loaded(int imageSize) {
    say({{"event", "finished"}, {"model", QJsonObject{{"name", "m"}, {"image_size", imageSize}}}});
  }
  [[nodiscard]] const QJsonObject& last() const { return m_last; }

 protected:
  void begin() override { receive("{\"event\":\"hello\",\"protocol\":1}"); }
  void end() override {}
  void write(const QByteArray& line) override {
    const QJsonObject request = QJsonDocument::fromJson(line).object();
    if (request["request"].toString() != "ping") m_last = request;
  }

 private:
  void say(QJsonObject event) {
    event["id"] = m_last["id"];
    receive(QJsonDocument(event).toJson(QJsonDocument::Compact));
  }
  QJsonObject m_last;
};

class PictureWindowTest : public QObject {
  Q_OBJECT

 private:
  static Attachment named(QChar digit) {
    return {.sha256 = QString(64, digit), .name = QString(digit), .mime = {}};
  }

 private slots:
  void anotherPictureLeavesNothingOfTheFirst() {
    QTemporaryDir folder;
    Settings settings(folder.filePath("x.ini"));
    PictureHost host;
    ModelSession session(host);
    const ObjectStore objects(folder.path());
    PictureWindow window(settings, host, session, objects);
    const auto* original = window.findChild<PictureView*>("originalPicture");
    const auto* facts = window.findChild<QLabel*>("inputFacts");
    window.showPicture(named(u'1'), {}, {"pad", "apply"});
    host.answer(Qt::red);
    QCOMPARE(window.modelInput().pixelColor(0, 0), QColor(Qt::red));
    QVERIFY(!facts->text().isEmpty());
    window.showPicture(named(u'2'), {}, {"pad", "apply"});
    QVERIFY(window.modelInput().isNull());
    QVERIFY(original->image().isNull());
    QCOMPARE(facts->text(), QString());
    host.refuse();
    QVERIFY(window.modelInput().isNull());
    QVERIFY(!facts->text().isEmpty());
    // The same one again is looked at without a gap.
    window.showPicture(named(u'1'), {}, {"pad", "apply"});
    host.answer(Qt::red);
    window.showPicture(named(u'1'), {}, {"crop", "apply"});
    QCOMPARE(window.modelInput().pixelColor(0, 0), QColor(Qt::red));
    host.refuse();
    QVERIFY(window.modelInput().isNull());
  }

  void aModelThatComesLaterIsAskedForItsOwnView() {
    QTemporaryDir folder;
    Settings settings(folder.filePath("x.ini"));
    PictureHost host;
    ModelSession session(host);
    const ObjectStore objects(folder.path());
    PictureWindow window(settings, host, session, objects);
    window.showPicture(named(u'1'), {}, {"pad", "apply"});
    QCOMPARE(host.last()["size"].toInt(), 336);
    host.answer(Qt::red);
    session.open({.model = "m"});
    host.loaded(84);
    QCOMPARE(host.last()["request"].toString(), QString("picture"));
    QCOMPARE(host.last()["size"].toInt(), 84);
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::PictureWindowTest)
#include "picture_window_test.moc"
