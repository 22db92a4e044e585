/* By what a mail is known to be a bounce: the marks of its header, and how they add up with its text. */
#pragma once

#include "mail/mime.h"
#include "bounce/notice.h"
#include "bounce/phrases.h"

typedef struct mw_bounce_marks {
    const char *from, *subject, *auto_submitted; /* "" when absent */
    const char *sender;                          /* to whom it went, or NULL */
    GPtrArray *failed;                           /* of char *: X-Failed-Recipients */
    bool daemon, robot, null_return, subject_fails, subject_away;
    bool subject_quotes; /* other words stand in front of those of a failure: a ticket's number, a quote */
} mw_bounce_marks;

void mw_bounce_marks_read(mw_arena *arena, const mw_phrases *phrases, const mw_message *message,
                          mw_bounce_marks *marks);

enum { MW_BOUNCE_MIN_SCORE = 4 }; /* marks that make a mail a bounce */
int mw_bounce_score(const mw_mime *mime, const mw_bounce_marks *marks, const mw_notice *notice);

/* A mail from no mail system: it speaks of a failure by its own subject or has the form of a notice, and does
 * not only quote one. */
/* The mail comes back, or the text has a form that is known. */
bool mw_bounce_is_returned(const mw_mime *mime, const mw_notice *notice);
bool mw_bounce_is_formed(const mw_mime *mime, const mw_bounce_marks *marks, const mw_notice *notice);

/* An automatic answer of somebody who is away. */
bool mw_bounce_is_vacation(const mw_message *message, const mw_bounce_marks *marks);
