#!/bin/sh
# Makes the network of people who connect to a VPN gateway by IKE, beside the gateway's own, where this runs. Prints the id of the process that
# keeps it, and lasts until standard input ends. The gateway is 198.51.100.1 in it, and 10.1.0.1 in the office behind.
set -e
setpriv --pdeathsig KILL unshare --net sleep infinity </dev/null >/dev/null &
holder=$!
until [ "$(readlink /proc/$holder/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.02; done
ip addr add 10.1.0.1/16 dev lo
ip link add name ike0 type veth peer name home0 netns $holder
ip addr add 198.51.100.1/24 dev ike0
ip link set ike0 up
people() { nsenter --net --target $holder "$@"; }
people ip link set lo up
people ip addr add 198.51.100.2/24 dev home0
people ip link set home0 up
echo $holder
exec cat
