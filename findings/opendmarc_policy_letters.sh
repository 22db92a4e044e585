#!/bin/sh
# opendmarc_policy_letters: libopendmarc reads "p=r" as reject, and "p=q" as quarantine.
#
# Library   libopendmarc 1.4.2-2+b1 (Debian 12).
# Guess     A value that is none of none, quarantine and reject is no policy (RFC 9989 section 4.7, RFC 7489 6.6.3).
# Behaviour Any beginning of one of the three words is taken for it. So the owner of a record with a slip sees mail
#           refused by receivers with this library, while others treat the same record as one that asks for nothing.
# Source    opendmarc_policy_parse_dmarc() in the library's documentation.
. "$(dirname "$0")/common"
get libopendmarc2=1.4.2-2+b1 libopendmarc-dev=1.4.2-2+b1
cat >"$work/try.c" <<'C'
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <opendmarc/dmarc.h>
int main(int argc, char **argv) {
    DMARC_POLICY_T *context = opendmarc_policy_connect_init((u_char *)"192.0.2.1", 0);
    OPENDMARC_STATUS_T status = opendmarc_policy_parse_dmarc(context, (u_char *)"reeds.example", (u_char *)argv[1]);
    int p = 0;
    opendmarc_policy_fetch_p(context, &p);
    if (status == DMARC_PARSE_OKAY)
        printf("policy %c", p ? p : '-');
    else
        printf("no record");
    return 0;
}
C
gcc -w -o "$work/try" "$work/try.c" -I"$root/usr/include" -L"$root/usr/lib/x86_64-linux-gnu" -lopendmarc
saw "p=reject" "policy r" "$("$work/try" "v=DMARC1; p=reject")"
saw "p=r" "policy r" "$("$work/try" "v=DMARC1; p=r")"
saw "p=qua" "policy q" "$("$work/try" "v=DMARC1; p=qua")"
saw "p=block" "no record" "$("$work/try" "v=DMARC1; p=block")"
done_
