/* What mailwhy-serve was told, and what all its processes know. */
#pragma once

#include "mailwhy.h"
#include "sandbox.h"

#include <stdbool.h>

typedef struct serve {
    mw_context *context;
    char *listen;      /* "127.0.0.1:8025" */
    char *token_file;  /* or NULL */
    char **hosts;      /* --host: other names of this server; or NULL */
    int jobs, waiting; /* diagnoses at once, and how many may wait for their turn */
    int seconds;       /* of one diagnosis, by the clock */
    int max_size;      /* MiB of one mail */
    int most_mails;    /* of one archive that are diagnosed */
    bool offline;      /* nothing is asked over the network */
    bool no_dns;
    gboolean no_sandbox, version, help, list_options;
    GOptionEntry *entries;

    sandbox_door *door; /* of a mail's process; NULL: none */
    int listener;
    bool beyond;     /* reached from other machines */
    char *token;     /* or NULL */
    guint8 key[32];  /* of the tokens in forms */
    char *receivers; /* the choices of the form, as HTML */
    char *dns_words; /* whom the DNS is asked, for the page */
    char *export;    /* how a mail is saved, as text */
} serve;

enum { STATUS_GOOD = 0, STATUS_ERROR = 2 };

/* One line on standard error; never what a mail holds. */
void serve_say(const char *format, ...) G_GNUC_PRINTF(1, 2);
