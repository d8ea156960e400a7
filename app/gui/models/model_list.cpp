// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/models/model_list.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonArray>
#include <QLocale>

namespace lapilli::gui {
namespace {

const QString kDemoKind = QStringLiteral("demo");

QString nameOf(const ModelList::Entry& entry) {
  const QString name = entry.facts[QStringLiteral("name")].toString();
  return name.isEmpty() ? QFileInfo(entry.path).fileName() : name;
}

QString fitOf(const ModelList::Entry& entry) {
  return entry.facts[QStringLiteral("memory")].toObject()[QStringLiteral("fit")].toString();
}

QString summaryOf(const ModelList::Entry& entry) {
  QStringList parts{kindName(entry.kind)};
  if (entry.sizeBytes > 0) parts.append(QLocale().formattedDataSize(entry.sizeBytes));
  if (!entry.described) {
    parts.append(ModelList::tr("looking at it …"));
  } else if (entry.facts.isEmpty()) {
    parts.append(ModelList::tr("can't be used as it is"));
  } else if (!fitOf(entry).isEmpty()) {
    parts.append(fitName(fitOf(entry)));
  }
  return parts.join(QStringLiteral("  ·  "));
}

}  // namespace

LoadOptions partsOf(const LoadOptions& options) {
  return {.projector = options.projector,
          .vision = options.vision,
          .base = options.base,
          .tokenizer = options.tokenizer};
}

LoadOptions ModelList::Entry::options() const {
  LoadOptions options = partsOf(parts);
  options.model = path;
  return options;
}

QString fitName(const QString& fit) {
  if (fit == QLatin1String("fits")) return ModelList::tr("Fits");
  if (fit == QLatin1String("tight")) return ModelList::tr("Tight");
  if (fit == QLatin1String("needs_host_memory")) return ModelList::tr("Needs host layers");
  if (fit == QLatin1String("does_not_fit")) return ModelList::tr("Does not fit");
  return {};
}

QString fitSentence(const QString& fit) {
  if (fit == QLatin1String("fits")) return ModelList::tr("It fits into the device's free memory.");
  if (fit == QLatin1String("tight")) {
    return ModelList::tr(
        "It fits, with less than a tenth of the device's memory left. Close other programs first.");
  }
  if (fit == QLatin1String("needs_host_memory")) {
    return ModelList::tr(
        "Some layers would stay in the computer's memory, which is slow. A smaller or more strongly "
        "quantised model is "
        "faster.");
  }
  if (fit == QLatin1String("does_not_fit")) {
    return ModelList::tr(
        "It needs more memory than there is. Choose a smaller or more strongly quantised model.");
  }
  return ModelList::tr("Without a usable device nothing can be said about memory.");
}

QString kindName(const QString& kind) {
  if (kind == QLatin1String("checkpoint")) return ModelList::tr("Folder");
  if (kind == QLatin1String("adapter")) return ModelList::tr("LoRA adapter");
  if (kind == QLatin1String("projector")) return ModelList::tr("Projector");
  if (kind == kDemoKind) return ModelList::tr("Comes with Lapilli");
  if (kind == QLatin1String("llama2c")) return QStringLiteral("llama2.c");
  return QStringLiteral("GGUF");
}

ModelList::ModelList(JobHost& host, QObject* parent) : QAbstractListModel(parent), m_host(host) {
  connect(&m_host, &JobHost::progress, this, [this](JobHost::JobId job, const QString&, qint64 count) {
    if (job == m_finding) emit looking(count);
  });
  connect(&m_host, &JobHost::finished, this, [this](JobHost::JobId job, const QJsonObject& result) {
    if (job == m_finding) found(result);
    if (job == m_describing) described(result[QStringLiteral("model")].toObject(), {});
  });
  connect(&m_host, &JobHost::failed, this, [this](JobHost::JobId job, const Failure& failure) {
    if (job == m_finding) {
      m_finding = 0;
      emit lookFailed(failure);
      emit done();
    }
    if (job == m_describing) described({}, failure);
  });
}

void ModelList::look(const QStringList& folders, const QString& device, int context,
                     const LoadOptions& inUse) {
  stop();
  beginResetModel();
  m_entries.clear();
  endResetModel();
  m_device = device;
  m_context = context;
  m_inUse = inUse;
  emit looking(0);
  if (folders.isEmpty()) return found({});
  m_finding = m_host.send(QStringLiteral("find_models"),
                          {{QStringLiteral("folders"), QJsonArray::fromStringList(folders)}});
}

void ModelList::setParts(int row, const LoadOptions& parts) {
  Entry& entry = m_entries[row];
  if (partsOf(parts) == partsOf(entry.parts)) return;
  entry.parts = partsOf(parts);
  entry.described = false;
  if (!m_queue.contains(row)) m_queue.append(row);
  emit dataChanged(index(row), index(row));
  if (m_describing == 0 && m_finding == 0) describeNext();
}

void ModelList::stop() {
  for (JobHost::JobId* job : {&m_finding, &m_describing}) {
    if (*job != 0) m_host.stop(*job);
    *job = 0;
  }
  m_queue.clear();
}

void ModelList::found(const QJsonObject& result) {
  m_finding = 0;
  beginResetModel();
  for (const QJsonValue& value : result[QStringLiteral("models")].toArray()) {
    Entry entry;
    entry.path = value[QStringLiteral("path")].toString();
    entry.kind = value[QStringLiteral("kind")].toString();
    entry.sizeBytes = value[QStringLiteral("size_bytes")].toInteger();
    if (entry.path == m_inUse.model) entry.parts = partsOf(m_inUse);
    m_entries.append(entry);
  }
  Entry demo;
  demo.path = QLatin1String(defaults::kDemoModel);
  demo.kind = kDemoKind;
  m_entries.append(demo);
  for (int row = 0; row < m_entries.size(); ++row) m_queue.append(row);
  endResetModel();
  describeNext();
}

void ModelList::describeNext() {
  if (m_queue.isEmpty()) {
    m_describing = 0;
    emit done();
    return;
  }
  m_describedRow = m_queue.takeFirst();
  LoadOptions options = m_entries[m_describedRow].options();
  options.device = m_device;
  options.context = m_context;
  QJsonObject fields = options.toJson();
  fields.remove(QStringLiteral("image_slots"));  // which a description has nothing of
  m_describing = m_host.send(QStringLiteral("describe"), fields);
}

void ModelList::described(const QJsonObject& facts, const Failure& failure) {
  Entry& entry = m_entries[m_describedRow];
  if (facts.isEmpty() && entry.kind == kDemoKind) {  // a program without it
    beginRemoveRows({}, m_describedRow, m_describedRow);
    m_entries.removeAt(m_describedRow);
    endRemoveRows();
    return describeNext();
  }
  entry.described = true;
  entry.facts = facts;
  entry.failure = failure;
  emit dataChanged(index(m_describedRow), index(m_describedRow));
  describeNext();
}

int ModelList::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

QVariant ModelList::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Entry& entry = m_entries[index.row()];
  switch (role) {
    case Qt::DisplayRole:
      return nameOf(entry);
    case Qt::ToolTipRole:
      return entry.kind == kDemoKind ? kindName(kDemoKind) : entry.path;
    case PathRole:
      return entry.path;
    case SummaryRole:
      return summaryOf(entry);
    case FitRole:
      return fitOf(entry);
    case Qt::AccessibleTextRole:
      return QString(nameOf(entry) + QStringLiteral(", ") + summaryOf(entry));
    default:
      return {};
  }
}

void ModelList::retranslate() {
  if (!m_entries.isEmpty()) emit dataChanged(index(0), index(static_cast<int>(m_entries.size()) - 1));
}

}  // namespace lapilli::gui
