// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/store/chat_export.h"

#include <QPromise>
#include <QThreadPool>

#include <memory>

namespace lapilli::gui {

/// Runs `work` in the global thread pool; the future has its progress and can cancel it.
template <class T>
QFuture<T> inBackground(std::function<T(const StoreProgress&)> work) {
  auto promise = std::make_shared<QPromise<T>>();
  QFuture<T> future = promise->future();
  QThreadPool::globalInstance()->start([promise, work = std::move(work)] {
    promise->start();
    promise->addResult(work([&](int done, int total) {
      promise->setProgressRange(0, total);
      promise->setProgressValue(done);
      return !promise->isCanceled();
    }));
    promise->finish();
  });
  return future;
}

}  // namespace lapilli::gui
