// SPDX-License-Identifier: Apache-2.0
#include "app/gui/models/models_page.h"

#include "tests/gui/gui_fixture.h"
#include "tests/gui/models/fake_host.h"
#include "tests/gui/models/hub_server.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QProgressBar>
#include <QPushButton>
#include <QTabWidget>
#include <QTreeWidget>

namespace lapilli::test {
namespace {

using namespace gui;

QJsonObject facts(const QString& name, const QString& fit, double parameters, qint64 bytes) {
  return {{"name", name},
          {"format", "GGUF pair"},
          {"parameters", parameters},
          {"weight_types", "q4_k 193, q6_k 33, f32 65"},
          {"vision", QJsonObject{{"image_size", 336}}},
          {"notes", QJsonArray{"Pictures go through the projector file found beside the model."}},
          {"memory", QJsonObject{{"context", 4096},
                                 {"total_bytes", bytes},
                                 {"free_device_bytes", qint64{8000000000}},
                                 {"fit", fit}}}};
}

}  // namespace

class ModelsPageTest : public QObject {
  Q_OBJECT

 private:
  std::unique_ptr<QTemporaryDir> m_folder;
  std::unique_ptr<Settings> m_settings;
  std::unique_ptr<FakeHost> m_host;
  std::unique_ptr<ModelSession> m_session;
  std::unique_ptr<Theme> m_theme;
  Languages m_languages;
  std::unique_ptr<ModelsPage> m_page;

  template <class T>
  T* find(const char* name) const {
    T* widget = m_page->findChild<T*>(QLatin1String(name));
    if (widget == nullptr) qFatal("there is no %s", name);
    return widget;
  }
  bool isDescribed() const { return find<QLabel>("modelStatus")->text().contains("3 model"); }

 private slots:
  void init() {
    m_folder = std::make_unique<QTemporaryDir>();
    const Folders folders = Folders::below(m_folder->path());
    m_settings = std::make_unique<Settings>(folders.config + "/x.ini");
    m_settings->setModelFolders({m_folder->path()});
    m_host = std::make_unique<FakeHost>();
    m_host->models = {
        QJsonObject{{"path", "/m/llava-7b-q4.gguf"}, {"kind", "gguf"}, {"size_bytes", qint64{4100000000}}},
        QJsonObject{{"path", "/m/llava-13b"}, {"kind", "checkpoint"}, {"size_bytes", qint64{26000000000}}},
        QJsonObject{{"path", "/m/lora"}, {"kind", "adapter"}, {"size_bytes", qint64{60000000}}}};
    m_host->described["/m/llava-7b-q4.gguf"] = facts("LLaVA 1.5 7B", "fits", 7.06e9, 5200000000);
    m_host->described["/m/llava-13b"] = facts("llava-1.5-13b-hf", "does_not_fit", 13.4e9, 27000000000);
    m_session = std::make_unique<ModelSession>(*m_host);
    m_theme = std::make_unique<Theme>();
    m_languages.use("en");
    m_theme->use("light");
    m_page =
        std::make_unique<ModelsPage>(Parts{*m_settings, folders, *m_host, *m_session, *m_theme, m_languages});
    m_page->resize(1000, 700);
  }
  void cleanup() {
    m_page.reset();
    m_session.reset();
    m_host.reset();
    m_settings.reset();
  }

  void modelsAreFoundAndDescribedBeforeTheyAreLoaded() {
    const QAbstractItemModelTester tester(find<QListView>("modelList")->model());
    QVERIFY(m_host->requests.isEmpty());  // nothing happens before the page is shown
    m_page->show();
    QTRY_VERIFY(isDescribed());
    const auto* list = find<QListView>("modelList")->model();
    QCOMPARE(list->rowCount(), 3);
    QCOMPARE(list->index(0, 0).data().toString(), QString("LLaVA 1.5 7B"));
    QVERIFY(list->index(0, 0).data(ModelList::SummaryRole).toString().contains("Fits"));
    QVERIFY(find<QLabel>("modelVerdict")->text().contains("fits into"));
    // A fact of several lines has room for all of them.
    QCoreApplication::sendPostedEvents();
    for (const QLabel* label : m_page->findChildren<QLabel*>()) {
      if (label->isVisible() && label->wordWrap())
        QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
    }
    find<QListView>("modelList")->setCurrentIndex(list->index(1, 0));
    QVERIFY(find<QLabel>("modelVerdict")->text().contains("more memory than there is"));
    find<QListView>("modelList")->setCurrentIndex(list->index(2, 0));
    QVERIFY(find<QLabel>("modelProblem")->text().contains("without its base model"));
    QVERIFY(!find<QPushButton>("useModelButton")->isEnabled());
    for (const QJsonObject& request : m_host->requests) QVERIFY(request["request"].toString() != "load");
    QCOMPARE(m_host->requests[0]["folders"].toArray()[0].toString(), m_folder->path());
  }

  /// Whether a model fits is said for what "Use this model" would load.
  void theContextOfTheSettingsCounts() {
    m_settings->setContext(1234);
    m_page->show();
    QTRY_VERIFY(isDescribed());
    const auto described = [&] {
      QJsonObject last;
      for (const QJsonObject& request : m_host->requests) {
        if (request["request"].toString() == "describe") last = request;
      }
      return last["context"].toInt();
    };
    QCOMPARE(described(), 1234);
    m_settings->setContext(777);
    QTRY_COMPARE(described(), 777);
  }

  void theModelInUseIsLookedAtWhereverItLies() {
    QFile file(m_folder->filePath("elsewhere.gguf"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    LoadOptions options;
    options.model = file.fileName();
    m_session->open(options);
    m_page->show();
    const auto looked = [&] {
      return std::any_of(m_host->requests.begin(), m_host->requests.end(), [&](const QJsonObject& request) {
        return request["request"].toString() == "find_models" &&
               request["folders"].toArray().contains(file.fileName());
      });
    };
    QTRY_VERIFY(looked());
  }

  void theModelInUseIsShownFirstAndTheOneThatIsLookedAtStays() {
    LoadOptions options;
    options.model = "/m/llava-13b";
    m_session->open(options);
    QTRY_COMPARE(m_session->state(), ModelSession::State::kReady);
    m_page->show();
    QTRY_VERIFY(isDescribed());
    auto* view = find<QListView>("modelList");
    QCOMPARE(view->currentIndex().row(), 1);
    view->setCurrentIndex(view->model()->index(2, 0));
    m_page->look();
    QTRY_VERIFY(isDescribed());
    QCOMPARE(view->currentIndex().row(), 2);
  }

  void foldersAreLookedThroughWhoeverNamesThem() {
    m_page->show();
    QTRY_VERIFY(isDescribed());
    QTemporaryDir other;
    m_settings->setModelFolders({other.path()});
    const auto looked = [&] {
      QJsonObject last;
      for (const QJsonObject& request : m_host->requests) {
        if (request["request"].toString() == "find_models") last = request;
      }
      return last["folders"].toArray().contains(other.path());
    };
    QTRY_VERIFY(looked());
  }

  void useLoadsTheModel() {
    m_page->show();
    QTRY_VERIFY(isDescribed());
    QSignalSpy used(m_page.get(), &ModelsPage::used);
    QTest::mouseClick(find<QPushButton>("useModelButton"), Qt::LeftButton);
    QCOMPARE(used.count(), 1);
    QCOMPARE(find<QPushButton>("useModelButton")->text(), QString("Loading…"));
    QVERIFY(!find<QPushButton>("useModelButton")->isEnabled());
    emit m_session->loading(0.429);
    QCOMPARE(find<QPushButton>("useModelButton")->text(), QString("Loading… 42 %"));
    QTRY_COMPARE(m_session->state(), ModelSession::State::kReady);
    QCOMPARE(m_host->requests.last()["request"].toString(), QString("load"));
    QCOMPARE(m_host->requests.last()["model"].toString(), QString("/m/llava-7b-q4.gguf"));
    QTRY_COMPARE(find<QPushButton>("useModelButton")->text(), QString("In use"));
  }

  void estimateAndMeasuredPeakStandSideBySide() {
    m_page->show();
    QTRY_VERIFY(isDescribed());
    const auto measured = [&] {
      for (const QLabel* label : m_page->findChildren<QLabel*>()) {
        if (label->isVisible() && label->text().contains("estimated before")) return label->text();
      }
      return QString();
    };
    QCOMPARE(measured(), QString());  // none is loaded
    QTest::mouseClick(find<QPushButton>("useModelButton"), Qt::LeftButton);
    QTRY_COMPARE(measured(),
                 QString("4.84 GiB at most since it was loaded; 4.94 GiB were estimated before (+1.9 %)"));
    AskOptions question;
    question.messages = {{.text = "Well?"}};
    m_host->ask(question);
    QTRY_COMPARE(measured(),
                 QString("4.98 GiB at most since it was loaded; 4.94 GiB were estimated before (-0.9 %)"));
    find<QListView>("modelList")->setCurrentIndex(find<QListView>("modelList")->model()->index(1, 0));
    QCOMPARE(measured(), QString());  // this one is not in use
  }

  void aModelThatCanNotBeLoadedIsNotThatOfTheNextStart() {
    m_host->failsToLoad = true;
    m_page->show();
    QTRY_VERIFY(isDescribed());
    QTest::mouseClick(find<QPushButton>("useModelButton"), Qt::LeftButton);
    QTRY_COMPARE(m_session->state(), ModelSession::State::kFailed);
    QCOMPARE(m_settings->model().model, QString("demo"));
  }

  void theDemoModelIsAmongThemWhereThereIsOne() {
    m_host->described["demo"] = facts("demo", "fits", 3.1e7, 120000000);
    m_page->show();
    QTRY_VERIFY(find<QLabel>("modelStatus")->text().contains("4 model"));
    auto* view = find<QListView>("modelList");
    const QModelIndex demo = view->model()->index(3, 0);
    QVERIFY(demo.data(ModelList::SummaryRole).toString().startsWith("Comes with Lapilli"));
    view->setCurrentIndex(demo);
    QTest::mouseClick(find<QPushButton>("useModelButton"), Qt::LeftButton);
    QTRY_COMPARE(m_session->state(), ModelSession::State::kReady);
    QCOMPARE(m_host->requests.last()["model"].toString(), QString("demo"));
    m_host->described.remove("demo");
    m_page->look();
    QTRY_VERIFY(isDescribed());
    QCOMPARE(view->model()->rowCount(), 3);
  }

  void otherPartsOfAModelAreNamed() {
    m_host->described["/m/lora/m/base"] = facts("tuned", "fits", 7.1e9, 5200000000);
    m_page->show();
    QTRY_VERIFY(isDescribed());
    auto* view = find<QListView>("modelList");
    QVERIFY(!find<QWidget>("modelParts")->isVisible());
    view->setCurrentIndex(view->model()->index(2, 0));
    QVERIFY(find<QWidget>("modelParts")->isVisible());  // this one lacks some
    QTest::keyClicks(find<QLineEdit>("partBase"), "/m/base");
    QTest::keyClick(find<QLineEdit>("partBase"), Qt::Key_Return);
    QTRY_VERIFY(find<QPushButton>("useModelButton")->isEnabled());
    QTest::mouseClick(find<QPushButton>("useModelButton"), Qt::LeftButton);
    QTRY_COMPARE(m_session->state(), ModelSession::State::kReady);
    QCOMPARE(m_host->requests.last()["request"].toString(), QString("load"));
    QCOMPARE(m_host->requests.last()["base"].toString(), QString("/m/base"));
    // Another model has no part of it; the one in use is found with it again.
    view->setCurrentIndex(view->model()->index(0, 0));
    QCOMPARE(find<QLineEdit>("partBase")->text(), QString());
    m_page->look();
    QTRY_VERIFY(isDescribed());
    view->setCurrentIndex(view->model()->index(2, 0));
    QCOMPARE(find<QLineEdit>("partBase")->text(), QString("/m/base"));
    QCOMPARE(find<QPushButton>("useModelButton")->text(), QString("In use"));
  }

  void aModelIsFetchedFromAHub() {
    HubServer hub;
    hub.files["w.gguf"].content = QByteArray(300000, 'w');
    hub.files["mmproj-f16.gguf"].content = QByteArray(1000, 'p');
    hub.files["README.md"].content = "text";
    m_page->show();
    find<QTabWidget>("modelTabs")->setCurrentIndex(1);
    QVERIFY(find<QLineEdit>("hubAddress")->text().startsWith("https://"));
    QVERIFY(!find<QPushButton>("startDownloadButton")->isEnabled());
    find<QLineEdit>("hubAddress")->setText("http://elsewhere.example");
    find<QComboBox>("hubModel")->setEditText("o/m");
    QTest::mouseClick(find<QPushButton>("showFilesButton"), Qt::LeftButton);
    QVERIFY(find<QLabel>("downloadMessage")->text().contains("https"));
    find<QLineEdit>("hubAddress")->setText(hub.address());
    find<QComboBox>("hubModel")->setEditText("nonsense");
    QTest::mouseClick(find<QPushButton>("showFilesButton"), Qt::LeftButton);
    QVERIFY(find<QLabel>("downloadMessage")->text().contains("two parts"));
    find<QComboBox>("hubModel")->setEditText("o/m");
    QTest::mouseClick(find<QPushButton>("showFilesButton"), Qt::LeftButton);
    QTRY_COMPARE(find<QTreeWidget>("hubFiles")->topLevelItemCount(), 3);
    QCOMPARE(hub.requests.size(), 1);  // only the list
    QSignalSpy fetched(m_page->findChild<DownloadPanel*>(), &DownloadPanel::fetched);
    QTest::mouseClick(find<QPushButton>("startDownloadButton"), Qt::LeftButton);
    QTRY_COMPARE(fetched.count(), 1);
    const QString folder = fetched[0][0].toString();
    QCOMPARE(QDir(folder).entryList(QDir::Files),
             (QStringList{"mmproj-f16.gguf", "w.gguf"}));  // not the README
    QVERIFY(folder.endsWith("/models/o_m"));
  }

  void whetherItFitsIsToldBeforeItIsFetched() {
    HubServer hub;
    hub.files["llava.q4_k_m.gguf"].content = QByteArray(300000, 'w');
    hub.files["mmproj-f16.gguf"].content = QByteArray(1000, 'p');
    hub.files["README.md"].content = "text";
    const auto verdict = [&] { return find<QLabel>("downloadVerdict"); };
    const auto asked = [&] {
      QList<QJsonObject> requests;
      for (const QJsonObject& request : m_host->requests) {
        if (request["request"].toString() == "advise") requests.append(request);
      }
      return requests;
    };
    m_settings->setContext(2048);
    m_page->show();
    find<QTabWidget>("modelTabs")->setCurrentIndex(1);
    QVERIFY(!verdict()->isVisible());
    m_host->advice = {{"context", 2048},
                      {"total_bytes", qint64{9000000000}},
                      {"free_device_bytes", qint64{8000000000}},
                      {"fit", "needs_host_memory"}};
    find<QLineEdit>("hubAddress")->setText(hub.address());
    find<QComboBox>("hubModel")->setEditText("o/m");
    QTest::mouseClick(find<QPushButton>("showFilesButton"), Qt::LeftButton);
    QTRY_VERIFY(verdict()->isVisible());
    QVERIFY2(verdict()->text().startsWith("Needs host layers  ·  "), qPrintable(verdict()->text()));
    QVERIFY2(verdict()->text().endsWith(
                 "By the sizes of these files it takes about 8.38 GiB with a conversation of "
                 "2048 tokens; GeForce RTX 4060 has 7.45 GiB free."),
             qPrintable(verdict()->text()));
    QCOMPARE(hub.requests.size(), 1);  // only the list
    const QJsonArray files = asked().last()["files"].toArray();
    QCOMPARE(files.size(), 2);  // those that are chosen
    QVERIFY(files.contains(QJsonObject{{"path", "llava.q4_k_m.gguf"}, {"size_bytes", 300000}}));
    QCOMPARE(asked().last()["context"].toInt(), 2048);
    // Other files and another device are other answers.
    m_host->advice["fit"] = "does_not_fit";
    auto* list = find<QTreeWidget>("hubFiles");
    list->findItems("mmproj-f16.gguf", Qt::MatchExactly).first()->setCheckState(0, Qt::Unchecked);
    QTRY_VERIFY(verdict()->text().startsWith("Does not fit"));
    QCOMPARE(verdict()->palette().color(QPalette::WindowText), colours(m_page->palette()).danger);
    QCOMPARE(asked().last()["files"].toArray().size(), 1);
    m_host->advice["fit"] = "tight";
    m_settings->setDevice("aa01");
    QTRY_VERIFY(verdict()->text().startsWith("Tight"));
    QCOMPARE(asked().last()["device"].toString(), QString("aa01"));
    // Nothing chosen, nothing said.
    for (int row = 0; row < list->topLevelItemCount(); ++row)
      list->topLevelItem(row)->setCheckState(0, Qt::Unchecked);
    QVERIFY(!verdict()->isVisible());
  }

  void everyControlHasAName() {
    m_page->show();
    QTRY_VERIFY(isDescribed());
    for (const QWidget* widget : m_page->findChildren<QWidget*>()) {
      if (widget->window() != m_page.get()) continue;  // the list of a box that is closed
      if (widget->focusPolicy() == Qt::NoFocus || widget->objectName().startsWith("qt_")) continue;
      QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
      QVERIFY(interface != nullptr);
      const QString name = interface->text(QAccessible::Name);
      const bool isLabel =
          qobject_cast<const QLabel*>(widget) != nullptr;  // its text is its name, also an empty one
      const bool isPart = qobject_cast<const QComboBox*>(widget->parentWidget()) != nullptr;
      QVERIFY2(isLabel || isPart || !name.isEmpty(),
               qPrintable(widget->metaObject()->className() + QString(" ") + widget->objectName()));
    }
  }

  /// Set LAPILLI_SCREENSHOTS to a folder to look at them.
  void itIsDrawnInBothAppearances() {
    const QString folder = qEnvironmentVariable("LAPILLI_SCREENSHOTS", m_folder->path());
    QList<QImage> images;
    for (const char* appearance : {"light", "dark"}) {
      m_theme->use(appearance);
      m_page->show();
      QTRY_VERIFY(isDescribed());
      for (const int tab : {0, 1}) {
        find<QTabWidget>("modelTabs")->setCurrentIndex(tab);
        QCoreApplication::sendPostedEvents();
        images.append(m_page->grab().toImage());
        QVERIFY(images.last().save(QString("%1/models-%2-%3.png").arg(folder, appearance).arg(tab)));
      }
      find<QTabWidget>("modelTabs")->setCurrentIndex(0);
    }
    QVERIFY(images[0].pixelColor(5, 5).lightness() > 200);
    QVERIFY(images[2].pixelColor(5, 5).lightness() < 80);
    QVERIFY(images[0] != images[1]);
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::ModelsPageTest)
#include "models_page_test.moc"
