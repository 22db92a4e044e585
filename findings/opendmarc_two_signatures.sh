#!/bin/sh
# opendmarc_two_signatures: a good signature is not enough for libopendmarc when a bad one of the same domain follows.
#
# Library   libopendmarc 1.4.2-2+b1 (Debian 12).
# Guess     DMARC passes when any one aligned signature passes; what the others are, and their order, is of no account.
# Behaviour A mail is signed by mail.reeds.example (pass) and by reeds.example (fail: a key type that the verifier does not
#           know, or a list's footer that one of the two does not cover). With the failing one behind the good one the
#           result is reject, the other way round it is pass. So mail with two signatures is refused by its order.
# Source    RFC 7489 section 3.1.1: it is a pass if any signature is aligned and verifies; RFC 9989 has kept that.
. "$(dirname "$0")/common"
get libopendmarc2=1.4.2-2+b1 libopendmarc-dev=1.4.2-2+b1
cat >"$work/try.c" <<'C'
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <opendmarc/dmarc.h>
int main(int argc, char **argv) {
    DMARC_POLICY_T *context = opendmarc_policy_connect_init((u_char *)"192.0.2.1", 0);
    opendmarc_policy_store_from_domain(context, (u_char *)"reeds.example");
    opendmarc_policy_store_dmarc(context, (u_char *)"v=DMARC1; p=reject", (u_char *)"reeds.example", NULL);
    for (int i = 1; i + 1 < argc; i += 2)
        opendmarc_policy_store_dkim(context, (u_char *)argv[i], (u_char *)"s",
                                    strcmp(argv[i + 1], "pass") ? DMARC_POLICY_DKIM_OUTCOME_FAIL : DMARC_POLICY_DKIM_OUTCOME_PASS, NULL);
    int enforce = opendmarc_get_policy_to_enforce(context);
    printf("%s", enforce == DMARC_POLICY_PASS ? "pass" : enforce == DMARC_POLICY_REJECT ? "reject" : "another one");
    return 0;
}
C
gcc -w -o "$work/try" "$work/try.c" -I"$root/usr/include" -L"$root/usr/lib/x86_64-linux-gnu" -lopendmarc
saw "mail.reeds.example pass" "pass" "$("$work/try" mail.reeds.example pass)"
saw "reeds.example fail, mail.reeds.example pass" "pass" "$("$work/try" reeds.example fail mail.reeds.example pass)"
saw "mail.reeds.example pass, reeds.example fail" "reject" "$("$work/try" mail.reeds.example pass reeds.example fail)"
done_
