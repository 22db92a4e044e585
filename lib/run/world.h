typedef enum mw_lead { MW_LEAD_OPEN, MW_LEAD_OUTER, MW_LEAD_CARRIED } mw_lead;

/* What one context keeps between messages, and the DNS that its runs see. */
#pragma once

#include "base/language.h"
#include "dns/source.h"
#include "run/settings.h"
#include "score/points.h"
#include "check/facts.h"

/* What a file is at first sight, read once however often it is looked at. */
typedef struct mw_first_sight {
    const mw_message *message; /* NULL: not read yet */
    const mw_mime *mime;
} mw_first_sight;

typedef struct mw_world {
    const mw_settings *settings;
    const mw_data *data;
    const mw_catalogue *catalogue;
    const mw_profile *profile;
    const mw_phrases *phrases;   /* by which notices are known */
    const mw_language *language; /* of --lang; NULL: English, or --lang was not given */
    mw_dns *dns;
    mw_lead lead;          /* of a mail that carries another one: which is diagnosed */
    mw_first_sight *sight; /* of the one file that this world is for; NULL: it is read each time */
    bool trial;            /* only to see what would be: no search for what broke a signature */
} mw_world;

/* The source that the settings ask for. NULL and an error when options contradict each other or it can't
 * start. */
mw_source *mw_open_source(mw_arena *arena, const mw_settings *settings, GError **error);

/* The engine over a source, with the deadline of the settings. Takes over the source. */
mw_dns *mw_open_dns(mw_source *source, const mw_settings *settings);

/* What DNSSEC validation and refused lists make worth telling about the DNS of this run: notices. */
void mw_note_dns(mw_facts *facts);
