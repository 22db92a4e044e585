/* What one file holds: a mail, or many (mbox, archives), one after the other and within bounds. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct mw_store mw_store;

/* One of its mails. What stands here as bytes is a mail as it was stored: mw_stored_open() undoes that. */
typedef struct mw_store_mail {
    char *name;    /* within the file: "2", "letters/a.eml", "letters.mbox:2"; NULL: the file is the mail */
    GBytes *bytes; /* NULL where it can't be had, and then error says why */
    char *remark;  /* what is to be told of how it lay in the file, or NULL */
    char *error;
    bool passed_over; /* no mail, in an archive that may hold some: no error of its own */
} mw_store_mail;

/* Takes a reference to the bytes; never fails: what is no store is one mail. called: the file's name, as a
 * sign of whether it is to be one mail ("*.eml"); NULL: not known. */
mw_store *mw_store_new(GBytes *bytes, const char *called);
void mw_store_free(mw_store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_store, mw_store_free)

/* The next mail, of which the caller becomes the owner; NULL at the end. It does not depend on the store any
 * more. What is left out for the sake of a bound (MW_MAX_STORE_...) is said in a last one with an error. */
mw_store_mail *mw_store_next(mw_store *store);
void mw_store_mail_free(mw_store_mail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mw_store_mail, mw_store_mail_free)
