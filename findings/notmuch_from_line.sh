#!/bin/sh
# notmuch_from_line: notmuch insert turns the From_ line of an mbox into a header field that was never sent.
#
# Program   notmuch 0.37-1+b1 (Debian 12).
# Guess     The From_ line is a separator: a program that stores a single mail drops it.
# Behaviour It is kept as the field X-Envelope-From on top, with the separator's own words as the value, date included.
#           So the value is no address, and a filter that reads X-Envelope-From as one is misled.
# Source    notmuch-insert(1).
. "$(dirname "$0")/common"
get notmuch=0.37-1+b1 libnotmuch5=0.37-1+b1 libxapian30=1.4.22-1 libtalloc2=2.4.0-f2 libgmime-3.0-0=3.2.13+dfsg-2 libsexp1=1.3.1+18~git20210718-1+b2
mkdir -p "$work/mail/new" "$work/mail/cur" "$work/mail/tmp"
printf '[database]\npath=%s/mail\n[user]\nname=Ben\nprimary_email=ben@reeds.example\n' "$work" >"$work/config"
export NOTMUCH_CONFIG="$work/config" HOME="$work"
notmuch new >/dev/null 2>&1
printf 'From ada@reeds.example Mon Nov  2 10:00:00 2026\nFrom: ada@reeds.example\nSubject: one\nMessage-ID: <1@reeds.example>\n\nbody\n' |
    notmuch insert
saw "the first line of the stored mail" "X-Envelope-From: ada@reeds.example Mon Nov  2 10:00:00 2026" "$(head -1 "$work"/mail/new/*)"
done_
