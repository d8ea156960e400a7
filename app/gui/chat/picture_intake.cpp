// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/chat/picture_intake.h"

#include "app/gui/error_text.h"
#include "app/gui/failure_kinds.h"

#include <QBuffer>
#include <QFile>
#include <QFileInfo>
#include <QMimeData>
#include <QRegularExpression>
#include <QUrl>
#include <QtConcurrent>

namespace lapilli::gui {
namespace {

/// The address of a browser's picture, as its HTML names it.
QString imageAddressIn(const QString& html) {
  static const QRegularExpression kImage(QStringLiteral("<img[^>]+src\\s*=\\s*[\"']([^\"']+)[\"']"),
                                         QRegularExpression::CaseInsensitiveOption);
  return kImage.match(html).captured(1);
}

bool isData(const QString& text) {
  return text.startsWith(QLatin1String("data:image/"), Qt::CaseInsensitive);
}

/// A line each, and not without end.
QString namesOf(const QStringList& addresses) {
  constexpr qsizetype kMostNamed = 100;
  QStringList names;
  for (const QString& address : addresses.first(qMin(addresses.size(), kMostNamed)))
    names.append(shownAddress(QUrl(address)));
  if (addresses.size() > kMostNamed) names.append(QString(QChar(0x2026)));
  return names.join(QLatin1Char('\n'));
}

}  // namespace

PictureIntake::PictureIntake(const ObjectStore& objects, JobHost& host, Thumbnails& thumbnails,
                             QObject* parent)
    : QObject(parent), m_objects(objects), m_host(host), m_thumbnails(thumbnails) {
  connect(&m_fetch, &PictureFetch::fetched, this, &PictureIntake::takeContent);
  connect(&m_fetch, &PictureFetch::refused, this, &PictureIntake::refused);
  connect(&m_fetch, &PictureFetch::changed, this, &PictureIntake::underwayChanged);
  connect(&host, &JobHost::finished, this, [this](JobHost::JobId job, const QJsonObject& result) {
    if (!m_looking.contains(job)) return;
    const auto [attachment, owner] = m_looking.take(job);
    m_thumbnails.put(
        attachment.sha256,
        imageFromBase64(result.value(QLatin1String("picture"))[QLatin1String("thumbnail_png")].toString()));
    emit accepted(attachment, owner);
    end(owner);
  });
  connect(&host, &JobHost::failed, this, [this](JobHost::JobId job, const Failure& failure) {
    if (!m_looking.contains(job)) return;
    const auto [attachment, owner] = m_looking.take(job);
    if (isOfHost(failure)) {
      // The engine is in trouble, not the picture; asking about it will tell.
      emit accepted(attachment, owner);
    } else {
      // Its place is a file of the window's own.
      const ErrorText text = errorText({failure.code, failure.message, {}, failure.request});
      emit refused(attachment.name, text.what + QLatin1Char(' ') + text.todo, text.details);
    }
    end(owner);
  });
}

bool PictureIntake::offers(const QMimeData& data) {
  return data.hasImage() || data.hasUrls() || isData(data.text().trimmed()) ||
         !imageAddressIn(data.html()).isEmpty();
}

void PictureIntake::setOwner(ChatId owner) {
  if (std::exchange(m_owner, owner) != owner) emit underwayChanged();
}

QList<PictureFetch::Fetching> PictureIntake::fetching() const {
  QList<PictureFetch::Fetching> own;
  for (const PictureFetch::Fetching& each : m_fetch.underway()) {
    if (each.owner == m_owner) own.append(each);
  }
  return own;
}

void PictureIntake::take(const QMimeData& data) {
  QStringList files;
  QStringList addresses;
  for (const QUrl& url : data.urls())
    (url.isLocalFile() ? files : addresses).append(url.isLocalFile() ? url.toLocalFile() : url.toString());
  if (!files.isEmpty()) {
    takeFiles(files);
    takeAddresses(addresses);
  } else if (data.hasImage()) {
    takeImage(qvariant_cast<QImage>(data.imageData()));
  } else if (isData(data.text().trimmed())) {
    takeAddress(data.text().trimmed());
  } else if (const QString inPage = imageAddressIn(data.html()); isData(inPage)) {
    takeAddress(inPage);
  } else {
    if (addresses.isEmpty() && !inPage.isEmpty()) addresses.append(inPage);
    takeAddresses(addresses);
  }
}

void PictureIntake::takeFiles(const QStringList& paths) {
  for (const QString& path : paths) {
    const QString name = QFileInfo(path).fileName();
    begin(name, m_owner, [this, path, name, objects = m_objects]() -> Stored {
      const QFileInfo info(path);
      if (!info.exists()) return {{}, tr("There is no such file.")};
      if (info.isDir())
        return {{}, tr("It is a folder; choose the pictures in it, or use the page Captions.")};
      // A pipe would be waited for, a device may have no end.
      if (!info.isFile()) return {{}, tr("It is no file.")};
      if (info.size() > kMostBytes) return {{}, tr("It is larger than 256 MiB.")};
      QFile file(path);
      if (!file.open(QIODevice::ReadOnly)) return {{}, file.errorString()};
      const auto stored = objects.addPicture(file.readAll(), name);
      if (!stored.ok()) return {{}, QString::fromStdString(stored.error().message())};
      return {*stored, {}};
    });
  }
}

void PictureIntake::takeImage(const QImage& image) {
  const QString name = tr("Pasted picture");
  begin(name, m_owner, [image, name, objects = m_objects]() -> Stored {
    QByteArray png;
    QBuffer buffer(&png);
    if (image.isNull() || !buffer.open(QIODevice::WriteOnly) || !image.save(&buffer, "PNG"))
      return {{}, tr("It holds no pixels.")};
    const auto stored = objects.addPicture(png, name);
    if (!stored.ok()) return {{}, QString::fromStdString(stored.error().message())};
    return {*stored, {}};
  });
}

void PictureIntake::takeAddresses(const QStringList& addresses) {
  for (const QString& address : addresses.mid(0, kMostAddresses)) takeAddress(address);
  const QStringList rest = addresses.mid(kMostAddresses);
  if (rest.isEmpty()) return;
  refuseLater(shownAddress(QUrl(rest.front())),
              tr("Not more than %1 addresses are taken at once; %2 were left out.")
                  .arg(kMostAddresses)
                  .arg(rest.size()),
              namesOf(rest));
}

void PictureIntake::takeAddress(const QString& address) {
  if (!isData(address)) {
    const QUrl url(address);
    if (PictureFetch::takes(url)) return m_fetch.begin(url, m_owner);
    return refuseLater(
        shownAddress(url),
        tr("Addresses of this kind are not fetched; copy the picture itself, or save it first."));
  }
  const qsizetype comma = address.indexOf(QLatin1Char(','));
  const bool coded = address.left(comma).endsWith(QLatin1String(";base64"), Qt::CaseInsensitive);
  const QByteArray rest = address.mid(comma + 1).toLatin1();
  takeContent(coded ? QByteArray::fromBase64(rest) : QByteArray::fromPercentEncoding(rest),
              tr("Picture of a page"), m_owner);
}

void PictureIntake::refuseLater(const QString& name, const QString& reason, const QString& details) {
  QTimer::singleShot(0, this, [this, name, reason, details] { emit refused(name, reason, details); });
}

void PictureIntake::takeContent(const QByteArray& content, const QString& name, ChatId owner) {
  begin(name, owner, [content, name, objects = m_objects]() -> Stored {
    const auto stored = objects.addPicture(content, name);
    if (!stored.ok()) return {{}, QString::fromStdString(stored.error().message())};
    return {*stored, {}};
  });
}

void PictureIntake::begin(const QString& name, ChatId owner, std::function<Stored()> work) {
  ++m_underway[owner];
  emit underwayChanged();
  QtConcurrent::run(std::move(work)).then(this, [this, name, owner](const Stored& stored) {
    if (stored.problem.isEmpty()) return look(stored.attachment, owner);
    emit refused(name, stored.problem, {});
    end(owner);
  });
}

void PictureIntake::look(const Attachment& attachment, ChatId owner) {
  const JobHost::JobId job =
      m_host.send(QStringLiteral("picture"), {{QStringLiteral("path"), m_objects.path(attachment.sha256)},
                                              {QStringLiteral("thumbnail"), Thumbnails::kSide}});
  m_looking.insert(job, {attachment, owner});
}

void PictureIntake::end(ChatId owner) {
  if (--m_underway[owner] == 0) m_underway.remove(owner);
  emit underwayChanged();
}

}  // namespace lapilli::gui
