#!/bin/sh
# Runs Electron as an ordinary user, with Chromium's real sandbox, also where the tests run as root:
# in a user namespace of its own, without any of root's capabilities, but still as the files' owner.
# DERMASPIKE_TRACE: a file into which every socket call of every process is written.
set -- "$DERMASPIKE_ELECTRON" "$@"
[ "$(id -u)" = 0 ] && set -- unshare --user --map-user=1000 --map-group=1000 -- "$@"
[ -n "$DERMASPIKE_TRACE" ] &&
  set -- strace --follow-forks --seccomp-bpf --decode-fds=socket --output="$DERMASPIKE_TRACE" \
    --trace=connect,bind,sendto,sendmsg,sendmmsg -- "$@"
exec "$@"
