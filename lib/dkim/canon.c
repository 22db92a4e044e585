#include "dkim/canon.h"

static bool is_fws(char c) {
    return mw_canon_wsp(c) || c == '\r' || c == '\n';
}

const char *mw_canon_name(mw_canon canon) {
    return canon == MW_CANON_RELAXED ? "relaxed" : "simple";
}

static bool read_one(mw_span text, mw_canon *out) {
    if (mw_span_is(text, "relaxed"))
        *out = MW_CANON_RELAXED;
    else if (mw_span_is(text, "simple"))
        *out = MW_CANON_SIMPLE;
    else
        return false;
    return true;
}

bool mw_canon_read(mw_span value, mw_canon *header, mw_canon *body) {
    mw_canon h = MW_CANON_SIMPLE, b = MW_CANON_SIMPLE;
    if (value.data) {
        mw_span rest = value, first = mw_span_cut(&rest, '/');
        if (!read_one(first, &h) || (rest.data && !read_one(rest, &b)))
            return false;
    }
    *header = h;
    *body = b;
    return true;
}

/* ---- header ---- */

static void append_relaxed(GString *out, mw_span raw) {
    size_t start = out->len, colon = mw_span_find(raw, ':');
    mw_span name = mw_span_slice(raw, 0, colon);
    while (name.len && mw_canon_wsp(name.data[name.len - 1]))
        name.len--;
    g_string_set_size(out, start + raw.len); /* it never grows */
    char *p = out->str + start;
    for (size_t i = 0; i < name.len; i++)
        *p++ = g_ascii_tolower(name.data[i]);
    bool space = false, any = false;
    if (colon != SIZE_MAX)
        *p++ = ':';
    for (size_t i = colon == SIZE_MAX ? raw.len : colon + 1; i < raw.len; i++) {
        char c = raw.data[i];
        if (c == '\r' && i + 1 < raw.len && raw.data[i + 1] == '\n') {
            i++;
        } else if (mw_canon_wsp(c)) {
            space = true;
        } else {
            if (space && any)
                *p++ = ' ';
            space = false;
            any = true;
            *p++ = c;
        }
    }
    g_string_truncate(out, (gsize)(p - out->str));
}

static void append_field(GString *out, mw_span raw, mw_canon canon) {
    if (canon == MW_CANON_RELAXED)
        append_relaxed(out, raw);
    else
        g_string_append_len(out, raw.data, (gssize)raw.len);
}

void mw_canon_field(GString *out, mw_span raw, mw_canon canon) {
    append_field(out, raw, canon);
    g_string_append_len(out, "\r\n", 2);
}

/* The part of the element "b = xyz" that stays: all up to and with its "="; the whole of any other element.
 */
static mw_span without_b(mw_span element) {
    size_t i = 0;
    while (i < element.len && is_fws(element.data[i]))
        i++;
    if (i == element.len || element.data[i] != 'b')
        return element;
    i++;
    while (i < element.len && is_fws(element.data[i]))
        i++;
    return i < element.len && element.data[i] == '=' ? mw_span_slice(element, 0, i + 1) : element;
}

void mw_canon_signature(GString *out, mw_span raw, mw_canon canon) {
    size_t colon = mw_span_find(raw, ':');
    g_autoptr(GString) emptied = g_string_sized_new(raw.len);
    mw_span rest = raw;
    if (colon != SIZE_MAX) {
        g_string_append_len(emptied, raw.data, (gssize)colon + 1);
        rest = mw_span_from(raw, colon + 1);
    }
    while (rest.data) {
        mw_span kept = without_b(mw_span_cut(&rest, ';'));
        g_string_append_len(emptied, kept.data, (gssize)kept.len);
        if (rest.data)
            g_string_append_c(emptied, ';');
    }
    append_field(out, (mw_span){emptied->str, emptied->len}, canon);
}

/* The fields of one name: order[start] to order[end - 1], top first. */
typedef struct group {
    mw_span name;
    uint32_t start, end;
} group;

/* Sorted, not hashed: names come from the mail, and colliding ones must not make it slow. */
struct mw_canon_index {
    const mw_message *message;
    uint32_t *order;
    group *groups;
    size_t n_groups;
};

static int compare_names(mw_span a, mw_span b) {
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return a.len ? g_ascii_strncasecmp(a.data, b.data, a.len) : 0;
}

static int by_name(gconstpointer a, gconstpointer b, gpointer data) {
    const mw_field *fields = data;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    int order = compare_names(fields[i].name, fields[j].name);
    return order ? order : (i > j) - (i < j);
}

mw_canon_index *mw_canon_index_new(mw_arena *arena, const mw_message *message) {
    size_t n = message->n_fields;
    mw_canon_index *index = mw_new(arena, mw_canon_index);
    index->message = message;
    index->order = mw_new_n(arena, uint32_t, n);
    index->groups = mw_new_n(arena, group, n);
    for (size_t i = 0; i < n; i++)
        index->order[i] = (uint32_t)i;
    g_qsort_with_data(index->order, (gint)n, sizeof(uint32_t), by_name, (gpointer)message->fields);
    for (size_t i = 0; i < n; i++) {
        mw_span name = message->fields[index->order[i]].name;
        group *last = index->n_groups ? &index->groups[index->n_groups - 1] : NULL;
        if (last && compare_names(last->name, name) == 0)
            last->end++;
        else
            index->groups[index->n_groups++] = (group){name, (uint32_t)i, (uint32_t)i + 1};
    }
    return index;
}

static const group *find_group(const mw_canon_index *index, mw_span name) {
    size_t low = 0, high = index->n_groups;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_names(name, index->groups[middle].name);
        if (order == 0)
            return &index->groups[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

GPtrArray *mw_canon_select(mw_arena *arena, const mw_canon_index *index, mw_span h, const mw_field *except) {
    GPtrArray *out = mw_array_new(arena);
    g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL); /* group to how many of its fields */
    while (h.data) {
        mw_span name = mw_span_trim(mw_span_cut(&h, ':'));
        const group *g = name.len ? find_group(index, name) : NULL;
        if (!g)
            continue;
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(taken, g));
        const mw_field *field = NULL;
        while (!field && n < g->end - g->start) {
            field = &index->message->fields[index->order[g->end - ++n]];
            if (field == except)
                field = NULL;
        }
        if (field)
            g_ptr_array_add(out, (gpointer)field);
        g_hash_table_insert(taken, (gpointer)g, GUINT_TO_POINTER(n));
    }
    return out;
}
