#!/bin/sh
# from_lines: one mail, three programs that put it into an mbox, three ways to treat lines that begin with "From ".
#
# Programs  procmail's formail 3.22-27, maildrop's reformail 2.9.3-2.1 and the mailbox module of Python 3.11.2-6+deb12u9
#           (Debian 12).
# Guess     "mbox escapes From lines": there is one way, and a reader takes it back.
# Behaviour The body has a line "From here" behind text, one behind an empty line, and an own ">From there". formail
#           escapes both From lines and leaves the own one, so nobody can tell them apart afterwards; it does so even
#           with -f, which writes no From_ line at all. reformail escapes all three, its own unescaping (-f0) takes one
#           ">" off each, also where formail did not put it. Python escapes as formail does, and hands the escapes
#           out again when it reads its own file.
# Sources   the programs' manuals formail(1), reformail(1), mbox(5); RFC 4155 leaves the choice open.
. "$(dirname "$0")/common"
get procmail=3.22-27 maildrop=2.9.3-2.1 libcourier-unicode4=2.1.2-2+b2 python3.11-minimal=3.11.2-6+deb12u9 \
    libpython3.11-minimal=3.11.2-6+deb12u9 libpython3.11-stdlib=3.11.2-6+deb12u9

cat >"$work/mail" <<'MAIL'
From: ada@reeds.example
To: ben@reeds.example
Subject: lines
Date: Mon, 2 Nov 2026 10:00:00 +0000
Message-ID: <1@reeds.example>

first
From here

From afar
>From there
MAIL
# The From lines of a body, as one word a line: ">From" twice is ">F>F".
lines() { sed -n '/^$/,$p' "$1" | grep -E '^>*From' | sed -E 's/^(>*)F.*/\1F/' | tr -d '\n'; }

saw "as sent" "FF>F" "$(lines "$work/mail")"
formail <"$work/mail" >"$work/formail"
saw "formail" ">F>F>F" "$(lines "$work/formail")"
formail -f <"$work/mail" >"$work/formail_f"
saw "formail -f (no From_ line is written)" ">F>F>F" "$(lines "$work/formail_f")"
saw "  its first line" "From: ada@reeds.example" "$(head -1 "$work/formail_f")"
reformail -f1 <"$work/mail" >"$work/reformail"
saw "reformail -f1" ">F>F>>F" "$(lines "$work/reformail")"
reformail -f0 <"$work/formail" >"$work/back"
saw "reformail -f0 on what formail wrote" "FFF" "$(lines "$work/back")"

PYTHONHOME=$root/usr "$root/usr/bin/python3.11" - "$work" <<'PY'
import mailbox, sys, email
box = mailbox.mbox(sys.argv[1] + "/python.mbox")
box.add(email.message_from_bytes(open(sys.argv[1] + "/mail", "rb").read()))
box.flush()
open(sys.argv[1] + "/python.read", "wb").write(mailbox.mbox(sys.argv[1] + "/python.mbox").get_bytes(0))
PY
saw "Python, in the file" ">F>F>F" "$(sed 1d "$work/python.mbox" | lines /dev/stdin)"
saw "Python, read back" ">F>F>F" "$(lines "$work/python.read")"
done_
