#!/bin/sh
# libspf2_long_record: a valid SPF record with a hundred addresses gives neutral for a server that it lists.
#
# Library   libspf2 1.2.10-7.2+b1 (Debian 12).
# Guess     A record as long as a TXT record can be is evaluated to its end, or is an error that is told.
# Behaviour The record is compiled into 511 octets, and what has no room is left out without a word. Of 100 ip4 terms the
#           last ones are gone: the server of the 100th gets neutral, where RFC 7208 says pass. The owner of such a
#           record sees good mail lose its pass at receivers with this library, and nowhere else.
# Source    RFC 7208 sections 3.4 and 4.6.
. "$(dirname "$0")/common"
get libspf2-2=1.2.10-7.2+b1 libspf2-dev=1.2.10-7.2+b1
cat >"$work/try.c" <<'C'
#include <netinet/in.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <spf2/spf.h>
#include <spf2/spf_dns_zone.h>
int main(int argc, char **argv) {
    int n = atoi(argv[1]);
    char record[4096] = "v=spf1";
    for (int i = 1; i <= n; i++)
        sprintf(record + strlen(record), " ip4:198.51.100.%d", i);
    strcat(record, " -all");
    SPF_dns_server_t *dns = SPF_dns_zone_new(NULL, "zone", 0);
    SPF_dns_zone_add_str(dns, "reeds.example", ns_t_txt, NETDB_SUCCESS, record);
    SPF_server_t *server = SPF_server_new_dns(dns, 0);
    SPF_request_t *request = SPF_request_new(server);
    SPF_request_set_ipv4_str(request, argv[2]);
    SPF_request_set_env_from(request, "ada@reeds.example");
    SPF_response_t *response = NULL;
    SPF_request_query_mailfrom(request, &response);
    printf("%s", SPF_strresult(SPF_response_result(response)));
    return 0;
}
C
gcc -w -o "$work/try" "$work/try.c" -include stdlib.h -I"$root/usr/include" -L"$root/usr/lib/x86_64-linux-gnu" -lspf2 -lresolv
try() { "$work/try" "$1" "$2" 2>/dev/null; }
saw "20 terms, the address of the last one" pass "$(try 20 198.51.100.20)"
saw "100 terms, the address of the last one" neutral "$(try 100 198.51.100.100)"
done_
