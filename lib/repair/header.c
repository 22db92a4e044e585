#include "repair/header.h"
#include "repair/field.h"

enum { MAX_INSTANCES = 24, MAX_CHOICES = 300, MAX_GLOBALS = MW_REPAIR_FOLDS };

/* All fields of one signed name. */
typedef struct name_slot {
    const char *name;                      /* as it stands in the mail, else as in h= */
    guint entries;                         /* how often h= names it */
    const mw_field *fields[MAX_INSTANCES]; /* top first */
    mw_span texts[MAX_INSTANCES];          /* canonical, hints and a global edit applied */
    guint n;
    GHashTable *seen; /* texts of all entries, joined: a choice is made once */
    GString *key;     /* for that */
    mw_repair_slot slot;
} name_slot;

typedef struct search {
    mw_repair_run *run;
    const mw_repair_target *target;
    name_slot *names;
    size_t n_names;
    GArray *places;
    int global;    /* edit of all fields at once, -1: none */
    bool changed;  /* that edit changes something */
    unsigned most; /* what a choice may cost to be of use */
    GString *text; /* what is being made canonical */
} search;

static mw_span canonical(search *s, mw_span raw) {
    g_autoptr(GString) out = g_string_sized_new(raw.len + 2);
    mw_canon_field(out, raw, s->run->canon);
    return mw_span_copy(s->run->scratch, mw_span_of_string(out));
}

static mw_span canonical_value(search *s, const char *name, mw_span value) {
    g_string_assign(s->text, name);
    g_string_append_c(s->text, ':');
    if (value.len)
        mw_span_append(s->text, value);
    return canonical(s, mw_span_of_string(s->text));
}

static const mw_span nothing = {NULL, 0};

static guint hash_texts(gconstpointer data) {
    const GString *text = data;
    return g_string_hash(text);
}

static gboolean same_texts(gconstpointer a, gconstpointer b) {
    return g_string_equal(a, b);
}

static void free_texts(gpointer text) {
    g_string_free(text, TRUE);
}

/* Several edits that are often seen are likelier than a single odd one. */
static unsigned weight_of(unsigned cost) {
    static const unsigned weights[] = {0, 1, 3, 5, 7};
    return weights[MIN(cost, G_N_ELEMENTS(weights) - 1)];
}

static bool is_of_use(const search *s, const name_slot *n, unsigned cost) {
    return n->slot.choices->len < MAX_CHOICES && weight_of(cost) <= s->most;
}

/* words NULL: that the value was rewritten; was: what it was. They are made for the few edits that are told.
 */
static void add_choice(search *s, name_slot *n, const mw_span *texts, guint count, unsigned cost,
                       mw_repair_kind kind, const char *words, mw_span was) {
    if (!is_of_use(s, n, cost))
        return;
    g_string_truncate(n->key, 0);
    for (guint e = 0; e < n->entries; e++) {
        if (e < count)
            mw_span_append(n->key, texts[count - 1 - e]);
        g_string_append_c(n->key, '\n');
    }
    if (g_hash_table_contains(n->seen, n->key))
        return;
    g_hash_table_add(n->seen, g_string_new_len(n->key->str, (gssize)n->key->len));
    mw_span *all = mw_new_n(s->run->scratch, mw_span, n->entries);
    for (guint e = 0; e < n->entries; e++)
        all[e] = e < count ? texts[count - 1 - e] : (mw_span){"", 0};
    const mw_repair_edit *edit = mw_repair_edit_new(s->run->scratch, kind, words);
    mw_repair_choice choice = {.texts = all, .cost = weight_of(cost), .edit = edit, .was = was};
    g_array_append_val(n->slot.choices, choice);
}

/* ---- choices ---- */

typedef struct variant {
    search *s;
    name_slot *n;
    guint instance; /* which one is rewritten; n->n: one more at the bottom */
} variant;

static void take_variant(void *data, mw_span value, unsigned cost, mw_repair_kind kind, const char *words) {
    variant *v = data;
    mw_span texts[MAX_INSTANCES + 1];
    guint count = 0;
    if (!is_of_use(v->s, v->n, cost))
        return;
    v->s->run->work += MW_REPAIR_WORK_COMPARE;
    for (guint i = 0; i <= v->n->n; i++) {
        if (i == v->instance) {
            if (value.data)
                texts[count++] = canonical_value(v->s, v->n->name, value);
        } else if (i < v->n->n) {
            texts[count++] = v->n->texts[i];
        }
    }
    add_choice(v->s, v->n, texts, count, cost, kind, words, value);
}

/* A doubled field: each one may be the new one. */
static void add_doubles(search *s, name_slot *n) {
    static const char *const ordinals[] = {"second", "third", "fourth"};
    for (guint gone = 0; n->n > 1 && gone < n->n; gone++) {
        mw_span texts[MAX_INSTANCES];
        guint count = 0;
        for (guint i = 0; i < n->n; i++)
            if (i != gone)
                texts[count++] = n->texts[i];
        const char *ordinal = n->n - 2 < G_N_ELEMENTS(ordinals) ? ordinals[n->n - 2] : "further";
        const char *value =
            n->fields[gone] ? mw_repair_excerpt(s->run->scratch, n->fields[gone]->value, 60) : "";
        add_choice(s, n, texts, count, 1, MW_REPAIR_ADDED,
                   mw_printf(s->run->scratch, "a %s %s was added (\"%s\")", ordinal, n->name, value),
                   nothing);
    }
    for (guint kept = 0; n->n > 2 && kept < n->n; kept++)
        add_choice(s, n, &n->texts[kept], 1, 2, MW_REPAIR_ADDED,
                   mw_printf(s->run->scratch, "%u more %s fields were added", n->n - 1, n->name), nothing);
    if (n->n > 1) {
        mw_span texts[MAX_INSTANCES];
        for (guint i = 0; i < n->n; i++)
            texts[i] = n->texts[n->n - 1 - i];
        add_choice(s, n, texts, n->n, 2, MW_REPAIR_FIELD,
                   mw_printf(s->run->scratch, "the %s fields were put into another order", n->name), nothing);
    }
}

/* Simple: the name itself counts. */
static void add_name_forms(search *s, name_slot *n) {
    static const char *const forms[] = {"MIME-Version", "Mime-Version", "Message-ID", "Message-Id",
                                        "CC",           "Cc",           "Content-ID", "Content-Id"};
    if (s->run->canon != MW_CANON_SIMPLE || n->n == 0 || !n->fields[n->n - 1])
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(forms) + 1; i++) {
        g_autofree char *lower = g_ascii_strdown(n->name, -1);
        const char *form = i < G_N_ELEMENTS(forms) ? forms[i] : lower;
        if (g_ascii_strcasecmp(form, n->name) != 0)
            continue;
        mw_span texts[MAX_INSTANCES];
        memcpy(texts, n->texts, n->n * sizeof(mw_span));
        texts[n->n - 1] = canonical_value(s, form, n->fields[n->n - 1]->value);
        add_choice(s, n, texts, n->n, 2, MW_REPAIR_FIELD,
                   mw_printf(s->run->scratch, "the field name %s was written as %s", form, n->name), nothing);
    }
}

static void fill_slot(search *s, name_slot *n) {
    n->slot.choices = g_array_new(FALSE, TRUE, sizeof(mw_repair_choice));
    n->seen = g_hash_table_new_full(hash_texts, same_texts, free_texts, NULL);
    n->key = g_string_new(NULL);
    add_choice(s, n, n->texts, n->n, 0, MW_REPAIR_FIELD, NULL, nothing);
    if (!s->most || s->run->work > s->run->max_work)
        return;
    add_doubles(s, n);
    bool simple = s->run->canon == MW_CANON_SIMPLE;
    guint first = n->n > 3 ? n->n - 3 : 0;
    for (guint i = n->n; i-- > first;) {
        variant v = {s, n, i};
        if (n->fields[i])
            mw_repair_field_variants(s->run->scratch, s->target->message, n->name, n->fields[i], simple,
                                     take_variant, &v);
    }
    if (n->n < n->entries) {
        variant v = {s, n, n->n};
        mw_repair_field_variants(s->run->scratch, s->target->message, n->name, NULL, simple, take_variant,
                                 &v);
    }
    add_name_forms(s, n);
}

/* ---- the signed fields ---- */

static name_slot *find_name(search *s, mw_span name) {
    for (size_t i = 0; i < s->n_names; i++)
        if (mw_span_is(name, s->names[i].name))
            return &s->names[i];
    return NULL;
}

/* A field as it is, or with the edit of all fields undone. */
static mw_span field_text(search *s, const mw_field *f) {
    if (s->global < 0)
        return canonical(s, f->raw);
    g_autofree char *name = g_strndup(f->raw.data, (size_t)(f->value.data - f->raw.data) - 1);
    mw_span value = mw_repair_refold(s->run->scratch, f->value, (unsigned)s->global);
    mw_span now = canonical(s, f->raw), before = canonical_value(s, name, value);
    s->changed = s->changed || !mw_span_equal(now, before);
    return before;
}

static void collect_fields(search *s) {
    const mw_message *m = s->target->message;
    for (size_t i = 0; i < m->n_fields; i++) {
        const mw_field *f = &m->fields[i];
        name_slot *n = f == s->target->field || f->bad ? NULL : find_name(s, f->name);
        if (!n)
            continue;
        if (n->n == MAX_INSTANCES) { /* the lowest ones are the signed ones */
            memmove(n->fields, n->fields + 1, (MAX_INSTANCES - 1) * sizeof(n->fields[0]));
            memmove(n->texts, n->texts + 1, (MAX_INSTANCES - 1) * sizeof(n->texts[0]));
            n->n--;
        }
        n->name = mw_span_dup(s->run->scratch, f->name);
        n->fields[n->n] = f;
        n->texts[n->n++] = field_text(s, f);
    }
}

static void apply_hints(search *s, const GArray *hints) {
    for (guint i = 0; hints && i < hints->len; i++) {
        const mw_repair_hint *h = &g_array_index(hints, mw_repair_hint, i);
        name_slot *n = find_name(s, mw_span_of(h->name));
        if (!n)
            continue;
        if (!h->value.data) {
            if (n->n)
                n->n--;
            continue;
        }
        if (n->n == 0)
            n->name = h->name;
        guint at = n->n ? n->n - 1 : n->n++;
        n->texts[at] = canonical_value(s, n->name, h->value);
        mw_field *field = mw_new(s->run->scratch, mw_field);
        *field = (mw_field){.name = mw_span_of(n->name), .value = h->value};
        n->fields[at] = field;
    }
}

/* "Message-Id" of "message-id", for a field that isn't there. */
static const char *usual_name(mw_arena *arena, mw_span name) {
    if (mw_span_is(name, "MIME-Version"))
        return "MIME-Version";
    if (mw_span_is(name, "Message-ID"))
        return "Message-ID";
    char *text = mw_span_dup(arena, name);
    bool first = true;
    for (char *c = text; *c; c++) {
        *c = first ? g_ascii_toupper(*c) : g_ascii_tolower(*c);
        first = *c == '-';
    }
    return text;
}

static size_t most_names(mw_span list) {
    size_t n = 1;
    for (size_t i = 0; i < list.len && n < MW_REPAIR_MAX_PLACES; i++)
        n += list.data[i] == ':';
    return n;
}

static bool read_names(search *s) {
    mw_span rest = s->target->signed_fields;
    while (rest.data) {
        mw_span name = mw_span_trim(mw_span_cut(&rest, ':'));
        if (!name.len)
            continue;
        if (s->places->len + 1 >= MW_REPAIR_MAX_PLACES)
            return false;
        name_slot *n = find_name(s, name);
        if (!n) {
            n = &s->names[s->n_names++];
            n->name = usual_name(s->run->scratch, name);
        }
        mw_repair_place place = {.slot = (int)(n - s->names), .index = n->entries++};
        g_array_append_val(s->places, place);
    }
    return true;
}

/* The signature's own field, with b= empty: the last place. */
static void add_own_field(search *s) {
    mw_span raw = s->target->field->raw;
    if (s->global >= 0) {
        g_autoptr(GString) whole = g_string_new_len(raw.data, (gssize)s->target->field->name.len);
        g_string_append_c(whole, ':');
        mw_span value = mw_repair_refold(s->run->scratch, s->target->field->value, (unsigned)s->global);
        mw_span_append(whole, value);
        s->changed = s->changed || !mw_span_equal(raw, mw_span_of_string(whole));
        raw = mw_span_copy(s->run->scratch, mw_span_of_string(whole));
    }
    g_autoptr(GString) out = g_string_new(NULL);
    mw_canon_signature(out, raw, s->run->canon);
    mw_repair_place place = {.fixed = mw_span_copy(s->run->scratch, mw_span_of_string(out)), .slot = -1};
    g_array_append_val(s->places, place);
}

static void free_slots(search *s) {
    for (size_t i = 0; i < s->n_names; i++) {
        if (s->names[i].slot.choices)
            g_array_free(s->names[i].slot.choices, TRUE);
        if (s->names[i].seen)
            g_hash_table_destroy(s->names[i].seen);
        if (s->names[i].key)
            g_string_free(s->names[i].key, TRUE);
    }
    g_string_free(s->text, TRUE);
    g_array_free(s->places, TRUE);
    g_free(s->names);
}

static const mw_repair_edit *edit_of(const search *s, const name_slot *n, const mw_repair_choice *choice) {
    mw_arena *arena = s->run->scratch;
    if (choice->edit->words)
        return choice->edit;
    return mw_repair_edit_new(arena, choice->edit->kind,
                              mw_printf(arena, "%s was rewritten: when the mail was signed it was \"%s\"",
                                        n->name, mw_repair_excerpt(arena, choice->was, 100)));
}

static bool search_once(mw_repair_run *run, const mw_repair_target *target, const GArray *hints, int global,
                        unsigned max_cost, GPtrArray *edits) {
    search s = {.run = run, .target = target, .global = global, .most = max_cost};
    s.text = g_string_new(NULL);
    s.names = g_new0(name_slot, most_names(target->signed_fields));
    s.places = g_array_new(FALSE, TRUE, sizeof(mw_repair_place));
    bool found = false;
    if (read_names(&s)) {
        collect_fields(&s);
        apply_hints(&s, hints);
        add_own_field(&s);
        g_autofree mw_repair_slot *slots = g_new0(mw_repair_slot, s.n_names + 1);
        g_autofree size_t *chosen = g_new0(size_t, s.n_names + 1);
        for (size_t i = 0; i < s.n_names; i++) {
            fill_slot(&s, &s.names[i]);
            slots[i] = s.names[i].slot;
        }
        bool idle = global >= 0 && !s.changed;
        found = !idle && mw_repair_product(run, (const mw_repair_place *)(void *)s.places->data,
                                           s.places->len, slots, s.n_names, max_cost, chosen);
        for (size_t i = 0; found && i < s.n_names; i++)
            if (chosen[i])
                g_ptr_array_add(
                    edits, (gpointer)edit_of(&s, &s.names[i],
                                             &g_array_index(slots[i].choices, mw_repair_choice, chosen[i])));
    } else {
        run->cut_short = true;
    }
    free_slots(&s);
    return found;
}

bool mw_repair_header_search(mw_repair_run *run, const mw_repair_target *target, const GArray *hints,
                             GPtrArray *edits) {
    bool hinted = hints && hints->len;
    mw_repair_stage(run, 20);
    if (search_once(run, target, NULL, -1, 0, edits) ||
        (hinted && search_once(run, target, hints, -1, 1, edits)))
        return true;
    for (int global = 0; run->canon == MW_CANON_SIMPLE && global < MAX_GLOBALS; global++) {
        if (!search_once(run, target, hints, global, 1, edits))
            continue;
        mw_repair_edit *edit = mw_new(run->scratch, mw_repair_edit);
        *edit = (mw_repair_edit){MW_REPAIR_FOLD, global == MW_REPAIR_UNFOLDED
                                                     ? "the folded header lines were unfolded, those of the "
                                                       "signature's own field, too"
                                                     : "the folded header lines were folded anew"};
        g_ptr_array_add(edits, edit);
        return true;
    }
    const unsigned most = 8;
    return (hinted && mw_repair_stage(run, 60) && search_once(run, target, hints, -1, most, edits)) ||
           (mw_repair_stage(run, 100) && search_once(run, target, NULL, -1, most, edits));
}
