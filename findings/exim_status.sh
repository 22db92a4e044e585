#!/bin/sh
# exim_status: Exim's bounces hold a delivery report for programs, and its Status is 5.0.0 whatever the receiver said.
#
# Program   exim4 4.96-15+deb12u10, run by proot 5.1.0-1.3, which gives it a user and folders of its own (Debian 12).
# Guess     Whoever counts bounces reads the Status field: RFC 3464 wants the receiver's there where it is known.
# Behaviour The receiver said 5.7.26. Status is 5.0.0, "other or undefined", so that a wrong address and a missing
#           signature are the same to a program that reads Status; only Diagnostic-Code holds what was said.
# Source    RFC 3464 sections 2.3.4 and 2.3.6; the chapter on bounce messages in Exim's specification.
. "$(dirname "$0")/common"
get exim4-daemon-light=4.96-15+deb12u10 proot=5.1.0-1.3 libtalloc2=2.4.0-f2 libdb5.3=5.3.28+dfsg2-1 \
    libgnutls-dane0=3.7.9-2+deb12u7 libpcre2-8-0=10.42-1+deb12u2 libunbound8=1.17.1-2+deb12u4
receiver
mkdir "$work/spool"
{ cat /etc/passwd; echo 'Debian-exim:x:64001:64001::/var/spool/exim4:/bin/false'; } >"$work/passwd"
{ cat /etc/group; echo 'Debian-exim:x:64001:'; } >"$work/group"
cat >"$work/conf" <<CONF
primary_hostname = mail.reeds.example
spool_directory = $work/spool
log_file_path = $work/log_%s
keep_environment =
never_users =
deliver_drop_privilege
disable_ipv6
begin routers
all:
  driver = manualroute
  domains = *
  route_list = * 127.0.0.1
  self = send
  transport = out
begin transports
out:
  driver = smtp
  port = $port
  hosts_avoid_tls = *
CONF
chmod 644 "$work/conf"
printf 'From: ada@reeds.example\nSubject: one\n\nbody\n' | proot -i 64001:64001 -b "$work/passwd:/etc/passwd" -b "$work/group:/etc/group" \
    -b "$root/usr/sbin/exim4:/usr/sbin/exim4" exim4 -C "$work/conf" -odf -f ada@reeds.example ben@orchard.example
await taken
field() { sed -n "/^Final-Recipient: /,/^\$/s/^$1: //p" "$work/taken"; }
saw "Diagnostic-Code" "smtp; 550-5.7.26 This mail is refused, as the sender" "$(field Diagnostic-Code)"
saw "Status" "5.0.0" "$(field Status)"
done_
