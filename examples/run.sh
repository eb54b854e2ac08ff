#!/bin/bash
# Shows the main job in one go: a daemon on examples/policies, an allowed and a denied request across two accounts, and
# what each account finds in the journal. Ends by itself.
#
# Needs the release build (`make build`). Where no journald runs it starts a private one, which needs root.
set -eu
here=$(dirname "$(readlink -f "$0")")
build=${COUNTERSIGN_BUILD:-$here/../.build/release}

if ! { [ -S /run/systemd/journal/socket ] && journalctl --sync; } 2>/dev/null; then
  exec "$here/../Tests/Integration/with_journald.sh" -- "$0"
fi

owner=111122223333
caller=444455556666
key=arn:aws:kms:us-west-2:$owner:key/1234abcd-12ab-34cd-56ef-1234567890ab

work=$(mktemp -d)
export COUNTERSIGN_SOCKET=$work/authorization.sock
export COUNTERSIGN_POLICIES=$here/policies
since=@$(date +%s)
"$build/countersignd" &
daemon=$!
trap 'kill "$daemon" 2>/dev/null; wait "$daemon"; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  [ -S "$COUNTERSIGN_SOCKET" ] && break
  kill -0 "$daemon"
  sleep 0.05
done

# Runs a command line and says what it is; its exit status has to be the one expected.
show() {
  local expected=$1 status=0
  shift
  printf '\n$ countersign %s\n' "$*"
  "$build/countersign" "$@" || status=$?
  if [ "$status" != "$expected" ]; then
    echo "exit status $status, expected $expected" >&2
    exit 1
  fi
}

show 0 check --principal "arn:aws:iam::$caller:role/ExampleRole" --operation kms:Decrypt --resource "$key"
show 1 check --principal "arn:aws:iam::$caller:role/OtherRole" --operation kms:Decrypt --resource "$key"
journalctl --sync 2>/dev/null || sleep 1
show 0 log --account "$owner" --since "$since"
show 0 log --account "$caller" --since "$since"
show 0 status
