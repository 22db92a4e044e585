/* Which mails: the files, folders and lists of names that the user gave, as one list in their order. */
#pragma once

#include "command.h"

typedef struct names {
    GPtrArray *all;    /* of const char * */
    gboolean many;     /* it is more than one file */
    GPtrArray *own;    /* of char *: those of the names that were made here */
    char *listed;      /* the list of names, in which the others stand */
    guint named;       /* those before this index are of the command line; the others are of that list */
    GPtrArray *others; /* of const char *: of those that the user named what is no regular file itself */
    guint64 octets;    /* of all; not when endless */
    gboolean endless;  /* nobody knows how much there is: of folders, lists, pipes and devices */
} names;

/* Files as they were named; of a folder all files below it, by name, and of a Maildir (with cur and new) its
 * mails but drafts and those in the trash; hidden files and folders are left out, but a Maildir's own. What
 * can't be read becomes a name like others, whose reading tells what is wrong. NULL and one line when a list
 * of names can't be read. */
names *names_read(const command *c, GError **error);
void names_free(names *n);
/* What must be readable to read these: the folders that they are in, and what may lead elsewhere: of
 * const char *. "/" stands for very many. */
GPtrArray *names_readable(const names *n);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(names, names_free)
