#!/bin/bash
# Installs what building and testing needs from the distribution, and only what is missing; with `bench` what the
# benchmarks' yardsticks need.
#
# Knows Debian's package names. Elsewhere, or without root, it prints what is missing and fails.
set -eu

if ! command -v "${SWIFT:-swift}" >/dev/null; then
  echo "Swift is missing: install the toolchain, 6.2 or newer" >&2
  exit 1
fi

missing=()
need_library() { pkg-config --exists "$1" 2>/dev/null || missing+=("$2"); }
need_program() { command -v "$1" >/dev/null || missing+=("$2"); }

need_program pkg-config pkg-config
if [ "${1:-}" = bench ]; then
  need_program g++ g++
  need_library grpc++ libgrpc++-dev
  need_program grpc_cpp_plugin protobuf-compiler-grpc
  need_library protobuf libprotobuf-dev
fi
need_library libprotobuf-c libprotobuf-c-dev
need_library libsystemd libsystemd-dev
need_library libnghttp2 libnghttp2-dev
need_program protoc-c protobuf-c-compiler
need_program protoc protobuf-compiler
[ -x /lib/systemd/systemd ] || missing+=(systemd)
need_program dbus-daemon dbus
need_program ip iproute2
need_program h2load nghttp2-client
need_program valgrind valgrind
need_program unshare util-linux
"${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)

if [ ${#missing[@]} = 0 ]; then
  exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "missing: ${missing[*]}; as root: apt-get install ${missing[*]}" >&2
  exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
