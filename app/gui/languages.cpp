// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/languages.h"

#include <QApplication>
#include <QDir>
#include <QFont>
#include <QLibraryInfo>
#include <QLocale>

namespace lapilli::gui {
namespace {

QString systemLanguage() {
  const QLocale locale = QLocale::system();
  if (locale.language() != QLocale::Chinese) return QStringLiteral("en");
  const bool traditional = locale.script() == QLocale::TraditionalChineseScript ||
                           locale.territory() == QLocale::Taiwan || locale.territory() == QLocale::HongKong ||
                           locale.territory() == QLocale::Macao;
  return traditional ? QStringLiteral("zh_TW") : QStringLiteral("zh_CN");
}

/// Chinese characters are drawn differently in the two scripts, and in no weight that fits by chance.
void setFont(const QString& language) {
  static const QStringList own = QApplication::font().families();
  QStringList families = own;
  if (language == QLatin1String("zh_CN"))
    families += {QStringLiteral("Noto Sans CJK SC"), QStringLiteral("Microsoft YaHei"),
                 QStringLiteral("PingFang SC")};
  if (language == QLatin1String("zh_TW"))
    families += {QStringLiteral("Noto Sans CJK TC"), QStringLiteral("Microsoft JhengHei"),
                 QStringLiteral("PingFang TC")};
  QFont font = QApplication::font();
  font.setFamilies(families);
  QApplication::setFont(font);
}

}  // namespace

void Languages::use(const QString& name) {
  const QString language = name == QLatin1String("system") ? systemLanguage() : name;
  if (language == m_current) return;
  m_current = language;
  QLocale::setDefault(QLocale(language == QLatin1String("en") ? QStringLiteral("en_US") : language));
  setFont(language);
  for (const auto& translator : m_translators) QCoreApplication::removeTranslator(translator.get());
  m_translators.clear();
  QStringList files;
  if (language != QLatin1String("en"))
    files.append(QLibraryInfo::path(QLibraryInfo::TranslationsPath) + QStringLiteral("/qtbase_") + language +
                 QStringLiteral(".qm"));
  // One catalogue for each part of the window, all of them built in.
  const QDir builtIn(QStringLiteral(":/translations"));
  for (const QString& file : builtIn.entryList({QStringLiteral("*_%1.qm").arg(language)}))
    files.append(builtIn.filePath(file));
  for (const QString& file : files) {
    auto translator = std::make_unique<QTranslator>();
    if (!translator->load(file)) continue;
    QCoreApplication::installTranslator(translator.get());
    m_translators.push_back(std::move(translator));
  }
}

}  // namespace lapilli::gui
