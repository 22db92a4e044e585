#include "check/zones.h"
#include "base/domain.h"
#include "base/error.h"

enum { MAX_CODES = 64, MAX_TESTS = 8 };

enum {
    ZONE,
    NAME,
    SET,
    ASK,
    KIND,
    CODES,
    REFUSED,
    TEST,
    NEGATIVE,
    HOPS,
    KEY,
    INSTEAD,
    URL,
    USED_BY,
    TERMS,
    N_COLUMNS
};
static const char *const column_names[N_COLUMNS] = {"zone",  "name",    "set",  "ask",      "kind",
                                                    "codes", "refused", "test", "negative", "hops",
                                                    "key",   "instead", "url",  "used_by",  "terms"};

static const struct {
    const char *name;
    mw_ask ask;
} asks[] = {
    {"ip4", MW_ASK_IP4},         {"ip6", MW_ASK_IP6},
    {"helo", MW_ASK_HELO},       {"mail_from", MW_ASK_MAIL_FROM},
    {"from", MW_ASK_FROM},       {"reply_to", MW_ASK_REPLY_TO},
    {"dkim", MW_ASK_DKIM},       {"link", MW_ASK_LINK},
    {"link_ip", MW_ASK_LINK_IP}, {"link_host", MW_ASK_LINK_HOST},
};

static bool bad(GError **error, const char *zone, const char *what, mw_span text) {
    g_set_error(error, MW_ERROR, MW_ERROR_DATA, "dnsbl.tsv: %s: \"%.*s\" is no %s", zone,
                (int)MIN(text.len, 60), text.data, what);
    return false;
}

static bool read_ask(const char *zone, const char *cell, unsigned *ask, GError **error) {
    for (mw_span rest = mw_span_of(cell); rest.data && rest.len;) {
        mw_span token = mw_span_trim(mw_span_cut(&rest, ','));
        size_t i = 0;
        while (i < G_N_ELEMENTS(asks) && !mw_span_is(token, asks[i].name))
            i++;
        if (i == G_N_ELEMENTS(asks))
            return bad(error, zone, "thing to ask", token);
        *ask |= asks[i].ask;
    }
    return true;
}

/* "127.0.0.2", "127.0.*.3", "127.0.0.4-7", "&8" */
static bool read_pattern(mw_span text, mw_zone_code *code) {
    uint64_t low, high;
    if (text.len && text.data[0] == '&') {
        if (!mw_span_number(mw_span_from(text, 1), 128, &low) || low == 0)
            return false;
        code->bit = (unsigned)low;
        return true;
    }
    for (int i = 0; i < 4; i++) {
        mw_span octet = mw_span_cut(&text, '.');
        if ((i < 3) == (text.data == NULL))
            return false;
        if (mw_span_is(octet, "*")) {
            low = 0;
            high = 255;
        } else {
            mw_span end = octet;
            mw_span start = mw_span_cut(&end, '-');
            if (!mw_span_number(start, 255, &low))
                return false;
            high = low;
            if (end.data && !mw_span_number(end, 255, &high))
                return false;
        }
        code->low[i] = (uint8_t)low;
        code->high[i] = (uint8_t)high;
    }
    return true;
}

/* "CODE=SYMBOL meaning;..." or, for refusals, "CODE;..." */
static bool read_codes(mw_arena *arena, const char *zone, const char *cell, const mw_zone_code **out,
                       size_t *n, GError **error) {
    mw_zone_code *codes = mw_new_n(arena, mw_zone_code, MAX_CODES);
    *n = 0;
    for (mw_span rest = mw_span_of(cell); rest.data && rest.len;) {
        mw_span entry = mw_span_trim(mw_span_cut(&rest, ';')), value = entry;
        mw_span pattern = mw_span_cut(&value, '=');
        if (*n == MAX_CODES || !read_pattern(pattern, &codes[*n]))
            return bad(error, zone, "answer code", entry);
        if (value.data) {
            mw_span symbol = mw_span_cut(&value, ' ');
            codes[*n].symbol = mw_span_is(symbol, "-") ? NULL : mw_span_dup(arena, symbol);
            codes[*n].meaning = mw_span_dup(arena, mw_span_trim(value));
        }
        (*n)++;
    }
    *out = codes;
    return true;
}

static const char *const *read_tests(mw_arena *arena, const char *cell) {
    const char **tests = mw_new_n(arena, const char *, MAX_TESTS + 1);
    size_t n = 0;
    for (mw_span rest = mw_span_of(cell); rest.data && rest.len && n < MAX_TESTS;)
        tests[n++] = mw_span_dup(arena, mw_span_trim(mw_span_cut(&rest, ';')));
    return tests;
}

static char *replace_key(mw_arena *arena, const char *zone, const char *key) {
    const char *mark = strstr(zone, "{key}");
    return mark ? mw_printf(arena, "%.*s%s%s", (int)(mark - zone), zone, key, mark + 5)
                : mw_strdup(arena, zone);
}

static mw_zone *read_zone(mw_arena *arena, const char *const *row, const int *column, const mw_ini *keys,
                          GError **error) {
    mw_zone *zone = mw_new(arena, mw_zone);
    zone->zone = zone->show = row[column[ZONE]];
    zone->name = row[column[NAME]];
    zone->kind = row[column[KIND]];
    zone->url = *row[column[URL]] ? row[column[URL]] : NULL;
    zone->used_by = row[column[USED_BY]];
    zone->terms = row[column[TERMS]];
    zone->hops = strcmp(row[column[HOPS]], "yes") == 0;
    zone->negative = *row[column[NEGATIVE]] ? row[column[NEGATIVE]] : NULL;
    zone->tests = read_tests(arena, row[column[TEST]]);
    if (!read_ask(zone->zone, row[column[ASK]], &zone->ask, error) ||
        !read_codes(arena, zone->zone, row[column[CODES]], &zone->codes, &zone->n_codes, error) ||
        !read_codes(arena, zone->zone, row[column[REFUSED]], &zone->refused, &zone->n_refused, error))
        return NULL;
    const char *name = row[column[KEY]];
    if (*name) {
        const char *key = mw_ini_get(keys, "keys", name);
        if (key && *key && mw_domain_valid(key) && !strchr(key, '.')) {
            zone->key = mw_strdup(arena, key);
            zone->zone = replace_key(arena, zone->show, zone->key);
        } else {
            zone->missing_key = name;
        }
    }
    return zone;
}

/* A zone that only its user knows: the usual form of RFC 5782. */
static mw_zone *unknown_zone(mw_arena *arena, mw_span name, GError **error) {
    static const mw_zone_code listed = {{127, 0, 0, 2}, {127, 0, 0, 254}, 0, "RBL_OTHER", "listed"};
    static const mw_zone_code refused = {{127, 255, 255, 0}, {127, 255, 255, 255}, 0, NULL, NULL};
    static const char *const tests[] = {"2.0.0.127", "test", NULL};
    mw_zone *zone = mw_new(arena, mw_zone);
    *zone = (mw_zone){
        .kind = "block",
        .used_by = "",
        .terms = "",
        .ask = MW_ASK_IP4 | MW_ASK_IP6 | MW_ASK_FROM | MW_ASK_LINK,
        .codes = &listed,
        .n_codes = 1,
        .refused = &refused,
        .n_refused = 1,
        .tests = tests,
        .negative = "1.0.0.127",
    };
    zone->zone = zone->show = zone->name = mw_domain_ascii(arena, name);
    if (mw_domain_valid(zone->zone) && strchr(zone->zone, '.'))
        return zone;
    g_set_error(error, MW_ERROR, MW_ERROR_OPTION, "--lists: \"%.*s\" is no list", (int)MIN(name.len, 60),
                name.data);
    return NULL;
}

typedef struct choice {
    const mw_data *data;
    mw_arena *arena;
    const mw_table *table;
    int column[N_COLUMNS];
    const mw_ini *keys;
    GPtrArray *zones;
} choice;

static bool add_row(choice *c, const char *const *row, GError **error) {
    mw_zone *zone = read_zone(c->arena, row, c->column, c->keys, error);
    if (zone)
        g_ptr_array_add(c->zones, zone);
    return zone != NULL;
}

static bool has_key(const choice *c, const char *const *row) {
    return mw_ini_get(c->keys, "keys", row[c->column[KEY]]);
}

/* A keyed zone that is configured stands in for it. */
static bool replaced(const choice *c, const char *zone) {
    for (guint i = 0; i < c->table->rows->len; i++) {
        const char *const *row = c->table->rows->pdata[i];
        if (strcmp(row[c->column[INSTEAD]], zone) == 0 && has_key(c, row))
            return true;
    }
    return false;
}

static bool choose_set(choice *c, bool all, GError **error) {
    for (guint i = 0; i < c->table->rows->len; i++) {
        const char *const *row = c->table->rows->pdata[i];
        const char *set = row[c->column[SET]];
        bool wanted = strcmp(set, "default") == 0   ? !replaced(c, row[c->column[ZONE]])
                      : strcmp(set, "all") == 0     ? all
                      : strcmp(set, "key") == 0     ? has_key(c, row)
                      : strcmp(set, "key-all") == 0 ? all && has_key(c, row)
                                                    : false;
        if (wanted && !add_row(c, row, error))
            return false;
    }
    return true;
}

static bool choose_named(choice *c, mw_span name, GError **error) {
    for (guint i = 0; i < c->table->rows->len; i++) {
        const char *const *row = c->table->rows->pdata[i];
        if (mw_span_is(name, row[c->column[ZONE]]) || mw_span_is(name, row[c->column[NAME]]))
            return add_row(c, row, error);
    }
    mw_zone *zone = unknown_zone(c->arena, name, error);
    if (!zone)
        return false;
    zone->dead = mw_zone_dead(c->data, c->arena, zone->zone);
    g_ptr_array_add(c->zones, zone);
    return true;
}

bool mw_zone_name(const mw_zone *zone, mw_span label, mw_name *name) {
    return label.len && label.data[label.len - 1] != '.' && mw_name_prefix(label, &zone->wire, name);
}

/* What is asked of it for every mail, once its name is known. */
static void read_names(mw_arena *arena, mw_zone *zone) {
    mw_name_read(mw_span_of(zone->zone), &zone->wire);
    mw_zone_test *entries = mw_new_n(arena, mw_zone_test, MAX_TESTS);
    for (const char *const *test = zone->tests; *test; test++) {
        mw_zone_test *entry = &entries[zone->n_entries++];
        mw_span rest = mw_span_of(*test), label = mw_span_cut(&rest, '=');
        if (!mw_zone_name(zone, label, &entry->name))
            entry->name.len = 0;
        if (rest.data)
            mw_ip_parse(rest, &entry->wanted);
    }
    zone->entries = entries;
    if (!zone->negative || !mw_zone_name(zone, mw_span_of(zone->negative), &zone->negative_name))
        zone->negative_name.len = 0;
}

GPtrArray *mw_zones_choose(const mw_data *data, mw_arena *arena, const char *lists, GError **error) {
    choice c = {.data = data,
                .arena = arena,
                .table = mw_data_table(data, "dnsbl.tsv", error),
                .zones = mw_array_new(arena)};
    if (!c.table)
        return NULL;
    for (int i = 0; i < N_COLUMNS; i++)
        if ((c.column[i] = mw_table_column(c.table, column_names[i], error)) < 0)
            return NULL;
    const mw_ini *keys = mw_data_ini(data, "keys.ini", error);
    if (!keys)
        return NULL;
    c.keys = keys;
    mw_span rest = mw_span_of(lists ? lists : "default");
    while (rest.data) {
        mw_span name = mw_span_trim(mw_span_cut(&rest, ','));
        bool all = mw_span_is(name, "all");
        bool fine = name.len == 0                        ? true
                    : all || mw_span_is(name, "default") ? choose_set(&c, all, error)
                                                         : choose_named(&c, name, error);
        if (!fine)
            return NULL;
    }
    for (guint i = 0; i < c.zones->len; i++)
        read_names(arena, c.zones->pdata[i]);
    return c.zones;
}

static const void *make(const mw_data *data, mw_arena *arena, const void *lists, GError **error) {
    return mw_zones_choose(data, arena, lists, error);
}

const GPtrArray *mw_zones_of(const mw_data *data, const char *lists, GError **error) {
    g_autofree char *key = g_strconcat("lists ", lists ? lists : "default", NULL);
    return mw_data_made(data, key, make, lists, error);
}

static bool matches(const mw_zone_code *code, const uint8_t address[4]) {
    if (code->bit)
        return address[0] == 127 && (address[3] & code->bit);
    for (int i = 0; i < 4; i++)
        if (address[i] < code->low[i] || address[i] > code->high[i])
            return false;
    return true;
}

bool mw_zone_refuses(const mw_zone *zone, const uint8_t address[4]) {
    if (address[0] != 127)
        return true;
    for (size_t i = 0; i < zone->n_refused; i++)
        if (matches(&zone->refused[i], address))
            return true;
    return false;
}

const mw_zone_code *mw_zone_code_find(const mw_zone *zone, const uint8_t address[4],
                                      const mw_zone_code *after) {
    for (size_t i = after ? (size_t)(after - zone->codes) + 1 : 0; i < zone->n_codes; i++)
        if (matches(&zone->codes[i], address))
            return &zone->codes[i];
    return NULL;
}
