#!/bin/sh
# Runs Electron as an ordinary user, with Chromium's real sandbox, also where the tests run as root:
# in a user namespace of its own, without any of root's capabilities, but still as the files' owner.
if [ "$(id -u)" = 0 ]; then
  exec unshare --user --map-user=1000 --map-group=1000 -- "$DERMASPIKE_ELECTRON" "$@"
fi
exec "$DERMASPIKE_ELECTRON" "$@"
