#include "bounce/notice.h"

#include "base/limits.h"
#include "bounce/original.h"
#include "bounce/parts.h"
#include "bounce/notice_address.h"
#include "bounce/notice_intro.h"
#include "reply/reply.h"

enum {
    MAX_LINES = 4000,
    MAX_OWN_LINES = 30, /* of the text that belongs to one recipient */
    MAX_OWN_TEXT = 4000,
};

static int code_grade(mw_arena *arena, const char *text) {
    return mw_smtp_code_grade(arena, mw_span_of(text));
}

static bool has_code(mw_arena *arena, const char *text) {
    return code_grade(arena, text) > 0;
}

/* ---- collecting ---------------------------------------------------------------------------------------- */

typedef struct collector {
    mw_arena *arena;
    const mw_phrases *phrases;
    const char *sender;
    GPtrArray *found;  /* of mw_notice_recipient * */
    GHashTable *known; /* lower-case address to mw_notice_recipient * */
    mw_notice_recipient *now;
    GString *own; /* the text of the current recipient */
    GString
        *before; /* text since the last recipient: what stands in front of the first one may speak of it */
    size_t paragraph;     /* length of the first paragraph of own, 0: it goes on */
    size_t indent;        /* of the line that named the recipient */
    int own_lines, blank; /* blank: empty lines since the last one with words */
    bool bare;            /* the line that named the recipient says nothing else */
    bool closed;          /* the text of the current recipient is complete */
    bool footers;         /* the text has words of those somewhere */
    bool talking;         /* inside a transcript: a reply waits for its recipient */
} collector;

static void append(GString *to, mw_span text) {
    text = mw_span_trim(text);
    if (!text.len || to->len + text.len > MAX_OWN_TEXT)
        return;
    if (to->len)
        g_string_append_c(to, ' ');
    g_string_append_len(to, text.data, (gssize)text.len);
}

/* The collected text becomes that of the current recipient, where it is better than what that has. */
static void finish(collector *c) {
    if (!c->now)
        return;
    const char *own = c->own->str;
    if (c->bare && c->own_lines == 1 && g_str_has_suffix(own, ":"))
        own = ""; /* the heading of the next one */
    int grade = code_grade(c->arena, own);
    if (*own && (!*c->now->text || code_grade(c->arena, c->now->text) < grade)) {
        /* without a code the first paragraph is what speaks of the recipient */
        size_t end = grade == 0 && c->paragraph ? c->paragraph : c->own->len;
        c->now->text = mw_strndup(c->arena, own, end);
        c->now->more = mw_strdup(c->arena, own);
    }
    c->now = NULL;
}

static void begin(collector *c, const mw_intro *in, size_t indent) {
    g_autofree char *key = g_ascii_strdown(in->address.data, (gssize)in->address.len);
    mw_notice_recipient *r = g_hash_table_lookup(c->known, key);
    bool pending = c->talking && c->before->len;
    finish(c);
    if (!r) {
        if (c->found->len >= MW_MAX_RECIPIENTS)
            return;
        r = mw_new(c->arena, mw_notice_recipient);
        r->address = mw_span_dup(c->arena, in->address);
        r->text = r->more = "";
        g_ptr_array_add(c->found, r);
        g_hash_table_insert(c->known, mw_strdup(c->arena, key), r);
    }
    r->strong = r->strong || in->grade == MW_HOLD_STRONG;
    c->now = r;
    g_string_truncate(c->own, 0);
    if (pending)
        append(c->own, mw_span_of(c->before->str));
    g_string_truncate(c->before, 0);
    append(c->own, in->rest);
    c->bare = !c->own->len;
    c->indent = indent;
    c->own_lines = 0;
    c->paragraph = 0;
    c->closed = false;
}

/* The line says whom to ask, or what to do: nothing of the recipient. */
static bool is_advice(mw_span line) {
    static const char *const begins[] = {"please ",       "for further ", "for assistance",
                                         "no action is ", "if you ",      NULL};
    return mw_span_begins(line, begins);
}

/* The line begins to tell the reason. */
static bool is_reason(mw_span line) {
    static const char *const begins[] = {"reason", "error",   "because", "due to",
                                         "cause",  "diagnos", "details", NULL};
    return mw_span_begins(line, begins);
}

/* The line belongs to the recipient that was named last. */
static void follow(collector *c, mw_span line) {
    append(c->before, line);
    if (!c->now || c->closed)
        return;
    bool alias = mw_span_starts(line, "(expanded from") && mw_span_ends(line, ")");
    if (alias)
        return;
    if (c->blank && c->own->len && has_code(c->arena, c->own->str)) {
        c->closed = true; /* the paragraph with the code was the last one */
        return;
    }
    bool heading = c->own->len && c->own->str[c->own->len - 1] == ':';
    if (c->blank && !c->own->len && is_advice(line)) {
        c->closed = true;
        return;
    }
    if (c->blank && !c->paragraph && c->own->len >= 12 && !heading && !is_reason(line))
        c->paragraph = c->own->len;
    append(c->own, line);
    c->closed = ++c->own_lines >= MAX_OWN_LINES;
}

/* ">>> MAIL FROM", "<<< 550 no", "While talking to": lines of a session. True when the line is done with. */
static bool session_line(collector *c, mw_span line) {
    if (mw_span_search(line, "while talking to") != SIZE_MAX ||
        mw_span_search(line, "transcript of session") != SIZE_MAX) {
        if (c->now)
            finish(c);
        c->talking = true;
        g_string_truncate(c->before, 0);
        if (mw_span_search(line, "while talking to") != SIZE_MAX)
            append(c->before, line);
        return true;
    }
    if (mw_span_starts(line, "<<<") && c->talking && c->now && has_code(c->arena, c->own->str) &&
        mw_smtp_code_find(mw_span_trim(mw_span_from(line, 3)), 0) == 0 &&
        mw_span_search(mw_span_of(c->own->str), "<<<") == SIZE_MAX) {
        finish(c); /* the reply to the next command */
        g_string_truncate(c->before, 0);
    }
    return false;
}

/* A rule across the page, below which scanners and lawyers write. */
static bool is_rule(mw_span line) {
    return line.len >= 8 && mw_span_strip(line, "_").len == 0;
}

/* What stands below every mail or, at the beginning of a line, what labels the mail that was sent: its
 * subject may read like a reply. */
static bool is_footer(const collector *c, mw_span line) {
    mw_span folded = mw_phrases_fold(c->arena, line);
    return mw_phrases_begin(c->phrases, MW_PHRASE_FOOTER, folded) ||
           (mw_phrases_count(c->phrases, MW_PHRASE_FOOTER, folded, 1) &&
            mw_smtp_code_find(line, 0) == SIZE_MAX);
}

static void take_line(collector *c, mw_span raw, mw_span previous) {
    mw_span line = mw_span_trim(raw);
    if (!mw_notice_has_word(line)) {
        c->blank++;
        c->closed = c->closed || (is_rule(line) && c->now);
        return;
    }
    if (c->footers && is_footer(c, line))
        return;
    if (session_line(c, line))
        return;
    mw_intro in = mw_notice_introduce(c->arena, c->phrases, line, previous);
    size_t indent = (size_t)(line.data - raw.data);
    bool own = in.grade != MW_HOLD_NONE && c->now && mw_span_is(in.address, c->now->address);
    bool sender = in.grade != MW_HOLD_NONE && c->sender && mw_span_is(in.address, c->sender);
    /* a mention within its text, also where a fold puts it at the beginning of a line */
    bool goes_on = in.sentence && c->own->len && !c->blank && indent > c->indent;
    bool inside = c->now && c->now->strong && (in.grade == MW_HOLD_WEAK || goes_on);
    /* a transcript's reply with another address belongs to who is being spoken of, if nothing was said yet */
    bool reply_of = in.grade == MW_HOLD_STRONG && c->now && !c->talking && in.rest.data == line.data &&
                    mw_smtp_code_find(line, 0) == 0 && !has_code(c->arena, c->own->str);
    if (in.grade == MW_HOLD_NONE || inside || reply_of || (sender && in.grade == MW_HOLD_WEAK))
        follow(c, line);
    else if (own && c->own->len && !c->blank)
        follow(c, line);
    else
        begin(c, &in, indent);
    c->blank = 0;
}

/* Recipients of a list share the text behind its last one, or what stood in front of the first; the end of a
 * transcript is said of those of whom nothing was said. */
static void share(mw_arena *arena, GPtrArray *found, const char *lead, const char *end) {
    if (!found->len)
        return;
    for (guint i = 0; end && i < found->len; i++) {
        mw_notice_recipient *r = found->pdata[i];
        if (!*r->text)
            r->text = r->more = end;
    }
    bool lead_code = lead && code_grade(arena, lead) == 2;
    const char *text = NULL;
    for (guint i = found->len; i-- > 0;) {
        mw_notice_recipient *r = found->pdata[i];
        if (*r->text)
            text = r->text;
        else if (text)
            r->text = text;
    }
    for (guint i = 0; i < found->len; i++) {
        mw_notice_recipient *r = found->pdata[i];
        if (lead && (!*r->text || (lead_code && code_grade(arena, r->text) < 2)))
            r->text = r->more = lead;
    }
}

/* Only those that stand where recipients stand, if there are any; the sender only if nobody else is there. */
static GPtrArray *choose(mw_arena *arena, GPtrArray *found, const char *sender) {
    for (int pass = 0; pass < 4; pass++) {
        GPtrArray *out = mw_array_new(arena);
        for (guint i = 0; i < found->len; i++) {
            mw_notice_recipient *r = found->pdata[i];
            bool self = sender && g_ascii_strcasecmp(r->address, sender) == 0;
            if ((r->strong || pass % 2) && (!self || pass >= 2))
                g_ptr_array_add(out, r);
        }
        if (out->len)
            return out;
    }
    return mw_array_new(arena);
}

/* ---- the whole ----------------------------------------------------------------------------------------- */

/* The lines of a text, at most MAX_LINES. */
static GArray *split(mw_span text) {
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(mw_span));
    while (text.len && lines->len < MAX_LINES) {
        size_t end = 0;
        while (end < text.len && text.data[end] != '\n' && text.data[end] != '\r')
            end++;
        mw_span line = mw_span_slice(text, 0, end);
        g_array_append_val(lines, line);
        size_t next = end;
        while (next < text.len && text.data[next] == '\r') /* some write CR CR LF */
            next++;
        bool pair = next < text.len && next > end && text.data[next] == '\n';
        text = mw_span_from(text, pair ? next + 1 : end + 1);
    }
    return lines;
}

const mw_notice *mw_notice_read(mw_arena *arena, const mw_phrases *phrases, mw_span text,
                                const char *sender) {
    mw_notice *notice = mw_new(arena, mw_notice);
    text = mw_span_slice(text, 0, MW_BOUNCE_TEXT);
    g_autoptr(GArray) split_lines = split(text);
    const mw_span *lines = (const mw_span *)(const void *)split_lines->data;
    mw_span low = mw_phrases_fold(arena, text);
    mw_pairs pairs; /* a part of the text has no others */
    mw_pairs_read(&pairs, low);
    bool separated = mw_phrases_among(phrases, MW_PHRASE_ORIGINAL, &pairs, low, 1);
    size_t from, n = split_lines->len, cut = mw_bounce_separator(arena, phrases, separated, lines, n, &from);
    notice->text = text;
    if (cut < n)
        notice->text = mw_span_slice(text, 0, (size_t)(lines[cut].data - text.data));
    if (from < n)
        notice->original = mw_span_from(text, (size_t)(lines[from].data - text.data));
    g_autoptr(GString) own = g_string_new(NULL);
    g_autoptr(GString) before = g_string_new(NULL);
    collector c = {.arena = arena,
                   .phrases = phrases,
                   .sender = sender,
                   .found = mw_array_new(arena),
                   .own = own,
                   .before = before};
    c.footers = mw_phrases_among(phrases, MW_PHRASE_FOOTER, &pairs, low, 1);
    c.known = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GString) lead = g_string_new(NULL);
    mw_span previous = {NULL, 0};
    for (size_t i = 0; i < cut; i++) {
        if (!c.found->len && before->len && before->len < MAX_OWN_TEXT)
            g_string_assign(lead, before->str);
        take_line(&c, lines[i], previous);
        if (mw_notice_has_word(lines[i]))
            previous = mw_span_trim(lines[i]);
    }
    finish(&c);
    g_hash_table_unref(c.known);
    notice->recipients = choose(arena, c.found, sender);
    bool ended = c.talking && code_grade(arena, before->str) == 2;
    share(arena, notice->recipients, lead->len ? mw_strdup(arena, lead->str) : NULL,
          ended ? mw_strdup(arena, before->str) : NULL);
    if (cut < n)
        low = mw_phrases_fold(arena, notice->text);
    notice->words = mw_notice_words_of(phrases, &pairs, low);
    return notice;
}
