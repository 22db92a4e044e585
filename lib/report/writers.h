/* The forms of a report: the table that --format chooses from. */
#pragma once

#include "report/report.h"

typedef struct mw_writer {
    const char *name, *what; /* "sarif"; one line for --help */
    char *(*write)(const mw_diagnosis *diagnosis, const mw_text_style *style); /* the caller frees it */
    /* Of several mails in one document; all NULL where reports just follow each other. */
    char *(*part)(const mw_diagnosis *diagnosis); /* one of them; "": nothing is to be said of it */
    const char *head, *between, *tail;            /* tail NULL: made by make_tail */
    char *(*make_tail)(const mw_catalogue *catalogue);
} mw_writer;

/* Ended by one without a name. */
extern const mw_writer mw_writers[];
/* NULL and MW_ERROR_OPTION, naming those that there are, for an unknown one. */
const mw_writer *mw_writer_find(const char *name, GError **error);
