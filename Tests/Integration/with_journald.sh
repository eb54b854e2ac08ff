#!/bin/bash
# with_journald.sh [-c KEY=VALUE]... -- COMMAND [ARGUMENT]...
#
# Runs COMMAND beside a real systemd-journald of its own, in namespaces that end with it: /run and /var/log are private,
# so nothing of the machine's journal is read or written. The exit status is COMMAND's; 99 when journald does not start.
# A journald that COMMAND kills is started again, as systemd would, but with a new socket. -c adds a line to
# journald.conf. Needs root, or user namespaces.
#
# For COMMAND: COUNTERSIGN_JOURNALD=1, and COUNTERSIGN_JOURNALD_PID_FILE names a file with the pid of the journald
# that runs now.
set -u

if [ "${COUNTERSIGN_JOURNALD_STAGE:-}" != inside ]; then
  identity=()
  [ "$(id -u)" = 0 ] || identity=(--map-root-user)
  COUNTERSIGN_JOURNALD_STAGE=inside exec unshare "${identity[@]}" --mount --net --ipc --uts --propagation private \
    -- "$0" "$@"
fi
unset COUNTERSIGN_JOURNALD_STAGE

settings=()
while [ $# -gt 0 ]; do
  case "$1" in
    -c) settings+=("$2"); shift 2 ;;
    --) shift; break ;;
    *) break ;;
  esac
done

mount -t tmpfs -o mode=0755 tmpfs /run || exit 99
mount -t tmpfs -o mode=0755 tmpfs /var/log || exit 99
state=/run/with-journald
mkdir -p "$state" /run/systemd/journal /run/systemd/journald.conf.d /run/log/journal
tr -d - </proc/sys/kernel/random/uuid >"$state/machine-id"
mount --bind "$state/machine-id" /etc/machine-id || exit 99
# Audit=no: journald would otherwise switch on auditing in the kernel, which has no namespace for it.
printf '%s\n' '[Journal]' Storage=volatile RuntimeMaxUse=4G RuntimeKeepFree=1M Audit=no ReadKMsg=no \
  ForwardToSyslog=no ForwardToWall=no ForwardToConsole=no ForwardToKMsg=no "${settings[@]}" \
  >/run/systemd/journald.conf.d/50-test.conf
# What systemd sets at boot. It belongs to this network namespace, and counts for sockets made after it.
echo 512 >/proc/sys/net/unix/max_dgram_qlen

journald_loop() {
  trap 'kill -TERM "$journald" 2>/dev/null; wait "$journald" 2>/dev/null; exit 0' TERM
  while :; do
    SYSTEMD_LOG_TARGET=console setpriv --pdeathsig KILL /lib/systemd/systemd-journald 2>>"$state/errors" &
    journald=$!
    echo "$journald" >"$state/pid.new" && mv "$state/pid.new" "$state/pid"
    wait "$journald"
    sleep 0.2
  done
}
journald_loop 2>>"$state/errors" &
loop=$!

ready=no
for _ in $(seq 250); do
  if [ -S /run/systemd/journal/socket ] && journalctl --sync 2>/dev/null; then ready=yes; break; fi
  sleep 0.02
done
if [ "$ready" = no ]; then
  echo "with_journald.sh: journald did not start:" >&2
  cat "$state/errors" >&2
  kill -TERM "$loop"
  exit 99
fi

COUNTERSIGN_JOURNALD=1 COUNTERSIGN_JOURNALD_PID_FILE="$state/pid" "$@"
status=$?
kill -CONT "$(cat "$state/pid")" 2>/dev/null
kill -TERM "$loop" && wait "$loop" 2>/dev/null
exit "$status"
