#!/bin/sh
# A host with PAM, in a mount namespace of its own: FOLDER has its pam.d, passwd, shadow and pam_radius_auth.conf.
# Signs PERSON in at SERVICE, with what stands on standard input for the questions.
set -e
folder=$1 service=$2 person=$3
mount --bind "$folder/pam.d" /etc/pam.d
mount --bind "$folder/passwd" /etc/passwd
mount --bind "$folder/shadow" /etc/shadow
mount --bind "$folder/pam_radius_auth.conf" /etc/pam_radius_auth.conf
exec pamtester "$service" "$person" authenticate
