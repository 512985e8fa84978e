#!/bin/sh
# Installs Holdfast from the folder of this file. See --help.
set -eu

usage() {
  cat <<'END'
sudo ./install.sh [--to DIR] [--dry-run]

Installs Holdfast on a machine with systemd, from this folder and nothing else:

  1. compares every file here with files.sha256
  2. copies the program to DIR (default /opt/holdfast). A version that is there stays beside it as DIR-old
  3. links /usr/local/bin/holdfast to it
  4. writes the unit /etc/systemd/system/holdfast.service, and enables it
  5. restarts the service where it runs

It changes nothing in /etc/holdfast and /var/lib/holdfast but makes the empty folders for secrets. It needs no network.
--dry-run does the first step, and then says what the others would do. On Debian, use the .deb instead.
To remove it all: docs/how-to/uninstall.md
END
}

say() { echo "install: $*"; }
fail() { echo "install: $*" >&2; exit 1; }

to=/opt/holdfast
is_dry=no
while [ $# -gt 0 ]; do
  case $1 in
  --to) [ $# -gt 1 ] || fail '--to needs a folder.'; to=$2; shift ;;
  --dry-run) is_dry=yes ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; fail "there is no option $1." ;;
  esac
  shift
done
from=$(dirname "$(readlink -f "$0")")
case $to in /*) ;; *) fail "--to $to: give the whole path, such as /opt/holdfast." ;; esac
# The unit and sed below take such paths as they are, and Node strips no types below node_modules.
case $to in
*[!A-Za-z0-9._/-]*) fail "--to $to: use letters, digits and . _ - / only." ;;
*/node_modules | */node_modules/*) fail "--to $to: not below a folder called node_modules." ;;
/ | /etc/* | /usr | /var | /opt) fail "--to $to: give a folder for Holdfast alone." ;;
esac
[ "$to" != "$from" ] || fail "this folder is $to already. Unpack the archive elsewhere, and start install.sh there."

(cd "$from" && sha256sum --quiet --check files.sha256) ||
  fail 'files here are not what was packed. Unpack the archive again. Nothing was installed.'
"$from/bin/node" --version >/dev/null ||
  fail 'the Node of this archive does not run here. Is it for the other processor (amd64, arm64)?'

act() {
  if [ "$is_dry" = yes ]; then say "would run: $*"; else "$@"; fi
}

[ "$is_dry" = yes ] || [ "$(id -u)" = 0 ] || fail 'run it as root, or with --dry-run.'
[ ! -e /usr/lib/holdfast/package ] ||
  fail 'Holdfast is installed as a package of the system. Upgrade that, or remove it first.'

say "$from -> $to"
act rm -rf "$to-new"
act mkdir -p "$(dirname "$to")"
act cp -a "$from" "$to-new"
act chown -R root:root "$to-new"
act chmod -R go-w "$to-new"
if [ -e "$to" ]; then
  act rm -rf "$to-old"
  act mv "$to" "$to-old"
fi
act mv "$to-new" "$to"
act mkdir -p /usr/local/bin
act ln -sfn "$to/bin/holdfast" /usr/local/bin/holdfast
act install -d -m 755 /etc/holdfast
act install -d -m 700 /etc/holdfast/credentials
if [ -d /etc/systemd/system ]; then
  say 'unit: /etc/systemd/system/holdfast.service'
  [ "$is_dry" = yes ] || sed "s,/opt/holdfast,$to,g" "$to/systemd/holdfast.service" > /etc/systemd/system/holdfast.service
  if [ -d /run/systemd/system ]; then
    act systemctl daemon-reload
    act systemctl --quiet enable holdfast
    ! systemctl --quiet is-active holdfast || act systemctl restart holdfast
  fi
else
  say 'there is no systemd here, so no unit was written.'
fi
if [ "$is_dry" = yes ]; then
  say 'nothing was changed.'
elif [ -e /etc/holdfast/holdfast.yaml ]; then
  say 'done. Look at it: holdfast check'
else
  say 'done. Next: holdfast init, holdfast check, systemctl start holdfast'
fi
