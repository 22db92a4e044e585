#include "bounce/json.h"

#include "base/limits.h"
#include "bounce/recipients.h"

enum { MAX_STRING = 2000 };

/* The string that a key has, from a place; moves the place behind it. NULL without one. */
static char *json_string(mw_arena *arena, mw_span text, const char *key, size_t *at) {
    g_autofree char *mark = g_strdup_printf("\"%s\"", key);
    size_t found = mw_span_search(mw_span_from(text, *at), mark);
    if (found == SIZE_MAX)
        return NULL;
    size_t i = *at + found + strlen(mark), to = 0;
    while (i < text.len && strchr(" \t\r\n:", text.data[i]))
        i++;
    if (i >= text.len || text.data[i] != '"')
        return NULL;
    char *out = mw_alloc(arena, MAX_STRING + 1);
    for (i++; i < text.len && text.data[i] != '"' && to < MAX_STRING; i++) {
        if (text.data[i] == '\\' && i + 1 < text.len)
            i++;
        out[to++] = text.data[i];
    }
    *at = i;
    return out;
}

/* Without the breaks that long lines got, and JSON that is a string within JSON opened. */
static mw_span unwrap_json(mw_arena *arena, mw_span text) {
    bool quoted = mw_span_search(mw_span_slice(text, 0, 4000), "{\\\"notificationtype\\\"") != SIZE_MAX ||
                  mw_span_search(mw_span_slice(text, 0, 4000), "{\\\"eventtype\\\"") != SIZE_MAX;
    char *out = mw_alloc(arena, text.len + 1), *to = out;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c == '\r' || c == '\n' || (c == '!' && i + 1 < text.len && strchr("\r\n", text.data[i + 1])))
            continue;
        if (c == '\\' && quoted && i + 1 < text.len)
            c = text.data[++i];
        *to++ = c;
    }
    return (mw_span){out, (size_t)(to - out)};
}

bool mw_bounce_read_json(mw_arena *arena, mw_bounce *bounce, mw_span text) {
    size_t at = 0;
    if (!mw_span_starts(mw_span_trim(text), "{"))
        return false;
    text = unwrap_json(arena, text);
    const char *type = json_string(arena, text, "notificationType", &at);
    type = type ? type : json_string(arena, text, "eventType", &at);
    if (!type)
        return false;
    bounce->form = "Amazon SES";
    bounce->kind = strcmp(type, "Bounce") == 0      ? MW_BOUNCE_FAILURE
                   : strcmp(type, "Complaint") == 0 ? MW_BOUNCE_COMPLAINT
                                                    : MW_BOUNCE_SUCCESS;
    size_t list = mw_span_search(text, "\"bouncedRecipients\"");
    if (bounce->kind != MW_BOUNCE_FAILURE || list == SIZE_MAX)
        return true;
    mw_span rest = mw_span_from(text, list);
    size_t end = mw_span_find(rest, ']');
    rest = mw_span_slice(rest, 0, end);
    for (at = 0; bounce->recipients->len < MW_MAX_RECIPIENTS;) {
        char *address = json_string(arena, rest, "emailAddress", &at);
        if (!address)
            break;
        size_t next = mw_span_search(mw_span_from(rest, at), "\"emailAddress\"");
        mw_span one = mw_span_slice(rest, at, next == SIZE_MAX ? rest.len : at + next);
        size_t a = 0, s = 0, d = 0;
        const char *action = json_string(arena, one, "action", &a),
                   *status = json_string(arena, one, "status", &s);
        const char *text_of_reply = json_string(arena, one, "diagnosticCode", &d);
        mw_bounce_recipient *r =
            mw_bounce_add(arena, bounce, address, text_of_reply ? text_of_reply : "", false);
        r->action = action ? action : "failed";
        mw_bounce_set_reply(r, r->reply, status);
    }
    return true;
}
