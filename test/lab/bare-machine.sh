#!/bin/bash
# A machine where nothing of Holdfast is installed, in a mount namespace of its own. FOLDER is its scratch;
# what comes on standard input is run as root, in the folder of a clone that belongs to another user.
set -e
folder=$1
for each in /etc /usr/local/bin; do
  mkdir -p "$folder/root$each"
  cp -a "$each/." "$folder/root$each"
  mount --bind "$folder/root$each" "$each"
done
mkdir -p "$folder/root/var/lib" "$folder/root/var/backups" "$folder/root/var/cache" "$folder/root/opt"
for each in /var /opt; do mount --bind "$folder/root$each" "$each"; done
rm -rf /etc/holdfast
export HOME="$folder/home" PATH="$folder/bin:$PATH"
cd "$folder/clone"
exec bash -e -o pipefail
