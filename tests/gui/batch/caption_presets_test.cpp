// SPDX-License-Identifier: Apache-2.0
// Presets of captions: the built-in ones, the user's, and what is imported.
#include "app/captions/names.h"
#include "app/captions/settings.h"
#include "app/gui/batch/preset_bar.h"
#include "app/gui/batch/preset_import.h"
#include "app/gui/json_line.h"
#include "tests/gui/gui_fixture.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QInputDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QToolButton>

#include <nlohmann/json.hpp>

namespace lapilli::test {

using namespace gui;

class CaptionPresetsTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir m_folder;

  [[nodiscard]] QString file(const QString& name, const QByteArray& content) const {
    const QString path = m_folder.filePath(name);
    QFile made(path);
    if (!made.open(QIODevice::WriteOnly)) return {};
    made.write(content);
    return path;
  }

 private slots:
  void initTestCase() { QLocale::setDefault(QLocale(QStringLiteral("en_US"))); }

  /// The window and the command line mean the same by a preset's name.
  void presetsAreThoseOfTheCommandLine() {
    QStringList names;
    const CaptionPresets presets(m_folder.filePath(QStringLiteral("none")));
    for (const std::string_view name : captions::preset_names()) {
      names.append(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
      const QByteArray form = QJsonDocument(presets.load(names.back()).settings).toJson();
      const auto mine =
          captions::settings_from_json(nlohmann::ordered_json::parse(form.toStdString())).value();
      QCOMPARE(
          QString::fromStdString(captions::to_json(mine).dump()),
          QString::fromStdString(captions::to_json(captions::load_preset(std::string(name)).value()).dump()));
    }
    QCOMPARE(CaptionPresets::builtIn(), names);
  }

  void aSavedSchemaIsOneForTheCommandLineToo() {
    const CaptionPresets presets(m_folder.filePath(QStringLiteral("schemas")));
    const QJsonObject format{{QStringLiteral("kind"), QStringLiteral("json_schema")},
                             {QStringLiteral("schema"),
                              QStringLiteral("{\"type\": \"object\",\n\"properties\": {\"zebra\": "
                                             "{\"type\": \"string\"}, \"ant\": {\"type\": \"string\"}}}")}};
    const QJsonObject question{{QStringLiteral("prompt"), QStringLiteral("Which?")},
                               {QStringLiteral("format"), format}};
    QCOMPARE(presets.save(QStringLiteral("animals"), {{QStringLiteral("questions"), QJsonArray{question}}}),
             QString());
    const QJsonArray loaded =
        presets.load(QStringLiteral("animals")).settings[QLatin1String("questions")].toArray();
    QCOMPARE(loaded[0].toObject()[QLatin1String("format")].toObject(), format);
    const auto read =
        captions::load_preset(m_folder.filePath(QStringLiteral("schemas/animals.json")).toStdString());
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().what());
    const QString form = QString::fromStdString(captions::to_json(*read).dump());
    QVERIFY2(form.contains(QLatin1String("zebra")) &&
                 form.indexOf(QLatin1String("zebra")) < form.indexOf(QLatin1String("ant\"")),
             qPrintable(form));
  }

  /// Of files that others wrote, too.
  void schemasAreReadAsTheyWereWritten() {
    const QByteArray schema =
        "{ \"type\" "
        ":\"object\",\r\n\t\"properties\":{\"z}\\\"{\":{\"kind\":\"json_schema\",\"schema\":{\"b\":1,\"a\":2}"
        "},"
        "\"a\":[1.50,[],{}]}}";
    const QByteArray other = R"({"y": 1, "x": 2})";
    const ReadJson read = readJson(
        "\n{\"schema\": " + other + ", \"questions\": [{\"format\": {\"schema\": " + schema +
        ", \"kind\": \"json_schema\"}}, {\"format\": {\"kind\":" + "\"json_schema\",\"schema\":" + other +
        "}}], \"bom\": true}\n");
    QCOMPARE(read.problem, QString());
    const QJsonArray questions = read.object[QLatin1String("questions")].toArray();
    const auto schemaOf = [&](qsizetype question) {
      return questions[question].toObject()[QLatin1String("format")].toObject()[QLatin1String("schema")];
    };
    QCOMPARE(schemaOf(0).toString(), QString::fromUtf8(schema));
    QCOMPARE(schemaOf(1).toString(), QString::fromUtf8(other));
    QVERIFY2(read.object[QLatin1String("schema")].isObject(), "of no format");
    QVERIFY(read.object[QLatin1String("bom")].toBool());
    for (const char* wrong : {"", "[1]", "{\"a\":", "{\"a\" 1}", "3"})
      QVERIFY2(!readJson(wrong).problem.isEmpty(), wrong);
  }

  void presetsOfTheUserAreSavedChosenAndDeleted() {
    const QString folder = m_folder.filePath(QStringLiteral("presets"));
    PresetBar bar(folder);
    bar.show();
    auto* box = bar.findChild<QComboBox*>(QStringLiteral("captionPreset"));
    auto* remove = bar.findChild<QToolButton*>(QStringLiteral("captionPresetRemove"));
    QCOMPARE(box->count(), 4);
    const QJsonObject settings{
        {QStringLiteral("questions"),
         QJsonArray{QJsonObject{{QStringLiteral("prompt"), QStringLiteral("Which bird?")}}}}};
    bar.setCurrentSettings(settings);
    const auto saveAs = [&](const QString& name) {
      QTest::mouseClick(bar.findChild<QToolButton*>(QStringLiteral("captionPresetSave")), Qt::LeftButton);
      auto* dialog = bar.findChild<QInputDialog*>(QStringLiteral("presetName"));
      QVERIFY(dialog != nullptr);
      dialog->setTextValue(name);
      dialog->accept();
      QTRY_VERIFY(bar.findChild<QInputDialog*>(QStringLiteral("presetName")) == nullptr);
    };
    saveAs(QStringLiteral("tags"));
    QVERIFY(bar.findChild<QLabel*>(QStringLiteral("captionPresetProblem"))->isVisible());
    saveAs(QStringLiteral("../outside"));
    QVERIFY(QDir(folder).entryList(QDir::Files).isEmpty());
    saveAs(QStringLiteral("My birds"));
    QVERIFY(!bar.findChild<QLabel*>(QStringLiteral("captionPresetProblem"))->isVisible());
    QCOMPARE(box->currentText(), QStringLiteral("My birds"));
    const QString file = QDir(folder).filePath(QStringLiteral("My birds.json"));
    QCOMPARE(captions::load_preset(file.toStdString()).value().questions.at(0).prompt, "Which bird?");

    QSignalSpy chosen(&bar, &PresetBar::chosen);
    emit box->activated(4);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen[0][0].toJsonObject(), settings);
    QVERIFY(remove->isEnabled());
    QTest::mouseClick(remove, Qt::LeftButton);
    QVERIFY(!QFile::exists(file));
    QCOMPARE(box->count(), 4);
  }

  void presetsAndPromptsAreImported() {
    const auto names = [](const PresetImport& import) {
      QStringList all;
      for (const ImportedPreset& preset : import.presets())
        all.append(
            preset.name + QStringLiteral(" = ") +
            preset.settings[QLatin1String("questions")].toArray()[0][QLatin1String("prompt")].toString());
      return all;
    };
    QCOMPARE(names(PresetImport(QStringLiteral("p.txt"),
                                "Which bird?\r\nWhat is on the {stem} of it, in a few words?\n")),
             (QStringList{
                 QStringLiteral("Which bird = Which bird?"),
                 QStringLiteral("What is on the stem of = What is on the {stem} of it, in a few words?")}));
    QCOMPARE(names(PresetImport(
                 QStringLiteral("p.md"),
                 "\xef\xbb\xbf# Birds/all\nWhich bird?\nOne word.\n\n描述这张图片。\n\n# Last\nEnd.")),
             (QStringList{QStringLiteral("Birds all = Which bird?\nOne word."),
                          QStringLiteral("描述这张图片。 = 描述这张图片。"), QStringLiteral("Last = End.")}));
    const auto problem = [](const char* name, const QByteArray& content) {
      const PresetImport import(QLatin1String(name), content);
      return import.presets().isEmpty() ? import.problem() : QStringLiteral("none");
    };
    QCOMPARE(problem("a.txt", " \n\n"), QStringLiteral("a.txt was not taken: it holds no prompts."));
    QCOMPARE(problem("a.txt", "\xff\xfe\x41"),
             QStringLiteral("a.txt was not taken: it is no text in UTF-8."));
    QVERIFY(problem("a.json", "{\"questions\": [}")
                .startsWith(QStringLiteral("a.json was not taken: it is no JSON object: ")));
    QCOMPARE(problem("a.json", "{\"question\": []}"),
             QStringLiteral("a.json was not taken: it has “question”, which is no setting of captions."));
    QCOMPARE(problem("a.json", "{\"questions\": [{\"prompt\": \"a\"}, {\"field\": \"b\"}]}"),
             QStringLiteral("a.json was not taken: there is no prompt at questions/1/prompt."));
    QCOMPARE(problem("a.txt", QByteArray("a line\n").repeated(201)),
             QStringLiteral("a.txt was not taken: it holds 201 prompts, and at most 200 are taken."));
    QCOMPARE(problem("a.txt", QByteArray((1 << 20) + 1, 'a')),
             QStringLiteral("a.txt was not taken: it is larger than 1 MiB."));
    // What the command line refuses, too.
    QCOMPARE(problem("a.json", "{\"existing\": \"never\"}"),
             QStringLiteral("a.json was not taken: the value of “existing” is none of skip, replace, append, "
                            "prepend, empty, failed, ask."));
    for (const char* form :
         {"{\"outputs\": \"txt\"}", "{\"outputs\": [\"doc\"]}", "{\"bom\": 1}", "{\"system\": []}",
          "{\"aspect\": \"wide\"}", "{\"orientation\": true}", "{\"shard\": {\"index\": -1}}",
          "{\"shard\": {\"of\": 1}}", "{\"generation\": 3}", "{\"generation\": {\"top_k\": 1.5}}",
          "{\"generation\": {\"temperature\": \"hot\"}}", "{\"generation\": {\"stop_strings\": [1]}}",
          "{\"generation\": {\"heat\": 1}}", "{\"questions\": {\"prompt\": \"a\"}}",
          "{\"questions\": [\"a\"]}", "{\"questions\": [{\"prompt\": \"a\", \"kind\": \"short\"}]}",
          "{\"questions\": [{\"prompt\": \"a\", \"format\": \"short\"}]}"}) {
      QVERIFY2(!captions::settings_from_json(nlohmann::ordered_json::parse(form)), form);
      QVERIFY2(problem("a.json", form) != QStringLiteral("none"), form);
    }
    // All that the command line reads.
    captions::Settings all = captions::load_preset("alt-text").value();
    all.system = "Be kind.";
    all.picture.aspect = AspectPolicy::kCrop;
    const nlohmann::ordered_json allForm = captions::to_json(all);
    QCOMPARE(allForm.size(), captions::kSettingNames.size());
    QCOMPARE(allForm["generation"].size(), captions::kGenerationNames.size());
    QCOMPARE(problem("all.json", QByteArray::fromStdString(allForm.dump())), QStringLiteral("none"));
    const std::string form = captions::to_json(captions::load_preset("alt-text").value()).dump();
    QCOMPARE(problem("whole.json", QByteArray::fromStdString(form)), QStringLiteral("none"));
  }

  void importedPresetsCanBeChosenAtOnce() {
    const QString folder = m_folder.filePath(QStringLiteral("imported"));
    PresetBar bar(folder);
    bar.show();
    QSignalSpy chosen(&bar, &PresetBar::chosen);
    QTest::mouseClick(bar.findChild<QToolButton*>(QStringLiteral("captionPresetImport")), Qt::LeftButton);
    auto* dialog = bar.findChild<QFileDialog*>(QStringLiteral("presetFiles"));
    QVERIFY(dialog != nullptr);
    emit dialog->filesSelected(
        {file(QStringLiteral("tags.json"), R"({"questions": [{"prompt": "Which tags?"}]})"),
         file(QStringLiteral("prompts.txt"), "Tags 2\nWhich bird?"), file(QStringLiteral("bad.json"), "{"),
         m_folder.path()});
    dialog->close();
    auto* box = bar.findChild<QComboBox*>(QStringLiteral("captionPreset"));
    QCOMPARE(box->currentText(), QStringLiteral("tags 2"));  // "tags" comes with the program
    QCOMPARE(chosen.size(), 1);
    const QString told = bar.findChild<QLabel*>(QStringLiteral("captionPresetProblem"))->text();
    QVERIFY2(told.startsWith(QStringLiteral("Taken: tags 2, ")) &&
                 told.contains(QStringLiteral("\nbad.json was not taken")) &&
                 told.contains(QStringLiteral("it is no file")),
             qPrintable(told));
    const QString saved = QDir(folder).filePath(QStringLiteral("Which bird.json"));
    QCOMPARE(captions::load_preset(saved.toStdString()).value().questions.at(0).prompt, "Which bird?");
  }
};

}  // namespace lapilli::test

LAPILLI_GUI_TEST_MAIN(lapilli::test::CaptionPresetsTest)
#include "caption_presets_test.moc"
