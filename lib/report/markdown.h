/* The report for tickets and pull requests (GitHub's Markdown). */
#pragma once

#include "score/diagnosis.h"

/* The caller frees it. Text of the mail shows as text: it makes no link, no mention and no mark. */
char *mw_markdown_write(const mw_diagnosis *diagnosis);
