// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/chat/caption_search.h"
#include "app/gui/store/chat_search.h"

#include <QListWidget>

#include <optional>

namespace lapilli::gui {

/// What a search over everything has found: chats, then prompts and captions.
class HitList : public QListWidget {
  Q_OBJECT

 public:
  explicit HitList(QWidget* parent = nullptr);

  /// Another search begins; what an earlier one found stays until showChats().
  void begin();
  void showChats(const SearchResult& result);
  /// Before or after the chats.
  void showCaptions(const CaptionSearchResult& result);
  /// How much was found, or why nothing could be; empty: nothing was looked for yet.
  [[nodiscard]] QString summary() const;

 signals:
  void chatWanted(lapilli::gui::ChatId chat);
  void messageWanted(lapilli::gui::MessageId message);
  /// A picture whose caption it is.
  void captionWanted(const QString& folder, const QString& path);
  void promptsWanted(const QJsonArray& questions);

 private:
  void open(const QListWidgetItem* item);
  void addCaptions();

  std::optional<SearchResult> m_chats;
  std::optional<CaptionSearchResult> m_captions;
};

}  // namespace lapilli::gui
