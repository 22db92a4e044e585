#include "dns/ldns.h"

#include <ldns/ldns.h>

enum { MAX_TYPE_NAME = 20 };

uint16_t mw_any_type_read(mw_span name) {
    char text[MAX_TYPE_NAME + 1] = "";
    if (!name.len || name.len > MAX_TYPE_NAME)
        return 0;
    for (size_t i = 0; i < name.len; i++)
        text[i] = g_ascii_toupper(name.data[i]);
    return (uint16_t)ldns_get_rr_type_by_name(text);
}

char *mw_any_type_text(mw_arena *arena, uint16_t type) {
    char *text = ldns_rr_type2str((ldns_rr_type)type);
    char *copy = mw_strdup(arena, text);
    LDNS_FREE(text);
    return copy;
}

static mw_rdata join(mw_arena *arena, const ldns_rr *rr) {
    size_t len = 0;
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++)
        len += ldns_rdf_size(ldns_rr_rdf(rr, i));
    uint8_t *data = mw_alloc(arena, len);
    size_t at = 0;
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        const ldns_rdf *field = ldns_rr_rdf(rr, i);
        memcpy(data + at, ldns_rdf_data(field), ldns_rdf_size(field));
        at += ldns_rdf_size(field);
    }
    return (mw_rdata){data, (uint16_t)MIN(len, UINT16_MAX)};
}

bool mw_rdata_read(mw_arena *arena, uint16_t type, const char *text, const mw_name *origin, mw_rdata *out,
                   const char **why) {
    const char *line = mw_printf(arena, ". 0 IN %s %s", mw_any_type_text(arena, type), text);
    ldns_rdf *base = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, origin->len, origin->wire);
    ldns_rr *rr = NULL;
    ldns_status status = ldns_rr_new_frm_str(&rr, line, 0, base, NULL);
    ldns_rdf_deep_free(base);
    if (status != LDNS_STATUS_OK) {
        *why = ldns_get_errorstr_by_id(status);
        return false;
    }
    *out = join(arena, rr);
    ldns_rr_free(rr);
    return true;
}

/* ldns leaves a quotation mark in a name as it is, where a master file begins a string. */
static void append_field(GString *text, const ldns_rdf *field) {
    char *plain = ldns_rdf2str(field);
    bool name = ldns_rdf_get_type(field) == LDNS_RDF_TYPE_DNAME;
    for (const char *p = plain ? plain : ""; *p; p++) {
        if (name && *p == '"')
            g_string_append_c(text, '\\');
        g_string_append_c(text, *p);
    }
    LDNS_FREE(plain);
}

/* The type's own form by ldns, or NULL. */
static char *own_text(mw_arena *arena, uint16_t type, const mw_rdata *rdata) {
    /* a whole record of the root, class IN, TTL 0, for ldns to read */
    size_t len = 11 + (size_t)rdata->len;
    uint8_t *wire = mw_alloc(arena, len);
    wire[1] = (uint8_t)(type >> 8);
    wire[2] = (uint8_t)type;
    wire[4] = 1;
    wire[9] = (uint8_t)(rdata->len >> 8);
    wire[10] = (uint8_t)rdata->len;
    if (rdata->len)
        memcpy(wire + 11, rdata->data, rdata->len);
    ldns_rr *rr = NULL;
    size_t at = 0;
    if (ldns_wire2rr(&rr, wire, len, &at, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
        return NULL;
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        g_string_append(text, i ? " " : "");
        append_field(text, ldns_rr_rdf(rr, i));
    }
    ldns_rr_free(rr);
    char *copy = mw_strndup(arena, text->str, text->len);
    g_string_free(text, TRUE);
    return copy;
}

static char *txt_text(mw_arena *arena, const mw_rdata *rdata) {
    GString *text = g_string_sized_new((gsize)rdata->len + 16);
    for (size_t at = 0; at < rdata->len;) {
        size_t end = MIN(at + 1 + rdata->data[at], rdata->len);
        g_string_append(text, at ? " \"" : "\"");
        for (at++; at < end; at++) {
            uint8_t c = rdata->data[at];
            if (c < 32 || c > 126)
                g_string_append_printf(text, "\\%03u", c);
            else if (c == '"' || c == '\\')
                g_string_append_printf(text, "\\%c", c);
            else
                g_string_append_c(text, (char)c);
        }
        g_string_append_c(text, '"');
    }
    char *copy = mw_strndup(arena, text->str, text->len);
    g_string_free(text, TRUE);
    return copy;
}

static bool txt_is_whole(const mw_rdata *rdata) {
    size_t at = 0;
    while (at < rdata->len)
        at += 1u + rdata->data[at];
    return at == rdata->len && rdata->len;
}

static char *generic_text(mw_arena *arena, const mw_rdata *rdata) {
    static const char hex[] = "0123456789abcdef";
    char *digits = mw_alloc(arena, 2 * (size_t)rdata->len + 1);
    for (size_t i = 0; i < rdata->len; i++) {
        digits[2 * i] = hex[rdata->data[i] >> 4];
        digits[2 * i + 1] = hex[rdata->data[i] & 15];
    }
    return mw_printf(arena, "\\# %u%s%s", rdata->len, rdata->len ? " " : "", digits);
}

char *mw_rdata_text(mw_arena *arena, uint16_t type, const mw_rdata *rdata) {
    static const mw_name root = {.len = 1};
    if (type == MW_TYPE_TXT)
        return txt_is_whole(rdata) ? txt_text(arena, rdata) : generic_text(arena, rdata);
    char *text = own_text(arena, type, rdata);
    mw_rdata back;
    const char *why;
    if (text && mw_rdata_read(arena, type, text, &root, &back, &why) && back.len == rdata->len &&
        memcmp(back.data, rdata->data, back.len) == 0)
        return text;
    return generic_text(arena, rdata);
}
