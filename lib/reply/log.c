#include "reply/log.h"

#include "base/pairs.h"
#include "reply/pasted.h"

/* ---- lines ------------------------------------------------------------------------------------------- */

static mw_span next_line(mw_span *rest) {
    return mw_span_strip_end(mw_span_cut(rest, '\n'), "\r ");
}

/* "550 no": the last line of a reply, and not one of "550-no" that goes on. */
static bool final_line(mw_span line) {
    line = mw_span_trim(line);
    return mw_smtp_code_find(line, 0) == 0 && line.len > 3 && line.data[3] != '-';
}

static bool month(mw_span line) {
    static const char *const months[] = {"jan ", "feb ", "mar ", "apr ", "may ", "jun ", "jul ",
                                         "aug ", "sep ", "oct ", "nov ", "dec ", NULL};
    return line.len > 15 && mw_span_begins(line, months) && strchr(" 0123456789", line.data[4]);
}

/* It begins as the lines of mail logs do: "Nov 27 10:00:00", "2026-11-27 10:00", "1764237600.123". */
static bool stamped(mw_span line) {
    size_t digits = 0;
    while (digits < line.len && g_ascii_isdigit(line.data[digits]))
        digits++;
    bool date = digits == 4 && line.len > 10 && line.data[4] == '-' && line.data[7] == '-';
    bool seconds = digits == 10 && line.len > 12 && strchr(". ", line.data[10]);
    return month(line) || date || seconds || mw_span_starts(line, "@40000000");
}

/* A line of a log that tells of a mail that was not taken. */
static bool tells_failure(mw_arena *arena, mw_span line) {
    static const char *const taken[] = {"status=sent", "stat=sent",   " => ", " completed",
                                        " success: ",  ",smtp,send,", NULL};
    static const char *const marks[] = {
        "status=bounced", "status=deferred", "status=expired", "stat=",    "reject",   " ** ",
        " == ",           "said:",           "deferral:",      "failure:", "permfail", "tempfail",
        "result=\"",      ",smtp,fail,",     ",smtp,defer,",   NULL};
    if (mw_span_holds(line, taken))
        return false;
    return mw_span_holds(line, marks) || mw_smtp_code_grade(arena, line) == 2;
}

/* Of a line in which no reply stands by itself, what it says of the cause: "connect to mx.example.net:
 * Connection timed out" without date, queue and recipient. */
static mw_span reason_in(mw_arena *arena, mw_span line) {
    static const struct {
        const char *lead, *end;
    } places[] = {
        {" reply=", ", stat="},     {"{led=", "}"},   {"status=bounced (", NULL}, {"status=deferred (", NULL},
        {"status=expired (", NULL}, {" stat=", NULL}, {" failure: ", NULL},       {" deferral: ", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(places) && mw_smtp_code_grade(arena, line) < 2; i++) {
        size_t at = mw_span_search(line, places[i].lead);
        if (at == SIZE_MAX)
            continue;
        mw_span reason = mw_span_trim(mw_span_from(line, at + strlen(places[i].lead)));
        if (places[i].end)
            reason = mw_span_slice(reason, 0, mw_span_search(reason, places[i].end));
        else if (g_str_has_suffix(places[i].lead, "(") && reason.len && reason.data[reason.len - 1] == ')')
            reason.len--;
        return reason.len ? reason : line;
    }
    return line;
}

/* ---- counting ---------------------------------------------------------------------------------------- */

typedef struct reader {
    mw_arena *arena;
    mw_reply_log *log;
    GHashTable *known; /* key to mw_logged_reply * */
} reader;

/* The reply without addresses and numbers. */
static char *key_of(const mw_smtp_reply *reply) {
    g_autoptr(GString) key = g_string_new(NULL);
    for (mw_span rest = mw_span_of(reply->match); rest.data;) {
        mw_span word = mw_span_cut(&rest, ' ');
        bool number = mw_span_find(word, '@') != SIZE_MAX;
        for (size_t i = 0; i < word.len && key->len > 4; i++)
            number = number || g_ascii_isdigit(word.data[i]);
        g_string_append_len(key, number ? "#" : word.data, number ? 1 : (gssize)word.len);
        g_string_append_c(key, ' ');
    }
    return g_ascii_strdown(key->str, -1);
}

static void take(reader *r, mw_span text) {
    const mw_smtp_reply *reply = mw_smtp_reply_read(r->arena, mw_span_trim(text));
    g_autofree char *key = key_of(reply);
    mw_logged_reply *known = g_hash_table_lookup(r->known, key);
    r->log->lines++;
    if (known) {
        known->count++;
        return;
    }
    if (r->log->replies->len == MW_LOG_REPLIES) {
        r->log->left_out++;
        return;
    }
    mw_logged_reply *one = mw_new(r->arena, mw_logged_reply);
    *one = (mw_logged_reply){mw_span_trim(text), reply, 1};
    g_hash_table_insert(r->known, mw_strdup(r->arena, key), one);
    g_ptr_array_add(r->log->replies, one);
}

static int by_count(gconstpointer a, gconstpointer b) {
    const mw_logged_reply *x = *(const mw_logged_reply *const *)a, *y = *(const mw_logged_reply *const *)b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return x->text.data < y->text.data ? -1 : 1; /* in the order of the text */
}

/* Lines of a log, each by its own. */
static void read_log(reader *r, mw_span text) {
    for (mw_span rest = text; rest.data;) {
        mw_span line = next_line(&rest);
        if (stamped(mw_span_trim(line)) && tells_failure(r->arena, line))
            take(r, reason_in(r->arena, line));
    }
}

/* Replies one below the other: each ends with its final line and what is folded below that. */
static void read_list(reader *r, mw_span text) {
    size_t from = 0;
    bool ended = false;
    for (mw_span rest = text; rest.data;) {
        mw_span line = next_line(&rest);
        if (ended && mw_smtp_code_find(mw_span_trim(line), 0) == 0) {
            take(r, mw_span_slice(text, from, (size_t)(line.data - text.data)));
            from = (size_t)(line.data - text.data);
            ended = false;
        }
        ended = ended || final_line(line);
    }
    take(r, mw_span_from(text, from));
}

const mw_reply_log *mw_reply_log_read(mw_arena *arena, mw_span text) {
    mw_reply_log *log = mw_new(arena, mw_reply_log);
    text = mw_reply_as_said(arena, text);
    log->replies = mw_array_new(arena);
    guint failures = 0, finals = 0;
    for (mw_span rest = text; rest.data;) {
        mw_span line = mw_span_trim(next_line(&rest));
        failures += stamped(line) && tells_failure(arena, line);
        finals += final_line(line);
    }
    reader r = {arena, log, g_hash_table_new(g_str_hash, g_str_equal)};
    if (failures > 1)
        read_log(&r, text);
    else if (finals > 1)
        read_list(&r, text);
    else
        take(&r, text);
    g_hash_table_unref(r.known);
    g_ptr_array_sort(log->replies, by_count);
    return log;
}
