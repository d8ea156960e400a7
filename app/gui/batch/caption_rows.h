// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/captions/tags.h"
#include "app/gui/batch/caption_filter.h"
#include "app/gui/batch/file_thumbnails.h"

#include <QAbstractTableModel>
#include <QJsonArray>
#include <QTimer>

#include <algorithm>
#include <array>

namespace lapilli::gui {

/// An answer to a question.
struct FieldText {
  QString field;  ///< the question's
  QString text = {};
  captions::TagForm form = captions::TagForm::kMaybe;  ///< of the question's format
};

/// A picture of the folder and what became of it.
struct CaptionRow {
  enum class State { kWaiting, kSkipped, kFailed, kDone, kAccepted, kRejected };
  static constexpr size_t kStates = 6;
  enum class Decision { kWrite, kSkip, kReplace, kAppend, kPrepend, kAsk };
  QString path = {};
  int number = 0;  ///< in the engine's plan
  Decision decision = Decision::kWrite;
  State state = State::kWaiting;
  bool replaces = false;  ///< of kAsk: the user's decision
  bool edited = false;    ///< its text was edited by hand, so it is left out, or asked about
  QString before = {};    ///< text that was there
  QString after = {};     ///< the first question's answer, or the engine's sentence why there is none
  QString code = {};      ///< of a failure: what that sentence is about
  captions::TagForm form = captions::TagForm::kMaybe;  ///< of `after`, where that is an answer
  QList<FieldText> others = {};                        ///< the other questions' answers
  QString model = {};  ///< that gave the new text; empty: not known, or there is none

  // Read from the file where a filter asks for them.
  qint64 sizeBytes = 0;
  QString date = {};  ///< "2024-05-17"; empty: these are not known
  int rating = 0;     ///< −1 to 5 stars

  /// Whether there is a new text.
  [[nodiscard]] bool isCaptioned() const { return state == State::kDone || state == State::kAccepted; }
  /// The other questions' fields and answers, a line each.
  [[nodiscard]] QString more() const;
};

/// The pictures of a folder, as the engine finds them, and those of them that a filter lets through: these
/// are the model's rows, in the order of the scan. Views get them in portions, as they scroll; filters look
/// at a few at a time, so that the thread is never kept. A row that stops matching stays until the filter is
/// set again, so that nothing vanishes under the user's hand.
class CaptionRows : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { kPicture, kState, kBefore, kAfter, kColumns };

  explicit CaptionRows(QObject* parent = nullptr);

  void clear(const QString& folder);
  /// `rows` of a caption_rows event.
  void add(const QJsonArray& rows);
  void setFilter(const CaptionFilter& filter);
  [[nodiscard]] const CaptionFilter& filter() const { return m_filter; }
  /// Whether the filter asks for what is in the files alone.
  [[nodiscard]] bool needsFacts() const { return m_words.needs_facts(); }

  // Of the picture with that path, relative to the folder; one that is not among the pictures is left out.
  void setDone(const QString& path, const QString& text, const QList<FieldText>& others = {},
               captions::TagForm form = captions::TagForm::kMaybe);
  /// Another text in the place of the answer to the question of this field (empty: the first one).
  void setText(const QString& path, const QString& field, const QString& text);
  void setModel(const QString& path, const QString& model);
  /// An answer to `picture_facts`; empty: there are none.
  void setFacts(const QString& path, const QJsonObject& facts);
  /// The next pictures whose facts nobody has asked for, at most so many.
  [[nodiscard]] QStringList takeWithoutFacts(int most);
  /// The last so many of them will be asked for once more.
  void giveBackWithoutFacts(qsizetype count) { m_asked = std::max<qsizetype>(0, m_asked - count); }
  void setBefore(const QString& path, const QString& text);
  void setFailed(const QString& path, const QString& reason, const QString& code = {});
  void setState(const QString& path, CaptionRow::State state);
  /// A new run begins: what an earlier one wrote is now what was there before.
  void beginRun();
  /// Failed ones wait again.
  void retryFailed();

  /// Of all pictures, whatever the filter; null for a path that is not among them.
  [[nodiscard]] const CaptionRow* find(const QString& path) const;
  [[nodiscard]] const QList<CaptionRow>& all() const { return m_rows; }
  [[nodiscard]] qsizetype total() const { return m_rows.size(); }
  [[nodiscard]] qsizetype count(CaptionRow::State state) const {
    return m_counts[static_cast<size_t>(state)];
  }
  /// Failures by reason in the user's language, the most frequent first.
  [[nodiscard]] QList<QPair<QString, int>> failures() const;
  /// The same in the engine's sentences.
  [[nodiscard]] QStringList failureDetails() const { return m_failures.keys(); }
  /// What a row's new text is, or in the user's language why there is none.
  [[nodiscard]] static QString textOf(const CaptionRow& row);

  // Texts that are replaced only where the user says so (Decision::kAsk), while nothing is under way.
  void setDeciding(bool deciding);
  [[nodiscard]] bool isDeciding() const { return m_deciding; }
  [[nodiscard]] static bool isAsked(const CaptionRow& row);
  /// How many pictures are asked about, and for how many of these the answer is to replace.
  [[nodiscard]] qsizetype asked() const { return m_undecided; }
  [[nodiscard]] qsizetype replaced() const { return m_replaced; }
  [[nodiscard]] QStringList replacedPaths() const;
  /// Pictures that are not asked about are left out.
  void decide(const QStringList& paths, bool replaces);
  /// About all that the filter lets through.
  void decideMatching(bool replaces);
  /// Folders with pictures, below the one that is looked at.
  [[nodiscard]] QStringList folders() const { return m_folders; }

  // Of the pictures that the filter lets through.
  [[nodiscard]] const CaptionRow* row(int index) const;
  [[nodiscard]] QString file(int index) const;
  [[nodiscard]] QString fileOf(const QString& path) const;
  [[nodiscard]] const QString& folder() const { return m_folder; }
  [[nodiscard]] qsizetype matching() const { return m_matching.size(); }
  /// Whether the filter has looked at all pictures.
  [[nodiscard]] bool isFiltered() const { return m_looked == m_rows.size(); }
  /// The row of a picture, with which views know it then; −1 where the filter has not let it through (yet).
  [[nodiscard]] int reveal(const QString& path);
  [[nodiscard]] QPixmap thumbnail(const QString& path) const;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
  void fetchMore(const QModelIndex& parent) override;

 signals:
  /// The filter has looked at all pictures that are there.
  void filtered();
  /// This one of all() is another one now; all of them are.
  void rowChanged(int at);
  void allChanged();
  /// Another number of texts will be replaced, or is asked about.
  void decided();
  /// The small picture of a file is there.
  void thumbnailReady(const QString& path);

 private:
  static constexpr int kPortion = 500;
  template <class Change>
  void change(const QString& path, const Change& change);
  template <class Change>
  void changeAll(const Change& change);
  void count(const CaptionRow& row, int by);
  void answer(CaptionRow& row, bool replaces);
  void look();
  void showIfMatching(int at);
  [[nodiscard]] qsizetype placeOf(int at) const;
  [[nodiscard]] bool matches(const CaptionRow& row) const { return m_filter.matches(row, m_words); }
  void show(int more);
  [[nodiscard]] static QString stateText(const CaptionRow& row);

  QString m_folder;
  QList<CaptionRow> m_rows;
  QHash<QString, int> m_at;  // rows by path
  QStringList m_folders;
  std::array<qsizetype, CaptionRow::kStates> m_counts{};
  QHash<QString, int> m_failures;   // by reason
  QHash<QString, QString> m_codes;  // of reasons
  qsizetype m_undecided = 0;        // pictures whose texts are asked about
  qsizetype m_replaced = 0;         // those of them whose texts are to be replaced
  bool m_deciding = false;
  CaptionFilter m_filter;
  captions::Filter m_words;  // of the filter's text
  qsizetype m_asked = 0;     // rows whose facts are asked for
  QList<int> m_matching;     // rows that the filter lets through, ascending
  int m_looked = 0;          // rows it has looked at
  int m_shown = 0;           // of m_matching: those that views know
  bool m_inserting = false;
  QTimer m_lookTimer;
  mutable FileThumbnails m_thumbnails;
  mutable QHash<QString, QString> m_pathOfFile;  // files whose thumbnails are being made
};

}  // namespace lapilli::gui
