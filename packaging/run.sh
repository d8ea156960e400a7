#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds Lapilli and runs it. Nothing is done twice.
#
#   packaging/run.sh                                     devices, and what the demo model says of a picture
#   packaging/run.sh --model DIR --image P --prompt "…"  an answer about a picture: all goes to `lapilli chat`
#   packaging/run.sh bench --shape llama-110m            any other command of `lapilli`
#   packaging/run.sh desktop photo.jpg                   the window
set -euo pipefail
here=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/common.sh

desktop=OFF
[ "${1-}" != desktop ] || desktop=ON
if [ $desktop = ON ]; then install_packages build desktop; else install_packages build; fi
if [ ! -e build/release/build.ninja ] || { [ $desktop = ON ] && ! grep -q '^LAPILLI_DESKTOP:BOOL=ON' build/release/CMakeCache.txt; }; then
  say "configuring build/release"
  cmake --preset release -DLAPILLI_TESTS=OFF -DLAPILLI_DESKTOP=$desktop >&2
fi
say "building build/release"
if [ $desktop = ON ]; then
  cmake --build --preset release --target lapilli lapilli-desktop >&2
  cd "$here"
  exec "$OLDPWD/build/release/app/gui/lapilli-desktop" "${@:2}"
fi
cmake --build --preset release --target lapilli >&2

program=$PWD/build/release/app/cli/lapilli
example=$PWD/resources/demo/example.png
cd "$here"
case ${1-} in
  '')
    "$program" info
    set -- chat --model demo --image "$example" --prompt "Describe this picture in detail."
    ;;
  -h | --help | --version) ;;
  -*) set -- chat "$@" ;;
esac
say "lapilli $1"
exec "$program" "$@"
