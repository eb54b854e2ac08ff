#!/bin/bash
# Boots the real systemd as process 1 of private namespaces and runs a command under it.
#
#   boot_systemd.sh [-s DIRECTORY]... [-t SECONDS] COMMAND [ARGUMENT...]
#
#   -s  show this directory of the host inside, read-only, at the same path
#   -t  time limit for the command (default 600); exit status 124 when it is hit
#
# The root inside is an overlay of the host's own with a tmpfs on top: whatever the command installs or writes is gone
# afterwards. /tmp, /run and /dev are fresh, the network is a loopback of its own, global sysctls are read-only. Input,
# output and exit status are the command's; 125 means that the boot failed. It is still root with real capabilities:
# no sandbox for hostile code. The host keeps nothing but what it had: one control group and one directory under
# $TMPDIR are made and removed.
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

die() { echo "boot_systemd: $*" >&2; exit 125; }

# Makes the root in which systemd is to run and becomes systemd. Runs as process 1 of the new namespaces.
become_systemd() {
  local work=$1 root=$1/root name unit share
  set -e
  mount --make-rprivate /
  mount -t tmpfs -o mode=0755,size=4g upper "$work/upper"
  mkdir "$work/upper/upper" "$work/upper/work"
  mount -t overlay -o "lowerdir=/,upperdir=$work/upper/upper,workdir=$work/upper/work" overlay "$root"

  mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
  mount --bind "$root/proc/sys" "$root/proc/sys"
  mount -o remount,bind,ro "$root/proc/sys"
  mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
  mount -o remount,bind,rw "$root/proc/sys/net"
  if [ -e "$root/proc/sysrq-trigger" ]; then
    mount --bind "$root/proc/sysrq-trigger" "$root/proc/sysrq-trigger"
    mount -o remount,bind,ro "$root/proc/sysrq-trigger"
  fi
  mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
  mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$root/sys/fs/cgroup"
  mount -t tmpfs -o mode=0755,nosuid tmpfs "$root/run"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"

  mount -t tmpfs -o mode=0755,nosuid tmpfs "$root/dev"
  for name in null zero full random urandom tty; do
    touch "$root/dev/$name"
    mount --bind "/dev/$name" "$root/dev/$name"
  done
  mkdir "$root/dev/pts" "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s /proc/self/fd/0 "$root/dev/stdin"
  ln -s /proc/self/fd/1 "$root/dev/stdout"
  ln -s /proc/self/fd/2 "$root/dev/stderr"
  ln -s null "$root/dev/console"
  touch "$root/dev/kmsg" "$work/kmsg"
  mount --bind "$work/kmsg" "$root/dev/kmsg"

  tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
  echo countersign-test >"$root/etc/hostname"
  : >"$root/etc/fstab"
  rm -rf "$root/var/log/journal" "$root/etc/systemd/journald.conf.d"
  mkdir -p "$root/run/systemd/system"
  for unit in systemd-{sysctl,modules-load,remount-fs,firstboot,udevd,udev-trigger,timesyncd,networkd,resolved,binfmt}.service \
    systemd-{random-seed,machine-id-commit,pcrphase,pcrphase-sysinit,update-utmp,hwdb-update}.service \
    kmod-static-nodes.service e2scrub_reap.service systemd-journald-audit.socket \
    proc-sys-fs-binfmt_misc.{auto,}mount sys-kernel-{config,debug,tracing}.mount sys-fs-fuse-connections.mount \
    dev-{hugepages,mqueue}.mount swap.target getty.target timers.target paths.target; do
    ln -s /dev/null "$root/run/systemd/system/$unit"
  done
  printf '[Unit]\nRequires=basic.target dbus.socket\nAfter=basic.target dbus.socket\nAllowIsolate=yes\n' \
    >"$root/run/systemd/system/test.target"

  while read -r share; do
    mkdir -p "$root$share"
    mount --bind "$share" "$root$share"
    mount -o remount,bind,ro "$root$share"
  done <"$work/shares"

  ip link set lo up
  # As in a real boot; it must precede the start of journald, whose socket takes it over.
  echo 512 >"$root/proc/sys/net/unix/max_dgram_qlen"
  mkdir "$root/run/old-root"
  cd "$root"
  pivot_root . run/old-root
  umount -l /run/old-root
  rmdir /run/old-root
  # The manager propagates mounts into units' sandboxes; without this, credentials directories stay empty.
  mount --make-rshared /
  exec </dev/null >/dev/null 2>&1
  exec env -i PATH="$PATH" container=countersign-test /lib/systemd/systemd --system --unit=test.target \
    --log-target=journal-or-kmsg --show-status=false --crash-reboot=no
}

if [ "${1:-}" = --become-systemd ]; then
  become_systemd "$2"
fi

shares=()
limit=600
while getopts s:t: option; do
  case $option in
    s) shares+=("$(readlink -f "$OPTARG")") ;;
    t) limit=$OPTARG ;;
    *) die "usage: boot_systemd.sh [-s DIRECTORY]... [-t SECONDS] COMMAND [ARGUMENT...]" ;;
  esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || die "no command given"
[ "$(id -u)" = 0 ] || die "must run as root"
[ -x /lib/systemd/systemd ] || die "the package systemd is not installed"

case $(stat -fc %T /sys/fs/cgroup) in
  cgroup2fs) group=/sys/fs/cgroup ;;
  *) group=/sys/fs/cgroup/unified ;;
esac
group=$group/countersign-test-$$
work=$(mktemp -d "${TMPDIR:-/tmp}/countersign-test.XXXXXX")
mkdir "$work/upper" "$work/root"
printf '%s\n' "${shares[@]}" | sed '/^$/d' >"$work/shares"
unshared=

clean_up() {
  trap - EXIT INT TERM HUP
  if [ -n "$unshared" ]; then
    kill -KILL "$unshared" 2>/dev/null
    wait "$unshared" 2>/dev/null
  fi
  for _ in $(seq 100); do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
    [ -d "$group" ] || break
    sleep 0.02
  done
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

mkdir "$group" || exit 125
# The subshell enters the control group first, so that the control group namespace is rooted there.
(
  echo 0 >"$group/cgroup.procs" || exit 125
  exec setpriv --pdeathsig KILL unshare --mount --propagation private --pid --uts --ipc --net --cgroup --fork \
    --kill-child=KILL -- "$(readlink -f "$0")" --become-systemd "$work"
) </dev/null &
unshared=$!

first=
deadline=$((SECONDS + 60))
until [ "$(cat "/proc/${first:-none}/comm" 2>/dev/null)" = systemd ]; do
  kill -0 "$unshared" 2>/dev/null && [ $SECONDS -lt $deadline ] || die "process 1 did not start"
  read -r first _ <"/proc/$unshared/task/$unshared/children"
  sleep 0.02
done
inside=(nsenter -t "$first" --mount --uts --ipc --net --pid --cgroup --root --wd --)
until state=$("${inside[@]}" systemctl is-system-running 2>/dev/null); [ "$state" = running ] || [ "$state" = degraded ]; do
  kill -0 "$unshared" 2>/dev/null && [ $SECONDS -lt $deadline ] || { cat "$work/kmsg" >&2; die "the boot failed: $state"; }
  sleep 0.05
done

"${inside[@]}" systemd-run --quiet --pipe --wait --collect --service-type=exec --unit=test-command \
  --property=RuntimeMaxSec=$((limit + 15)) --property=TimeoutStopSec=5 --setenv=HOME=/root --setenv=BOOTED_SYSTEMD=1 \
  --working-directory=/ -- timeout --kill-after=5 "$limit" "$@"
status=$?
[ $status = 137 ] && status=124
exit $status
