#include "mailwhy.h"
#include "base/builtin.h"
#include "base/error.h"
#include "base/module.h"
#include "base/printable.h"
#include "check/zones.h"
#include "dns/cache.h"
#include "mail/store.h"
#include "run/warm.h"
#include "run/worlds.h"

#include "reply/reply.h"
#include "report/html.h"
#include "report/report.h"
#include "report/writers.h"
#include "report/explain.h"
#include "report/json_value.h"
#include "report/summary.h"
#include "report/redact.h"
#include "score/fail_on.h"
#include "score/weight.h"
#include "report/plan.h"
#include "report/tools.h"

struct mw_context {
    mw_arena *arena;
    mw_settings *settings;
    mw_data *data;
    bool opened;     /* the data files are read: no option may change any more */
    mw_cache *cache; /* of the DNS; there when the first message was diagnosed */
    mw_world world;  /* without dns: every message has an engine of its own over the cache */
};

struct mw_report {
    mw_arena *arena;
    mw_world world;
    mw_time now;
    mw_letter_to reply_to; /* --reply */
    const mw_diagnosis *diagnosis;
    const mw_plan *plan; /* with --show-queries, in its place */
    const char *fail_on;
};

mw_context *mw_context_new(void) {
    mw_context *context = g_new0(mw_context, 1);
    context->arena = mw_arena_new();
    context->settings = mw_settings_new(context->arena);
    return context;
}

void mw_context_free(mw_context *context) {
    if (!context)
        return;
    mw_cache_free(context->cache);
    mw_data_free(context->data);
    mw_arena_free(context->arena);
    g_free(context);
}

gboolean mw_context_set(mw_context *context, const char *option, const char *value, GError **error) {
    if (context->opened && !mw_settings_about_mail(option)) {
        g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--%s: too late, a message was diagnosed already",
                    option);
        return FALSE;
    }
    return mw_settings_set(context->settings, option, value, error);
}

gboolean mw_context_set_bounce(mw_context *context, const char *bytes, gsize size, GError **error) {
    return mw_settings_set_bounce(context->settings, g_bytes_new(bytes, size), "the text", error);
}

/* What was made is good unless a module was missing: then that is what is wrong. */
static bool settle(bool made, GError **error) {
    GError *missing = NULL;
    if (mw_modules_good(&missing))
        return made;
    g_clear_error(error);
    g_propagate_error(error, missing);
    return false;
}

static bool excludes_known(mw_context *context, GError **error) {
    const GPtrArray *all = context->settings->excluded;
    const mw_world *world = &context->world;
    for (guint i = 0; i < all->len; i++)
        if (!mw_exclude_known(all->pdata[i], world->catalogue, world->profile, error))
            return false;
    return true;
}

static bool read_data(mw_context *context, GError **error) {
    mw_world *world = &context->world;
    const mw_settings *s = context->settings;
    mw_data_free(context->data);
    world->settings = s;
    world->data = context->data = mw_data_new(s->data_folder);
    if (!mw_data_load(context->data, error) ||
        !(world->catalogue = mw_catalogue_new(context->data, context->arena, error)) ||
        !(world->phrases = mw_phrases_of_data(context->data, error)) ||
        (s->lang && !mw_language_find(context->data, s->lang, &world->language, error)) ||
        !(world->profile = mw_profile_read(context->arena, context->data, s->profile, error)) ||
        (s->fail_on && !mw_fail_on_known(s->fail_on, world->catalogue, world->profile, error)) ||
        !excludes_known(context, error) ||
        (s->lists && !mw_zones_choose(context->data, context->arena, s->lists, error)))
        return false;
    return context->opened = true;
}

static bool read_dns(mw_context *context, GError **error) {
    mw_source *source = mw_open_source(context->arena, context->settings, error);
    if (source) /* see mw_context_waiting() */
        g_atomic_pointer_set(&context->cache, mw_cache_new(source, context->settings->cache_size));
    return source;
}

/* At the first message or explanation; the DNS where it will be asked. */
static bool open_world(mw_context *context, bool with_dns, GError **error) {
    return settle((context->opened || read_data(context, error)) &&
                      (!with_dns || context->cache || read_dns(context, error)),
                  error);
}

gboolean mw_context_open(mw_context *context, gboolean with_dns, GError **error) {
    return open_world(context, with_dns, error);
}

gboolean mw_context_warm(mw_context *context, GError **error) {
    static const mw_module modules[] = {MW_MODULE_MIME,     MW_MODULE_HTML,    MW_MODULE_KEYS,
                                        MW_MODULE_OPENDKIM, MW_MODULE_ARCHIVE, MW_MODULE_MSG,
                                        MW_MODULE_MARKUP};
    bool good = open_world(context, false, error);
    for (size_t i = 0; i < G_N_ELEMENTS(modules) && good; i++)
        good = mw_module_load(modules[i], error);
    return good && mw_warm(&context->world, error) && settle(true, error);
}

/* The context's world with an engine of its own, which the arena owns. */
static mw_world new_world(mw_context *context, mw_arena *arena) {
    mw_world world = context->world;
    world.dns = mw_arena_own(arena, mw_open_dns(mw_cache_view(context->cache), context->settings),
                             (GDestroyNotify)mw_dns_free);
    return world;
}

static mw_report *diagnose(mw_context *context, const char *name, mw_span bytes, const char *remark,
                           gint64 now, GError **error) {
    if (!g_atomic_pointer_get(&context->cache) && !open_world(context, true, error))
        return NULL;
    const mw_settings *s = context->settings;
    const mw_dns_run *recorded = mw_cache_recorded(context->cache);
    if (s->now != MW_TIME_UNKNOWN)
        now = s->now;
    else if (recorded)
        now = recorded->at;
    mw_report *report = g_new0(mw_report, 1);
    report->arena = mw_arena_new();
    report->world = new_world(context, report->arena);
    report->now = now;
    report->reply_to = context->settings->reply_to;
    report->fail_on = mw_strdup(report->arena, s->fail_on);
    const char *file = mw_strdup(report->arena, name);
    if (s->show_queries)
        report->plan = mw_plan_read(report->arena, &report->world, file, bytes, now, error);
    else
        report->diagnosis = mw_diagnose_world(report->arena, &report->world, file, bytes, now, error);
    if (report->diagnosis && remark)
        g_ptr_array_insert(report->diagnosis->facts->evidence->notes, 0, mw_strdup(report->arena, remark));
    if (s->redact)
        mw_report_redact(report, file);
    if (!settle(report->plan || report->diagnosis, error))
        g_clear_pointer(&report, mw_report_free);
    return report;
}

mw_report *mw_context_diagnose(mw_context *context, const char *name, const char *bytes, gsize size,
                               gint64 now, GError **error) {
    return diagnose(context, name, (mw_span){bytes, size}, NULL, now, error);
}

void mw_context_waiting(mw_context *context, unsigned *asked, unsigned *open, const char **whom) {
    mw_cache *cache = g_atomic_pointer_get(&context->cache);
    mw_cache_numbers numbers = cache ? mw_cache_count(cache) : (mw_cache_numbers){0};
    *asked = numbers.asked;
    *open = numbers.open;
    *whom = numbers.source;
}

/* ---- the mails of a file ---- */

typedef struct owned_mail {
    mw_mail mail; /* first: what the caller sees of it */
    mw_store_mail *stored;
} owned_mail;

mw_mailbox *mw_mailbox_new(GBytes *file) {
    return mw_mailbox_new_named(file, NULL);
}

mw_mailbox *mw_mailbox_new_named(GBytes *file, const char *name) {
    return (mw_mailbox *)mw_store_new(file, name);
}

void mw_mailbox_free(mw_mailbox *mailbox) {
    mw_store_free((mw_store *)mailbox);
}

mw_mail *mw_mailbox_next(mw_mailbox *mailbox) {
    mw_store_mail *stored = mw_store_next((mw_store *)mailbox);
    if (!stored)
        return NULL;
    owned_mail *owned = g_new0(owned_mail, 1);
    owned->stored = stored;
    owned->mail = (mw_mail){stored->name, stored->bytes, stored->remark, stored->error, stored->passed_over};
    return &owned->mail;
}

void mw_mail_free(mw_mail *mail) {
    owned_mail *owned = (owned_mail *)mail;
    if (owned)
        mw_store_mail_free(owned->stored);
    g_free(owned);
}

mw_report *mw_context_diagnose_mail(mw_context *context, const char *name, const mw_mail *mail, gint64 now,
                                    GError **error) {
    if (!mail->bytes) {
        g_set_error_literal(error, MW_ERROR, MW_ERROR_MESSAGE, mail->error ? mail->error : "can't be read");
        return NULL;
    }
    gsize size;
    const char *bytes = g_bytes_get_data(mail->bytes, &size);
    return diagnose(context, name, (mw_span){bytes, size}, mail->remark, now, error);
}

void mw_report_free(mw_report *report) {
    if (report)
        mw_arena_free(report->arena);
    g_free(report);
}

void mw_report_redact(mw_report *report, const char *name) {
    mw_diagnosis *d = (mw_diagnosis *)report->diagnosis; /* all its own */
    if (!d)
        return;
    d->file = mw_strdup(report->arena, name);
    if (!d->redacted)
        mw_redact(d);
}

char *mw_report_recording(const mw_report *report) {
    mw_dns *dns = report->world.dns;
    mw_dns_stats stats = mw_dns_statistics(dns);
    if (report->diagnosis) { /* without what a fix that was tried had to ask */
        const mw_dns_numbers *n = &report->diagnosis->dns;
        stats = (mw_dns_stats){n->source, n->queries, n->unanswered, n->elapsed_ms};
    }
    g_autoptr(mw_arena) arena = mw_arena_new();
    return g_strdup(mw_dns_recording(dns, report->now, &stats, arena));
}

int mw_report_status(const mw_report *report) {
    const mw_diagnosis *d = report->diagnosis;
    if (report->plan)
        return 0;
    return mw_fail_on_status(d, report->fail_on);
}

char **mw_report_findings(const mw_report *report) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_diagnosis *d = report->diagnosis;
    GPtrArray *lines = g_ptr_array_new();
    for (guint i = 0; d && i < d->facts->findings->len; i++) {
        const mw_finding *f = d->facts->findings->pdata[i];
        if (f->state == MW_HIT && mw_finding_weight(d, f) != MW_WEIGHT_NONE)
            g_ptr_array_add(lines, g_strdup(mw_baseline_line(arena, d->facts, f)));
    }
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(lines, FALSE);
}

char **mw_context_stale(const mw_context *context) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    GPtrArray *stale = mw_baseline_stale(arena, context->settings->baseline);
    char **lines = g_new0(char *, stale->len + 1);
    for (guint i = 0; i < stale->len; i++)
        lines[i] = g_strdup(stale->pdata[i]);
    return lines;
}

char *mw_report_format(const mw_report *report, const char *format, const mw_style *style, GError **error) {
    if (report->plan)
        return g_str_has_prefix(format, "json") ? mw_plan_json(report->plan) : mw_plan_text(report->plan);
    if (strcmp(format, "text") == 0 && report->reply_to)
        return mw_letter_write(report->diagnosis, report->reply_to);
    const mw_writer *writer = mw_writer_find(format, error);
    mw_text_style own = {.width = style && style->width ? style->width : 80,
                         .color = style && style->color,
                         .verbose = style ? style->verbose : 0,
                         .embedded = style ? style->embedded : NULL};
    return writer ? writer->write(report->diagnosis, &own) : NULL;
}

char *mw_context_joint(mw_context *context, const char *format, mw_place place, GError **error) {
    const mw_writer *writer = mw_writer_find(format, error);
    if (!writer || (writer->make_tail && !open_world(context, false, error)))
        return NULL;
    if (!writer->part)
        return g_strdup("");
    if (place == MW_PLACE_BEHIND && writer->make_tail)
        return writer->make_tail(context->world.catalogue);
    return g_strdup(place == MW_PLACE_BEFORE    ? writer->head
                    : place == MW_PLACE_BETWEEN ? writer->between
                                                : writer->tail);
}

char *mw_report_part(const mw_report *report, const char *format, const mw_style *style, GError **error) {
    const mw_writer *writer = report->plan ? NULL : mw_writer_find(format, NULL);
    char *text = writer && writer->part ? writer->part(report->diagnosis)
                                        : mw_report_format(report, format, style, error);
    return text && writer && writer->part ? g_strchomp(text) : text;
}

static mw_layout new_layout(mw_arena *arena, const mw_style *style) {
    return (mw_layout){.out = g_string_new(NULL),
                       .arena = arena,
                       .width = style && style->width ? style->width : 80,
                       .color = style && style->color};
}

char *mw_context_explain(mw_context *context, const char *text, gsize size, gboolean look_up, gint64 now,
                         const char *format, const mw_style *style, GError **error) {
    if (!open_world(context, look_up, error))
        return NULL;
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_explain_request request = {.text = {text, size},
                                  .data = context->data,
                                  .symbols = context->world.catalogue,
                                  .language = context->world.language,
                                  .verbose = style && style->verbose > 0};
    mw_world world = look_up ? new_world(context, arena) : context->world;
    if (look_up)
        request.looked_up = mw_look_up_reply(arena, &world, request.text, now);
    if (g_str_has_prefix(format, "json")) {
        char *json = mw_explain_json(arena, &request, strcmp(format, "jsonl") == 0, error);
        return settle(json != NULL, error) ? json : NULL;
    }
    if (strcmp(format, "html") == 0) {
        char *html = mw_html_explain(arena, &request, style ? style->embedded : NULL, error);
        return settle(html != NULL, error) ? html : NULL;
    }
    if (strcmp(format, "text") != 0) {
        g_set_error(error, MW_ERROR, MW_ERROR_OPTION,
                    "an explanation is written as text, JSON or HTML, not as %s", format);
        return NULL;
    }
    mw_layout layout = new_layout(arena, style);
    bool good = settle(mw_explain_write(&layout, &request, error), error);
    char *out = g_string_free(layout.out, FALSE);
    if (!good)
        g_clear_pointer(&out, g_free);
    return out;
}

mw_receiver_name *mw_context_receivers(mw_context *context, GError **error) {
    if (!open_world(context, false, error))
        return NULL;
    g_autoptr(mw_arena) arena = mw_arena_new();
    GPtrArray *names = mw_receivers_names(arena);
    GArray *all = g_array_new(TRUE, TRUE, sizeof(mw_receiver_name));
    for (guint i = 0; i < names->len; i++) {
        const char *name = names->pdata[i];
        const mw_ini *file = mw_data_ini(context->data, mw_printf(arena, "receivers/%s.ini", name), error);
        if (!file) {
            mw_receivers_free((mw_receiver_name *)(void *)g_array_free(all, FALSE));
            return NULL;
        }
        mw_receiver_name one = {g_strdup(name), g_strdup(mw_ini_get(file, "receiver", "title"))};
        g_array_append_val(all, one);
    }
    return (mw_receiver_name *)(void *)g_array_free(all, FALSE);
}

void mw_receivers_free(mw_receiver_name *receivers) {
    for (mw_receiver_name *r = receivers; r && r->name; r++) {
        g_free(r->name);
        g_free(r->title);
    }
    g_free(receivers);
}

gboolean mw_text_is_reply(const char *text, gsize size) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    return size <= MW_REPLY_TEXT && mw_smtp_code_grade(arena, (mw_span){text, size}) > 0;
}

char *mw_context_symbols(mw_context *context, const mw_style *style, GError **error) {
    if (!open_world(context, false, error))
        return NULL;
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_layout layout = new_layout(arena, style);
    mw_explain_list(&layout, context->world.catalogue);
    return g_string_free(layout.out, FALSE);
}

char *mw_error_format(const char *name, const char *text, const char *format) {
    if (strcmp(format, "junit") == 0)
        return mw_junit_error(name, text);
    g_autofree char *line = mw_json_error_line(name, text);
    if (strcmp(format, "jsonl") == 0)
        return g_steal_pointer(&line);
    return strcmp(format, "json") == 0 ? mw_json_indent(line) : mw_printable_line(text);
}

/* ---- many ---- */

struct mw_summary {
    mw_tally *tally;
};

mw_summary *mw_summary_new(void) {
    mw_summary *summary = g_new(mw_summary, 1);
    summary->tally = mw_tally_new();
    return summary;
}

void mw_summary_free(mw_summary *summary) {
    if (summary)
        mw_tally_free(summary->tally);
    g_free(summary);
}

void mw_summary_add(mw_summary *summary, const mw_report *report) {
    if (report->diagnosis)
        mw_tally_add(summary->tally, report->diagnosis);
}

void mw_summary_add_page(mw_summary *summary, const mw_report *report) {
    if (report->diagnosis)
        mw_tally_add_page(summary->tally, report->diagnosis);
}

void mw_summary_add_error(mw_summary *summary, const char *name, const char *text) {
    mw_tally_add_error(summary->tally, name, text);
}

char *mw_summary_format(const mw_summary *summary, const char *format, const mw_style *style,
                        GError **error) {
    if (strcmp(format, "text") == 0)
        return mw_tally_text(summary->tally, style && style->width ? style->width : 80);
    if (g_str_has_prefix(format, "json"))
        return mw_tally_json(summary->tally, strcmp(format, "jsonl") == 0);
    if (strcmp(format, "csv") == 0)
        return mw_tally_csv(summary->tally);
    if (strcmp(format, "html") == 0)
        return mw_tally_html(summary->tally);
    g_set_error(error, MW_ERROR, MW_ERROR_OPTION,
                "--summary --format %s: there is no such format; there are text, json, jsonl, csv and html",
                format);
    return NULL;
}

const char *mw_html_style(void) {
    return mw_page_style;
}

char *mw_printable_line(const char *text) {
    GString *out = g_string_new(NULL);
    mw_printable_append(out, mw_span_of(text), 0);
    return g_string_free(out, FALSE);
}

const char *mw_json_schema(void) {
    return mw_builtin_schema;
}

const char *mw_version(void) {
    return MAILWHY_VERSION;
}
