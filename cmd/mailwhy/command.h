/* What the command was told: its own options, and the library's behind the context. */
#pragma once

#include "mailwhy.h"

enum { STATUS_CLEAN = 0, STATUS_REJECTED = 1, STATUS_NO_MATCH = 1, STATUS_ERROR = 2, STATUS_INCOMPLETE = 3 };

typedef struct command {
    mw_context *context;
    const char *format; /* NULL: none was given */
    char *output, *record, *color, *progress, *files_from;
    int jobs;
    gboolean nul, summary;
    char *write_baseline; /* what counts in these mails goes here; or NULL */
    char *config;         /* --config; NULL: the user's own file */
    gboolean no_config, json_schema;
    int verbose;
    gboolean serve; /* another program is to run in place of this one */
    gboolean version, list_symbols, list_options, no_pager, no_sandbox;
    gboolean offline; /* nothing is asked over the network */
    gboolean redact;  /* names of files are not shown, either */
    enum { HELP_NONE, HELP_SHORT, HELP_LONG } help;
    gboolean printed; /* a report stands there already */
    char *explain, *check_reply;
    const char *data_folder; /* --data; interned, or NULL */
    const char *domain;      /* --domain: no mail is read; interned, or NULL */
    char **files;            /* NULL: none */
    GOptionEntry *entries;
    GPtrArray *inputs;    /* of char *: files that options name, to be read; never to be written */
    GPtrArray *elsewhere; /* of char *: what was taken of a configuration, a line a place */
} command;

/* The format that is asked for, or the one that is meant without any. */
static inline const char *command_format(const command *c) {
    return c->format ? c->format : "text";
}
