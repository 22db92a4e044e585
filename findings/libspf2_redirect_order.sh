#!/bin/sh
# libspf2_redirect_order: where "redirect=" stands in an SPF record decides what it means here, and nowhere else.
#
# Library   libspf2 1.2.10-7.2+b1 (Debian 12).
# Guess     redirect is a modifier: it may stand anywhere, is followed when no mechanism matched, and is void beside "all".
# Behaviour It is followed where it stands. A record that begins with redirect= and then lists a server gives that server
#           the other domain's fail, although its address is there in the record; with redirect= at the end it passes.
#           The owner sees good mail refused by receivers with this library alone.
# Source    RFC 7208 sections 4.6.3 and 6.1.
. "$(dirname "$0")/common"
get libspf2-2=1.2.10-7.2+b1 libspf2-dev=1.2.10-7.2+b1
cat >"$work/try.c" <<'C'
#include <netinet/in.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <stdio.h>
#include <spf2/spf.h>
#include <spf2/spf_dns_zone.h>
int main(int argc, char **argv) {
    SPF_dns_server_t *dns = SPF_dns_zone_new(NULL, "zone", 0);
    SPF_dns_zone_add_str(dns, "reeds.example", ns_t_txt, NETDB_SUCCESS, argv[1]);
    SPF_dns_zone_add_str(dns, "_spf.orchard.example", ns_t_txt, NETDB_SUCCESS, "v=spf1 ip4:198.51.100.1 -all");
    SPF_request_t *request = SPF_request_new(SPF_server_new_dns(dns, 0));
    SPF_request_set_ipv4_str(request, argv[2]);
    SPF_request_set_env_from(request, "ada@reeds.example");
    SPF_response_t *response = NULL;
    SPF_request_query_mailfrom(request, &response);
    printf("%s", SPF_strresult(SPF_response_result(response)));
    return 0;
}
C
gcc -w -o "$work/try" "$work/try.c" -I"$root/usr/include" -L"$root/usr/lib/x86_64-linux-gnu" -lspf2 -lresolv
try() { "$work/try" "v=spf1 $1" 192.0.2.1 2>/dev/null; }
echo "the client is 192.0.2.1"
for record in "ip4:192.0.2.1 redirect=_spf.orchard.example=pass" "redirect=_spf.orchard.example ip4:192.0.2.1=fail" \
    "redirect=_spf.orchard.example ip4:192.0.2.1 ?all=fail"; do
    saw "${record%=*}" "${record##*=}" "$(try "${record%=*}")"
done
done_
