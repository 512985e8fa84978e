#!/bin/sh
# For `unshare --net --mount sh own-namespace.sh FOLDER COMMAND...`: runs a command with a loopback, temporary files
# and a socket folder for Samba that no other process sees. FOLDER is empty, and in memory here.
set -e
folder=$1
shift
ip link set lo up
mkdir -p /run/samba
mount -t tmpfs tmpfs /run/samba
# A service that is installed here has its secrets there, and commands find them.
[ ! -d /run/credentials ] || mount -t tmpfs tmpfs /run/credentials
mount -t tmpfs -o mode=1777 tmpfs "$folder"
mkdir -m 700 "$folder/run"
export TMPDIR="$folder" XDG_RUNTIME_DIR="$folder/run"
exec "$@"
