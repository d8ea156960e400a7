# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What run.sh, test.sh and .ci/run share. Sourced from the top folder of the project.

# Objects are found again by ccache from another build folder or checkout.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# One line about what happens next; standard output belongs to the program that is started.
say() { printf '== %s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# install_packages PURPOSE... : installs the missing ones of packaging/packages.txt. Without network it does
# nothing and succeeds when nothing required is missing.
install_packages() {
  if ! command -v apt-get >/dev/null; then
    say "no apt-get here: the libraries of packaging/packages.txt are taken as installed"
    return 0
  fi
  local purposes=" $* " installed purpose package rest required=() optional=()
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')
  while read -r purpose package rest; do
    case $purposes in *" ${purpose%\?} "*) ;; *) continue ;; esac
    grep -qxF "$package" <<<"$installed" && continue
    case $purpose in *\?) optional+=("$package") ;; *) required+=("$package") ;; esac
  done < <(grep -v '^#' packaging/packages.txt)
  if [ ${#required[@]} -gt 0 ]; then
    say "installing with apt-get: ${required[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${required[@]}" >&2
  fi
  for package in "${optional[@]}"; do
    apt-cache show "$package" >/dev/null 2>&1 || continue
    say "installing with apt-get, if it can be had: $package"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >&2 ||
      say "going on without $package"
  done
}

# Makes lavapipe the only Vulkan driver of what is started from here on.
use_lavapipe() {
  local manifests=(/usr/share/vulkan/icd.d/lvp_icd*.json)
  if [ ! -e "${manifests[0]}" ]; then
    say "no lavapipe in /usr/share/vulkan/icd.d: the package mesa-vulkan-drivers has it"
    return 1
  fi
  export VK_DRIVER_FILES=${manifests[0]} VK_ICD_FILENAMES=${manifests[0]}
}

# Whether the layer under which GPU tests run is installed; its manifest is looked for as the Vulkan loader does.
has_validation_layer() {
  local folder
  for folder in ${VK_LAYER_PATH:+${VK_LAYER_PATH//:/ }} /etc/vulkan/explicit_layer.d /usr/local/share/vulkan/explicit_layer.d \
    /usr/share/vulkan/explicit_layer.d; do
    [ ! -e "$folder/VkLayer_khronos_validation.json" ] || return 0
  done
  return 1
}
