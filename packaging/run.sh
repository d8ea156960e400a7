#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds Lapilli and runs it. Nothing is done twice.
#
#   packaging/run.sh                                     devices that Lapilli can use here
#   packaging/run.sh --model DIR --image P --prompt "…"  an answer about a picture: all goes to `lapilli chat`
#   packaging/run.sh bench --shape llama-110m            any other command of `lapilli`
set -euo pipefail
here=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. packaging/common.sh

install_packages build
if [ ! -e build/release/build.ninja ]; then
  say "configuring build/release"
  cmake --preset release -DLAPILLI_TESTS=OFF >&2
fi
say "building build/release"
cmake --build --preset release --target lapilli >&2

program=$PWD/build/release/app/cli/lapilli
cd "$here"
case ${1-} in
  '') set -- info ;;
  -h | --help | --version) ;;
  -*) set -- chat "$@" ;;
esac
say "lapilli $1"
exec "$program" "$@"
