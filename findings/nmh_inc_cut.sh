#!/bin/sh
# nmh_inc_cut: nmh's inc cuts a mail at a line that begins with "From ", although Content-Length says where it ends.
#
# Program   nmh 1.8~RC2-2 (Debian 12).
# Guess     An mbox that mutt or Dovecot wrote, with Content-Length and without escapes, is read by it; or a line without
#           the date of a real From_ line is left alone.
# Behaviour One mail becomes two. The second begins behind the body's line "From here on, call us at noon", and that
#           line is in neither of them: it was taken for a separator.
# Source    inc(1), mh-tailor(5).
. "$(dirname "$0")/common"
get nmh=1.8~RC2-2 liblockfile1=1.17-1+b1
body=$(printf 'Good morning\n\nFrom here on, call us at noon\nor later: we are there until six\n'; echo .)
{
    printf 'From ada@reeds.example Mon Nov  2 10:00:00 2026\nFrom: ada@reeds.example\nSubject: one\n'
    printf 'Content-Length: %d\n\nGood morning\n\nFrom here on, call us at noon\nor later: we are there until six\n\n' "$((${#body} - 1))"
} >"$work/box"
export HOME="$work" MH="$work/profile" MHMTSCONF="$work/mts"
mkdir "$work/Mail"
printf 'Path: %s/Mail\n' "$work" >"$work/profile"
: >"$work/mts"
mkdir "$work/Mail/inbox"
"$root/usr/bin/mh/inc" +inbox -silent -file "$work/box" -notruncate </dev/null >"$work/said" 2>&1 || cat "$work/said"
saw "mails made of one" "2" "$(ls "$work"/Mail/inbox | grep -c '^[0-9]')"
saw "the last line of the first" "Good morning" "$(grep . "$work/Mail/inbox/1" | tail -1)"
saw "all of the second" "or later: we are there until six" "$(cat "$work/Mail/inbox/2")"
done_
