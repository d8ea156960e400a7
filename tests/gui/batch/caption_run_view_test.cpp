// SPDX-License-Identifier: Apache-2.0
#include "app/gui/batch/caption_run_facts.h"
#include "tests/gui/gui_fixture.h"

#include <QLocale>

namespace lapilli::test {

using namespace gui;

class CaptionRunViewTest : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { QLocale::setDefault(QLocale(QStringLiteral("en_US"))); }

  void longTimesAreToldInHours() {
    CaptionRunFacts facts;
    const auto told = [&](double seconds) {
      facts.takeProgress({{QStringLiteral("done"), 6},
                          {QStringLiteral("total"), 10},
                          {QStringLiteral("pictures_per_minute"), 0.5},
                          {QStringLiteral("seconds_left"), seconds}});
      return facts.progressText();
    };
    QCOMPARE(told(20), QStringLiteral("6 of 10, 0.5 a minute, 1 min left"));
    QCOMPARE(told(119 * 60), QStringLiteral("6 of 10, 0.5 a minute, 119 min left"));
    QCOMPARE(told(138 * 3600 + 240), QStringLiteral("6 of 10, 0.5 a minute, 138 h 4 min left"));
    facts.takePlan({{QStringLiteral("total"), 600}, {QStringLiteral("write"), 600}});
    QCOMPARE(facts.startText(), QStringLiteral("Caption 600 pictures, about 20 h 0 min"));
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionRunViewTest)
#include "caption_run_view_test.moc"
