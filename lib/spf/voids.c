/* Look-ups that find nothing because the hosts are reached over the other kind of address alone. */
#include "spf/front.h"
#include "base/limits.h"

static bool has_other_family(mw_spf_run *run, const mw_name *name) {
    bool four = run->request->client_ip.family == 4;
    const mw_answer *answer = mw_dns_query(run->dns, name, four ? MW_TYPE_AAAA : MW_TYPE_A, MW_FOR_AUTH,
                                           "addresses of the other kind");
    return answer->status == MW_DNS_OK && answer->n_records > 0;
}

bool mw_spf_voids_by_family(mw_spf_run *run, const mw_spf_step *step) {
    for (guint i = 0; step->voids && i < step->voids->len; i++)
        if (!has_other_family(run, step->voids->pdata[i]))
            return false;
    return step->voids != NULL;
}

const char *mw_spf_void_hosts(mw_arena *arena, const mw_spf_step *step) {
    g_autoptr(GString) out = g_string_new(NULL);
    guint n = step->voids->len;
    for (guint i = 0; i < n; i++)
        g_string_append_printf(out, "%s%s",
                               i == 0       ? ""
                               : i + 1 == n ? " and "
                                            : ", ",
                               mw_name_text(arena, step->voids->pdata[i]));
    return mw_strdup(arena, out->str);
}

/* Every void look-up of the branch and below is of that kind, and there is one. */
static bool all_by_family(mw_spf_run *run, const mw_spf_branch *branch, bool *any) {
    for (size_t i = 0; branch->record && i < branch->record->n_terms; i++) {
        const mw_spf_step *step = &branch->steps[i];
        if (step->out->is_void && !mw_spf_voids_by_family(run, step))
            return false;
        *any |= step->out->is_void;
        if (step->child && !all_by_family(run, step->child, any))
            return false;
    }
    return true;
}

bool mw_spf_all_voids_by_family(mw_spf_run *run) {
    bool any = false;
    return all_by_family(run, run->root, &any) && any;
}

/* A host that has no address of either kind. */
static bool is_dead(mw_spf_run *run, const mw_spf_step *step) {
    for (guint i = 0; step->voids && i < step->voids->len; i++)
        if (has_other_family(run, step->voids->pdata[i]))
            return false;
    return step->term->kind == MW_SPF_A && step->voids;
}

const char *mw_spf_without_dead(mw_spf_run *run, const char **left_out) {
    const mw_spf_branch *root = run->root;
    g_autoptr(GString) rest = g_string_new("v=spf1"), gone = g_string_new(NULL);
    for (size_t i = 0; root->record && i < root->record->n_terms; i++) {
        mw_span text = root->record->terms[i].text;
        if (is_dead(run, &root->steps[i]))
            g_string_append_printf(gone, "%s%s", gone->len ? ", " : "", mw_spf_words(run->arena, text, 60));
        else
            g_string_append_printf(rest, " %.*s", (int)text.len, text.data);
    }
    *left_out = mw_strdup(run->arena, gone->str);
    return gone->len ? mw_strdup(run->arena, rest->str) : NULL;
}

const char *mw_spf_addresses_first(mw_spf_run *run) {
    const mw_spf_record *record = run->root->record;
    bool moved = false, other = false;
    if (!record)
        return NULL;
    g_autoptr(GString) first = g_string_new("v=spf1"), rest = g_string_new(NULL);
    bool plain = true; /* only terms that let pass were met so far: their order is of no account */
    for (size_t i = 0; i < record->n_terms; i++) {
        const mw_spf_directive *term = &record->terms[i];
        bool address = term->kind == MW_SPF_IP4 || term->kind == MW_SPF_IP6;
        plain = plain && term->qualifier == '+' && term->kind != MW_SPF_ALL;
        bool forward = address && plain;
        moved |= forward && other;
        other |= !forward;
        g_string_append_printf(forward ? first : rest, " %.*s", (int)term->text.len, term->text.data);
    }
    return moved ? mw_printf(run->arena, "%s%s", first->str, rest->str) : NULL;
}
