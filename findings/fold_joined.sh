#!/bin/sh
# fold_joined: formail -c joins folded header lines, and each of them gets two blanks where it had one.
#
# Program   formail of procmail 3.22-27 (Debian 12).
# Guess     "-c concatenates continued fields": the line end goes away (RFC 5322 section 2.2.3), so that a signature
#           with simple canonicalisation is lost and one with relaxed is not touched, byte for byte the same otherwise.
# Behaviour The line end is not taken away, it becomes a blank: "a" CRLF SP "b" is "a  b". Whoever wants to fold the
#           field again must know that; a field that was folded inside a quoted string is changed for good.
# Source    formail(1), option -c.
. "$(dirname "$0")/common"
get procmail=3.22-27
printf 'From: ada@reeds.example\nSubject: one\n two\n\tthree\nComments: "a\n b"\n\nbody\n' >"$work/mail"
formail -c -f <"$work/mail" >"$work/out"
saw "Subject, folded with a blank and a tab" "Subject: one  two 	three" "$(grep '^Subject' "$work/out")"
saw "a fold inside a quoted string" 'Comments: "a  b"' "$(grep '^Comments' "$work/out")"
done_
