// SPDX-License-Identifier: Apache-2.0
#include "app/cli/run.h"

int main(int count, char** arguments) {
  return lapilli::cli::run(count, arguments);
}
