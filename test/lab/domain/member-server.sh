#!/bin/sh
# A machine that is a member of the lab's domain, in a mount and a UTS namespace of its own: FOLDER has its
# smb.conf. Says "joined" when it is, then runs winbindd in the foreground.
set -e
folder=$1 password=$2
mount -t tmpfs tmpfs /run/samba
printf '127.0.0.1 localhost dc1.corp.example corp.example\n127.0.0.2 vpn1.corp.example vpn1\n' >"$folder/hosts"
mount --bind "$folder/hosts" /etc/hosts
hostname vpn1
export KRB5_CONFIG="$folder/krb5.conf"
printf '[libdefaults]\n default_realm = CORP.EXAMPLE\n dns_lookup_kdc = false\n[realms]\n CORP.EXAMPLE = {\n  kdc = 127.0.0.1\n }\n' >"$KRB5_CONFIG"
mkdir -p "$folder/state/winbindd_privileged" "$folder/cache" "$folder/lock" "$folder/private" "$folder/run"
# As Debian's package does for its own folder.
chgrp winbindd_priv "$folder/state/winbindd_privileged"
chmod 750 "$folder/state/winbindd_privileged"
# The pipes of a controller that has just started answer one after the other.
tries=0
until net ads join --configfile="$folder/smb.conf" -U "Administrator%$password" -S dc1.corp.example --no-dns-updates; do
  tries=$((tries + 1))
  [ $tries -lt 50 ]
  sleep 0.2
done
echo joined
exec winbindd --configfile="$folder/smb.conf" --foreground --no-process-group
