// SPDX-License-Identifier: Apache-2.0
// The captions page in both appearances and all languages, over the real engine and the demo model. Pictures
// go to the build folder, and the README's to resources/screenshots where LAPILLI_WRITE_SCREENSHOTS is set.
#include "app/gui/batch/caption_page.h"
#include "app/gui/batch/caption_rows.h"
#include "tests/gui/desktop_fixture.h"
#include "tests/gui/layout_check.h"
#include "training/demo/draw.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QScopeGuard>
#include <QTableView>

#include <iterator>

namespace lapilli::test {

namespace {

constexpr int kRunMs = 300'000;

}  // namespace

class CaptionPicturesTest : public QObject, DesktopFixture {
  Q_OBJECT

 private:
  /// Pictures as the demo model knows them.
  static void drawPictures(const QString& folder) {
    const char* const names[] = {"balloon", "boats", "garden", "kites", "market", "roofs", "signs"};
    for (uint64_t seed = 0; seed < std::size(names); ++seed) {
      const Image drawn = demo::draw(demo::make_scene(seed, {.max_objects = 3}), 84);
      const QImage image(drawn.pixels.data(), static_cast<int>(drawn.width), static_cast<int>(drawn.height),
                         static_cast<int>(3 * drawn.width), QImage::Format_RGB888);
      QVERIFY(image.save(folder + QLatin1Char('/') + QLatin1String(names[seed]) + QStringLiteral(".png")));
    }
  }

  static bool isForReadme() { return qEnvironmentVariableIsSet("LAPILLI_WRITE_SCREENSHOTS"); }

  /// Twice as fine as on a plain screen.
  static QImage picture(QWidget& window) {
    QImage image(window.size() * 2, QImage::Format_RGB32);
    image.setDevicePixelRatio(2);
    window.render(&image);
    return image;
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void theCaptionsPage() {
    // The README's picture shows the path; it is the same each time, and there must be nothing yet.
    const QDir parent(isForReadme() ? QDir::tempPath() : m_folder->path());
    const QString folder = parent.filePath(QStringLiteral("Shapes"));
    QVERIFY2(parent.mkdir(QStringLiteral("Shapes")),
             qPrintable(folder + QStringLiteral(" is there already")));
    const auto remove = qScopeGuard([folder] { QDir(folder).removeRecursively(); });
    drawPictures(folder);
    QFile old(folder + QStringLiteral("/boats.txt"));
    QVERIFY(old.open(QIODevice::WriteOnly));
    old.write("Two boats.");
    old.close();
    openWith(std::make_unique<EngineProcess>(QStringLiteral(LAPILLI_PROGRAM),
                                             QStringList{QStringLiteral("serve")}),
             QStringLiteral("demo"));
    m_desktop->window().resize(1240, 840);
    m_desktop->window().showPage(QStringLiteral("captions"));
    auto* page = find<CaptionPage>("captionPage");
    auto* existing = find<QComboBox>("captionExisting");
    existing->setCurrentIndex(existing->findData(QStringLiteral("replace")));
    page->openFiles({folder});
    QTRY_VERIFY_WITH_TIMEOUT(page->state() == CaptionPage::State::kIdle &&
                                 m_desktop->session().state() == ModelSession::State::kReady &&
                                 page->rows().total() == 7,
                             kRunMs);
    press("captionMain");
    QTRY_COMPARE_WITH_TIMEOUT(page->state(), CaptionPage::State::kIdle, kRunMs);
    QCOMPARE(page->rows().count(CaptionRow::State::kDone), 7);
    auto* table = find<QTableView>("captionTable");
    table->setFocus();
    table->selectRow(0);
    QTest::keyClick(table, Qt::Key_A);
    QCOMPARE(page->rows().count(CaptionRow::State::kAccepted), 1);
    for (int row = 0; row < 7; ++row) {
      const QString path = page->rows().row(row)->path;
      QTRY_VERIFY_WITH_TIMEOUT(!page->rows().thumbnail(path).isNull(), kPatienceMs);
    }
    const QDir pictures(QStringLiteral(LAPILLI_BUILD_FOLDER "/screenshots"));
    pictures.mkpath(QStringLiteral("."));
    for (const char* appearance : {"light", "dark"}) {
      for (const char* language : {"en", "zh_CN", "zh_TW"}) {
        m_desktop->settings().setAppearance(QLatin1String(appearance));
        m_desktop->settings().setLanguage(QLatin1String(language));
        QTest::qWait(50);  // the window hears of both
        QTRY_VERIFY2_WITH_TIMEOUT(misplaced(&m_desktop->window()).isEmpty(),
                                  qPrintable(misplaced(&m_desktop->window()).join(QLatin1Char('\n'))),
                                  kPatienceMs);
        const QString name =
            QStringLiteral("captions-%1-%2.png").arg(QLatin1String(appearance), QLatin1String(language));
        const QImage image = picture(m_desktop->window());
        QVERIFY(image.save(pictures.filePath(name)));
        if (isForReadme() && name == QLatin1String("captions-light-en.png"))
          QVERIFY(image.save(QStringLiteral(LAPILLI_SOURCE_FOLDER "/resources/screenshots/") + name));
      }
    }
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionPicturesTest)
#include "caption_pictures_test.moc"
