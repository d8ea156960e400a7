// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QApplication;

namespace lapilli::gui {

/// `lapilli-desktop` from its command line to its end; returns the exit code.
int run(QApplication& application);

}  // namespace lapilli::gui
