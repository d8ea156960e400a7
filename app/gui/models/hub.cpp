// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/models/hub.h"

#include <QCoreApplication>
#include <QHash>
#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QUrlQuery>

#include <algorithm>

namespace lapilli::gui {
namespace {

const char* kOfficialHost = "huggingface.co";
constexpr qsizetype kMostFiles = 10000;
constexpr double kMostBytes = 1e15;

bool isThisMachine(const QString& host) {
  return host == QLatin1String("localhost") || QHostAddress(host).isLoopback();
}

bool isSafe(const QUrl& url) {
  return url.scheme() == QLatin1String("https") ||
         (url.scheme() == QLatin1String("http") && isThisMachine(url.host()));
}

Error invalid(const QString& sentence, const QString& place) {
  return Error(ErrorCode::kInvalidArgument, sentence.toStdString(), place.toStdString());
}

[[noreturn]] void failListing(const QString& sentence) {
  throw Error(ErrorCode::kBadFile, sentence.toStdString());
}

/// A path that can be made below a folder on every system.
bool isSafePath(const QString& path) {
  static const QRegularExpression kUnsafe(QStringLiteral("[\\x00-\\x1f\\x7f\\\\:*?\"<>|]"));
  if (path.isEmpty() || path.size() > 512 || path.contains(kUnsafe)) return false;
  const QStringList parts = path.split(u'/');
  return std::all_of(parts.begin(), parts.end(), [](const QString& part) {
    return !part.isEmpty() && part != QLatin1String(".") && part != QLatin1String("..") &&
           !part.endsWith(u'.') && part.toUtf8().size() <= 240;
  });
}

bool isHex(const QString& text, qsizetype digits) {
  static const QRegularExpression kHex(QStringLiteral("^[0-9a-f]+$"));
  return text.size() == digits && kHex.match(text).hasMatch();
}

HubFile checked(HubFile file, double size) {
  if (!isSafePath(file.path)) {
    failListing(
        QCoreApplication::translate("Hub", "The hub lists a file with an unsafe name: %1").arg(file.path));
  }
  if (!(size >= 0 && size <= kMostBytes)) {
    failListing(QCoreApplication::translate("Hub", "The hub gives no size for %1.").arg(file.path));
  }
  file.sizeBytes = static_cast<qint64>(size);
  if (!isHex(file.sha256, 64)) file.sha256.clear();
  if (!isHex(file.gitSha1, 40)) file.gitSha1.clear();
  return file;
}

QList<HubFile> huggingFaceFiles(const QJsonDocument& document) {
  if (!document.isArray())
    failListing(QCoreApplication::translate("Hub", "The hub's answer is no list of files."));
  QList<HubFile> files;
  for (const QJsonValue& entry : document.array()) {
    const QJsonObject object = entry.toObject();
    if (object[QStringLiteral("type")].toString() != QLatin1String("file")) continue;
    const QJsonObject large = object[QStringLiteral("lfs")].toObject();
    HubFile file{.path = object[QStringLiteral("path")].toString(),
                 .sizeBytes = 0,
                 .sha256 = large[QStringLiteral("oid")].toString(),
                 .gitSha1 = large.isEmpty() ? object[QStringLiteral("oid")].toString() : QString()};
    files.append(checked(std::move(file), object[QStringLiteral("size")].toDouble(-1)));
  }
  return files;
}

QList<HubFile> modelScopeFiles(const QJsonDocument& document) {
  const QJsonValue list = document.object()[QStringLiteral("Data")].toObject()[QStringLiteral("Files")];
  if (!list.isArray())
    failListing(QCoreApplication::translate("Hub", "The hub's answer is no list of files."));
  QList<HubFile> files;
  for (const QJsonValue& entry : list.toArray()) {
    const QJsonObject object = entry.toObject();
    if (object[QStringLiteral("Type")].toString() != QLatin1String("blob")) continue;
    HubFile file{.path = object[QStringLiteral("Path")].toString(),
                 .sizeBytes = 0,
                 .sha256 = object[QStringLiteral("Sha256")].toString(),
                 .gitSha1 = {}};
    files.append(checked(std::move(file), object[QStringLiteral("Size")].toDouble(-1)));
  }
  return files;
}

QUrl nextPage(const QByteArray& linkHeader, const Hub& hub) {
  static const QRegularExpression kNext(QStringLiteral("<([^>]+)>\\s*;\\s*rel=\"next\""));
  const auto match = kNext.match(QString::fromLatin1(linkHeader));
  if (!match.hasMatch()) return {};
  const QUrl url = hub.address.resolved(QUrl(match.captured(1)));
  // Some mirrors hand on the original's addresses; the list is asked for where it was begun.
  QUrl here = url;
  here.setScheme(hub.address.scheme());
  here.setAuthority(hub.address.authority());
  return here;
}

QUrl below(const QUrl& address, const QString& path) {
  QUrl url = address;
  QString base = address.path();
  while (base.endsWith(u'/')) base.chop(1);
  url.setPath(base + path, QUrl::DecodedMode);
  return url;
}

bool isUnread(const QString& path) {
  static const QStringList kEndings{QStringLiteral(".msgpack"), QStringLiteral(".h5"), QStringLiteral(".ot"),
                                    QStringLiteral(".onnx"), QStringLiteral(".tflite")};
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](const QString& e) { return path.endsWith(e, Qt::CaseInsensitive); });
}

bool isGguf(const HubFile& file) {
  return file.path.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive);
}
bool isProjector(const HubFile& file) {
  return isGguf(file) && file.path.contains(QLatin1String("mmproj"), Qt::CaseInsensitive);
}

/// The same for all parts of a model that is several files, `NAME-00001-of-00003.gguf` and so on; a file that
/// is none has its own path.
QString wholeOf(const HubFile& file) {
  static const QRegularExpression kPart(QStringLiteral("-\\d{5}(?=-of-\\d{5}\\.gguf$)"),
                                        QRegularExpression::CaseInsensitiveOption);
  return QString(file.path).remove(kPart);
}

/// Each file with the size of all it is a part of.
QList<HubFile> withWholeSizes(QList<HubFile> files) {
  QHash<QString, qint64> sizes;
  for (const HubFile& file : files) sizes[wholeOf(file)] += file.sizeBytes;
  for (HubFile& file : files) file.sizeBytes = sizes[wholeOf(file)];
  return files;
}

/// The index of the best file: smallest rank, then smallest size; -1: there is none.
template <class Rank>
qsizetype best(const QList<HubFile>& files, Rank rank) {
  qsizetype found = -1;
  for (qsizetype i = 0; i < files.size(); ++i) {
    const int mine = rank(files[i]);
    if (mine < 0) continue;
    if (found < 0 ||
        std::pair(mine, files[i].sizeBytes) < std::pair(rank(files[found]), files[found].sizeBytes))
      found = i;
  }
  return found;
}

}  // namespace

QList<Hub> knownHubs() {
  QList<Hub> hubs;
  const QString endpoint = qEnvironmentVariable("HF_ENDPOINT").trimmed();
  if (const auto hub = endpoint.isEmpty() ? Result<Hub>(Hub{}) : hubAt(endpoint);
      hub.ok() && !endpoint.isEmpty()) {
    hubs.append(*hub);
    hubs.last().name = QStringLiteral("HF_ENDPOINT: ") + hub->address.host();
  }
  hubs.append(
      {QStringLiteral("Hugging Face"), HubKind::HuggingFace, QUrl(QStringLiteral("https://huggingface.co"))});
  hubs.append(
      {QStringLiteral("hf-mirror.com"), HubKind::HuggingFace, QUrl(QStringLiteral("https://hf-mirror.com"))});
  hubs.append(
      {QStringLiteral("ModelScope"), HubKind::ModelScope, QUrl(QStringLiteral("https://modelscope.cn"))});
  return hubs;
}

Result<Hub> hubAt(const QString& address) {
  QString text = address.trimmed();
  if (!text.isEmpty() && !text.contains(QLatin1String("://"))) text.prepend(QLatin1String("https://"));
  const QUrl url(text, QUrl::StrictMode);
  if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty() || url.hasQuery() ||
      url.hasFragment()) {
    return invalid(QCoreApplication::translate("Hub", "This is no address such as https://hf-mirror.com."),
                   address);
  }
  if (!isSafe(url)) {
    return invalid(QCoreApplication::translate(
                       "Hub", "Models are fetched over https alone; the address begins with %1://.")
                       .arg(url.scheme()),
                   address);
  }
  const bool modelScope = url.host().contains(QLatin1String("modelscope"));
  return Hub{url.host(), modelScope ? HubKind::ModelScope : HubKind::HuggingFace, url};
}

Result<QString> repositoryName(const QString& text) {
  static const QRegularExpression kName(
      QStringLiteral("^[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9_][A-Za-z0-9_.-]*$"));
  QString name = text.trimmed();
  // An address pasted from the browser names it as well.
  static const QRegularExpression kAddress(QStringLiteral("^https?://[^/]+/(?:models/)?([^/]+/[^/?#]+)"));
  if (const auto match = kAddress.match(name); match.hasMatch()) name = match.captured(1);
  if (name.size() <= 200 && kName.match(name).hasMatch() && !name.contains(QLatin1String(".."))) return name;
  return invalid(
      QCoreApplication::translate("Hub", "A model's name has two parts, such as llava-hf/llava-1.5-7b-hf."),
      text);
}

QUrl listUrl(const Hub& hub, const QString& repository) {
  if (hub.kind == HubKind::ModelScope) {
    QUrl url = below(hub.address, QStringLiteral("/api/v1/models/%1/repo/files").arg(repository));
    url.setQuery(QStringLiteral("Revision=master&Recursive=true"));
    return url;
  }
  QUrl url = below(hub.address, QStringLiteral("/api/models/%1/tree/main").arg(repository));
  url.setQuery(QStringLiteral("recursive=true"));
  return url;
}

QUrl fileUrl(const Hub& hub, const QString& repository, const QString& path) {
  if (hub.kind == HubKind::ModelScope) {
    QUrl url = below(hub.address, QStringLiteral("/api/v1/models/%1/repo").arg(repository));
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("Revision"), QStringLiteral("master"));
    query.addQueryItem(QStringLiteral("FilePath"), QString::fromLatin1(QUrl::toPercentEncoding(path)));
    url.setQuery(query);
    return url;
  }
  return below(hub.address, QStringLiteral("/%1/resolve/main/%2").arg(repository, path));
}

Result<HubListing> parseListing(const Hub& hub, const QByteArray& json, const QByteArray& linkHeader) {
  return try_result([&] {
    const QJsonDocument document = QJsonDocument::fromJson(json);
    HubListing listing;
    listing.files = hub.kind == HubKind::ModelScope ? modelScopeFiles(document) : huggingFaceFiles(document);
    listing.next = nextPage(linkHeader, hub);
    if (listing.files.size() > kMostFiles) {
      failListing(QCoreApplication::translate("Hub", "The hub lists %1 files; a model has fewer.")
                      .arg(listing.files.size()));
    }
    return listing;
  });
}

QList<bool> usualChoice(const QList<HubFile>& files) {
  QList<bool> chosen(files.size(), false);
  const QList<HubFile> wholes = withWholeSizes(files);
  const qsizetype language = best(wholes, [](const HubFile& file) {
    if (!isGguf(file) || isProjector(file)) return -1;
    if (file.path.contains(QLatin1String("q4_k_m"), Qt::CaseInsensitive)) return 0;
    return file.path.contains(QLatin1String("q4_k"), Qt::CaseInsensitive) ? 1 : 2;
  });
  if (language >= 0) {
    const qsizetype projector = best(wholes, [](const HubFile& file) {
      if (!isProjector(file)) return -1;
      return file.path.contains(QLatin1String("f16"), Qt::CaseInsensitive) ? 0 : 1;
    });
    for (const qsizetype part : {language, projector}) {
      if (part < 0) continue;
      for (qsizetype i = 0; i < files.size(); ++i)
        chosen[i] = chosen[i] || wholeOf(files[i]) == wholeOf(files[part]);
    }
    return chosen;
  }
  const bool hasSafetensors = std::any_of(files.begin(), files.end(), [](const HubFile& file) {
    return file.path.endsWith(QLatin1String(".safetensors"));
  });
  for (qsizetype i = 0; i < files.size(); ++i) {
    const QString& path = files[i].path;
    const bool isThereTwice = hasSafetensors && path.contains(QLatin1String("pytorch_model"));
    chosen[i] = !isThereTwice && !isUnread(path) && !path.startsWith(QLatin1String(".git"));
  }
  return chosen;
}

QNetworkRequest hubRequest(const QUrl& url) {
  constexpr int kTimeoutMs = 60000;
  QNetworkRequest request(url);
  request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
  request.setHeader(QNetworkRequest::UserAgentHeader,
                    QStringLiteral("Lapilli/%1").arg(QCoreApplication::applicationVersion()));
  // A server that packs a file would make its length and ranges those of the packed one.
  request.setRawHeader("Accept-Encoding", "identity");
  request.setTransferTimeout(kTimeoutMs);
  const QByteArray token = qgetenv("HF_TOKEN").trimmed();
  if (!token.isEmpty() && url.scheme() == QLatin1String("https") &&
      url.host() == QLatin1String(kOfficialHost)) {
    request.setRawHeader("Authorization", "Bearer " + token);
  }
  return request;
}

bool mayRedirect(const QUrl& from, const QUrl& to) {
  if (!to.isValid() || to.host().isEmpty()) return false;
  return to.scheme() == QLatin1String("https") || (from.scheme() == QLatin1String("http") && isSafe(to));
}

}  // namespace lapilli::gui
