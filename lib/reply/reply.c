#include "reply/reply.h"

#include "reply/codes.h"
#include "reply/pasted.h"
#include "reply/wrapping.h"

/* ---- white space ------------------------------------------------------------------------------------- */

/* One line: runs of white space and controls are one blank, typographic apostrophes plain ones. */
static char *one_line(mw_arena *arena, mw_span text) {
    if (text.len > MW_REPLY_TEXT)
        text.len = MW_REPLY_TEXT;
    char *out = mw_alloc(arena, text.len + 1), *to = out;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c <= ' ' || c == 0x7f) {
            if (to > out && to[-1] != ' ')
                *to++ = ' ';
        } else if (c == 0xe2 && i + 2 < text.len && (unsigned char)text.data[i + 1] == 0x80 &&
                   ((unsigned char)text.data[i + 2] | 1) == 0x99) {
            *to++ = '\'';
            i += 2;
        } else {
            *to++ = (char)c;
        }
    }
    while (to > out && to[-1] == ' ')
        to--;
    *to = '\0';
    return out;
}

/* ---- escapes and seams --------------------------------------------------------------------------------- */

static bool octal(mw_span text, size_t at) {
    return at + 4 <= text.len && text.data[at] == '\\' && text.data[at + 1] >= '2' &&
           text.data[at + 1] <= '3' && text.data[at + 2] >= '0' && text.data[at + 2] <= '7' &&
           text.data[at + 3] >= '0' && text.data[at + 3] <= '7';
}

/* The status stands in the text before already. */
static bool is_repeated(mw_span text, size_t at, mw_span status) {
    return memmem(text.data, at, status.data, status.len) != NULL;
}

/* "unauthenticated.5.7.26": a status right behind a sentence; "with a hard5.7.26", where it is one that the
 * reply has. */
static bool seam(mw_span text, size_t i) {
    char c = text.data[i];
    if ((c != '4' && c != '5') || i < 2)
        return false;
    char b = text.data[i - 1], further = text.data[i - 2];
    bool sentence = strchr(".,;:", b) && (g_ascii_isalpha(further) || further == ')');
    if (!sentence && !g_ascii_isalpha(b))
        return false;
    mw_span status = mw_smtp_status_at(mw_span_from(text, i));
    return status.len && status.data == text.data + i && (sentence || is_repeated(text, i, status));
}

static bool is_escaped(mw_span text) {
    for (size_t i = 0; i < text.len; i++) {
        if (octal(text, i) || seam(text, i))
            return true;
    }
    return false;
}

/* No letter of the text is UTF-8, and some byte is none of ASCII. */
static bool is_eight_bit(mw_span text) {
    bool any = false;
    for (size_t i = 0; i < text.len; i++) {
        gunichar c =
            text.data[i] & 0x80 ? g_utf8_get_char_validated(text.data + i, (gssize)(text.len - i)) : 0;
        if (c && c < (gunichar)-2)
            return false;
        any = any || c;
    }
    return any;
}

/* A reply says nothing of its charset: what can't be UTF-8 is read as the one most often meant. */
static mw_span latin(mw_arena *arena, mw_span text) {
    gsize len;
    g_autofree char *out =
        is_eight_bit(text) ? g_convert(text.data, (gssize)text.len, "UTF-8", "WINDOWS-1252", NULL, &len, NULL)
                           : NULL;
    return out ? (mw_span){mw_strndup(arena, out, len), len} : text;
}

/* Exim's "\303\251" as the bytes that they stand for; a blank where OpenSMTPD glues a
 * line to the next one's code: "unauthenticated.5.7.26 Gmail". */
static mw_span unescaped(mw_arena *arena, mw_span text) {
    if (!is_escaped(text))
        return latin(arena, text);
    GString *out = g_string_sized_new(text.len);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (seam(text, i))
            g_string_append_c(out, ' ');
        if (octal(text, i)) {
            c = (char)((text.data[i + 1] - '0') << 6 | (text.data[i + 2] - '0') << 3 |
                       (text.data[i + 3] - '0'));
            i += 3;
        }
        g_string_append_c(out, c);
    }
    mw_span whole = latin(arena, (mw_span){out->str, out->len});
    whole = (mw_span){mw_strndup(arena, whole.data, whole.len), whole.len};
    g_string_free(out, TRUE);
    return whole;
}

/* ---- several lines ----------------------------------------------------------------------------------- */

/* The status again where one line was joined to the next ("is very 4.7.28 low"), not what a sentence names
 * ("error 4.7.28"). */
static mw_span repeated_status(mw_span words, size_t at, const char *enhanced) {
    static const char *const names[] = {"error", "code", "status", "see", "("};
    mw_span none = {words.data, 0};
    if (!enhanced || at == 0 || words.data[at - 1] != ' ' ||
        !mw_span_starts(mw_span_from(words, at), enhanced))
        return none;
    mw_span before = mw_span_trim(mw_span_slice(words, 0, at)),
            status = mw_smtp_status_at(mw_span_from(words, at));
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (mw_span_ends(before, names[i]))
            return none;
    }
    return status.len == strlen(enhanced) && mw_char_at(words, at + status.len) == ' ' ? status : none;
}

/* The words without the prefix that each line of a reply repeats ("550-5.7.26 "). hyphen: it has such lines,
 * so the bare code begins a line, too. */
static char *join(mw_arena *arena, mw_span words, const char *code, const char *enhanced, bool hyphen) {
    g_autoptr(GString) out = g_string_sized_new(words.len);
    for (size_t i = 0; i < words.len;) {
        if (mw_span_starts(mw_span_from(words, i), "<<< ")) { /* a transcript's mark */
            i += 4;
            continue;
        }
        bool line = code && (i == 0 || words.data[i - 1] == ' ') && words.len - i > 3 &&
                    memcmp(words.data + i, code, 3) == 0 &&
                    (words.data[i + 3] == '-' || words.data[i + 3] == ' ');
        if (line) {
            mw_span rest = mw_span_from(words, i + 4);
            mw_span status = mw_smtp_status_at(rest);
            bool same = enhanced && status.len && mw_span_is(status, enhanced);
            if (same || words.data[i + 3] == '-' || hyphen) {
                i += 4;
                hyphen = hyphen || words.data[i - 1] == '-';
                if (same)
                    i = (size_t)(status.data - words.data) + status.len;
                while (i < words.len && words.data[i] == ' ')
                    i++;
                continue;
            }
        }
        mw_span again = repeated_status(words, i, enhanced);
        if (again.len) {
            i += again.len + 1;
            continue;
        }
        g_string_append_c(out, words.data[i++]);
    }
    return mw_strndup(arena, out->str, out->len);
}

/* In a transcript the reply ends where the next command or the next reply begins. */
static mw_span cut_session(mw_span rest, const char *code, bool transcript) {
    static const char *const marks[] = {" <<< ", " >>> "};
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        size_t at = mw_span_search(rest, marks[i]);
        while (at != SIZE_MAX && mw_span_starts(mw_span_from(rest, at + 5), code)) {
            size_t next = mw_span_search(mw_span_from(rest, at + 5), marks[i]);
            at = next == SIZE_MAX ? next : at + 5 + next;
        }
        rest = mw_span_slice(rest, 0, at);
    }
    for (size_t at = 0; transcript && (at = mw_code_find(rest, at, 1)) != SIZE_MAX; at += 3) {
        if (memcmp(rest.data + at, code, 3) != 0 ||
            mw_span_search(mw_span_slice(rest, at, at + 80), "...") != SIZE_MAX)
            return mw_span_slice(rest, 0, at);
    }
    return rest;
}

static bool has_letter(mw_span text) {
    for (size_t i = 0; i < text.len; i++) {
        if (g_ascii_isalpha(text.data[i]) || (text.data[i] & 0x80))
            return true;
    }
    return false;
}

static mw_span uncoded_status(const mw_pairs *pairs, mw_span *words);

/* A program's own words around a reply: "SMTP server error: DATA END command failed Detail: Mailbox full SMTP
 * code: 552 Additional SMTP info: 5.2.2" (PHPMailer), "Mailbox full, code: 552". */
static mw_span cut_code_label(mw_span before) {
    static const char *const labels[] = {"smtp code", "code"};
    before = mw_span_strip_end(before, " :=#");
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
        if (!mw_span_ends(before, labels[i]))
            continue;
        before.len -= strlen(labels[i]);
        size_t detail = mw_span_search(before, "detail: ");
        if (detail != SIZE_MAX)
            before = mw_span_from(before, detail + strlen("detail: "));
        return mw_span_trim(mw_span_strip_end(before, " ,;-.(["));
    }
    return (mw_span){before.data, 0};
}

/* "Mailbox full (552)": the code stands behind the words. */
static void read_words_before(mw_arena *arena, const mw_pairs *pairs, mw_span before, mw_smtp_reply *reply) {
    mw_span status = uncoded_status(pairs, &before);
    if (status.len && !reply->enhanced)
        reply->enhanced = mw_span_dup(arena, status);
    reply->words = mw_span_dup(arena, mw_span_trim(mw_span_strip_end(before, " ([<:")));
}

static void read_coded(mw_arena *arena, const mw_pairs *pairs, mw_span text, size_t at,
                       mw_smtp_reply *reply) {
    mw_reply_read_host(arena, pairs, mw_span_slice(text, 0, at), reply);
    if (!reply->host) { /* a report's field in the text for people stands behind the reply */
        size_t place;
        mw_span host = mw_reply_host_behind(pairs, mw_span_from(text, at), "remote system: dns;", &place);
        reply->host = host.len ? mw_span_dup(arena, host) : NULL;
    }
    reply->command = mw_reply_command_named(pairs, mw_span_slice(text, 0, at));
    reply->code = mw_strndup(arena, text.data + at, 3);
    bool hyphen = mw_char_at(text, at + 3) == '-';
    mw_span rest = mw_span_from(text, at + 3);
    mw_span status = mw_smtp_status_at(rest);
    if (status.len) {
        rest = mw_span_from(rest, (size_t)(status.data - rest.data) + status.len);
    } else {
        while (rest.len && strchr(" -:'\"", rest.data[0]))
            rest = mw_span_from(rest, 1);
        status = mw_status_find(rest);
        if (!status.len) { /* "5.1.0 - Unknown address error 550" */
            status = mw_status_find(mw_span_slice(text, 0, at));
        } else if (status.data == rest.data) { /* "550 550 5.7.1", "550: 5.2.2" */
            rest = mw_span_from(rest, status.len);
        }
    }
    if (status.len)
        reply->enhanced = mw_span_dup(arena, status);
    while (rest.len && strchr(" :)", rest.data[0]))
        rest = mw_span_from(rest, 1);
    rest = cut_session(rest, reply->code, mw_span_search(text, "<<<") != SIZE_MAX);
    rest = mw_reply_cut_behind(pairs, mw_span_trim(rest), reply);
    reply->words = join(arena, rest, reply->code, reply->enhanced, hyphen);
    mw_span before = mw_span_slice(text, 0, at), labelled = cut_code_label(before);
    bool enclosed = at > 1 && strchr("([", text.data[at - 1]), empty = !has_letter(rest);
    if (has_letter(labelled) && (empty || mw_span_starts(rest, "additional smtp info")))
        read_words_before(arena, pairs, labelled, reply);
    else if (enclosed && empty && has_letter(before))
        read_words_before(arena, pairs, before, reply);
}

/* The status of a text without a code, which *words is without its wrapping; cut off where it stands in
 * front. */
static mw_span uncoded_status(const mw_pairs *pairs, mw_span *words) {
    *words = mw_reply_cut_before(pairs, *words);
    mw_span status = mw_smtp_status_at(*words);
    if (!status.len || !strchr("45", status.data[0]))
        return mw_status_find(*words);
    *words = mw_span_trim(mw_span_from(*words, (size_t)(status.data - words->data) + status.len));
    return status;
}

static void read_uncoded(mw_arena *arena, const mw_pairs *pairs, mw_span text, mw_smtp_reply *reply) {
    mw_span words = text, status = uncoded_status(pairs, &words);
    mw_reply_read_host(arena, pairs, text, reply);
    reply->command = mw_reply_command_named(pairs, text);
    if (status.len)
        reply->enhanced = mw_span_dup(arena, status);
    words = mw_reply_cut_behind(pairs, words, reply);
    reply->words = mw_span_dup(arena, words);
}

int mw_smtp_code_grade(mw_arena *arena, mw_span input) {
    mw_span text = mw_span_of(one_line(arena, input));
    if (mw_code_choose(text) != SIZE_MAX)
        return 2;
    mw_pairs pairs;
    mw_pairs_read(&pairs, text);
    return uncoded_status(&pairs, &text).len ? 1 : 0;
}

const mw_smtp_reply *mw_smtp_reply_read(mw_arena *arena, mw_span input) {
    mw_smtp_reply *reply = mw_new(arena, mw_smtp_reply);
    mw_span said = mw_reply_as_said(arena, mw_span_slice(input, 0, MW_REPLY_TEXT));
    reply->text = one_line(arena, unescaped(arena, said));
    mw_span text = mw_span_of(reply->text);
    size_t at = mw_code_choose(text);
    mw_pairs pairs;
    mw_pairs_read(&pairs, text);
    if (at != SIZE_MAX)
        read_coded(arena, &pairs, text, at, reply);
    else
        read_uncoded(arena, &pairs, text, reply);
    reply->match =
        mw_printf(arena, "%s%s%s%s%s", reply->code ? reply->code : "", reply->code ? " " : "",
                  reply->enhanced ? reply->enhanced : "", reply->enhanced ? " " : "", reply->words);
    return reply;
}
