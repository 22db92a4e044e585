#include "dkim/taglist.h"
#include "base/limits.h"

static bool is_fws(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_tag_name(mw_span name) {
    if (name.len == 0 || !g_ascii_isalpha(name.data[0]))
        return false;
    for (size_t i = 1; i < name.len; i++)
        if (!g_ascii_isalnum(name.data[i]) && name.data[i] != '_')
            return false;
    return true;
}

static bool has_control(mw_span value) {
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.data[i];
        if ((c < 0x20 && !is_fws((char)c)) || c == 0x7f)
            return true;
    }
    return false;
}

static const mw_tag *find(const mw_taglist *list, mw_span name) {
    for (size_t i = 0; i < list->n_tags; i++)
        if (mw_span_equal(list->tags[i].name, name))
            return &list->tags[i];
    return NULL;
}

/* What is wrong with this element, behind the ones that the list holds already; NULL when nothing is. */
static const char *fault(mw_arena *arena, const mw_taglist *list, const mw_tag *tag, bool has_equals) {
    if (!has_equals)
        return tag->name.len ? "an element without \"=\"" : "an empty element (two semicolons in a row)";
    if (!is_tag_name(tag->name))
        return "a tag name with characters that it can't have";
    if (find(list, tag->name))
        return mw_printf(arena, "the tag %.*s= twice", (int)MIN(tag->name.len, 60), tag->name.data);
    if (has_control(tag->value))
        return mw_printf(arena, "a control character in %.*s=", (int)MIN(tag->name.len, 60), tag->name.data);
    return NULL;
}

static void note(mw_taglist *list, const char *error, size_t offset) {
    if (list->error || !error)
        return;
    list->error = error;
    list->error_offset = offset;
}

mw_taglist mw_taglist_read(mw_arena *arena, mw_span text) {
    mw_taglist list = {0};
    mw_tag tags[MW_MAX_TAGS];
    mw_span rest = text;
    list.tags = tags;
    do {
        mw_span element = mw_span_cut(&rest, ';');
        size_t equals = mw_span_find(element, '=');
        mw_tag tag = {.name = mw_span_trim(mw_span_slice(element, 0, equals))};
        bool has_equals = equals != SIZE_MAX;
        if (has_equals)
            tag.value = mw_span_trim(mw_span_from(element, equals + 1));
        tag.offset = tag.name.data ? (size_t)(tag.name.data - text.data) : text.len;
        if (!rest.data && !has_equals && tag.name.len == 0)
            break; /* behind the final semicolon */
        if (list.n_tags == MW_MAX_TAGS) {
            note(&list, "too many tags", tag.offset);
            break;
        }
        const char *error = fault(arena, &list, &tag, has_equals);
        note(&list, error, tag.offset);
        if (has_equals && tag.name.len && !find(&list, tag.name))
            tags[list.n_tags++] = tag;
    } while (rest.data);
    list.tags = mw_memdup(arena, tags, list.n_tags * sizeof(mw_tag));
    return list;
}

mw_span mw_taglist_get(const mw_taglist *list, const char *name) {
    const mw_tag *tag = find(list, mw_span_of(name));
    return tag ? tag->value : (mw_span){NULL, 0};
}

bool mw_taglist_has(const mw_taglist *list, const char *name) {
    return find(list, mw_span_of(name)) != NULL;
}

char *mw_tag_compact(mw_arena *arena, mw_span value) {
    if (!value.data)
        return NULL;
    char *out = mw_alloc(arena, value.len + 1), *p = out;
    for (size_t i = 0; i < value.len; i++)
        if (!is_fws(value.data[i]))
            *p++ = value.data[i];
    return out;
}

bool mw_tag_listed(mw_span list, const char *word) {
    while (list.data)
        if (mw_span_is(mw_span_trim(mw_span_cut(&list, ':')), word))
            return true;
    return false;
}

static int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

mw_span mw_tag_base64(mw_arena *arena, mw_span text) {
    static const mw_span none = {NULL, 0};
    char *out = mw_alloc(arena, text.len / 4 * 3 + 4), *p = out;
    uint32_t bits = 0;
    size_t digits = 0, padding = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (is_fws(c))
            continue;
        if (c == '=') {
            padding++;
            continue;
        }
        int digit = base64_digit(c);
        if (digit < 0 || padding)
            return none;
        bits = bits << 6 | (uint32_t)digit;
        if (digits++ % 4)
            *p++ = (char)(bits >> (6 - 2 * ((digits - 1) % 4)));
    }
    if (digits == 0 || digits % 4 == 1 || padding > 2)
        return none;
    return (mw_span){out, (size_t)(p - out)};
}
