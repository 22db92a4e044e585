/* A summary for people: most mails first, each thing to do once. */
#include "base/printable.h"
#include "report/summary_parts.h"

#include <string.h>

enum { TEXT_CLUSTERS = 20, TEXT_FIXES = 15, TEXT_ERRORS = 10, TEXT_LONG = 300 };

char *mw_tally_days(mw_arena *arena, mw_time first, mw_time last) {
    if (first == MW_TIME_UNKNOWN)
        return NULL;
    const char *from = mw_time_day(arena, first), *to = mw_time_day(arena, last);
    return strcmp(from, to) == 0 ? mw_strdup(arena, from) : mw_printf(arena, "%s to %s", from, to);
}

static void add(GString *out, const char *text, size_t most) {
    mw_printable_append(out, mw_span_of(text), most);
}

static void add_words(GString *out, int indent, int width, const char *text) {
    mw_span rest = mw_span_of(text);
    int at = 0;
    while (rest.data && rest.len) {
        mw_span word = mw_span_cut(&rest, ' ');
        if (at && at + 1 + (int)word.len > width) {
            g_string_append_printf(out, "\n%*s", indent, "");
            at = indent;
        } else if (at) {
            g_string_append_c(out, ' ');
            at++;
        } else {
            g_string_append_printf(out, "%*s", indent, "");
            at = indent;
        }
        g_autofree char *copy = g_strndup(word.data, word.len);
        add(out, copy, TEXT_LONG);
        at += (int)word.len;
    }
    g_string_append_c(out, '\n');
}

static void write_head(const mw_tally *t, GString *out, mw_arena *arena) {
    const char *when = mw_tally_days(arena, t->first, t->last);
    g_string_append_printf(out, "%u mail%s%s%s", t->mails, t->mails == 1 ? "" : "s", when ? ", " : "",
                           mw_tally_text_or(when));
    for (int i = 0; i <= MW_OUTCOME_COMPLAINT; i++)
        if (t->outcomes[i])
            g_string_append_printf(out, "\n  %6u  %3u %%  %s", t->outcomes[i],
                                   (unsigned)(100.0 * t->outcomes[i] / t->mails + 0.5),
                                   mw_outcome_name((mw_outcome)i));
    if (t->failures->len)
        g_string_append_printf(out, "\n  %6u         not read", t->failures->len);
    g_string_append(out, "\n");
}

static const char *name_of(mw_arena *arena, const mw_tally_cluster *c) {
    return mw_printf(arena, "%s%s%s%s%s%s%s%s", c->cause, c->title ? ", " : "", mw_tally_text_or(c->title),
                     c->whose ? ": " : "", c->whose ? c->what : "", c->whose ? " " : "",
                     mw_tally_text_or(c->whose), c->deceives ? MW_TALLY_DECEIVES : "");
}

/* What is to be done is told where its cause comes first. */
static const char *acts(mw_arena *arena, const mw_tally_cluster *c, GHashTable *told) {
    const char *who = mw_owner_words(mw_tally_text_or(c->who));
    bool nobody = strcmp(mw_tally_text_or(c->who), "nobody") == 0;
    if (c->deceives)
        return "nothing is to be changed on the word of these";
    if (!c->action || !*c->action)
        return nobody ? "nobody is known who has to act" : mw_printf(arena, "%s acts", who);
    if (nobody)
        return c->action;
    return g_hash_table_add(told, (gpointer)c->action) ? mw_printf(arena, "%s: %s", who, c->action)
                                                       : mw_printf(arena, "%s: as above", who);
}

static void write_clusters(const mw_tally *t, GString *out, mw_arena *arena, int width) {
    GPtrArray *all = mw_tally_clusters(arena, t);
    g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);
    if (all->len)
        g_string_append(out, "\nWhat they share\n");
    for (guint i = 0; i < MIN(all->len, TEXT_CLUSTERS); i++) {
        const mw_tally_cluster *c = all->pdata[i];
        const char *when = mw_tally_days(arena, c->first, c->last);
        g_string_append_printf(out, "  %6u  ", c->mails);
        add(out, name_of(arena, c), TEXT_LONG);
        g_string_append_c(out, '\n');
        add_words(out, 10, width, acts(arena, c, told));
        add_words(
            out, 10, width,
            mw_printf(arena, "%s%sfor example %s", mw_tally_text_or(when), when ? "; " : "", c->examples[0]));
    }
    if (all->len > TEXT_CLUSTERS)
        g_string_append_printf(out, "          and %u smaller ones (--format json or csv has them)\n",
                               all->len - TEXT_CLUSTERS);
}

static GPtrArray *by(GPtrArray *all, GCompareFunc order) {
    g_ptr_array_sort(all, order);
    return all;
}

static int by_cause(gconstpointer a, gconstpointer b) {
    const mw_tally_cluster *x = *(const mw_tally_cluster *const *)a, *y = *(const mw_tally_cluster *const *)b;
    int order = strcmp(x->cause, y->cause);
    return order ? order : strcmp(mw_tally_text_or(x->title), mw_tally_text_or(y->title));
}

/* Of a run of clusters in that order, those of one cause (and title) become one: their mails add up. */
static GPtrArray *folded(mw_arena *arena, const GPtrArray *all, bool whole_cause) {
    GPtrArray *out = mw_array_new(arena);
    mw_tally_cluster *last = NULL;
    for (guint i = 0; i < all->len; i++) {
        const mw_tally_cluster *c = all->pdata[i];
        if (last && strcmp(last->cause, c->cause) == 0 &&
            (whole_cause || strcmp(mw_tally_text_or(last->title), mw_tally_text_or(c->title)) == 0)) {
            last->mails += c->mails;
            continue;
        }
        last = mw_memdup(arena, c, sizeof *c);
        last->whose = NULL;
        g_ptr_array_add(out, last);
    }
    return out;
}

/* "mailbox: userunknown 118, mailboxfull 30" */
static void write_causes(const mw_tally *t, GString *out, mw_arena *arena) {
    GPtrArray *titles = folded(arena, by(mw_tally_clusters(arena, t), by_cause), false);
    GPtrArray *causes = by(folded(arena, titles, true), mw_tally_by_mails);
    by(titles, mw_tally_by_mails);
    if (causes->len)
        g_string_append(out, "\nWhy\n");
    for (guint i = 0; i < causes->len; i++) {
        const mw_tally_cluster *c = causes->pdata[i];
        g_autoptr(GString) line = g_string_new(NULL);
        g_string_append_printf(line, "%6u  %3u %%  %s:", c->mails,
                               (unsigned)(100.0 * c->mails / t->mails + 0.5), c->cause);
        for (guint k = 0; k < titles->len; k++) {
            const mw_tally_cluster *part = titles->pdata[k];
            if (strcmp(part->cause, c->cause) == 0)
                g_string_append_printf(line, "%s %s %u", g_str_has_suffix(line->str, ":") ? "" : ",",
                                       part->title ? part->title : "other", part->mails);
        }
        g_string_append(out, "  ");
        g_string_append(out, line->str);
        g_string_append_c(out, '\n');
    }
}

static void write_fixes(const mw_tally *t, GString *out, mw_arena *arena, int width) {
    GPtrArray *all = mw_tally_fixes(arena, t);
    if (all->len)
        g_string_append(out, "\nWhat one change mends (tried on each of these mails)\n");
    for (guint i = 0; i < MIN(all->len, TEXT_FIXES); i++) {
        const mw_tally_fix *f = all->pdata[i];
        g_string_append_printf(out, "  %6u  ", f->mails);
        if (f->record)
            add(out, f->record, 0);
        else
            add(out,
                mw_printf(arena, "%s%s%s%s%s", mw_tally_text_or(f->symbol), f->whose ? ": " : "",
                          mw_tally_text_or(f->what), f->whose ? " " : "", mw_tally_text_or(f->whose)),
                TEXT_LONG);
        g_string_append_c(out, '\n');
        add_words(
            out, 10, width,
            mw_printf(arena, "%s: %s", mw_owner_words(mw_tally_text_or(f->who)), mw_tally_text_or(f->text)));
    }
    if (all->len > TEXT_FIXES)
        g_string_append_printf(out, "          and %u more (--format json or csv has them)\n",
                               all->len - TEXT_FIXES);
}

static void write_failures(const mw_tally *t, GString *out, mw_arena *arena, int width) {
    if (t->failures->len)
        g_string_append(out, "\nNot read\n");
    for (guint i = 0; i < MIN(t->failures->len, TEXT_ERRORS); i++) {
        const mw_tally_failure *f = t->failures->pdata[i];
        add_words(out, 10, width, mw_printf(arena, "%s: %s", f->file, f->text));
    }
    if (t->failures->len > TEXT_ERRORS)
        g_string_append_printf(out, "          and %u more\n", t->failures->len - TEXT_ERRORS);
}

char *mw_tally_text(const mw_tally *tally, int width) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    GString *out = g_string_new(NULL);
    write_head(tally, out, arena);
    write_causes(tally, out, arena);
    write_fixes(tally, out, arena, width);
    write_clusters(tally, out, arena, width);
    write_failures(tally, out, arena, width);
    return g_string_free(out, FALSE);
}
