#include "repair/offers.h"
#include "mail/mime.h"

enum { MAX_PEOPLE = 4 };

/* Display name as the author wrote it: without " via list" and quotation marks. */
static const char *clean_name(mw_arena *arena, const char *name) {
    if (!name || !*name)
        return NULL;
    size_t len = strlen(name);
    static const char *const marks[] = {" via ", " on behalf of ", " (via "};
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        size_t at = mw_span_search(mw_span_of(name), marks[i]);
        if (at != SIZE_MAX)
            len = MIN(len, at);
    }
    while (len && strchr("'\" ", name[len - 1]))
        len--;
    while (len && strchr("'\" ", name[0])) {
        name++;
        len--;
    }
    return len ? mw_strndup(arena, name, len) : NULL;
}

static void give_person(const mw_repair_offers *o, const char *name, const char *address, unsigned cost,
                        mw_repair_kind kind) {
    if (!address || !strchr(address, '@') || cost > o->most)
        return;
    mw_arena *a = o->arena;
    if (name && mw_repair_is_ascii(name)) {
        mw_repair_give_was(o, mw_printf(a, "%s <%s>", name, address), cost, kind);
        mw_repair_give_was(o, mw_printf(a, "\"%s\" <%s>", name, address), cost, kind);
        mw_repair_give_was(o, mw_printf(a, "%s<%s>", name, address), cost + 1, kind);
        mw_repair_give_was(o, mw_printf(a, "\"%s\"<%s>", name, address), cost + 1, kind);
        mw_repair_give_was(o, mw_printf(a, "%s (%s)", address, name), cost + 1, kind);
    } else if (name) {
        for (unsigned which = 0;; which++) {
            const char *form = mw_repair_encode_word(a, name, which);
            if (!form)
                break;
            if (form[0]) {
                mw_repair_give_was(o, mw_printf(a, "%s <%s>", form, address), cost + (which > 1), kind);
                mw_repair_give_was(o, mw_printf(a, "\"%s\" <%s>", form, address), cost + 1, kind);
            }
        }
    }
    mw_repair_give_was(o, address, cost + (name != NULL), kind);
    mw_repair_give_was(o, mw_printf(a, "<%s>", address), cost + 1, kind);
}

/* alice=example.com@lists.example.net, and SRS-like forms of it, as alice@example.com. */
static const char *inner_address(mw_arena *arena, const char *address) {
    const char *at = address ? strrchr(address, '@') : NULL;
    if (!at)
        return NULL;
    const char *sign = NULL;
    for (const char *p = address; p < at; p++)
        if (*p == '=')
            sign = p;
    if (sign && sign > address && sign + 1 < at)
        return mw_printf(arena, "%.*s@%.*s", (int)(sign - address), address, (int)(at - sign - 1), sign + 1);
    return NULL;
}

static bool names_author(mw_span name) {
    static const char *const sources[] = {"X-Original-From",
                                          "Reply-To",
                                          "X-Google-Original-From",
                                          "X-Original-Sender",
                                          "Original-From",
                                          "X-MailFrom",
                                          "Resent-From",
                                          "Old-From",
                                          "Return-Path",
                                          "X-Envelope-From",
                                          "X-From",
                                          "X-Sender",
                                          "Mail-Reply-To",
                                          "Cc",
                                          "X-Authenticated-Sender",
                                          "X-Mailman-Original-From",
                                          "Author",
                                          "X-Forwarded-For",
                                          "Mail-Followup-To"};
    return mw_span_is_any(name, sources, G_N_ELEMENTS(sources));
}

void mw_repair_offer_authors(const mw_repair_offers *o) {
    GPtrArray *now = mw_addresses(o->arena, o->field);
    const char *name = NULL;
    bool via = false;
    if (now->len) {
        const mw_address *from = now->pdata[0];
        name = clean_name(o->arena, from->display_name);
        via = name && strlen(name) + 4 < strlen(from->display_name);
        give_person(o, name, inner_address(o->arena, from->address), 1, MW_REPAIR_FROM);
    }
    size_t people = 0;
    for (size_t i = 0; i < o->message->n_fields && people < 12; i++) {
        const mw_field *f = &o->message->fields[i];
        if (!names_author(f->name) || f->value.len > MW_REPAIR_MAX_VALUE)
            continue;
        bool verbatim = mw_span_search(f->name, "from") != SIZE_MAX || mw_span_is(f->name, "Reply-To");
        mw_repair_give_copy(o, f, verbatim ? 1 : 2, MW_REPAIR_FROM);
        GPtrArray *list = mw_addresses(o->arena, f);
        for (guint j = 0; j < MIN(list->len, MAX_PEOPLE); j++, people++) {
            const mw_address *one = list->pdata[j];
            const char *own = clean_name(o->arena, one->display_name);
            unsigned cost = verbatim || via ? 1 : 2;
            if (own)
                give_person(o, own, one->address, cost, MW_REPAIR_FROM);
            if (name && g_strcmp0(name, own) != 0)
                give_person(o, name, one->address, cost, MW_REPAIR_FROM);
            if (!own && !name)
                give_person(o, NULL, one->address, cost, MW_REPAIR_FROM);
        }
    }
}

/* The list of addresses written anew by other habits. */
void mw_repair_offer_addresses(const mw_repair_offers *o) {
    if (o->most < 2)
        return;
    GPtrArray *list = mw_addresses(o->arena, o->field);
    for (int style = 0; style < 5 && list->len <= 50; style++) {
        g_autoptr(GString) out = g_string_new(NULL);
        for (guint i = 0; i < list->len; i++) {
            const mw_address *a = list->pdata[i];
            const char *name = a->display_name && *a->display_name ? a->display_name : NULL;
            if (name && !mw_repair_is_ascii(name))
                return;
            g_string_append(out, i ? (style == 4 ? "," : ", ") : "");
            if (name && style != 2)
                g_string_append_printf(out, style == 1 ? "\"%s\" <%s>" : "%s <%s>", name, a->address);
            else
                g_string_append_printf(out, style == 3 ? "<%s>" : "%s", a->address);
        }
        mw_repair_give_was(o, out->str, 2, MW_REPAIR_QUOTES);
    }
}
