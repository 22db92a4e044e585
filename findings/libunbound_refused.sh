#!/bin/sh
# libunbound_refused: a name server's REFUSED reaches a user of libunbound as SERVFAIL.
#
# Library   libunbound 1.17.1-2+deb12u4, with nsd 4.6.1-1 as the name server (Debian 12).
# Guess     The result's rcode is the forwarder's.
# Behaviour Forwarding to a server that refuses (nsd, asked for a zone that it does not have), result->rcode is 2
#           (SERVFAIL), as for a server that failed, and there is no packet to look into. A program that wants to
#           tell a refusal (a block list that closes its door) from a fault must ask once by itself.
# Source    libunbound(3), struct ub_result.
. "$(dirname "$0")/common"
get nsd=4.6.1-1 libunbound8=1.17.1-2+deb12u4 libunbound-dev=1.17.1-2+deb12u4
port=$(python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf '$ORIGIN reeds.example.\n@ 60 SOA ns hostmaster 1 60 60 60 60\n@ 60 NS ns\nns 60 A 192.0.2.1\n@ 60 TXT "here"\n' >"$work/zone"
cat >"$work/nsd.conf" <<CONF
server:
    ip-address: 127.0.0.1
    port: $port
    username: ""
    chroot: ""
    zonesdir: "$work"
    pidfile: "$work/pid"
    xfrdfile: "$work/xfrd"
    zonelistfile: "$work/list"
    database: ""
    xfrdir: "$work"
    server-count: 1
remote-control:
    control-enable: no
zone:
    name: reeds.example
    zonefile: zone
CONF
nsd -d -c "$work/nsd.conf" >"$work/log" 2>&1 &
server=$!
cat >"$work/try.c" <<'C'
#include <stdio.h>
#include <unbound.h>
int main(int argc, char **argv) {
    struct ub_ctx *context = ub_ctx_create();
    struct ub_result *result;
    ub_ctx_set_option(context, "do-not-query-localhost:", "no");
    ub_ctx_set_fwd(context, argv[1]);
    if (ub_resolve(context, argv[2], 16, 1, &result))
        return 1;
    printf("rcode %d, %s", result->rcode, result->answer_packet ? "with its packet" : "without a packet");
    return 0;
}
C
gcc -o "$work/try" "$work/try.c" -I"$root/usr/include" -L"$root/usr/lib/x86_64-linux-gnu" -lunbound
direct=$(python3 - "$port" <<'PY'
import socket, struct, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(0.5)
s.connect(("127.0.0.1", int(sys.argv[1])))
name = b"".join(bytes([len(l)]) + l for l in (b"other", b"example")) + b"\0"
for _ in range(100): # until the server has started
    try:
        s.send(struct.pack(">6H", 7, 256, 1, 0, 0, 0) + name + struct.pack(">2H", 16, 1))
        print("rcode", s.recv(512)[3] & 15, end="")
        break
    except OSError:
        time.sleep(0.2)
PY
)
saw "asked directly, a zone it does not have" "rcode 5" "$direct"
saw "by libunbound, a zone it has" "rcode 0, with its packet" "$("$work/try" "127.0.0.1@$port" reeds.example)"
saw "by libunbound, a zone it does not have" "rcode 2, without a packet" "$("$work/try" "127.0.0.1@$port" other.example)"
done_
