/* Real servers for tests: each on a free port of the loopback, out of a folder of its own, ended with it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct test_daemon test_daemon;

/* Ends the whole test program with status 77 (skipped) when one of the programs is not installed;
 * NULL-terminated. */
void test_daemon_needs(const char *program, ...) G_GNUC_NULL_TERMINATED;
/* A port that is free for TCP and UDP on 127.0.0.1. */
unsigned test_daemon_port(void);

/* A folder with a file for what follows; freed by test_daemon_folder_free(). */
char *test_daemon_folder(void);
void test_daemon_folder_free(char *folder);
/* folder/name with that text; the path is interned. */
const char *test_daemon_file(const char *folder, const char *name, const char *text);
/* Runs a program to its end in the folder; the test fails when it does. */
void test_daemon_run(const char *folder, const char *const *argv);

/* Starts a server and waits until its TCP port takes connections. */
test_daemon *test_daemon_start(const char *folder, const char *const *argv, unsigned port);
void test_daemon_stop(test_daemon *daemon);
