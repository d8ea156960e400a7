// SPDX-License-Identifier: Apache-2.0
#include "engine/base/units.h"

#include <iomanip>
#include <sstream>

namespace lapilli {

std::string mebibytes(uint64_t bytes) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(1) << static_cast<double>(bytes) / (1 << 20) << " MiB";
  return out.str();
}

std::string counted(uint64_t number, std::string_view noun) {
  return std::to_string(number).append(" ").append(noun).append(number == 1 ? "" : "s");
}

}  // namespace lapilli
