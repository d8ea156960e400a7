// SPDX-License-Identifier: GPL-3.0-or-later
// Chats as people read them: Markdown, plain text, HTML and PDF.
#include "app/gui/store/export_parts.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImageReader>
#include <QPdfWriter>
#include <QSaveFile>
#include <QTextDocument>
#include <QUrl>

#include <algorithm>

namespace lapilli::gui::exporting {
namespace {

/// Text for a place where Markdown's marks would count: a heading, a picture's name.
QString escapedMarkdown(const QString& text) {
  QString result;
  for (const QChar c : text) {
    if (QStringView(u"\\`*_{}[]<>()#+-!|").contains(c)) result.append(u'\\');
    result.append(c);
  }
  return result;
}

/// What a schema or a grammar has made stands in a fence longer than any run of ` within.
QString markdownWords(const Message& message) {
  const QString kind = message.format[QStringLiteral("kind")].toString();
  const bool json = kind.startsWith(u"json");
  if (!json && kind != QLatin1String("gbnf")) return message.text;
  QString fence = QStringLiteral("```");
  while (message.text.contains(fence)) fence.append(u'`');
  return fence + (json ? QStringLiteral("json\n") : QStringLiteral("\n")) + message.text + u'\n' + fence;
}

/// As it is written, with its blanks and lines.
QString paragraph(const QString& text) {
  return QStringLiteral("<p style=\"white-space: pre-wrap\">%1</p>\n").arg(text.toHtmlEscaped());
}

const char* kHtmlHead = R"(<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"/>
<title>%1</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em; }
.remark { opacity: .7; font-size: .9em; }
section { margin: 1.5em 0; overflow-wrap: anywhere; }
.user p { background: #8882; border-radius: 12px; padding: .7em 1em; }
h2 { font-size: .9em; opacity: .7; margin: 0; }
img { max-width: 100%; max-height: 24em; border-radius: 8px; }
</style>
</head>
<body>
)";

QString dataUrl(const Attachment& picture, const QByteArray& content) {
  return QStringLiteral("data:%1;base64,%2")
      .arg(picture.mime.toHtmlEscaped(), QString::fromLatin1(content.toBase64()));
}

/// A picture as the reader's eye wants it: upright, no larger than a page shows.
QImage pageImage(const QByteArray& content, int mostPixels) {
  QBuffer buffer;
  buffer.setData(content);
  if (!buffer.open(QIODevice::ReadOnly)) return {};
  QImageReader reader(&buffer);
  reader.setAutoTransform(true);
  const QImage image = reader.read();
  if (image.isNull() || std::max(image.width(), image.height()) <= mostPixels) return image;
  return image.scaled(mostPixels, mostPixels, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

}  // namespace

QByteArray markdownOf(const ChatContent& content, PictureFolder& pictures) {
  QString out = QStringLiteral("# %1\n\n*%2*\n")
                    .arg(escapedMarkdown(titleOf(content.chat)), escapedMarkdown(subtitleOf(content.chat)));
  for (const Message& message : content.messages) {
    out += QStringLiteral("\n## %1\n\n").arg(speakerName(message.role));
    for (const Attachment& picture : message.attachments) {
      const QString link = pictures.add(picture);
      out += link.isEmpty() ? QStringLiteral("*%1*\n\n").arg(escapedMarkdown(missingPicture(picture)))
                            : QStringLiteral("![%1](%2)\n\n")
                                  .arg(escapedMarkdown(picture.name),
                                       QString::fromLatin1(QUrl::toPercentEncoding(link, "/")));
    }
    out += markdownWords(message) + u'\n';
    if (const QString remark = remarkOf(message); !remark.isEmpty())
      out += QStringLiteral("\n*%1*\n").arg(remark);
  }
  return out.toUtf8();
}

QByteArray textOf(const ChatContent& content) {
  QString out = titleOf(content.chat) + u'\n' + subtitleOf(content.chat) + u'\n';
  for (const Message& message : content.messages) {
    out += QStringLiteral("\n%1:\n").arg(speakerName(message.role));
    for (const Attachment& picture : message.attachments) out += QStringLiteral("[%1]\n").arg(picture.name);
    out += message.text + u'\n';
    if (const QString remark = remarkOf(message); !remark.isEmpty())
      out += QStringLiteral("(%1)\n").arg(remark);
  }
  return out.toUtf8();
}

QByteArray htmlOf(const ChatContent& content, PictureFolder& pictures) {
  QString out = QString::fromLatin1(kHtmlHead).arg(titleOf(content.chat).toHtmlEscaped());
  out += QStringLiteral("<h1>%1</h1>\n<p class=\"remark\">%2</p>\n")
             .arg(titleOf(content.chat).toHtmlEscaped(), subtitleOf(content.chat).toHtmlEscaped());
  for (const Message& message : content.messages) {
    const bool user = message.role == MessageRole::User;
    out += QStringLiteral("<section class=\"%1\">\n<h2>%2</h2>\n")
               .arg(user ? QStringLiteral("user") : QStringLiteral("answer"), speakerName(message.role));
    for (const Attachment& picture : message.attachments) {
      const QByteArray bytes = pictures.read(picture);
      out += bytes.isEmpty()
                 ? QStringLiteral("<p class=\"remark\">%1</p>\n").arg(missingPicture(picture).toHtmlEscaped())
                 : QStringLiteral("<img alt=\"%1\" src=\"%2\"/>\n")
                       .arg(picture.name.toHtmlEscaped(), dataUrl(picture, bytes));
    }
    out += paragraph(message.text);
    if (const QString remark = remarkOf(message); !remark.isEmpty()) {
      out += QStringLiteral("<p class=\"remark\">%1</p>\n").arg(remark);
    }
    out += QStringLiteral("</section>\n");
  }
  return (out + QStringLiteral("</body>\n</html>\n")).toUtf8();
}

void writePdf(const ChatContent& content, PictureFolder& pictures, const QString& file) {
  constexpr int kPictureWidth = 320;  // of a page that is about 480 wide
  constexpr int kMostPixels = 1280;
  QTextDocument document;
  QString html = QStringLiteral("<h1>%1</h1><p style=\"color:#666\">%2</p>")
                     .arg(titleOf(content.chat).toHtmlEscaped(), subtitleOf(content.chat).toHtmlEscaped());
  int count = 0;
  for (const Message& message : content.messages) {
    html += QStringLiteral("<h4 style=\"color:#666\">%1</h4>").arg(speakerName(message.role));
    for (const Attachment& picture : message.attachments) {
      const QByteArray bytes = pictures.read(picture);
      const QImage image = pageImage(bytes, kMostPixels);
      if (image.isNull()) {
        const QString why = bytes.isEmpty() ? missingPicture(picture) : unreadPicture(picture);
        html += QStringLiteral("<p><i>%1</i></p>").arg(why.toHtmlEscaped());
        continue;
      }
      const QUrl url(QStringLiteral("picture:%1").arg(count++));
      document.addResource(QTextDocument::ImageResource, url, image);
      html += QStringLiteral("<p><img src=\"%1\" width=\"%2\"/></p>")
                  .arg(url.toString())
                  .arg(std::min(kPictureWidth,
                                image.width() * kPictureWidth / std::max(image.width(), image.height())));
    }
    html += paragraph(message.text);
    if (const QString remark = remarkOf(message); !remark.isEmpty()) {
      html += QStringLiteral("<p style=\"color:#666\"><i>%1</i></p>").arg(remark);
    }
  }
  document.setHtml(html);
  QSaveFile output(file);
  if (output.open(QIODevice::WriteOnly)) {
    QPdfWriter writer(&output);
    writer.setTitle(titleOf(content.chat));
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setPageMargins(QMarginsF(20, 20, 20, 20), QPageLayout::Millimeter);
    document.print(&writer);
  }
  if (!output.commit()) {
    throw Error(ErrorCode::kIo,
                QCoreApplication::translate("ChatExport", "The file can't be written: %1.")
                    .arg(output.errorString())
                    .toStdString(),
                file.toStdString());
  }
}

}  // namespace lapilli::gui::exporting
