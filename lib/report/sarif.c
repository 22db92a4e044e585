/* SARIF 2.1.0: sections 3.19 (tool), 3.27 (result), 3.55 (fix). */
#include "report/json_value.h"
#include "check/position.h"
#include "report/tools.h"
#include "score/weight.h"

static mw_json *text_object(mw_arena *a, const char *text) {
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "text", text ? text : "");
    return o;
}

static mw_json *rule(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_symbol *s = item;
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "id", s->name);
    mw_json_put(o, "shortDescription", text_object(a, s->title));
    if (s->explain)
        mw_json_put(o, "fullDescription", text_object(a, s->explain));
    mw_json_put(o, "help", text_object(a, s->fix ? s->fix : s->explain ? s->explain : s->title));
    return o;
}

static mw_json *location(mw_arena *a, const void *item, const void *context) {
    const mw_diagnosis *d = context;
    size_t line = mw_finding_line(d->facts, item);
    mw_json *o = mw_json_object(), *physical = mw_json_object(), *artifact = mw_json_object(),
            *region = mw_json_object();
    g_autofree char *uri = g_uri_escape_string(d->file, "/", FALSE);
    mw_json_text(a, artifact, "uri", uri);
    mw_json_int(region, "startLine", (int64_t)MAX(line, 1));
    mw_json_int(region, "startColumn", 1);
    mw_json_put(physical, "artifactLocation", artifact);
    mw_json_put(physical, "region", region);
    mw_json_put(o, "physicalLocation", physical);
    return o;
}

/* A record is a change of the zone: the artifact is the record set by its name (RFC 4501). */
static mw_json *replacement(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_fix *fix = item;
    mw_json *o = mw_json_object(), *region = mw_json_object();
    mw_json_int(region, "startLine", 1);
    mw_json_put(o, "deletedRegion", region);
    mw_json_put(o, "insertedContent", text_object(a, fix->record));
    return o;
}

static mw_json *change(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_fix *fix = item;
    mw_json *o = mw_json_object(), *artifact = mw_json_object();
    GPtrArray *one = mw_array_new(a);
    mw_span name = mw_span_of(fix->record);
    name = mw_span_cut(&name, ' ');
    g_autofree char *escaped = g_uri_escape_bytes((const guint8 *)name.data, name.len, ".");
    mw_json_text(a, artifact, "uri", mw_printf(a, "dns:%s?type=TXT", escaped));
    mw_json_put(o, "artifactLocation", artifact);
    g_ptr_array_add(one, (gpointer)fix);
    mw_json_list(a, o, "replacements", one, replacement, NULL);
    return o;
}

static mw_json *fix_object(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_fix *fix = item;
    mw_json *o = mw_json_object();
    GPtrArray *one = mw_array_new(a);
    g_ptr_array_add(one, (gpointer)fix);
    mw_json_put(o, "description", text_object(a, mw_printf(a, "Publish this record: %s", fix->record)));
    mw_json_list(a, o, "artifactChanges", one, change, NULL);
    return o;
}

/* 3.27.23: told, and not to be acted on. */
static mw_json *suppression(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "kind", "external");
    mw_json_text(a, o, "justification", item);
    return o;
}

static mw_json *result(mw_arena *a, const void *item, const void *context) {
    static const char *const levels[] = {"none", "note", "warning", "error"};
    const mw_finding *f = item;
    const mw_diagnosis *d = context;
    const mw_fix *fix = d->verdict->forged ? NULL : mw_diagnosis_fix(d, mw_remedy_key(f));
    mw_json *o = mw_json_object(), *prints = mw_json_object();
    GPtrArray *one = mw_array_new(a);
    mw_json_text(a, o, "ruleId", f->symbol->name);
    mw_json_text(a, o, "level", levels[mw_finding_weight(d, f)]);
    mw_json_put(o, "message", text_object(a, f->summary));
    g_ptr_array_add(one, (gpointer)f);
    mw_json_list(a, o, "locations", one, location, d);
    mw_json_text(a, prints, "symbolAndSubject/v1",
                 mw_printf(a, "%s %s", f->symbol->name, mw_finding_subject(a, d->facts, f)));
    mw_json_put(o, "partialFingerprints", prints);
    if (fix) {
        g_ptr_array_index(one, 0) = (gpointer)fix;
        mw_json_list(a, o, "fixes", one, fix_object, NULL);
    }
    if (f->accepted) {
        g_ptr_array_index(one, 0) = (gpointer) "named by the baseline";
        mw_json_list(a, o, "suppressions", one, suppression, NULL);
    }
    return o;
}

static mw_json *tool(mw_arena *a, const GPtrArray *symbols) {
    mw_json *o = mw_json_object(), *driver = mw_json_object();
    mw_json_text(a, driver, "name", "mailwhy");
    mw_json_text(a, driver, "version", MAILWHY_VERSION);
    mw_json_list(a, driver, "rules", symbols, rule, NULL);
    mw_json_put(o, "driver", driver);
    return o;
}

typedef struct findings {
    GPtrArray *shown, *symbols;
} findings;

static findings matter(mw_arena *a, const mw_diagnosis *d) {
    findings all = {mw_array_new(a), mw_array_new(a)};
    for (guint i = 0; i < d->facts->findings->len; i++) {
        mw_finding *f = d->facts->findings->pdata[i];
        if (mw_finding_weight(d, f) == MW_WEIGHT_NONE)
            continue;
        g_ptr_array_add(all.shown, f);
        if (!g_ptr_array_find(all.symbols, f->symbol, NULL))
            g_ptr_array_add(all.symbols, (gpointer)f->symbol);
    }
    return all;
}

static mw_json *run(mw_arena *a, const void *item, G_GNUC_UNUSED const void *context) {
    const mw_diagnosis *d = item;
    findings all = matter(a, d);
    mw_json *o = mw_json_object(), *properties = mw_json_object();
    mw_json_put(o, "tool", tool(a, all.symbols));
    mw_json_text(a, o, "columnKind", "unicodeCodePoints");
    mw_json_list(a, o, "results", all.shown, result, d);
    mw_json_text(a, properties, "verdict", mw_outcome_name(d->verdict->action));
    mw_json_text(a, properties, "cause", d->verdict->cause);
    mw_json_put(o, "properties", properties);
    return o;
}

#define SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

/* One run over all mails: code scanning takes no more than twenty. */
const char mw_sarif_head[] = "{\n\"$schema\": \"" SCHEMA "\",\n\"version\": \"2.1.0\",\n\"runs\": [\n{\n"
                             "\"columnKind\": \"unicodeCodePoints\",\n\"results\": [\n";

char *mw_sarif_tail(const mw_catalogue *catalogue) {
    g_autoptr(mw_arena) a = mw_arena_new();
    g_autofree char *line = g_strchomp(mw_json_line(tool(a, mw_catalogue_all(catalogue, a))));
    return g_strdup_printf("\n],\n\"tool\": %s\n}\n]\n}\n", line);
}

char *mw_sarif_part(const mw_diagnosis *d) {
    g_autoptr(mw_arena) a = mw_arena_new();
    findings all = matter(a, d);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < all.shown->len; i++) {
        g_autofree char *line = g_strchomp(mw_json_line(result(a, all.shown->pdata[i], d)));
        g_string_append_printf(out, "%s%s", i ? ",\n" : "", line);
    }
    return g_string_free(out, FALSE);
}

char *mw_sarif_write(const mw_diagnosis *d) {
    g_autoptr(mw_arena) a = mw_arena_new();
    GPtrArray *one = mw_array_new(a);
    g_ptr_array_add(one, (gpointer)d);
    mw_json *o = mw_json_object();
    mw_json_text(a, o, "$schema", SCHEMA);
    mw_json_text(a, o, "version", "2.1.0");
    mw_json_list(a, o, "runs", one, run, NULL);
    return mw_json_dump(o);
}
