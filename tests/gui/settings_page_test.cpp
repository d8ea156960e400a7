// SPDX-License-Identifier: Apache-2.0
// Devices as a user meets them: tested, lost, unplugged and plugged in again in another order.
#include "tests/gui/desktop_fixture.h"

#include <QComboBox>
#include <QJsonDocument>
#include <QLabel>
#include <QListWidget>

namespace lapilli::test {

constexpr const char* kGpu = "11111111-2222-3333-4444-555555555555";
constexpr const char* kSoftware = "66666666-7777-8888-9999-000000000000";

class SettingsPageTest : public QObject, protected DesktopFixture {
  Q_OBJECT

 private:
  QString file(const char* name) const { return m_folder->filePath(QLatin1String(name)); }
  void openSettings() {
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
    showSettings();
  }
  /// Leaves the page and comes back, which asks for the devices again.
  void showSettings() {
    m_desktop->window().showPage(QStringLiteral("chat"));
    m_desktop->window().showPage(QStringLiteral("settings"));
  }
  void plug(const char* order) {
    QFile devices(file("devices"));
    QVERIFY(devices.open(QIODevice::WriteOnly));
    devices.write(order);
  }
  /// The requests of a kind that the engine was sent.
  QList<QJsonObject> sent(const char* kind) const {
    QFile record(file("requests"));
    QList<QJsonObject> found;
    if (!record.open(QIODevice::ReadOnly)) return found;
    for (const QByteArray& line : record.readAll().split('\n')) {
      const QJsonObject request = QJsonDocument::fromJson(line).object();
      if (request[QLatin1String("request")] == QLatin1String(kind)) found.append(request);
    }
    return found;
  }
  QStringList names() {
    QStringList list;
    auto* box = find<QComboBox>("device");
    for (int at = 0; at < box->count(); ++at) list.append(box->itemText(at));
    return list;
  }

 private slots:
  void init() { begin(); }
  void cleanup() { end(); }

  void eachDeviceIsTestedWhileTheModelStays() {
    open({QStringLiteral("record=") + file("requests")});
    openSettings();
    QTRY_COMPARE(names().size(), 3);
    QVERIFY(!find("testResult")->isVisible());
    press("testDevice");
    QVERIFY(!find("testDevice")->isEnabled());
    QCOMPARE(find<QLabel>("testResult")->text(), QStringLiteral("Scripted device: testing…"));
    QTRY_VERIFY_WITH_TIMEOUT(find("testDevice")->isEnabled(), kPatienceMs);
    QCOMPARE(find<QLabel>("testResult")->text(),
             QStringLiteral("Scripted device: works, 1,234 tokens/s with the small model of the test\n"
                            "Software rasteriser: works, 1,234 tokens/s with the small model of the test"));
    const auto tests = sent("test_device");
    QCOMPARE(tests.size(), 2);
    QCOMPARE(tests[0][QLatin1String("device")].toString(), QLatin1String(kGpu));
    QCOMPARE(tests[1][QLatin1String("device")].toString(), QLatin1String(kSoftware));
    QCOMPARE(sent("load").size(), 1);
    QCOMPARE(m_desktop->session().state(), ModelSession::State::kReady);
  }

  void whatDiffersAndWhatFailsIsTold() {
    open({QStringLiteral("test0=differs"), QStringLiteral("test1=device_lost")});
    openSettings();
    QTRY_COMPARE(names().size(), 3);
    press("testDevice");
    QTRY_VERIFY_WITH_TIMEOUT(find("testDevice")->isEnabled(), kPatienceMs);
    const QStringList lines = find<QLabel>("testResult")->text().split(QLatin1Char('\n'));
    QCOMPARE(lines.size(), 2);
    QCOMPARE(lines[0],
             QStringLiteral("Scripted device: computes something else than it should, by 0.7 where 0.02 "
                            "may be. Another driver may help."));
    QCOMPARE(lines[1],
             QStringLiteral("Software rasteriser: the test fails. The graphics device stopped working "
                            "while it computed. as the script says"));
    // The device in use is another: it was not lost, and the model stays.
    QCOMPARE(m_desktop->session().state(), ModelSession::State::kReady);
    QCOMPARE(m_desktop->session().submissionMs(), 0);
    QVERIFY(!find("engineTroubles")->isVisible());
    m_desktop->settings().setLanguage(QStringLiteral("zh_CN"));
    QTRY_VERIFY(!find<QLabel>("testResult")->text().contains(QStringLiteral("may be")));
  }

  void aDeviceThatIsLostGetsLessAtATime() {
    open({QStringLiteral("lost_at=1"), QStringLiteral("record=") + file("requests")});
    for (const int wanted : {25, 12, 6, 3, 3}) {
      QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
      ask(QStringLiteral("What?"));
      QTRY_VERIFY_WITH_TIMEOUT(ended() && path().back().status == MessageStatus::Failed, kPatienceMs);
      QTRY_COMPARE(m_desktop->session().submissionMs(), wanted);
      QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
      QCOMPARE(sent("load").last()[QLatin1String("submission_ms")].toInt(), wanted);
      QCOMPARE(path().back().text, QStringLiteral("one"));  // what had come is kept
    }
    QVERIFY(!sent("load").first().contains(QLatin1String("submission_ms")));
    openSettings();
    QCOMPARE(
        find<QLabel>("engineTroubles")->text(),
        QStringLiteral("The device was lost 5 times. Since then it is given at most 3 ms of work at a time "
                       "instead of 50."));
    // Another device has lost nothing.
    auto* box = find<QComboBox>("device");
    QTRY_COMPARE(names().size(), 3);
    box->setCurrentIndex(2);
    emit box->activated(2);
    QTRY_COMPARE(sent("load").last()[QLatin1String("device")].toString(), QLatin1String(kSoftware));
    QVERIFY(!sent("load").last().contains(QLatin1String("submission_ms")));
  }

  /// The page of models names folders too.
  void foldersAreThoseOfTheSettingsWhoeverNamesThem() {
    open({});
    openSettings();
    const auto* list = find<QListWidget>("modelFolders");
    QVERIFY(!find("removeModelFolder")->isEnabled());
    const QStringList folders{QStringLiteral("/a"), QStringLiteral("/b"), QStringLiteral("/c")};
    m_desktop->settings().setModelFolders(folders);
    QCOMPARE(list->count(), 3);
    for (int row = 0; row < 3; ++row) QCOMPARE(list->item(row)->text(), folders[row]);
    find<QListWidget>("modelFolders")->setCurrentRow(1);
    find("removeModelFolder")->setFocus();
    QTest::keyClick(find("removeModelFolder"), Qt::Key_Space);
    QCOMPARE(m_desktop->settings().modelFolders(), (QStringList{folders[0], folders[2]}));
    QCOMPARE(list->count(), 2);
  }

  void theChosenDeviceSurvivesReplugging() {
    plug("01");
    open({QStringLiteral("devices=") + file("devices"), QStringLiteral("record=") + file("requests")});
    openSettings();
    QTRY_COMPARE(names(),
                 (QStringList{QStringLiteral("Automatic: Scripted device"), QStringLiteral("Scripted device"),
                              QStringLiteral("Software rasteriser")}));
    auto* box = find<QComboBox>("device");
    box->setCurrentIndex(2);
    emit box->activated(2);
    QCOMPARE(m_desktop->settings().device(), QLatin1String(kSoftware));
    // Another order: the same device, at its new place.
    plug("10");
    showSettings();
    QTRY_COMPARE(names()[1], QStringLiteral("Software rasteriser"));
    QCOMPARE(box->currentText(), QStringLiteral("Software rasteriser"));
    QVERIFY(find<QLabel>("deviceFacts")->text().contains(QStringLiteral("script 2")));
    // Gone: neither forgotten nor replaced by what stands at its place.
    plug("0");
    showSettings();
    QTRY_COMPARE(box->currentText(), QStringLiteral("The chosen device is not there now"));
    QCOMPARE(m_desktop->settings().device(), QLatin1String(kSoftware));
    m_desktop->session().open(m_desktop->session().options());
    QTRY_COMPARE(sent("load").size(), 3);
    QCOMPARE(sent("load").last()[QLatin1String("device")].toString(), QLatin1String(kSoftware));
    // Back again, first.
    plug("10");
    showSettings();
    QTRY_COMPARE(box->currentText(), QStringLiteral("Software rasteriser"));
    QCOMPARE(box->currentData().toString(), QLatin1String(kSoftware));
    m_desktop->session().open(m_desktop->session().options());
    QTRY_COMPARE_WITH_TIMEOUT(m_desktop->session().state(), ModelSession::State::kReady, kPatienceMs);
    QCOMPARE(sent("load").last()[QLatin1String("device")].toString(), QLatin1String(kSoftware));
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::SettingsPageTest)
#include "settings_page_test.moc"
