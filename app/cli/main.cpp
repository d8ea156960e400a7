// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run.h"

int main(int count, char** arguments) {
  return lapilli::cli::run(count, arguments);
}
