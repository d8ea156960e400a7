// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/store/search_text.h"

#include <algorithm>

namespace lapilli::gui {
namespace {

/// How much of a snippet stands before its first hit.
constexpr int kLeadLength = 30;

/// The smallest range of whole characters in `shown` that a range of `folded` comes from.
Snippet::Hit originOf(const FoldedText& text, qsizetype at, qsizetype length) {
  const int start = text.origin[at];
  const int last = text.origin[at + length - 1];
  qsizetype next = at + length;
  while (text.origin[next] == last) ++next;  // the hit ends within a character that folds to several
  return {start, text.origin[next] - start};
}

QList<Snippet::Hit> hitsOf(const FoldedText& text, const QList<QString>& terms) {
  QList<Snippet::Hit> hits;
  for (const QString& term : terms) {
    if (term.isEmpty()) continue;
    for (qsizetype at = text.folded.indexOf(term); at >= 0;
         at = text.folded.indexOf(term, at + term.size())) {
      hits.append(originOf(text, at, term.size()));
    }
  }
  std::sort(hits.begin(), hits.end(), [](const auto& a, const auto& b) {
    return a.start != b.start ? a.start < b.start : a.length > b.length;
  });
  // Overlapping hits of different terms become one.
  QList<Snippet::Hit> merged;
  for (const Snippet::Hit& hit : hits) {
    if (!merged.isEmpty() && hit.start <= merged.last().start + merged.last().length) {
      merged.last().length = std::max(merged.last().length, hit.start + hit.length - merged.last().start);
    } else {
      merged.append(hit);
    }
  }
  return merged;
}

}  // namespace

FoldedText foldWithOrigin(const QString& text) {
  FoldedText result{.shown = text.normalized(QString::NormalizationForm_C), .folded = {}, .origin = {}};
  const QString& shown = result.shown;
  result.folded.reserve(shown.size());
  result.origin.reserve(shown.size() + 1);
  for (int at = 0; at < shown.size();) {
    const bool pair = shown[at].isHighSurrogate() && at + 1 < shown.size() && shown[at + 1].isLowSurrogate();
    const int length = pair ? 2 : 1;
    const ushort unit = shown[at].unicode();
    if (unit < 0x80) {
      result.folded.append(shown[at].toLower());
    } else {
      result.folded.append(
          shown.mid(at, length).toCaseFolded().normalized(QString::NormalizationForm_KC).toCaseFolded());
    }
    result.origin.resize(result.folded.size(), at);
    at += length;
  }
  result.origin.append(static_cast<int>(shown.size()));
  return result;
}

QString foldForSearch(const QString& text) {
  return foldWithOrigin(text).folded;
}

QList<QString> searchTerms(const QString& query) {
  QList<QString> terms;
  QString term;
  bool quoted = false;
  const auto finish = [&] {
    const QString folded = foldForSearch(term.trimmed());
    if (!folded.isEmpty() && !terms.contains(folded)) terms.append(folded);
    term.clear();
  };
  for (const QChar c : query) {
    if (c == u'"') {
      finish();
      quoted = !quoted;
    } else if (c.isSpace() && !quoted) {
      finish();
    } else {
      term.append(c);
    }
  }
  finish();
  return terms;
}

Snippet makeSnippet(const QString& text, const QList<QString>& terms, int maxLength) {
  const FoldedText folded = foldWithOrigin(text);
  const QList<Snippet::Hit> hits = hitsOf(folded, terms);
  const int size = static_cast<int>(folded.shown.size());
  int begin = hits.isEmpty() ? 0 : std::max(0, hits.first().start - kLeadLength);
  int end = std::min(size, begin + maxLength);
  begin = std::max(0, end - maxLength);
  if (begin > 0 && folded.shown[begin].isLowSurrogate()) --begin;
  if (end < size && folded.shown[end].isLowSurrogate()) --end;
  Snippet snippet;
  if (begin > 0) snippet.text = u'…';
  const int shift = static_cast<int>(snippet.text.size()) - begin;
  for (int at = begin; at < end; ++at) {
    const QChar c = folded.shown[at];
    snippet.text.append(c.isSpace() ? QChar(u' ') : c);
  }
  if (end < size) snippet.text.append(u'…');
  for (const Snippet::Hit& hit : hits) {
    if (hit.start >= end) break;
    snippet.hits.append({hit.start + shift, std::min(hit.length, end - hit.start)});
  }
  return snippet;
}

}  // namespace lapilli::gui
