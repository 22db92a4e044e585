/* One message through all the layers, in order: the facts of a mail, the checks, the score, the cause. */
#pragma once

#include "dns/source.h"
#include "report/report.h"
#include "run/settings.h"

/* What one context keeps between messages. */
typedef struct mw_world {
    const mw_settings *settings;
    const mw_data *data;
    const mw_catalogue *catalogue;
    const mw_profile *profile;
    mw_dns *dns;
    bool trial; /* only to see what would be: no search for what broke a signature */
} mw_world;

/* The source that the settings ask for. NULL and an error when options contradict each other or it can't
 * start. */
mw_source *mw_open_source(mw_arena *arena, const mw_settings *settings, GError **error);

/* What DNSSEC validation and refused lists make worth telling about the DNS of this run: notices. */
void mw_note_dns(mw_facts *facts);

/* The engine over a source, with the deadline of the settings. Takes over the source. */
mw_dns *mw_open_dns(mw_source *source, const mw_settings *settings);

/* mw_diagnose(), and what --what-if and --record add to it. */
const mw_diagnosis *mw_diagnose_world(mw_arena *arena, const mw_world *world, const char *file, mw_span bytes,
                                      mw_time now, GError **error);

/* Asks ahead for what the rules of receivers need: those of --for, and of who refused a bounced mail. False
 * and MW_ERROR_DATA for a broken file of rules. */
bool mw_ask_for_receivers(const mw_world *world, mw_facts *facts, GError **error);

/* What the DNS would be asked at first; world->dns is over mw_source_plan(). */
const struct mw_plan *mw_plan_read(mw_arena *arena, const mw_world *world, const char *file, mw_span bytes,
                                   mw_time now, GError **error);

/* The facts of a mail alone, with no check run. NULL as below. */
mw_facts *mw_read_facts(mw_arena *arena, const mw_world *world, mw_span bytes, mw_time now, GError **error);

/* --check-reply: what the DNS says now of what a pasted reply names. Of const char *. */
GPtrArray *mw_look_up_reply(mw_arena *arena, const mw_world *world, mw_span text, mw_time now);

/* Everything lives in the arena. NULL and an error when the bytes are no mail. */
const mw_diagnosis *mw_diagnose(mw_arena *arena, const mw_world *world, const char *file, mw_span bytes,
                                mw_time now, GError **error);

/* The same mail over the DNS with these changes; world->dns lends its answers. Otherwise as mw_diagnose(). */
const mw_diagnosis *mw_diagnose_changed(mw_arena *arena, const mw_world *world, const mw_changes *changes,
                                        const char *file, mw_span bytes, mw_time now, GError **error);

/* diagnosis with its fixes: records that can be written down and of which a run shows that they mend what is
 * wrong and make nothing worse; otherwise diagnosis itself. Nothing is offered that authorises a server
 * without a sign that it is the domain's own, or that would let pass more than the one address. */
const mw_diagnosis *mw_prove_fixes(mw_arena *arena, const mw_world *world, const mw_diagnosis *diagnosis,
                                   mw_span bytes, mw_time now);

/* The host that wrote a bounce, where its address is to be asked for as a guess at the sending server; or
 * NULL. */
const char *mw_reporter_to_ask(const mw_facts *facts);
#define MW_WHY_REPORTER "the reporting host's address"
