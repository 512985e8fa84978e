#!/bin/sh
# Connects PERSON to the VPN gateway vpn.corp.example by IKE. charon-cmd reads the password from standard input. What follows the name goes to
# it too. Files that it writes are its own.
set -e
person=$1
shift
cp -r /etc/strongswan.d/charon /run/ike-plugins-$$
mount -t tmpfs tmpfs /etc/strongswan.d
mv /run/ike-plugins-$$ /etc/strongswan.d/charon
mount -t tmpfs tmpfs /run
# The kernel of a test machine has no ESP, so charon does it by itself.
cat >/etc/strongswan.d/client.conf <<'END'
charon-cmd {
  load_modular = yes
  plugins {
    include charon/*.conf
    kernel-libipsec {
      load = yes
    }
  }
}
END
cp /etc/hosts /run/hosts
echo '198.51.100.1 vpn.corp.example' >>/run/hosts
mount --bind /run/hosts /etc/hosts
exec setpriv --pdeathsig KILL stdbuf -oL charon-cmd --host vpn.corp.example --profile ikev2-eap --identity "$person" "$@"
