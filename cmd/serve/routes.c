#include "routes.h"
#include "door.h"
#include "page.h"

#include <string.h>

static enum MHD_Result give_form(const room *r, struct MHD_Connection *c) {
    g_autofree char *token = door_new_form_token(r->s, g_get_real_time() / G_USEC_PER_SEC);
    return answer_text(c, MHD_HTTP_OK, "text/html; charset=utf-8", page_form(r->s, token));
}

static enum MHD_Result give_file(struct MHD_Connection *c, const char *name, const char *type) {
    gsize size;
    const char *text = page_file(name, &size);
    return answer_file(c, type, text, size);
}

static enum MHD_Result give_css(const room *r, struct MHD_Connection *c) {
    return give_file(c, "page.css", "text/css; charset=utf-8");
}

static enum MHD_Result give_script(const room *r, struct MHD_Connection *c) {
    return give_file(c, "page.js", "text/javascript; charset=utf-8");
}

static enum MHD_Result give_icon(const room *r, struct MHD_Connection *c) {
    return give_file(c, "icon.svg", "image/svg+xml");
}

static enum MHD_Result give_openapi(const room *r, struct MHD_Connection *c) {
    return give_file(c, "openapi.json", "application/json");
}

static enum MHD_Result give_report_css(const room *r, struct MHD_Connection *c) {
    return answer_file(c, "text/css; charset=utf-8", mw_html_style(), strlen(mw_html_style()));
}

static enum MHD_Result give_health(const room *r, struct MHD_Connection *c) {
    return answer_text(c, r->shutting ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK, "application/json",
                       g_strdup_printf("{\"status\":\"%s\",\"version\":\"%s\",\"running\":%u}\n",
                                       r->shutting ? "stopping" : "ok", mw_version(), jobs_running(r->jobs)));
}

static enum MHD_Result give_progress(const room *r, struct MHD_Connection *c) {
    const char *id = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "id");
    guint asked = 0, open = 0;
    if (id)
        jobs_progress(r->jobs, id, &asked, &open);
    return answer_text(c, MHD_HTTP_OK, "application/json",
                       g_strdup_printf("{\"asked\":%u,\"open\":%u}\n", asked, open));
}

static const route routes[] = {
    {"/", "GET", TO_BROWSER, false, false, give_form},
    {"/check", "POST", TO_BROWSER, false, true, NULL},
    {"/v2/diagnose", "POST", TO_PROGRAM, false, true, NULL},
    {"/progress", "GET", TO_PROGRAM, false, true, give_progress},
    {"/health", "GET", TO_PROGRAM, true, false, give_health},
    {"/page.css", "GET", TO_PROGRAM, false, false, give_css},
    {"/page.js", "GET", TO_PROGRAM, false, false, give_script},
    {"/report.css", "GET", TO_PROGRAM, false, false, give_report_css},
    {"/icon.svg", "GET", TO_PROGRAM, true, false, give_icon},
    {"/openapi.json", "GET", TO_PROGRAM, false, false, give_openapi},
};

const route *routes_find(const char *path) {
    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++)
        if (strcmp(routes[i].path, path) == 0)
            return &routes[i];
    return NULL;
}
