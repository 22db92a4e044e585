#!/bin/sh
# altermime_footer: one disclaimer, three encodings, and one of them stays without it, in silence.
#
# Program   altermime 0.3.10-12 (Debian 12).
# Guess     A tool made to add disclaimers adds it to each text, in the encoding of that text.
# Behaviour A 7bit and a quoted-printable text get the lines. A base64 text is left as it is, no word is said, and the
#           exit status is 0: so of a company's mails those with other alphabets go out without the footer.
# Source    altermime(1).
. "$(dirname "$0")/common"
get altermime=0.3.10-12
echo "Reeds and Sons, est. 1904" >"$work/note"
head='From: ada@reeds.example\r\nSubject: one\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: '
printf "${head}7bit\r\n\r\nGood morning\r\n" >"$work/7bit"
printf "${head}quoted-printable\r\n\r\nGood morning =E2=82=AC\r\n" >"$work/qp"
printf "${head}base64\r\n\r\n%s\r\n" "$(printf 'Good morning\r\n' | base64)" >"$work/base64"
for f in 7bit qp base64; do
    cp "$work/$f" "$work/$f.out"
    altermime --input="$work/$f.out" --disclaimer="$work/note" >"$work/$f.said" 2>&1
    echo $? >"$work/$f.status"
done
added() { grep -c "Reeds and Sons" "$1" || true; }
saw "7bit: the footer's lines" "1" "$(added "$work/7bit.out")"
saw "quoted-printable: the footer's lines" "1" "$(added "$work/qp.out")"
saw "base64: changed" "no" "$(cmp -s "$work/base64" "$work/base64.out" && echo no || echo yes)"
saw "  what it says, and its exit status" " 0" "$(cat "$work/base64.said") $(cat "$work/base64.status")"
done_
