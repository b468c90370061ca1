#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs pqpack on an EC2 instance and runs it if, and only if, PQPACK_RUN=yes.
#
# As user data: deploy/ec2/fill NAME=VALUE... > user-data writes values at the mark below.
# Later, over SSH or SSM, with the installed copy and other values:
#
#     sudo SRC_PREFIX=other PQPACK_RUN=yes /opt/pqpack/run
#
# The environment wins over what was filled in. Naming another source drops the filled-in destination,
# so that two sources never meet in one place; another bundle drops the checksum. Needs bash 4.2, tar and
# the aws command, and curl for shards.
#
#   PQPACK_BUNDLE     s3://BUCKET/KEY of pqpack-VERSION-linux-x86_64.tar.gz; needed
#   PQPACK_SHA256     its checksum, if it is to be compared
#   PQPACK_RUN        yes: run after installing; anything else installs only (no)
#   SRC_BUCKET        what to repack; needed for a run
#   SRC_PREFIX        the same
#   DEST_BUCKET       SRC_BUCKET
#   DEST_PREFIX       SRC_PREFIX without its last slash, and _repack
#   WORKERS           as pqpack repack --workers
#   BATCH_SIZE        as pqpack repack --batch-size
#   PQPACK_ARGS       more flags, separated by spaces
#   PQPACK_SHARDS     N: this instance does one share of N
#   PQPACK_SHARD      which one, from 0; else the instance's number in its launch (--count N)
#   PQPACK_SHUTDOWN   yes: shut the instance down after the run, whatever came of it (no)
#   PQPACK_ROOT       where it is installed (/opt/pqpack)
#   PQPACK_BIN        where the command is linked (/usr/local/bin)
#   PQPACK_LOG        the log, appended to (/var/log/pqpack.log)
#   PQPACK_CONSOLE    where the output goes besides stdout (/dev/console, if it can be written to)
#   PQPACK_RETRY_SECONDS  first wait where the bundle can't be read yet (5)
set -uo pipefail

other_source=${SRC_BUCKET:-}${SRC_PREFIX:-}
other_bundle=${PQPACK_BUNDLE:-}

# preset NAME VALUE: a value of the user data; what the environment has is kept.
# shellcheck disable=SC2317  # called by the lines that fill writes
preset() {
  [ -z "${!1:-}" ] || return 0
  case $1 in
    DEST_*) [ -z "$other_source" ] || return 0 ;;
    PQPACK_SHA256) [ -z "$other_bundle" ] || return 0 ;;
  esac
  export "$1=$2"
}

# deploy/ec2/fill writes here

root=${PQPACK_ROOT:-/opt/pqpack}
bin=${PQPACK_BIN:-/usr/local/bin}
log=${PQPACK_LOG:-/var/log/pqpack.log}
console=${PQPACK_CONSOLE:-/dev/console}
export HOME=${HOME:-/} # cloud-init gives none; the aws command asks for it
bundle=${PQPACK_BUNDLE:-}

say() { printf 'pqpack-ec2: %s\n' "$*"; }
die() {
  say "error: $1"
  exit "${2:-3}"
}

# The instance's role may need some seconds before its credentials work.
download() {
  local try delay=${PQPACK_RETRY_SECONDS:-5}
  for try in 1 2 3 4 5; do
    aws s3 cp --only-show-errors "$bundle" "$1" && return
    say "try $try of 5: $bundle can't be read"
    [ "$try" = 5 ] || sleep $((delay * try))
  done
  return 1
}

install_bundle() {
  local staging unpacked
  if [ -x "$root/current/bin/pqpack" ] &&
    [ "$(cat "$root/current/.bundle" 2>/dev/null)" = "$bundle ${PQPACK_SHA256:-}" ]; then
    say "$bundle is installed already"
    return
  fi
  say "installing $bundle into $root"
  command -v aws >/dev/null || die "there is no aws command; Amazon Linux has it, else install awscli"
  mkdir -p "$root" "$bin" || die "can't write to $root and $bin; use sudo, or set PQPACK_ROOT and PQPACK_BIN"
  staging=$(mktemp -d "$root/install.XXXXXX") || die "can't write to $root"
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -rf '$staging'" EXIT
  download "$staging/bundle.tar.gz" ||
    die "$bundle: not read; check the name and that the instance's role allows s3:GetObject on it"
  if [ -n "${PQPACK_SHA256:-}" ]; then
    echo "$PQPACK_SHA256  $staging/bundle.tar.gz" | sha256sum --check --quiet ||
      die "$bundle: is not the file with checksum $PQPACK_SHA256"
  fi
  tar -C "$staging" --no-same-owner -xzf "$staging/bundle.tar.gz" || die "$bundle: is no .tar.gz"
  unpacked=$(echo "$staging"/pqpack-*/)
  [ -x "$unpacked/bin/pqpack" ] || die "$bundle: has no pqpack-*/bin/pqpack"
  "$unpacked/bin/pqpack" --version || die "$bundle: does not run on this machine"
  echo "$bundle ${PQPACK_SHA256:-}" >"$unpacked/.bundle"
  rm -f "$staging/bundle.tar.gz"
  chmod 755 "$staging"
  # A new folder each time: a run that is under way keeps its own.
  trap - EXIT
  ln -sfn "$(basename "$staging")/$(basename "$unpacked")" "$root/next"
  mv -fT "$root/next" "$root/current" || die "can't link $root/current"
  ln -sfn "$root/current/bin/pqpack" "$bin/pqpack" || die "can't link $bin/pqpack"
}

install_script() {
  [ -f "$0" ] && [ ! "$0" -ef "$root/run" ] || return 0
  install -m 755 "$0" "$root/run" || die "can't write $root/run"
}

# What documentation and templates have in place of a name.
is_placeholder() {
  case ${1,,} in
    *[\<\>{}]* | *change[-_]me* | *changeme* | *replace[-_]me* | *placeholder* | your[-_]* | \
      *example-bucket* | amzn-s3-demo-*) return 0 ;;
  esac
  return 1
}

check_job() {
  local name
  for name in SRC_BUCKET SRC_PREFIX; do
    [ -n "${!name:-}" ] || die "PQPACK_RUN=yes, but $name is not set" 2
  done
  export DEST_BUCKET=${DEST_BUCKET:-$SRC_BUCKET}
  export DEST_PREFIX=${DEST_PREFIX:-${SRC_PREFIX%/}_repack}
  for name in SRC_BUCKET SRC_PREFIX DEST_BUCKET DEST_PREFIX; do
    ! is_placeholder "${!name}" || die "$name=${!name} is a placeholder: nothing is run" 2
  done
}

# The instance's number among those that were launched together.
launch_index() {
  local base=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}/latest token
  token=$(curl -fsS -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$base/api/token") &&
    curl -fsS -m 5 -H "X-aws-ec2-metadata-token: $token" "$base/meta-data/ami-launch-index"
}

run() {
  local words=(repack) more
  read -ra more <<<"${PQPACK_ARGS:-}"
  if [ -n "${PQPACK_SHARDS:-}" ]; then
    PQPACK_SHARD=${PQPACK_SHARD:-$(launch_index)} || die "no launch index: set PQPACK_SHARD"
    words+=(--shard "$PQPACK_SHARD/$PQPACK_SHARDS")
  fi
  words+=(${more[@]+"${more[@]}"})
  say "s3://$SRC_BUCKET/$SRC_PREFIX -> s3://$DEST_BUCKET/$DEST_PREFIX: pqpack ${words[*]}"
  exec "$root/current/bin/pqpack" "${words[@]}"
}

main() {
  say "$(date -u '+%Y-%m-%dT%H:%M:%SZ') start"
  [ -n "$bundle" ] || die "PQPACK_BUNDLE is not set: s3://BUCKET/KEY of pqpack-VERSION-linux-x86_64.tar.gz" 2
  case $bundle in s3://?*/?*.tar.gz) ;; *) die "PQPACK_BUNDLE=$bundle is not s3://BUCKET/KEY.tar.gz" 2 ;; esac
  ! is_placeholder "${bundle#s3://}" || die "PQPACK_BUNDLE=$bundle is a placeholder" 2
  if [ "${PQPACK_RUN:-no}" = yes ]; then check_job; fi
  install_bundle
  install_script
  if [ "${PQPACK_RUN:-no}" != yes ]; then
    say "installed and not told to run: sudo SRC_BUCKET=... SRC_PREFIX=... PQPACK_RUN=yes $root/run"
    return
  fi
  run
}

mkdir -p "$(dirname "$log")"
: >>"$log" || die "can't write $log; use sudo, or set PQPACK_LOG"
: 2>/dev/null >>"$console" || console=
# -i: Ctrl-C is for pqpack, whose last words still go to the log.
(main) 2>&1 | tee -ia "$log" ${console:+"$console"}
code=${PIPESTATUS[0]}
say "exit code $code" | tee -a "$log" ${console:+"$console"}
if [ "${PQPACK_RUN:-no}" = yes ] && [ "${PQPACK_SHUTDOWN:-no}" = yes ]; then shutdown -h now; fi
exit "$code"
