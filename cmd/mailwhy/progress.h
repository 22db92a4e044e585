/* A line on the terminal that says how far a run over many mails is. */
#pragma once

#include "command.h"

typedef struct progress progress;

/* NULL where none is to be shown: then the others do nothing. */
progress *progress_start(const command *c, gboolean many, guint files);
void progress_show(progress *p, guint mails, guint files, mw_context *context);
/* Takes the line away, so that something else can be written. */
void progress_clear(progress *p);
void progress_end(progress *p);
