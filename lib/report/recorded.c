#include "report/recorded.h"

static const char *best_of(const mw_facts *facts, const char *method) {
    const char *found = NULL;
    for (guint i = 0; facts->claims && i < facts->claims->len; i++) {
        const mw_claim *claim = facts->claims->pdata[i];
        if (!claim->trusted || !claim->result || strcmp(claim->method, method) != 0)
            continue;
        if (!found || strcmp(claim->result, "pass") == 0)
            found = claim->result;
    }
    return found;
}

static const char *dkim_now(const mw_facts *facts) {
    if (!facts->dkim)
        return NULL;
    const char *found = "none";
    for (guint i = facts->dkim->len; i-- > 0;) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        found = mw_dkim_result_name(dkim->result);
        if (dkim->result == MW_DKIM_PASS)
            break;
    }
    return found;
}

static const char *now(const mw_facts *facts, const char *method) {
    if (strcmp(method, "spf") == 0)
        return facts->spf ? mw_spf_result_name(facts->spf->result) : NULL;
    if (strcmp(method, "dkim") == 0)
        return dkim_now(facts);
    if (strcmp(method, "dmarc") == 0)
        return facts->dmarc ? mw_dmarc_result_name(facts->dmarc->rfc9989.result) : NULL;
    return facts->arc ? mw_arc_result_name(facts->arc->result) : NULL;
}

/* Names that hosts use beside those of RFC 8601. */
static const char *common_name(const mw_facts *facts, const char *method, const char *result) {
    if (strcmp(result, "hardfail") == 0)
        return "fail";
    if (strcmp(result, "bestguesspass") == 0)
        return "none";
    bool bad_record = strcmp(method, "dmarc") == 0 && facts->dmarc && facts->dmarc->bad_record;
    return bad_record && strcmp(result, "permerror") == 0 ? "none" : result;
}

static void compare(mw_arena *arena, const mw_facts *facts, mw_recorded *recorded) {
    static const char *const methods[] = {"spf", "dkim", "dmarc", "arc"};
    g_autoptr(GString) results = g_string_new(NULL), differs = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        const char *then = best_of(facts, methods[i]), *today = now(facts, methods[i]);
        if (!then)
            continue;
        g_string_append_printf(results, "%s%s=%s", results->len ? ", " : "", methods[i], then);
        if (!today || strcmp(today, "untestable") == 0)
            continue;
        recorded->compared++;
        if (strcmp(common_name(facts, methods[i], then), today) != 0)
            g_string_append_printf(differs, "%s%s is %s now", differs->len ? ", " : "", methods[i], today);
    }
    if (results->len)
        recorded->results = mw_strndup(arena, results->str, results->len);
    if (differs->len)
        recorded->differs = mw_strndup(arena, differs->str, differs->len);
}

/* "p=REJECT" in a comment such as "p=REJECT sp=NONE dis=NONE". */
static bool says(const char *comment, const char *what) {
    mw_span text = mw_span_of(comment);
    size_t at = mw_span_search(text, what);
    return at != SIZE_MAX && (at == 0 || !g_ascii_isalnum(text.data[at - 1]));
}

static void note_override(mw_arena *arena, const mw_facts *facts, mw_recorded *recorded) {
    const mw_claim *claim = mw_claims_trusted(facts->claims, "dmarc");
    if (!claim || !claim->result || strcmp(claim->result, "fail") != 0)
        return;
    const char *action = mw_claim_property(claim, "action");
    if (action && (strcmp(action, "oreject") == 0 || strcmp(action, "o.reject") == 0))
        g_ptr_array_add(
            recorded->notes,
            mw_printf(arena,
                      "DMARC failed there under p=reject, and the receiver took the mail in all the "
                      "same (action=%s): it follows its own judgement, or an allow rule.",
                      action));
    else if (claim->reason && says(claim->reason, "dis=none") &&
             (says(claim->reason, "p=reject") || says(claim->reason, "p=quarantine")))
        g_ptr_array_add(recorded->notes, mw_printf(arena,
                                                   "DMARC failed there, and the receiver did not do what the "
                                                   "policy asks for (%s).",
                                                   claim->reason));
}

static const char *compauth_meaning(mw_arena *arena, const mw_facts *facts, const char *code) {
    const mw_table *table = mw_data_table(facts->data, "compauth.tsv", NULL);
    const char *meaning = NULL;
    size_t longest = 0;
    for (guint i = 0; table && i < table->rows->len; i++) {
        const char *const *row = table->rows->pdata[i];
        size_t n = strlen(row[0]);
        if (n > longest && strncmp(row[0], code, n) == 0) {
            longest = n;
            meaning = row[1];
        }
    }
    return meaning;
}

static void note_compauth(mw_arena *arena, const mw_facts *facts, mw_recorded *recorded) {
    const mw_claim *claim = mw_claims_trusted(facts->claims, "compauth");
    if (!claim || !claim->result)
        return;
    const char *code = mw_claim_property(claim, "reason");
    if (!code)
        code = claim->reason ? claim->reason : "";
    const char *meaning = compauth_meaning(arena, facts, code);
    g_ptr_array_add(recorded->notes,
                    mw_printf(arena, "Microsoft's composite check was %s (reason %s): %s.", claim->result,
                              *code ? code : "not given", meaning ? meaning : "not documented"));
}

const mw_recorded *mw_recorded_read(mw_arena *arena, const mw_facts *facts) {
    mw_recorded *recorded = mw_new(arena, mw_recorded);
    const mw_claim *claim = mw_claims_trusted(facts->claims, "dmarc");
    if (!claim)
        claim = mw_claims_trusted(facts->claims, "spf");
    recorded->by = claim && claim->by ? claim->by : facts->envelope->received_by;
    recorded->notes = mw_array_new(arena);
    compare(arena, facts, recorded);
    note_override(arena, facts, recorded);
    note_compauth(arena, facts, recorded);
    return recorded;
}
