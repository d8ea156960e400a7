// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gui/batch/caption_page.h"
#include "app/gui/batch/caption_rows.h"
#include "app/gui/main_window.h"
#include "tests/gui/gui_fixture.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QMessageBox>
#include <QPainter>
#include <QProcess>
#include <QSpinBox>

namespace lapilli::test {

/// A file's text; empty where there is none.
inline QString textOf(const QString& file) {
  QFile opened(file);
  return opened.open(QIODevice::ReadOnly) ? QString::fromUtf8(opened.readAll()) : QString();
}

/// What tests of the page of captions over the real engine have in common.
class CaptionPageFixture {
 protected:
  static constexpr int kPatience = 120'000;

  /// A window with the page, on a profile of its own.
  struct Window {
    explicit Window(const QString& folder)
        : settings(folder + QStringLiteral("/s.ini")),
          host(QStringLiteral(LAPILLI_PROGRAM), {QStringLiteral("serve")}),
          session(host),
          window({settings, gui::Folders::below(folder), host, session, theme, languages}),
          page(new gui::CaptionPage(settings, host, session)) {
      find<QSpinBox>("captionTokens")->setValue(6);
      languages.use(QStringLiteral("en"));
      theme.use(QStringLiteral("light"));
      window.addPage(
          QStringLiteral("captions"), QStringLiteral("captions"), [] { return QStringLiteral("Captions"); },
          page);
      window.show();
    }
    template <class Widget>
    [[nodiscard]] Widget* find(const char* name) const {
      return page->findChild<Widget*>(QLatin1String(name));
    }
    /// What is to become of texts that are there already.
    void chooseExisting(const char* what) const {
      auto* existing = find<QComboBox>("captionExisting");
      existing->setCurrentIndex(existing->findData(QLatin1String(what)));
    }
    /// Looks at a folder with the model loaded.
    void openFolder(const QString& folder, const QString& model) {
      page->openFiles({folder});
      session.open({.model = model});
      QTRY_VERIFY_WITH_TIMEOUT(page->state() == gui::CaptionPage::State::kIdle &&
                                   session.state() == gui::ModelSession::State::kReady &&
                                   page->rows().total() > 0,
                               kPatience);
    }
    void press(const char* name) const {
      auto* button = find<QAbstractButton>(name);
      QVERIFY2(button->isVisible() && button->isEnabled(), name);
      QTest::mouseClick(button, Qt::LeftButton);
    }
    /// Until the page has nothing under way.
    void settle() const {
      QTRY_COMPARE_WITH_TIMEOUT(page->state(), gui::CaptionPage::State::kIdle, kPatience);
    }
    /// What the main button does, to its end.
    void pressMain() const {
      press("captionMain");
      settle();
    }
    [[nodiscard]] QMessageBox* question(const char* name) const { return find<QMessageBox>(name); }
    /// Presses the button of this role once it is asked.
    void answer(const char* name, QMessageBox::ButtonRole role) const {
      QTRY_VERIFY_WITH_TIMEOUT(question(name) != nullptr, kPatience);
      for (QAbstractButton* button : question(name)->buttons())
        if (question(name)->buttonRole(button) == role) QTest::mouseClick(button, Qt::LeftButton);
      QTRY_VERIFY(question(name) == nullptr);
    }
    void pressUndo(QMessageBox::ButtonRole role = QMessageBox::DestructiveRole) const {
      press("captionUndo");
      answer("captionUndoQuestion", role);
    }
    [[nodiscard]] QString line() const { return find<QLabel>("captionLine")->text(); }
    gui::Settings settings;
    gui::Languages languages;
    gui::Theme theme;
    gui::EngineProcess host;
    gui::ModelSession session;
    gui::MainWindow window;
    gui::CaptionPage* page;
  };

  void makeModel() {
    m_model = m_folder.filePath(QStringLiteral("tiny.gguf"));
    QProcess make;
    make.start(QStringLiteral(LAPILLI_PROGRAM),
               {QStringLiteral("bench"), QStringLiteral("--shape"), QStringLiteral("tiny"),
                QStringLiteral("--type"), QStringLiteral("f16"), QStringLiteral("--save"), m_model});
    QVERIFY(make.waitForFinished(kPatience));
    QCOMPARE(make.exitCode(), 0);
  }

  [[nodiscard]] QString profile(const char* name) const {
    return m_folder.filePath(QStringLiteral("profile-") + QLatin1String(name));
  }

  /// A folder of so many pictures, no two alike: harbour-0.png, orchard-1.png and so on.
  [[nodiscard]] QString photos(const char* name, int count) const {
    const QString folder = m_folder.filePath(QLatin1String(name));
    QDir().mkpath(folder);
    const char* const words[] = {"harbour", "orchard", "street", "meadow", "station", "bridge"};
    for (int index = 0; index < count; ++index) {
      QImage image(160, 120, QImage::Format_RGB32);
      image.fill(QColor::fromHsv(index * 47 % 360, 90, 235));
      QPainter painter(&image);
      painter.setRenderHint(QPainter::Antialiasing);
      painter.setPen(Qt::NoPen);
      painter.setBrush(QColor::fromHsv((index * 47 + 150) % 360, 190, 190));
      painter.drawEllipse(20 + 12 * (index % 5), 20, 60, 60);
      painter.fillRect(70, 60, 20 + 9 * index, 40, QColor::fromHsv((index * 71 + 40) % 360, 160, 140));
      painter.end();
      const QString file = QStringLiteral("%1-%2.png").arg(QLatin1String(words[index % 6])).arg(index);
      [&] { QVERIFY(image.save(folder + QLatin1Char('/') + file)); }();
    }
    return folder;
  }

  static void put(const QString& path, const char* content) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
  }

  QTemporaryDir m_folder;
  QString m_model;
};

}  // namespace lapilli::test
