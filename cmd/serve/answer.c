#include "answer.h"
#include "page.h"

#include <string.h>
#include <unistd.h>

/* Our pages: our own files alone, and forms to here. */
static const char page_policy[] =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
static const char bare_policy[] = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/* A report with its style in it: this style, and nothing else. */
static const char *report_policy(void) {
    static char *policy;
    if (!policy) {
        guint8 digest[32];
        gsize size = sizeof digest;
        GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
        g_checksum_update(sum, (const guchar *)mw_html_style(), -1);
        g_checksum_get_digest(sum, digest, &size);
        g_checksum_free(sum);
        g_autofree char *hash = g_base64_encode(digest, size);
        policy = g_strdup_printf("%s; style-src 'sha256-%s'; sandbox", bare_policy, hash);
    }
    return policy;
}

static enum MHD_Result queue(struct MHD_Connection *c, struct MHD_Response *r, guint status, const char *type,
                             const char *policy, const char *more, const char *value) {
    const char *const fields[][2] = {
        {"Content-Type", type},
        {"Content-Security-Policy", policy},
        {"Cache-Control", "no-store"},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {more, value},
    };
    if (!r)
        return MHD_NO;
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
        if (fields[i][0])
            MHD_add_response_header(r, fields[i][0], fields[i][1]);
    enum MHD_Result good = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return good;
}

static enum MHD_Result queue_text(struct MHD_Connection *c, guint status, const char *type, char *text,
                                  const char *more, const char *value) {
    struct MHD_Response *r = MHD_create_response_from_buffer_with_free_callback(strlen(text), text, g_free);
    const char *policy = g_str_has_prefix(type, "text/html") ? page_policy : bare_policy;
    return queue(c, r, status, type, policy, more, value);
}

enum MHD_Result answer_text(struct MHD_Connection *c, guint status, const char *type, char *text) {
    return queue_text(c, status, type, text, NULL, NULL);
}

static bool is_browser(struct MHD_Connection *c) {
    const char *accept = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Accept");
    return accept && strstr(accept, "text/html");
}

enum MHD_Result answer_error(struct MHD_Connection *c, answer_to to, const refusal *why) {
    if (to == TO_BROWSER || (to == TO_WHOEVER && is_browser(c)))
        return queue_text(c, why->status, "text/html; charset=utf-8", page_error(PAGE_REFUSED, why->line),
                          why->more, why->value);
    return queue_text(c, why->status, "application/json", mw_error_format("request", why->line, "json"),
                      why->more, why->value);
}

enum MHD_Result answer_file(struct MHD_Connection *c, const char *type, const char *text, gsize size) {
    struct MHD_Response *r = MHD_create_response_from_buffer(size, (void *)text, MHD_RESPMEM_PERSISTENT);
    return queue(c, r, MHD_HTTP_OK, type, bare_policy, NULL, NULL);
}

enum MHD_Result answer_result(struct MHD_Connection *c, const job_result *result) {
    static const char *const types[RESULT_TYPES] = {[RESULT_TEXT] = "text/plain; charset=utf-8",
                                                    [RESULT_JSON] = "application/json",
                                                    [RESULT_LINES] = "application/x-ndjson",
                                                    [RESULT_HTML] = "text/html; charset=utf-8",
                                                    [RESULT_PAGE] = "text/html; charset=utf-8",
                                                    [RESULT_MARKDOWN] = "text/markdown; charset=utf-8",
                                                    [RESULT_XML] = "application/xml",
                                                    [RESULT_SARIF] = "application/sarif+json"};
    struct MHD_Response *r = MHD_create_response_from_fd_at_offset64(result->size, result->fd, RESULT_BODY);
    if (!r)
        close(result->fd);
    const char *policy = result->type == RESULT_PAGE   ? page_policy
                         : result->type == RESULT_HTML ? report_policy()
                                                       : bare_policy;
    return queue(c, r, result->status, types[result->type], policy, NULL, NULL);
}
