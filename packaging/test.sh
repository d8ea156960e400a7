#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds Lapilli and its tests, and runs the tests. Nothing is built twice.
#
#   packaging/test.sh [--label NAME] [--preset NAME] [--gpu] [-- CTEST-ARGUMENTS]
#
#   --label NAME   only the tests with this label, e.g. quick (see tests/CMakeLists.txt)
#   --preset NAME  a preset of CMakePresets.json; default: dev, with assertions
#   --gpu          on the device that Lapilli chooses, or $LAPILLI_DEVICE; default: lavapipe, which needs no GPU
#
# Results are printed and written to build/PRESET/junit.xml. $LAPILLI_SHARED names a folder of real files that some
# tests read (default: `shared` beside the checkout); they report themselves as skipped where it is absent.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/common.sh

preset=dev
lavapipe=yes
target=all
selection=()
while [ $# -gt 0 ]; do
  case $1 in
    --label) selection+=(-L "^${2:?--label needs a name}\$"); target=test_$2; shift 2 ;;
    --preset) preset=${2:?--preset needs a name}; shift 2 ;;
    --gpu) lavapipe=no; shift ;;
    --) shift; selection+=("$@"); break ;;
    *) sed -n '3,13s/^# \{0,1\}//p' packaging/test.sh; exit 2 ;;
  esac
done

install_packages build desktop test
say "configuring build/$preset"
cmake --preset "$preset" -DLAPILLI_TESTS=ON >&2
say "building build/$preset"
cmake --build --preset "$preset" --target "$target" >&2

[ $lavapipe = no ] || use_lavapipe
has_validation_layer ||
  say "no Vulkan validation layer is installed (package vulkan-validationlayers): GPU tests run without it"
say "testing build/$preset"
ctest --test-dir "build/$preset" --parallel "$(nproc)" --output-on-failure --no-tests=error \
  --output-junit junit.xml "${selection[@]}"
