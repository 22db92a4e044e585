#include "spf/front.h"
#include "base/domain.h"
#include "base/limits.h"
#include "base/printable.h"

static const mw_answer nothing = {.status = MW_DNS_NODATA};

const char *mw_spf_words(mw_arena *arena, mw_span text, size_t max) {
    if (!max)
        return mw_utf8(arena, text);
    g_autoptr(GString) out = g_string_new(NULL);
    mw_printable_append(out, text, max);
    return mw_strdup(arena, out->str);
}

void mw_spf_stop(mw_spf_run *run, mw_spf_step *step, mw_spf_result verdict, const char *cause,
                 const char *format, ...) {
    if (run->stopped)
        return;
    run->cause = cause;
    va_list args;
    va_start(args, format);
    run->why = mw_vprintf(run->arena, format, args);
    va_end(args);
    run->stopped = true;
    run->verdict = verdict;
    for (mw_spf_step *s = step; s; s = s->in->parent)
        s->stopped = true;
}

/* What could not be had is the domain's fault only when its servers were asked. */
static void stop_dns(mw_spf_run *run, mw_spf_step *step, const char *type, const mw_name *name,
                     const mw_answer *answer) {
    bool not_asked = answer->status == MW_DNS_NOTRECORDED || answer->status == MW_DNS_BUDGET;
    mw_spf_stop(run, step, not_asked ? MW_SPF_UNTESTABLE : MW_SPF_TEMPERROR, NULL, "%s of %s: %s", type,
                mw_name_text(run->arena, name),
                answer->bogus ? "the answer fails DNSSEC validation" : mw_dns_status_words(answer->status));
}

static bool failed(const mw_answer *answer) {
    return mw_dns_failed(answer->status) || answer->bogus;
}

/* ---- identity ---- */

static const char *validated_name(void *data, const char *domain);

/* Section 4.3: at least two labels, none of them empty or too long; no address literal. */
static bool read_domain(mw_spf_run *run, const char *text) {
    mw_span span = mw_span_of(text);
    for (size_t i = 0; i < span.len; i++)
        if ((uint8_t)span.data[i] >= 0x80) {
            span = mw_span_of(mw_domain_ascii(run->arena, span));
            break;
        }
    if (mw_span_ends(span, "."))
        span.len--;
    run->domain = mw_span_dup(run->arena, span);
    return span.len && span.data[0] != '[' && mw_span_find(span, '.') != SIZE_MAX &&
           mw_name_read(span, &run->name);
}

static void read_sender(mw_spf_run *run, const char *sender, const char **domain) {
    const char *at = strrchr(sender, '@');
    *domain = at ? at + 1 : sender;
    run->values.local_part =
        at && at > sender ? mw_strndup(run->arena, sender, (size_t)(at - sender)) : "postmaster";
}

bool mw_spf_start(mw_spf_run *run, mw_arena *arena, mw_dns *dns, const mw_spf_request *request) {
    *run = (mw_spf_run){.arena = arena, .dns = dns, .request = request, .identity = "mailfrom"};
    run->values = (mw_spf_values){.helo = request->helo,
                                  .receiver = request->receiver,
                                  .client_ip = request->client_ip,
                                  .now = request->now,
                                  .validated = validated_name,
                                  .data = run};
    const char *sender = request->mail_from, *domain;
    if (!sender || !*sender) {
        sender = request->helo;
        run->identity = "helo";
    }
    if (!request->client_ip.family || !sender || !*sender) {
        mw_spf_stop(run, NULL, MW_SPF_UNTESTABLE, NULL, "%s",
                    !request->client_ip.family ? "the address of the sending server is not known"
                    : request->mail_from       ? "the sender is empty and the HELO name is not known"
                                               : "neither the envelope sender nor the HELO name is known");
        return false;
    }
    if (strcmp(run->identity, "helo") == 0) {
        domain = sender;
        run->values.local_part = "postmaster";
    } else {
        read_sender(run, sender, &domain);
    }
    bool usable = read_domain(run, domain);
    run->values.sender_domain = run->domain;
    run->values.sender = mw_printf(arena, "%s@%s", run->values.local_part, run->domain);
    if (!usable)
        mw_spf_stop(run, NULL, MW_SPF_NONE, NULL, "%s is no domain that can have an SPF record",
                    mw_spf_words(arena, mw_span_of(*run->domain ? run->domain : "an empty name"), 100));
    return usable;
}

/* ---- records ---- */

static mw_spf_branch *new_branch(mw_spf_run *run, mw_spf_step *parent, const char *domain,
                                 const mw_name *name) {
    mw_spf_branch *branch = mw_new(run->arena, mw_spf_branch);
    branch->node = mw_new(run->arena, mw_spf_node);
    branch->domain = domain;
    branch->parent = parent;
    branch->node->domain = name ? mw_name_text(run->arena, name)
                                : mw_spf_words(run->arena, mw_span_of(domain ? domain : ""), 253);
    branch->node->result = MW_SPF_UNTESTABLE;
    if (parent) {
        parent->child = branch;
        parent->out->child = branch->node;
    } else {
        run->root = branch;
    }
    return branch;
}

static mw_spf_branch *broken(mw_spf_run *run, mw_spf_branch *branch, mw_spf_result result, const char *cause,
                             const char *problem) {
    branch->node->result = result;
    branch->node->problem = problem;
    /* sections 5.2 and 6.1: none below the top is a permanent error of the record above */
    mw_spf_stop(run, branch->parent, branch->parent && result == MW_SPF_NONE ? MW_SPF_PERMERROR : result,
                cause, "%s", problem);
    return NULL;
}

static void fill(mw_spf_run *run, mw_spf_branch *branch) {
    const mw_spf_record *record = branch->record;
    mw_spf_term *terms = mw_new_n(run->arena, mw_spf_term, record->n_terms);
    branch->steps = mw_new_n(run->arena, mw_spf_step, record->n_terms);
    for (size_t i = 0; i < record->n_terms; i++)
        branch->steps[i] = (mw_spf_step){.term = &record->terms[i], .out = &terms[i], .in = branch};
    branch->node->terms = terms;
    branch->node->n_terms = MIN(record->n_terms, MW_MAX_SPF_SHOWN);
    branch->node->n_left_out = record->n_terms - branch->node->n_terms;
    for (size_t i = 0; i < branch->node->n_terms; i++)
        terms[i].text = mw_spf_words(run->arena, record->terms[i].text, 0);
}

static mw_spf_branch *parse(mw_spf_run *run, mw_spf_branch *branch, mw_span text) {
    const mw_spf_record *record = mw_spf_parse(run->arena, text);
    branch->node->record = mw_spf_words(run->arena, text, 0);
    if (record->error) {
        bool joined = mw_spf_split_joined(run->arena, branch->rdata, text);
        branch->broken = record;
        return broken(run, branch, MW_SPF_PERMERROR, "syntax",
                      mw_printf(run->arena, "%s: %s at offset %zu: \"%s\"%s", branch->node->domain,
                                record->error, record->error_offset,
                                mw_spf_words(run->arena, record->error_text, 60),
                                joined ? " (the strings of the record are joined without a blank)" : ""));
    }
    branch->record = record;
    fill(run, branch);
    return branch;
}

static const char *all_of(mw_arena *arena, const GPtrArray *texts) {
    enum { SHOWN = 3 };
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < MIN(texts->len, SHOWN); i++)
        g_string_append_printf(out, "%s\"%s\"", i ? " and " : "",
                               mw_spf_words(arena, *(const mw_span *)texts->pdata[i], 120));
    if (texts->len > SHOWN)
        g_string_append(out, " ...");
    return mw_strdup(arena, out->str);
}

static const char *none_words(mw_arena *arena, const char *domain, const mw_answer *answer) {
    bool missing = answer->status == MW_DNS_NXDOMAIN;
    if (answer->canonical.len)
        return mw_printf(arena, "%s is an alias (CNAME) of %s, which %s", domain,
                         mw_name_text(arena, &answer->canonical),
                         missing ? "does not exist" : "has no SPF record");
    return mw_printf(arena, "%s %s", domain, missing ? "does not exist" : "has no SPF record");
}

/* Section 4.5: the one record among the TXT records. */
static mw_spf_branch *choose(mw_spf_run *run, mw_spf_branch *branch, const mw_answer *answer) {
    GPtrArray *texts = mw_array_new(run->arena);
    for (size_t i = 0; i < answer->n_records; i++) {
        mw_span text = mw_rdata_txt(run->arena, &answer->records[i]);
        if (!mw_spf_is_record(text))
            continue;
        g_ptr_array_add(texts, mw_memdup(run->arena, &text, sizeof text));
        branch->rdata = &answer->records[i];
    }
    if (texts->len == 1)
        return parse(run, branch, *(const mw_span *)texts->pdata[0]);
    branch->rdata = NULL;
    branch->texts = texts;
    if (texts->len)
        return broken(run, branch, MW_SPF_PERMERROR, "multiple",
                      mw_printf(run->arena, "%s has %u SPF records, and only one may be: %s",
                                branch->node->domain, texts->len, all_of(run->arena, texts)));
    return broken(run, branch, MW_SPF_NONE, branch->parent ? "include_none" : "nearly",
                  none_words(run->arena, branch->node->domain, answer));
}

mw_spf_branch *mw_spf_fetch(mw_spf_run *run, mw_spf_step *parent) {
    const mw_name *name = parent ? parent->name : &run->name;
    if (!name) {
        mw_spf_branch *branch = new_branch(run, parent, parent->out->target, NULL);
        return broken(run, branch, MW_SPF_NONE, "include_none",
                      mw_printf(run->arena, "\"%s\" of %s leads to no name that can exist",
                                mw_spf_words(run->arena, parent->term->text, 60), parent->in->node->domain));
    }
    mw_spf_branch *branch = new_branch(run, parent, parent ? parent->out->target : run->domain, name);
    const mw_answer *answer = mw_dns_query(run->dns, name, MW_TYPE_TXT, MW_FOR_AUTH, "SPF record");
    if (failed(answer)) {
        stop_dns(run, parent, "TXT", name, answer);
        branch->node->result = run->verdict;
        branch->node->problem = run->why;
        return NULL;
    }
    return choose(run, branch, answer);
}

/* ---- terms ---- */

static void expand(mw_spf_run *run, mw_spf_step *step) {
    if (step->expanded)
        return;
    step->expanded = true;
    if (!step->term->spec.data)
        step->out->target = step->in->domain;
    else
        step->out->target =
            mw_spf_expand_domain(run->arena, &run->values, step->term->spec, step->in->domain);
    mw_name name;
    if (step->out->target && *step->out->target && mw_name_read(mw_span_of(step->out->target), &name))
        step->name = mw_memdup(run->arena, &name, sizeof name);
}

/* What the file does not tell is no "unknown" to ask for: the answer would be about another name. */
static bool lacks_helo(const mw_spf_run *run, mw_span spec) {
    return spec.data && !run->request->helo && mw_spf_uses_macro(spec, 'h');
}

bool mw_spf_enter(mw_spf_run *run, mw_spf_step *step) {
    step->out->evaluated = true;
    step->out->lookups = 1;
    if (++run->lookups > MW_MAX_SPF_LOOKUPS) {
        step->out->over_limit = true;
        mw_spf_stop(run, step, MW_SPF_PERMERROR, "too_many_lookups",
                    "more than %d look-ups are needed: the record of %s goes over the limit at \"%s\"",
                    MW_MAX_SPF_LOOKUPS, step->in->node->domain,
                    mw_spf_words(run->arena, step->term->text, 60));
        return false;
    }
    if (lacks_helo(run, step->term->spec)) {
        mw_spf_stop(
            run, step, MW_SPF_UNTESTABLE, NULL,
            "\"%s\" of %s asks for the HELO name (%%{h}), which this file does not tell: give it with "
            "--helo",
            mw_spf_words(run->arena, step->term->text, 60), step->in->node->domain);
        return false;
    }
    expand(run, step);
    return true;
}

static const char *void_words(uint16_t type) {
    return type == MW_TYPE_A ? "IPv4 address" : type == MW_TYPE_AAAA ? "IPv6 address" : "such record";
}

static bool count_void(mw_spf_run *run, mw_spf_step *step, const mw_name *name, uint16_t type) {
    step->out->is_void = true;
    if (step->term->kind != MW_SPF_EXISTS &&
        type == (run->request->client_ip.family == 4 ? MW_TYPE_A : MW_TYPE_AAAA)) {
        step->voids = step->voids ? step->voids : mw_array_new(run->arena);
        g_ptr_array_add(step->voids, mw_memdup(run->arena, name, sizeof *name));
    }
    if (++run->voids <= MW_MAX_SPF_VOIDS)
        return true;
    mw_spf_stop(run, step, MW_SPF_PERMERROR, "void",
                "more than %d look-ups find nothing: the third is \"%s\" of %s (%s has no %s)",
                MW_MAX_SPF_VOIDS, mw_spf_words(run->arena, step->term->text, 60), step->in->node->domain,
                mw_name_text(run->arena, name),
                void_words(step->term->kind == MW_SPF_EXISTS ? MW_TYPE_TXT : type));
    return false;
}

static const mw_answer *ask(mw_spf_run *run, mw_spf_step *step, const mw_name *name, uint16_t type,
                            const char *type_name, const char *why) {
    const mw_answer *answer = mw_dns_query(run->dns, name, type, MW_FOR_AUTH, why);
    if (failed(answer)) {
        stop_dns(run, step, type_name, name, answer);
        return NULL;
    }
    if (answer->status == MW_DNS_OK && answer->n_records)
        return answer;
    if (answer->status != MW_DNS_BADNAME && !count_void(run, step, name, type))
        return NULL;
    return &nothing;
}

const mw_answer *mw_spf_ask_addresses(mw_spf_run *run, mw_spf_step *step, const mw_name *name) {
    bool four = run->request->client_ip.family == 4;
    return ask(run, step, name, four ? MW_TYPE_A : MW_TYPE_AAAA, four ? "A" : "AAAA", "SPF address");
}

const mw_answer *mw_spf_ask_exists(mw_spf_run *run, mw_spf_step *step) {
    return step->name ? ask(run, step, step->name, MW_TYPE_A, "A", "SPF exists") : &nothing;
}

const mw_answer *mw_spf_ask_mx(mw_spf_run *run, mw_spf_step *step) {
    if (!step->name)
        return step->mx = &nothing;
    step->mx = ask(run, step, step->name, MW_TYPE_MX, "MX", "SPF mx");
    if (step->mx && step->mx->n_records > MW_MAX_SPF_NAMES) {
        mw_spf_stop(run, step, MW_SPF_PERMERROR, "many_mx",
                    "%s has %zu mail servers (MX); SPF allows %d for one mx",
                    mw_name_text(run->arena, step->name), step->mx->n_records, MW_MAX_SPF_NAMES);
        step->mx = NULL;
    }
    return step->mx;
}

bool mw_spf_mx_host(const mw_spf_step *step, size_t i, mw_name *out) {
    uint16_t preference;
    return mw_rdata_mx(&step->mx->records[i], &preference, out) && out->len > 1;
}

/* ---- addresses ---- */

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits) {
    size_t whole = bits / 8;
    uint8_t mask = (uint8_t)(0xff00 >> (bits % 8));
    return memcmp(a, b, whole) == 0 && (bits % 8 == 0 || ((a[whole] ^ b[whole]) & mask) == 0);
}

bool mw_spf_in_network(const mw_spf_run *run, const mw_spf_directive *term, const uint8_t *address) {
    bool four = run->request->client_ip.family == 4;
    if ((term->kind == MW_SPF_IP4 && !four) || (term->kind == MW_SPF_IP6 && four))
        return false;
    return same_bits(run->request->client_ip.bytes, address, four ? term->ip4_bits : term->ip6_bits);
}

bool mw_spf_match_addresses(mw_spf_run *run, mw_spf_step *step, const mw_answer *answer) {
    size_t size = run->request->client_ip.family == 4 ? 4 : 16;
    for (size_t i = 0; i < answer->n_records && !step->out->matched; i++)
        step->out->matched =
            answer->records[i].len == size && mw_spf_in_network(run, step->term, answer->records[i].data);
    return step->out->matched;
}

/* ---- reverse names (section 5.5) ---- */

static bool confirmed(mw_spf_run *run, const mw_name *name) {
    bool four = run->request->client_ip.family == 4;
    const mw_answer *answer =
        mw_dns_query(run->dns, name, four ? MW_TYPE_A : MW_TYPE_AAAA, MW_FOR_AUTH, "SPF reverse name");
    size_t size = four ? 4 : 16;
    for (size_t i = 0; !failed(answer) && i < answer->n_records; i++)
        if (answer->records[i].len == size &&
            memcmp(answer->records[i].data, run->request->client_ip.bytes, size) == 0)
            return true;
    return false;
}

void mw_spf_find_names(mw_spf_run *run) {
    mw_name reverse, name;
    if (run->reverse_asked)
        return;
    run->reverse_asked = true;
    if (!mw_name_read(mw_span_of(mw_ip_reverse_name(run->arena, &run->request->client_ip)), &reverse))
        return;
    const mw_answer *answer = mw_dns_query(run->dns, &reverse, MW_TYPE_PTR, MW_FOR_AUTH, "SPF reverse name");
    if (failed(answer))
        return; /* an error there is no match, not an error */
    run->reverse_void = answer->n_records == 0;
    for (size_t i = 0; i < MIN(answer->n_records, MW_MAX_SPF_NAMES); i++)
        if (mw_rdata_name(&answer->records[i], &name) && confirmed(run, &name))
            run->names[run->n_names++] = mw_name_text(run->arena, &name);
}

static bool is_below(const char *name, const char *domain) {
    size_t n = strlen(name), d = strlen(domain);
    if (d && domain[d - 1] == '.')
        d--;
    return d && n >= d && g_ascii_strncasecmp(name + n - d, domain, d) == 0 &&
           (n == d || name[n - d - 1] == '.');
}

bool mw_spf_ptr_matches(mw_spf_run *run, mw_spf_step *step) {
    bool first = !run->reverse_asked;
    mw_name reverse;
    mw_spf_find_names(run);
    if (first && run->reverse_void &&
        mw_name_read(mw_span_of(mw_ip_reverse_name(run->arena, &run->request->client_ip)), &reverse) &&
        !count_void(run, step, &reverse, MW_TYPE_PTR))
        return false;
    for (int i = 0; i < run->n_names && step->out->target; i++)
        step->out->matched |= is_below(run->names[i], step->out->target);
    return step->out->matched;
}

/* For the p macro: the domain itself before a name below it before any (section 7.3). */
static const char *validated_name(void *data, const char *domain) {
    mw_spf_run *run = data;
    const char *below = NULL;
    mw_spf_find_names(run);
    for (int i = 0; i < run->n_names; i++) {
        if (g_ascii_strcasecmp(run->names[i], domain) == 0)
            return run->names[i];
        if (!below && is_below(run->names[i], domain))
            below = run->names[i];
    }
    return below ? below : run->n_names ? run->names[0] : "unknown";
}

/* ---- explanation ---- */

/* Section 6.2: of the record that decided; an include's own is never used, a redirect's target's is. */
static const mw_spf_branch *deciding(const mw_spf_run *run) {
    mw_spf_branch *branch = run->root;
    for (;;) {
        const mw_spf_record *record = branch->record;
        for (size_t i = 0; i < record->n_terms; i++)
            if (branch->steps[i].out->matched)
                return branch;
        if (record->redirect < 0 || !branch->steps[record->redirect].child)
            return branch;
        branch = branch->steps[record->redirect].child;
    }
}

const char *mw_spf_explain(mw_spf_run *run) {
    const mw_spf_branch *branch = deciding(run);
    if (branch->record->exp < 0)
        return NULL;
    mw_spf_step *step = &branch->steps[branch->record->exp];
    if (lacks_helo(run, step->term->spec))
        return NULL;
    expand(run, step);
    if (!step->name)
        return NULL;
    const mw_answer *answer = mw_dns_query(run->dns, step->name, MW_TYPE_TXT, MW_FOR_AUTH, "SPF explanation");
    if (failed(answer) || answer->n_records != 1)
        return NULL;
    mw_span text = mw_rdata_txt(run->arena, &answer->records[0]);
    if (mw_spf_check_macros(text, true, true) != SIZE_MAX || lacks_helo(run, text))
        return NULL;
    step->out->evaluated = true;
    return mw_spf_expand_text(run->arena, &run->values, text, branch->domain);
}
