#!/bin/sh
# nullmailer_bounce: one refused recipient of two, and the bounce tells both of them a status that nobody sent.
#
# Program   nullmailer 1:2.2-4, run by proot 5.1.0-1.3, which puts its folders into a temporary one (Debian 12).
# Guess     A bounce's Status field is the receiver's, as RFC 3464 asks, and stands below the recipient who was refused.
# Behaviour A status has one digit behind its last point here: 5.7.26 (no authentication) is written as 5.7.2, which is
#           another registered code (no right to post to a list). And the mail is given up for all recipients: the one
#           whom the receiver would have taken is a failure with the other's reply.
# Source    RFC 3463 section 2 (one to three digits), RFC 3464 section 2.3.4; nullmailer-dsn(1), nullmailer-send(8).
. "$(dirname "$0")/common"
get nullmailer=1:2.2-4 proot=5.1.0-1.3 libtalloc2=2.4.0-f2
receiver
mkdir -p "$work/etc" "$work/spool/queue" "$work/spool/tmp" "$work/spool/failed"
mkfifo "$work/spool/trigger"
echo reeds.example >"$work/mailname"
echo "127.0.0.1 smtp --port=$port" >"$work/etc/remotes"
echo 1 >"$work/etc/pausetime"
printf 'ada@reeds.example\nben@orchard.example\ncho@orchard.example\n\nFrom: ada@reeds.example\nSubject: one\n\nbody\n' >"$work/mail"
cat >"$work/run" <<'RUN'
nullmailer-queue <"$1/mail"
nullmailer-send &
for _ in $(seq 60); do [ ! -s "$1/taken" ] || break; sleep 0.1; done
kill $!; wait
RUN
lib=$root/usr/lib/nullmailer
proot -b "$work/etc:/etc/nullmailer" -b "$work/mailname:/etc/mailname" -b "$work/spool:/var/spool/nullmailer" -b "$lib:/usr/lib/nullmailer" \
    -b "$root/usr/sbin/nullmailer-queue:/usr/sbin/nullmailer-queue" -b "$root/usr/bin/nullmailer-dsn:/usr/bin/nullmailer-dsn" \
    sh "$work/run" "$work" >"$work/said" 2>&1 || true
await taken
of() { sed -n "/^Final-Recipient: rfc822; $1@/,/^\$/s/^$2: //p" "$work/taken"; }
saw "ben, who was refused with 5.7.26: Status" "5.7.2" "$(of ben Status)"
saw "  the reply" "SMTP; 550-5.7.26 This mail is refused, as the sender" "$(of ben Diagnostic-Code)"
saw "cho, who was not refused: Action" "failed" "$(of cho Action)"
saw "  the reply" "SMTP; 550-5.7.26 This mail is refused, as the sender" "$(of cho Diagnostic-Code)"
done_
