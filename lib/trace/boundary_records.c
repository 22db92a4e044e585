#include "trace/boundary.h"

#include "base/domain.h"
#include "base/error.h"
#include "base/limits.h"
#include "trace/received.h"

typedef struct host_row {
    const char *host, *organisation, *roles;
} host_row;

struct mw_hosts {
    GHashTable *hosts; /* lower-case host -> host_row * */
    GHashTable *votes; /* lower-case field name -> mw_vote * */
};

static char *lower(mw_arena *arena, const char *text) {
    char *out = mw_strdup(arena, text);
    for (char *p = out; *p; p++)
        *p = g_ascii_tolower(*p);
    return out;
}

static bool read_hosts(mw_arena *arena, const mw_data *data, mw_hosts *hosts, GError **error) {
    const mw_table *table = mw_data_table(data, "mail_hosts.tsv", error);
    if (!table)
        return false;
    int host = mw_table_column(table, "host", error), organisation = -1, roles = -1;
    if (host < 0 || (organisation = mw_table_column(table, "organisation", error)) < 0 ||
        (roles = mw_table_column(table, "roles", error)) < 0)
        return false;
    for (guint i = 0; i < table->rows->len; i++) {
        const char *const *cells = table->rows->pdata[i];
        host_row *row = mw_new(arena, host_row);
        *row = (host_row){lower(arena, cells[host]), cells[organisation], cells[roles]};
        g_hash_table_insert(hosts->hosts, (char *)row->host, row);
    }
    return true;
}

static bool read_votes(mw_arena *arena, const mw_data *data, mw_hosts *hosts, GError **error) {
    const mw_table *table = mw_data_table(data, "boundary.tsv", error);
    if (!table)
        return false;
    int vote = mw_table_column(table, "vote", error), weight = -1, form = -1, owner = -1;
    if (vote < 0 || (weight = mw_table_column(table, "weight", error)) < 0 ||
        (form = mw_table_column(table, "form", error)) < 0 ||
        (owner = mw_table_column(table, "owner", error)) < 0)
        return false;
    for (guint i = 0; i < table->rows->len; i++) {
        const char *const *cells = table->rows->pdata[i];
        mw_vote *row = mw_new(arena, mw_vote);
        uint64_t number = 0;
        if (!mw_span_number(mw_span_of(cells[weight]), 1000, &number)) {
            g_set_error(error, MW_ERROR, MW_ERROR_DATA,
                        "boundary.tsv: the weight of %s is not a number up to 1000", cells[vote]);
            return false;
        }
        *row = (mw_vote){cells[form], *cells[owner] ? cells[owner] : NULL, (int)number};
        g_hash_table_insert(hosts->votes, lower(arena, cells[vote]), row);
    }
    return true;
}

static const void *make(const mw_data *data, mw_arena *arena, const void *about, GError **error) {
    mw_hosts *hosts = mw_new(arena, mw_hosts);
    hosts->hosts =
        mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal), (GDestroyNotify)g_hash_table_unref);
    hosts->votes =
        mw_arena_own(arena, g_hash_table_new(g_str_hash, g_str_equal), (GDestroyNotify)g_hash_table_unref);
    if (!read_hosts(arena, data, hosts, error) || !read_votes(arena, data, hosts, error))
        return NULL;
    return hosts;
}

const mw_hosts *mw_hosts_of(const mw_data *data, GError **error) {
    return mw_data_made(data, "the hosts of mail", make, NULL, error);
}

enum { MAX_NAME = 255 };

/* Lower case in buffer, without a final dot; NULL for what can't be a host name. */
static const char *fold(const char *name, char buffer[MAX_NAME + 1]) {
    size_t n = name ? strlen(name) : 0;
    if (n && name[n - 1] == '.')
        n--;
    if (n == 0 || n > MAX_NAME)
        return NULL;
    for (size_t i = 0; i < n; i++)
        buffer[i] = g_ascii_tolower(name[i]);
    buffer[n] = 0;
    return buffer;
}

/* The row of the longest suffix. */
static const host_row *find_row(const mw_hosts *hosts, const char *folded) {
    for (const char *p = folded; p; p = strchr(p, '.') ? strchr(p, '.') + 1 : NULL) {
        const host_row *row = g_hash_table_lookup(hosts->hosts, p);
        if (row)
            return row;
    }
    return NULL;
}

/* Names that only a private network has. */
static bool is_private_name(const char *name) {
    static const char *const ends[] = {".local",    ".lan",       ".internal", ".localdomain",
                                       ".intranet", ".home",      ".corp",     ".priv",
                                       ".private",  ".localhost", ".svc",      ".docker"};
    mw_span span = mw_span_of(name);
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        if (mw_span_ends(span, ends[i]))
            return true;
    return false;
}

const char *mw_hosts_organisation(const mw_hosts *hosts, const char *name) {
    char buffer[MAX_NAME + 1];
    mw_ip ip;
    const char *folded = fold(name, buffer);
    if (!folded || !strchr(folded, '.') || is_private_name(folded) || mw_received_ip(mw_span_of(folded), &ip))
        return NULL;
    const host_row *row = find_row(hosts, folded);
    if (row && *row->organisation)
        return row->organisation;
    /* points into the caller's name, whose case does not matter */
    return name + (mw_domain_registrable(folded) - folded);
}

const char *mw_hosts_role(const mw_hosts *hosts, const char *name, const char *role) {
    char buffer[MAX_NAME + 1];
    const char *folded = fold(name, buffer);
    const host_row *row = folded ? find_row(hosts, folded) : NULL;
    if (!row)
        return NULL;
    mw_span rest = mw_span_of(row->roles);
    while (rest.data && rest.len) {
        mw_span one = mw_span_trim(mw_span_cut(&rest, ','));
        if (mw_span_is(one, role))
            return row->organisation;
    }
    return NULL;
}

bool mw_hosts_known(const mw_hosts *hosts, const char *name) {
    char buffer[MAX_NAME + 1];
    const char *folded = fold(name, buffer);
    return folded && find_row(hosts, folded) != NULL;
}

const mw_vote *mw_hosts_vote(const mw_hosts *hosts, const char *name) {
    char buffer[MAX_NAME + 1];
    const char *folded = fold(name, buffer);
    return folded ? g_hash_table_lookup(hosts->votes, folded) : NULL;
}

/* --- addresses in fields ------------------------------------------------------------------------- */

static mw_span next_word(mw_span *rest) {
    static const char stops[] = " \t,;()=";
    while (rest->len && strchr(stops, rest->data[0]))
        *rest = mw_span_from(*rest, 1);
    size_t i = 0;
    while (i < rest->len && !strchr(stops, rest->data[i]))
        i++;
    mw_span word = mw_span_slice(*rest, 0, i);
    *rest = mw_span_from(*rest, i);
    return word;
}

/* The first address in the text, behind a mark when one is given; in brackets, too ("name[192.0.2.1]"). */
static bool find_ip(mw_span text, const char *mark, mw_ip *out) {
    if (mark) {
        size_t at = mw_span_search(text, mark);
        if (at == SIZE_MAX)
            return false;
        text = mw_span_slice(text, at + strlen(mark), at + strlen(mark) + 80);
    }
    text = mw_span_slice(text, 0, 1000);
    while (text.len) {
        mw_span word = next_word(&text);
        while (word.len && (word.data[word.len - 1] == '.' || word.data[word.len - 1] == ':'))
            word.len--;
        size_t open = mw_span_find(word, '[');
        if (word.len >= 3 && (mw_received_ip(word, out) ||
                              (open != SIZE_MAX && mw_received_ip(mw_span_from(word, open), out))))
            return true;
        if (mark)
            return false;
    }
    return false;
}

static bool property_ip(const mw_claim *claim, const char *name, mw_ip *out) {
    const char *value = mw_claim_property(claim, name);
    return value && mw_received_ip(mw_span_of(value), out);
}

/* Authentication-Results: a property, or in the comment of spf or iprev. */
static bool authres_ip(const mw_claim *claim, mw_ip *out) {
    static const char *const names[] = {"smtp.remote-ip", "smtp.client-ip", "client-ip", "policy.iprev",
                                        "smtp.ip"};
    static const char *const marks[] = {"sender IP is ", "designates ", "client-ip=", "ip="};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (property_ip(claim, names[i], out))
            return true;
    if (!claim->reason || (strcmp(claim->method, "spf") != 0 && strcmp(claim->method, "iprev") != 0))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        if (find_ip(mw_span_of(claim->reason), marks[i], out))
            return true;
    return find_ip(mw_span_of(claim->reason), NULL, out);
}

/* [ ip=192.0.2.1 rdns=mail.example helo=mail.example by=mx.example ... ] */
static bool relays_ip(mw_arena *arena, mw_span text, mw_record *record) {
    size_t helo = mw_span_search(text, " helo=");
    if (!find_ip(text, "ip=", &record->ip))
        return false;
    if (helo != SIZE_MAX) {
        mw_span rest = mw_span_slice(text, helo + 6, helo + 6 + 255);
        if (rest.len && rest.data[0] != ' ')
            record->helo = mw_span_dup(arena, next_word(&rest));
    }
    return true;
}

static const char *not_empty(const char *text) {
    return text && *text ? text : NULL;
}

static bool read_claim(const mw_claim *claim, const char *form, mw_record *record) {
    if (strcmp(form, "spf") == 0) {
        record->helo = not_empty(mw_claim_property(claim, "helo"));
        return property_ip(claim, "client-ip", &record->ip);
    }
    if (strcmp(form, "authres") == 0) {
        record->helo = not_empty(mw_claim_property(claim, "smtp.helo"));
        return authres_ip(claim, &record->ip);
    }
    if (strcmp(form, "forefront") == 0) {
        record->helo = not_empty(mw_claim_property(claim, "h"));
        record->rdns = not_empty(mw_claim_property(claim, "ptr"));
        if (record->rdns && g_ascii_strcasecmp(record->rdns, "InfoDomainNonexistent") == 0)
            record->rdns = NULL;
        return property_ip(claim, "cip", &record->ip);
    }
    return false;
}

GPtrArray *mw_records_read(mw_arena *arena, const mw_hosts *hosts, const mw_message *message,
                           const GPtrArray *claims) {
    GPtrArray *records = mw_array_new(arena);
    guint next = 0;
    for (size_t i = 0; i < message->n_fields && records->len < MW_MAX_CLAIMS; i++) {
        const mw_field *field = &message->fields[i];
        char name[MAX_NAME + 1];
        if (field->name.len == 0 || field->name.len > 60)
            continue;
        memcpy(name, field->name.data, field->name.len);
        name[field->name.len] = 0;
        const mw_vote *kind = mw_hosts_vote(hosts, name);
        if (!kind || kind->weight == 0)
            continue;
        mw_record record = {.field = field, .weight = kind->weight, .owner = kind->owner};
        bool found = false;
        while (next < claims->len && ((const mw_claim *)claims->pdata[next])->field < field)
            next++;
        for (guint c = next; c < claims->len && !found; c++) {
            const mw_claim *claim = claims->pdata[c];
            if (claim->field != field)
                break;
            found = read_claim(claim, kind->form, &record);
        }
        if (!found && (strcmp(kind->form, "address") == 0 || strcmp(kind->form, "relays") == 0)) {
            mw_span text = mw_span_of(mw_field_text(arena, field));
            found = strcmp(kind->form, "relays") == 0
                        ? relays_ip(arena, text, &record)
                        : find_ip(text, "ip=", &record.ip) || find_ip(text, NULL, &record.ip);
        }
        if (!found)
            continue;
        record.source = mw_span_dup(arena, field->name);
        g_ptr_array_add(records, mw_memdup(arena, &record, sizeof record));
    }
    return records;
}
