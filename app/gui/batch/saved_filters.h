// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/batch/caption_filter.h"

#include <QStringList>

namespace lapilli::gui {

class Settings;

/// Filters of the user's, by name: which kind of pictures, and the text.
class SavedFilters {
 public:
  /// The settings outlive it.
  explicit SavedFilters(Settings& settings) : m_settings(settings) {}

  /// In the order of their names.
  [[nodiscard]] QStringList names() const;
  [[nodiscard]] CaptionFilter load(const QString& name) const;
  /// In the place of one of that name; its folder is that of now and not kept.
  void save(const QString& name, const CaptionFilter& filter);
  void remove(const QString& name);

 private:
  Settings& m_settings;
};

}  // namespace lapilli::gui
