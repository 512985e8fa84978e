#!/bin/sh
# Makes the machine of a gateway in its own network and mount namespace, says "ready", and keeps it until
# standard input ends. FOLDER is the machine's own. Its /etc is a copy, /run and /var/log are empty.
# Holdfast has 192.0.2.20 there, and the gateway 192.0.2.10, from which it asks.
set -e
folder=$1
mkdir "$folder/etc"
mount -t tmpfs tmpfs "$folder/etc"
cp -a /etc/. "$folder/etc"
mount --bind "$folder/etc" /etc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/log
# What a boot makes there.
systemd-tmpfiles --create --prefix=/run --prefix=/var/log >/dev/null 2>&1 || true
ip link set lo up
ip addr add 192.0.2.10/32 dev lo
ip addr add 192.0.2.20/32 dev lo
# Otherwise a packet to 192.0.2.20 comes from 192.0.2.20 too, as on every loopback.
ip route replace local 192.0.2.20 dev lo table local src 192.0.2.10
echo ready
exec cat
