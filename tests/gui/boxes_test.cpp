// SPDX-License-Identifier: Apache-2.0
#include "app/gui/chat/boxes.h"
#include "tests/gui/gui_fixture.h"
#include "tests/gui/turned_jpeg.h"

#include <QApplication>
#include <QImageReader>

namespace lapilli::test {

class BoxesTest : public QObject {
  Q_OBJECT

 private slots:
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
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::BoxesTest)
#include "boxes_test.moc"
