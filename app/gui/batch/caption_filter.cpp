// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/batch/caption_filter.h"

#include "app/gui/batch/caption_rows.h"
#include "app/gui/batch/row_texts.h"

#include <array>
#include <optional>

namespace lapilli::gui {
namespace {

using captions::FilterNumber;
using captions::FilterProblem;
using captions::FilterState;
using captions::FilterText;
using State = CaptionRow::State;

bool isOfKind(CaptionFilter::Kind kind, const CaptionRow& row) {
  using Kind = CaptionFilter::Kind;
  switch (kind) {
    case Kind::kAll:
      return true;
    case Kind::kWithoutCaption:
      return row.before.isEmpty() && !(row.isCaptioned() && !row.after.isEmpty());
    case Kind::kWaiting:
      return row.state == State::kWaiting;
    case Kind::kDone:
      return row.isCaptioned();
    case Kind::kFailed:
      return row.state == State::kFailed;
    case Kind::kChanged:
      return row.isCaptioned() && !row.before.isEmpty() && row.before != row.after;
    case Kind::kAccepted:
      return row.state == State::kAccepted;
    case Kind::kRejected:
      return row.state == State::kRejected;
    case Kind::kSkipped:
      return row.state == State::kSkipped;
  }
  return false;
}

/// A picture of the page as filters ask about it: each of its texts is folded once, however many words are
/// looked for.
class RowSubject final : public captions::FilterSubject {
 public:
  explicit RowSubject(const CaptionRow& row) : m_row(row) {}

  std::string text(FilterText what) const override {
    std::optional<std::string>& known = m_folded.at(static_cast<size_t>(what));
    if (!known) known = foldedText(what);
    return *known;
  }

  std::vector<std::string> tags() const override {
    std::vector<std::string> all;
    for (const QString& tag : tagsOf(m_row)) all.push_back(folded(tag));
    return all;
  }

  bool is(FilterState state) const override {
    using Kind = CaptionFilter::Kind;
    switch (state) {
      case FilterState::kWaiting:
        return isOfKind(Kind::kWaiting, m_row);
      case FilterState::kSkipped:
        return isOfKind(Kind::kSkipped, m_row);
      case FilterState::kFailed:
        return isOfKind(Kind::kFailed, m_row);
      case FilterState::kDone:
        return isOfKind(Kind::kDone, m_row);
      case FilterState::kAccepted:
        return isOfKind(Kind::kAccepted, m_row);
      case FilterState::kRejected:
        return isOfKind(Kind::kRejected, m_row);
      case FilterState::kChanged:
        return isOfKind(Kind::kChanged, m_row);
      case FilterState::kEdited:
        return m_row.edited;
      case FilterState::kEmpty:
        return isOfKind(Kind::kWithoutCaption, m_row);
    }
    return false;
  }

  std::optional<double> number(FilterNumber what) const override {
    if (m_row.date.isEmpty()) return std::nullopt;
    return what == FilterNumber::kRating ? m_row.rating : static_cast<double>(m_row.sizeBytes);
  }
  std::string date() const override { return m_row.date.toStdString(); }

 private:
  [[nodiscard]] std::string foldedText(FilterText what) const {
    const QStringView path = m_row.path;
    const qsizetype slash = path.lastIndexOf(QLatin1Char('/'));
    switch (what) {
      case FilterText::kCaption:
        return folded(caption());
      case FilterText::kBefore:
        return folded(m_row.before);
      case FilterText::kName:
        return folded(path.mid(slash + 1));
      case FilterText::kPath:
        return folded(path);
      case FilterText::kFolder:
        return folded(path.left(std::max<qsizetype>(0, slash)));
      case FilterText::kTag:
        return {};
      case FilterText::kModel:
        return folded(m_row.model);
      case FilterText::kAny:
        return folded(m_row.state == State::kFailed ? m_row.after : m_row.more());
    }
    return {};
  }

  /// The text that is there now.
  [[nodiscard]] QStringView caption() const { return m_row.isCaptioned() ? m_row.after : m_row.before; }

  const CaptionRow& m_row;
  mutable std::array<std::optional<std::string>, 8> m_folded;  // by FilterText
};

}  // namespace

captions::ParsedFilter CaptionFilter::parse(const QString& text) {
  return captions::Filter::parse(text.toStdString(), [](std::string_view word) { return folded(word); });
}

QString CaptionFilter::problemOf(const QString& text) {
  const auto problem = parse(text).problem;
  if (!problem) return {};
  using Kind = FilterProblem::Kind;
  const QString word = QString::fromStdString(problem->word);
  const auto what = [&]() -> QString {
    const auto listed = [](std::string_view names) {
      return QString::fromUtf8(names.data(), static_cast<qsizetype>(names.size()));
    };
    switch (problem->kind) {
      case Kind::kUnknownKey:
        return tr("“%1” is none of %2; put words with a colon in quotes")
            .arg(word, listed(captions::filter_keys()));
      case Kind::kUnknownState:
        return tr("“%1” is none of %2").arg(word, listed(captions::filter_states()));
      case Kind::kNoValue:
        return tr("there is nothing behind “%1”").arg(word);
      case Kind::kNoNumber:
        return tr("“%1” is no number, as in words:>5").arg(word);
      case Kind::kNoDate:
        return tr("“%1” is no date, as in date:>=2024-05").arg(word);
      case Kind::kNoSize:
        return tr("“%1” is no size, as in size:>2MB").arg(word);
      case Kind::kOpenQuote:
        return tr("the quote %1 is not closed").arg(word);
      case Kind::kOpenBracket:
      case Kind::kClosedBracket:
        return tr("the bracket %1 has no other one").arg(word);
      case Kind::kNothingBeside:
        return tr("something is missing beside “%1”").arg(word);
      case Kind::kTooDeep:
        return tr("there are too many brackets in brackets");
    }
    return {};
  };
  const QString before = QString::fromUtf8(text.toUtf8().left(static_cast<qsizetype>(problem->at)));
  return tr("Character %1: %2.").arg(before.size() + 1).arg(what());
}

bool CaptionFilter::matches(const CaptionRow& row, const captions::Filter& words) const {
  if (!isOfKind(kind, row)) return false;
  if (!folder.isEmpty() && !(row.path.startsWith(folder) && row.path.size() > folder.size() &&
                             row.path[folder.size()] == QLatin1Char('/')))
    return false;
  return words.matches(RowSubject(row));
}

}  // namespace lapilli::gui
