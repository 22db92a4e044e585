#include "repair/header.h"
#include "repair/field.h"

enum { MAX_INSTANCES = 24, MAX_CHOICES = 300, MAX_GLOBALS = MW_REPAIR_FOLDS, MAX_COST = 8 };

/* Fields of one name, top first. */
typedef struct instances {
    const char *name; /* as it stands in the mail, else as in h= */
    guint n;
    const mw_field *fields[MAX_INSTANCES];
    mw_span texts[MAX_INSTANCES]; /* canonical */
} instances;

/* All fields of one signed name. */
typedef struct name_slot {
    guint entries;         /* how often h= names it */
    instances stands, now; /* in the mail; with hints and a global edit applied */
} name_slot;

/* What a field may have been; made once, however many searches choose from it. */
typedef struct former {
    mw_span value, text; /* text: the canonical form, once it was asked for */
    unsigned cost;
    mw_repair_edit edit;
} former;

typedef struct former_list {
    const char *name;
    const mw_field *field; /* NULL: of one that is not there */
    unsigned most;         /* what one of them may cost */
    guint start, end;      /* among all */
} former_list;

/* A field as a hint has it. */
typedef struct hinted {
    mw_field field;
    mw_span text;
} hinted;

typedef struct search {
    mw_repair_run *run;
    const mw_repair_target *target;
    name_slot *names;
    mw_repair_slot *slots; /* of the names */
    size_t *chosen, n_names;
    mw_repair_place *places;
    size_t n_places;
    mw_span own; /* the signature's own field, canonical */
    const GArray *hints;
    hinted *hinted;
    GArray *formers, *lists; /* of former, former_list */
    int global;              /* edit of all fields at once, -1: none */
    bool changed;            /* that edit changes something */
    unsigned most;           /* what a choice may cost to be of use */
    GString *text, *out;     /* what is being made canonical */
} search;

static mw_span canonical(search *s, mw_span raw) {
    g_string_truncate(s->out, 0);
    mw_canon_field(s->out, raw, s->run->canon);
    return mw_span_copy(s->run->scratch, mw_span_of_string(s->out));
}

static mw_span canonical_value(search *s, const char *name, mw_span value) {
    g_string_assign(s->text, name);
    g_string_append_c(s->text, ':');
    if (value.len)
        mw_span_append(s->text, value);
    return canonical(s, mw_span_of_string(s->text));
}

static const mw_span nothing = {NULL, 0};

/* Several edits that are often seen are likelier than a single odd one. */
static unsigned weight_of(unsigned cost) {
    static const unsigned weights[] = {0, 1, 3, 5, 7};
    return weights[MIN(cost, G_N_ELEMENTS(weights) - 1)];
}

static bool is_of_use(const search *s, const name_slot *n, unsigned cost) {
    return s->slots[n - s->names].choices->len < MAX_CHOICES && weight_of(cost) <= s->most;
}

/* What a choice may cost to be of use in any search up to most. */
static unsigned cost_within(unsigned most) {
    unsigned cost = 0;
    while (cost < MAX_COST && weight_of(cost + 1) <= most)
        cost++;
    return cost;
}

static bool is_same(const mw_span *a, const mw_span *b, guint count) {
    guint i = 0;
    while (i < count && a[i].len == b[i].len && (a[i].data == b[i].data || mw_span_equal(a[i], b[i])))
        i++;
    return i == count;
}

/* Whether the texts behind all others, size octets together, are those of a choice already. */
static bool is_known(const mw_repair_slot *slot, guint first, guint entries, size_t size) {
    const mw_span *texts = (const mw_span *)(void *)slot->texts->data;
    for (guint i = 0; i < slot->choices->len; i++) {
        const mw_repair_choice *choice = mw_repair_choice_at(slot, i);
        if (choice->size == size && is_same(texts + choice->first, texts + first, entries))
            return true;
    }
    return false;
}

/* words NULL: that the value was rewritten; was: what it was. They are made for the few edits that are told.
 */
static void add_choice(search *s, name_slot *n, const mw_span *texts, guint count, unsigned cost,
                       mw_repair_kind kind, const char *words, mw_span was) {
    mw_repair_slot *slot = &s->slots[n - s->names];
    guint first = slot->texts->len;
    size_t size = 0;
    if (!is_of_use(s, n, cost))
        return;
    for (guint e = 0; e < n->entries; e++) {
        mw_span text = e < count ? texts[count - 1 - e] : (mw_span){"", 0};
        g_array_append_val(slot->texts, text);
        size += text.len;
    }
    if (is_known(slot, first, n->entries, size)) {
        g_array_set_size(slot->texts, first);
        return;
    }
    mw_repair_choice choice = {
        .first = first, .cost = weight_of(cost), .size = size, .edit = {kind, words}, .was = was};
    g_array_append_val(slot->choices, choice);
}

/* ---- choices ---- */

static void take_former(void *data, mw_span value, unsigned cost, mw_repair_kind kind, const char *words) {
    search *s = data;
    former f = {.value = value, .cost = cost, .edit = {kind, words}};
    if (weight_of(cost) <= s->most)
        g_array_append_val(s->formers, f);
}

/* What the field may have been, up to what is of use now. */
static former_list formers_of(search *s, const char *name, const mw_field *field) {
    unsigned most = cost_within(s->most);
    for (guint i = 0; i < s->lists->len; i++) {
        former_list list = g_array_index(s->lists, former_list, i);
        if (list.name == name && list.field == field && list.most >= most)
            return list;
    }
    former_list list = {.name = name, .field = field, .most = most, .start = s->formers->len};
    mw_repair_field_variants(s->run->scratch, s->target->message, name, field,
                             s->run->canon == MW_CANON_SIMPLE, most, take_former, s);
    list.end = s->formers->len;
    g_array_append_val(s->lists, list);
    return list;
}

/* instance: which one is rewritten; all of them passed: one more at the bottom. */
static void add_formers(search *s, name_slot *n, guint instance) {
    const instances *now = &n->now;
    former_list list = formers_of(s, now->name, instance < now->n ? now->fields[instance] : NULL);
    for (guint k = list.start; k < list.end; k++) {
        former *f = &g_array_index(s->formers, former, k);
        mw_span texts[MAX_INSTANCES + 1];
        guint count = 0;
        if (!is_of_use(s, n, f->cost))
            continue;
        s->run->work += MW_REPAIR_WORK_COMPARE;
        if (f->value.data && !f->text.data)
            f->text = canonical_value(s, now->name, f->value);
        for (guint i = 0; i <= now->n; i++) {
            if (i == instance && f->value.data)
                texts[count++] = f->text;
            else if (i != instance && i < now->n)
                texts[count++] = now->texts[i];
        }
        add_choice(s, n, texts, count, f->cost, f->edit.kind, f->edit.words, f->value);
    }
}

/* A doubled field: each one may be the new one. */
static void add_doubles(search *s, name_slot *n) {
    static const char *const ordinals[] = {"second", "third", "fourth"};
    const instances *now = &n->now;
    mw_arena *arena = s->run->scratch;
    mw_span texts[MAX_INSTANCES];
    for (guint gone = 0; now->n > 1 && gone < now->n; gone++) {
        guint count = 0;
        for (guint i = 0; i < now->n; i++)
            if (i != gone)
                texts[count++] = now->texts[i];
        const char *ordinal = now->n - 2 < G_N_ELEMENTS(ordinals) ? ordinals[now->n - 2] : "further";
        const char *value = now->fields[gone] ? mw_repair_excerpt(arena, now->fields[gone]->value, 60) : "";
        add_choice(s, n, texts, count, 1, MW_REPAIR_ADDED,
                   mw_printf(arena, "a %s %s was added (\"%s\")", ordinal, now->name, value), nothing);
    }
    if (cost_within(s->most) < 2)
        return;
    for (guint kept = 0; now->n > 2 && kept < now->n; kept++)
        add_choice(s, n, &now->texts[kept], 1, 2, MW_REPAIR_ADDED,
                   mw_printf(arena, "%u more %s fields were added", now->n - 1, now->name), nothing);
    if (now->n > 1) {
        for (guint i = 0; i < now->n; i++)
            texts[i] = now->texts[now->n - 1 - i];
        add_choice(s, n, texts, now->n, 2, MW_REPAIR_FIELD,
                   mw_printf(arena, "the %s fields were put into another order", now->name), nothing);
    }
}

/* Simple: the name itself counts. */
static void add_name_forms(search *s, name_slot *n) {
    static const char *const forms[] = {"MIME-Version", "Mime-Version", "Message-ID", "Message-Id",
                                        "CC",           "Cc",           "Content-ID", "Content-Id"};
    const instances *now = &n->now;
    if (s->run->canon != MW_CANON_SIMPLE || now->n == 0 || !now->fields[now->n - 1] ||
        cost_within(s->most) < 2)
        return;
    g_autofree char *lower = g_ascii_strdown(now->name, -1);
    for (size_t i = 0; i < G_N_ELEMENTS(forms) + 1; i++) {
        const char *form = i < G_N_ELEMENTS(forms) ? forms[i] : lower;
        if (g_ascii_strcasecmp(form, now->name) != 0)
            continue;
        mw_span texts[MAX_INSTANCES];
        memcpy(texts, now->texts, now->n * sizeof(mw_span));
        texts[now->n - 1] = canonical_value(s, form, now->fields[now->n - 1]->value);
        add_choice(s, n, texts, now->n, 2, MW_REPAIR_FIELD,
                   mw_printf(s->run->scratch, "the field name %s was written as %s", form, now->name),
                   nothing);
    }
}

static void fill_slot(search *s, name_slot *n) {
    const instances *now = &n->now;
    mw_repair_slot *slot = &s->slots[n - s->names];
    g_array_set_size(slot->choices, 0);
    g_array_set_size(slot->texts, 0);
    add_choice(s, n, now->texts, now->n, 0, MW_REPAIR_FIELD, NULL, nothing);
    if (!s->most || s->run->work > s->run->max_work)
        return;
    add_doubles(s, n);
    guint first = now->n > 3 ? now->n - 3 : 0;
    for (guint i = now->n; i-- > first;)
        if (now->fields[i])
            add_formers(s, n, i);
    if (now->n < n->entries)
        add_formers(s, n, now->n);
    add_name_forms(s, n);
}

/* ---- the signed fields ---- */

static name_slot *find_name(search *s, mw_span name) {
    for (size_t i = 0; i < s->n_names; i++)
        if (mw_span_is(name, s->names[i].now.name))
            return &s->names[i];
    return NULL;
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

/* The last place is that of the signature's own field. */
static bool read_names(search *s) {
    mw_span rest = s->target->signed_fields;
    while (rest.data) {
        mw_span name = mw_span_trim(mw_span_cut(&rest, ':'));
        if (!name.len)
            continue;
        if (s->n_places + 1 >= MW_REPAIR_MAX_PLACES)
            return false;
        name_slot *n = find_name(s, name);
        if (!n) {
            s->slots[s->n_names] = mw_repair_slot_new();
            n = &s->names[s->n_names++];
            n->now.name = usual_name(s->run->scratch, name);
        }
        s->places[s->n_places++] = (mw_repair_place){.slot = (int)(n - s->names), .index = n->entries++};
    }
    s->places[s->n_places++] = (mw_repair_place){.slot = -1};
    return true;
}

static void collect_fields(search *s) {
    const mw_message *m = s->target->message;
    for (size_t i = 0; i < m->n_fields; i++) {
        const mw_field *f = &m->fields[i];
        name_slot *n = f == s->target->field || f->bad ? NULL : find_name(s, f->name);
        if (!n)
            continue;
        instances *now = &n->now;
        if (now->n == MAX_INSTANCES) { /* the lowest ones are the signed ones */
            memmove(now->fields, now->fields + 1, (MAX_INSTANCES - 1) * sizeof(now->fields[0]));
            now->n--;
        }
        now->fields[now->n++] = f;
    }
    for (size_t i = 0; i < s->n_names; i++) {
        instances *now = &s->names[i].now;
        for (guint k = 0; k < now->n; k++)
            now->texts[k] = canonical(s, now->fields[k]->raw);
        if (now->n)
            now->name = mw_span_dup(s->run->scratch, now->fields[now->n - 1]->name);
        s->names[i].stands = *now;
    }
}

/* The value with the edit of all fields undone; false where that changes nothing. */
static bool undo_global(const search *s, const mw_field *f, mw_span *value) {
    *value = mw_repair_refold(s->run->scratch, f->value, (unsigned)s->global);
    return value->len != f->value.len || !mw_span_equal(*value, f->value);
}

static void apply_global(search *s, instances *now) {
    for (guint i = 0; i < now->n; i++) {
        const mw_field *f = now->fields[i];
        mw_span value;
        if (!undo_global(s, f, &value))
            continue;
        g_autofree char *name = g_strndup(f->raw.data, (size_t)(f->value.data - f->raw.data) - 1);
        mw_span before = canonical_value(s, name, value);
        s->changed = s->changed || !mw_span_equal(now->texts[i], before);
        now->texts[i] = before;
    }
}

static void apply_hints(search *s) {
    for (guint i = 0; i < s->hints->len; i++) {
        const mw_repair_hint *h = &g_array_index(s->hints, mw_repair_hint, i);
        name_slot *n = find_name(s, mw_span_of(h->name));
        if (!n)
            continue;
        instances *now = &n->now;
        if (!h->value.data) {
            if (now->n)
                now->n--;
            continue;
        }
        if (now->n == 0)
            now->name = h->name;
        guint at = now->n ? now->n - 1 : now->n++;
        hinted *field = &s->hinted[i];
        if (!field->text.data)
            *field = (hinted){.field = {.name = mw_span_of(now->name), .value = h->value},
                              .text = canonical_value(s, now->name, h->value)};
        now->texts[at] = field->text;
        now->fields[at] = &field->field;
    }
}

/* The signature's own field, with b= empty. */
static mw_span own_text(search *s) {
    const mw_field *f = s->target->field;
    mw_span raw = f->raw, value;
    if (s->own.data && s->global < 0)
        return s->own;
    if (s->global >= 0) {
        if (!undo_global(s, f, &value))
            return s->own;
        s->changed = true;
        g_string_truncate(s->text, 0);
        mw_span_append(s->text, f->name);
        g_string_append_c(s->text, ':');
        mw_span_append(s->text, value);
        raw = mw_span_of_string(s->text);
    }
    g_string_truncate(s->out, 0);
    mw_canon_signature(s->out, raw, s->run->canon);
    return mw_span_copy(s->run->scratch, mw_span_of_string(s->out));
}

static void lay_out(search *s, bool with_hints) {
    s->changed = false;
    for (size_t i = 0; i < s->n_names; i++) {
        s->names[i].now = s->names[i].stands;
        if (s->global >= 0)
            apply_global(s, &s->names[i].now);
    }
    if (with_hints)
        apply_hints(s);
    s->places[s->n_places - 1].fixed = own_text(s);
}

/* ---- search ---- */

static const mw_repair_edit *edit_of(const search *s, size_t name) {
    mw_arena *arena = s->run->scratch;
    const mw_repair_choice *choice = mw_repair_choice_at(&s->slots[name], s->chosen[name]);
    const char *words = choice->edit.words;
    if (!words)
        words = mw_printf(arena, "%s was rewritten: when the mail was signed it was \"%s\"",
                          s->names[name].now.name, mw_repair_excerpt(arena, choice->was, 100));
    return mw_repair_edit_new(arena, choice->edit.kind, words);
}

/* All choices that cost least to most together. */
static bool search_once(search *s, bool with_hints, int global, unsigned least, unsigned most,
                        GPtrArray *edits) {
    s->global = global;
    s->most = most;
    lay_out(s, with_hints);
    if (global >= 0 && !s->changed)
        return false;
    for (size_t i = 0; i < s->n_names; i++)
        fill_slot(s, &s->names[i]);
    if (!mw_repair_product(s->run, s->places, s->n_places, s->slots, s->n_names, least, most, s->chosen))
        return false;
    for (size_t i = 0; i < s->n_names; i++)
        if (s->chosen[i])
            g_ptr_array_add(edits, (gpointer)edit_of(s, i));
    return true;
}

static bool search_foldings(search *s, bool with_hints, GPtrArray *edits) {
    for (int global = 0; s->run->canon == MW_CANON_SIMPLE && global < MAX_GLOBALS; global++) {
        if (!search_once(s, with_hints, global, 0, 1, edits))
            continue;
        const char *words = global == MW_REPAIR_UNFOLDED
                                ? "the folded header lines were unfolded, those of the signature's own "
                                  "field, too"
                                : "the folded header lines were folded anew";
        g_ptr_array_add(edits, (gpointer)mw_repair_edit_new(s->run->scratch, MW_REPAIR_FOLD, words));
        return true;
    }
    return false;
}

/* What is likely before what is not; nothing twice. */
static bool search_all(search *s, GPtrArray *edits) {
    bool with_hints = s->hints && s->hints->len, near = false;
    mw_repair_stage(s->run, 20);
    if (search_once(s, false, -1, 0, 0, edits))
        return true;
    if (with_hints) {
        if (search_once(s, true, -1, 0, 1, edits))
            return true;
        near = !s->run->over;
    }
    if (search_foldings(s, with_hints, edits))
        return true;
    if (with_hints && mw_repair_stage(s->run, 60) && search_once(s, true, -1, near ? 2 : 0, MAX_COST, edits))
        return true;
    return mw_repair_stage(s->run, 100) &&
           (search_once(s, false, -1, 1, 1, edits) || search_once(s, false, -1, 2, MAX_COST, edits));
}

static void start(search *s, mw_repair_run *run, const mw_repair_target *target, const GArray *hints) {
    size_t n = most_names(target->signed_fields);
    *s = (search){.run = run, .target = target, .hints = hints, .global = -1};
    s->names = mw_new_n(run->scratch, name_slot, n);
    s->slots = mw_new_n(run->scratch, mw_repair_slot, n);
    s->chosen = mw_new_n(run->scratch, size_t, n);
    s->places = mw_new_n(run->scratch, mw_repair_place, n + 1);
    s->hinted = mw_new_n(run->scratch, hinted, hints ? hints->len : 0);
    s->formers = g_array_new(FALSE, FALSE, sizeof(former));
    s->lists = g_array_new(FALSE, FALSE, sizeof(former_list));
    s->text = g_string_new(NULL);
    s->out = g_string_new(NULL);
}

static void end(search *s) {
    for (size_t i = 0; i < s->n_names; i++)
        mw_repair_slot_clear(&s->slots[i]);
    g_array_unref(s->formers);
    g_array_unref(s->lists);
    g_string_free(s->text, TRUE);
    g_string_free(s->out, TRUE);
}

bool mw_repair_header_search(mw_repair_run *run, const mw_repair_target *target, const GArray *hints,
                             GPtrArray *edits) {
    search s;
    start(&s, run, target, hints);
    bool found = false;
    if (read_names(&s)) {
        collect_fields(&s);
        s.own = own_text(&s);
        found = search_all(&s, edits);
    } else {
        run->cut_short = true;
    }
    end(&s);
    return found;
}
