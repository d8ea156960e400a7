// SPDX-License-Identifier: Apache-2.0
#include "app/gui/chat/boxes.h"
#include "tests/gui/chat_fixture.h"
#include "tests/gui/turned_jpeg.h"

#include <QApplication>
#include <QComboBox>
#include <QImageReader>

namespace lapilli::test {

class BoxesTest : public QObject, ChatFixture {
  Q_OBJECT

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void boxesOfTextsAreFound() {
    const QList<QRectF> boxes = gui::boxesIn(QStringLiteral(
        "a cat [0.1, 0.2, 0.5, 1.0], a dog [0,0,1,1] and [0.9, 0.1, 0.2, 0.5], [1, 2, 3, 4], [0.1, 0.2]"));
    QCOMPARE(boxes.size(), 2);
    QCOMPARE(boxes[0], QRectF(QPointF(0.1, 0.2), QPointF(0.5, 1.0)));
    QCOMPARE(boxes[1], QRectF(0, 0, 1, 1));
  }

  /// x' = (x + dx) / L, y' = (y + dy) / L with L the longer side, turned round.
  void paddedSquaresAreTurnedIntoPictures() {
    const QSize picture(200, 100);  // L = 200, dy = 50
    const QRectF box = gui::boxOnPicture(QRectF(0.25, 0.25, 0.5, 0.5), picture, QStringLiteral("pad"));
    QCOMPARE(box, QRectF(0.25, 0, 0.5, 1));
    QCOMPARE(gui::boxOnPicture(QRectF(0, 0, 1, 1), picture, QStringLiteral("crop")), QRectF(0.25, 0, 0.5, 1));
    QCOMPARE(gui::boxOnPicture(QRectF(0, 0, 0.5, 1), picture, QStringLiteral("stretch")),
             QRectF(0, 0, 0.5, 1));
  }

  /// As Qt reads the same file without its orientation.
  void picturesLieAsTheirFilesHaveThem() {
    QTemporaryDir folder;
    QImage image(48, 32, QImage::Format_RGB32);
    image.fill(Qt::white);
    for (int x = 0; x < 16; ++x) {
      for (int y = 0; y < 8; ++y) image.setPixelColor(x, y, x < 8 ? Qt::red : Qt::blue);
    }
    for (int orientation = 1; orientation <= 8; ++orientation) {
      const QString file = folder.filePath(QString::number(orientation));
      QVERIFY(writeTurnedJpeg(file, image, orientation));
      QImageReader asStored(file);
      QImageReader upright(file);
      upright.setAutoTransform(true);
      const QImage wanted = asStored.read();
      const QImage turned = upright.read();
      QVERIFY(orientation == 1 || turned != wanted);
      QCOMPARE(gui::asItLies(turned, orientation), wanted);
    }
  }

  /// A camera that was held upright, whose picture lies: 300 × 100 pixels.
  void boxesAreOfThePictureAsTheModelSawIt() {
    open({QStringLiteral("answer=[0.2, 0.4, 0.6, 0.6]")});
    const QString file = m_folder->filePath(QStringLiteral("lies.jpg"));
    QImage lying(300, 100, QImage::Format_RGB32);
    lying.fill(Qt::gray);
    QVERIFY(writeTurnedJpeg(file, lying, 6));
    for (const auto& [orientation, lies] : {std::pair("apply", false), std::pair("ignore", true)}) {
      QTest::keyClick(&m_desktop->window(), Qt::Key_N, Qt::ControlModifier);
      m_desktop->settings().setOrientation(QLatin1String(orientation));
      m_desktop->window().openFiles({file});
      QTRY_COMPARE_WITH_TIMEOUT(waiting().size(), 1, kPatienceMs);
      QCOMPARE(waiting().front().orientation, 6);
      ask(QStringLiteral("Where is it?"));
      QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
      const auto* boxes = widget(1)->findChild<QWidget*>(QStringLiteral("boxes"));
      QVERIFY(boxes != nullptr);
      QTRY_VERIFY_WITH_TIMEOUT(boxes->width() != boxes->height(), kPatienceMs);
      QCOMPARE(boxes->width() > boxes->height(), lies);
    }
  }

  void boxesAreDrawnOverThePicture() {
    open({QStringLiteral("answer=[0.2, 0.3, 0.6, 0.7]")});
    dropPicture();
    ask(QStringLiteral("Where is the circle?"));
    QTRY_VERIFY_WITH_TIMEOUT(ended(), kPatienceMs);
    auto* boxes = widget(1)->findChild<QWidget*>(QStringLiteral("boxes"));
    QVERIFY(boxes != nullptr);
    // They are drawn as the question was asked, and looking at another way changes no question to come.
    m_desktop->settings().setAspect(QStringLiteral("crop"));
    QTest::mouseClick(boxes, Qt::LeftButton);
    auto* window = find("pictureWindow");
    auto* aspect = window->findChild<QComboBox*>(QStringLiteral("aspect"));
    QCOMPARE(aspect->currentData().toString(), QStringLiteral("pad"));
    aspect->setCurrentIndex(aspect->findData(QStringLiteral("stretch")));
    QCOMPARE(m_desktop->settings().aspect(), QStringLiteral("crop"));
    auto* keep = window->findChild<QPushButton*>(QStringLiteral("keepHandling"));
    QVERIFY(keep != nullptr && keep->isEnabled());
    QTest::mouseClick(keep, Qt::LeftButton);
    QCOMPARE(m_desktop->settings().aspect(), QStringLiteral("stretch"));
    QVERIFY(!keep->isEnabled());
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::BoxesTest)
#include "boxes_test.moc"
