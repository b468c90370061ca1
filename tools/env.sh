# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Sourced by every script. Gives them $root, the checkout, and an environment that is complete even
# where the caller's is empty (env -i, cron, a bare container); the project's own tools come first.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

PATH=${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
export PATH="$root/.tools/bin:$root/.venv/bin:$PATH"
if [ -z "${HOME:-}" ]; then # caches of Go, pip and ccache live below it
  HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
  export HOME=${HOME:-$root/.tools/home}
fi
export LANG=${LANG:-C.UTF-8}

# Prints a line of the script's own, apart from what the tools print.
say() { printf '== %s\n' "$*"; }
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}
