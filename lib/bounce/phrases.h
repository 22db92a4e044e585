/* The words by which notices of mail systems are known: data/notices/, one file a language. */
#pragma once

#include "base/data.h"
#include "base/pairs.h"

typedef enum mw_phrase_kind {
    MW_PHRASE_DAEMON,    /* in the From field of a mail system */
    MW_PHRASE_ROBOT,     /* in that of some program */
    MW_PHRASE_SUBJECT,   /* in the subject of a notice */
    MW_PHRASE_AWAY,      /* in that of an automatic answer */
    MW_PHRASE_RECEIPT,   /* at the beginning of that of a read receipt */
    MW_PHRASE_FAILED,    /* a mail was not delivered */
    MW_PHRASE_LATE,      /* it is only delayed */
    MW_PHRASE_FINAL,     /* nothing is tried any more */
    MW_PHRASE_YOURS,     /* the text speaks to who sent the mail */
    MW_PHRASE_RECIPIENT, /* right in front of an address that was not reached */
    MW_PHRASE_HEADING,   /* in a line with a colon above the recipients */
    MW_PHRASE_ORIGINAL,  /* the heading of the mail that came back */
    MW_PHRASE_FOOTER,    /* what scanners and lawyers put below every mail */
    MW_PHRASE_FROM,      /* what mail programs put in front of the sender of a mail that is sent on, without a
                            colon */
    MW_PHRASE_TITLE,     /* in front of its subject */
    MW_PHRASE_TO,        /* in front of its recipients */
    MW_PHRASE_KINDS,
} mw_phrase_kind;

typedef struct mw_phrases mw_phrases;

/* The files of all languages, read once; lives as long as the data. NULL and an error that names the file. */
const mw_phrases *mw_phrases_of_data(const mw_data *data, GError **error);

/* A text in small letters, to look for words in: itself when it is ASCII. */
mw_span mw_phrases_fold(mw_arena *arena, mw_span text);

/* How many phrases of a kind occur in a folded text, up to most. The second has its pairs read already. */
size_t mw_phrases_count(const mw_phrases *phrases, mw_phrase_kind kind, mw_span text, size_t most);
size_t mw_phrases_among(const mw_phrases *phrases, mw_phrase_kind kind, const mw_pairs *pairs, mw_span text,
                        size_t most);
/* The two letters of the language that most of a folded text's phrases are in, "de"; where English and
 * another say as much, the other: English stands beside it for everybody. NULL: it has none. */
const char *mw_phrases_language(const mw_phrases *phrases, mw_span text);
/* The folded text begins with one; ends with one, before which no letter or digit stands. */
bool mw_phrases_begin(const mw_phrases *phrases, mw_phrase_kind kind, mw_span text);
bool mw_phrases_end(const mw_phrases *phrases, mw_phrase_kind kind, mw_span text);
/* The folded text is one. */
bool mw_phrases_equal(const mw_phrases *phrases, mw_phrase_kind kind, mw_span text);
