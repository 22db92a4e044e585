/* A DNS server on the loopback for tests and benchmarks, UDP and TCP on one free port, in a thread of its
 * own. It answers out of a zone text as a resolver would, after delay_ms; and misbehaves where a name's first
 * label says so: "drop", "servfail", "refused", "notimp", "garbage", "wrongid", "wrongq", "short", "slow"
 * (300 ms more), "tc" (whole only over TCP), "loop" (a CNAME loop), "strangers" (records of another name). */
#pragma once

#include "dns/source.h"

typedef struct test_server test_server;

test_server *test_server_new(const char *zone, unsigned delay_ms);
/* The same on ::1; NULL on a machine without IPv6. */
test_server *test_server_new_six(const char *zone, unsigned delay_ms);
void test_server_free(test_server *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(test_server, test_server_free)
/* "127.0.0.1@PORT", "::1@PORT" */
const char *test_server_address(const test_server *server);
unsigned test_server_port(const test_server *server);
unsigned test_server_questions(test_server *server);
/* The same without those that were put again. */
unsigned test_server_different(test_server *server);
/* No answer goes out before n different questions have come in. */
void test_server_hold(test_server *server, unsigned n);

/* The answer to a question packet, as it would go out over TCP (stream) or UDP; 0: none. */
size_t test_server_reply(test_server *server, const uint8_t *question, size_t len, bool stream,
                         uint8_t *reply, size_t size, unsigned *delay_ms);
