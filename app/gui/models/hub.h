// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QList>
#include <QNetworkRequest>
#include <QString>
#include <QUrl>

namespace lapilli::gui {

/// How a hub is asked.
enum class HubKind { HuggingFace, ModelScope };

/// A place models are fetched from.
struct Hub {
  QString name;
  HubKind kind = HubKind::HuggingFace;
  QUrl address;
};

/// Those that are offered; the first is the usual one. A valid HF_ENDPOINT in the environment comes first.
[[nodiscard]] QList<Hub> knownHubs();

/// A hub at an address that somebody typed. Fails with kInvalidArgument for what is no https address without
/// user, query and fragment; http is taken for this machine alone.
[[nodiscard]] Result<Hub> hubAt(const QString& address);

/// Checks "owner/name". Fails with kInvalidArgument.
[[nodiscard]] Result<QString> repositoryName(const QString& text);

struct HubFile {
  QString path;  ///< relative, with /, never leaving the folder
  qint64 sizeBytes = 0;
  QString sha256;   ///< of the content; empty where the hub gives none
  QString gitSha1;  ///< of small files: as git names them; empty where the hub gives none

  bool operator==(const HubFile&) const = default;
};

/// A page of a hub's list of files, and where the next one is (an invalid URL: there is none).
struct HubListing {
  QList<HubFile> files;
  QUrl next;
};

[[nodiscard]] QUrl listUrl(const Hub& hub, const QString& repository);
[[nodiscard]] QUrl fileUrl(const Hub& hub, const QString& repository, const QString& path);
/// `linkHeader`: the answer's Link, by which Hugging Face names the next page. Fails with kBadFile for what
/// is no such list and for files whose path would leave the folder.
[[nodiscard]] Result<HubListing> parseListing(const Hub& hub, const QByteArray& json,
                                              const QByteArray& linkHeader = {});

/// The files one needs to run a model: one quantisation (q4_k_m where there is one), all its parts, with its
/// projector of a GGUF repository; else everything but weights in forms that are there as safetensors, or
/// that no reader here takes.
[[nodiscard]] QList<bool> usualChoice(const QList<HubFile>& files);

/// A request as the hub may have it. The token of the environment (HF_TOKEN) goes to huggingface.co over
/// https and to no other host: no mirror, no server that a redirect leads to.
[[nodiscard]] QNetworkRequest hubRequest(const QUrl& url);

/// Whether a redirect may be followed: not from https to http.
[[nodiscard]] bool mayRedirect(const QUrl& from, const QUrl& to);

}  // namespace lapilli::gui
