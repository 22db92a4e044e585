#include "score/words.h"
#include "base/domain.h"
#include "base/limits.h"
#include "check/signature.h"

const char *mw_check_title(const char *check) {
    static const char *const titles[][2] = {{"spf", "SPF"},
                                            {"dkim", "DKIM"},
                                            {"dmarc", "DMARC"},
                                            {"arc", "ARC"},
                                            {"rdns", "Reverse DNS"},
                                            {"helo", "HELO"},
                                            {"list", "Block list"},
                                            {"link", "Link"},
                                            {"subject", "Subject"},
                                            {"header", "Header"},
                                            {"date", "Date"},
                                            {"sender", "Sender"},
                                            {"recipient", "Recipient"},
                                            {"attachment", "Attachment"}};
    for (size_t i = 0; check && i < G_N_ELEMENTS(titles); i++)
        if (strcmp(titles[i][0], check) == 0)
            return titles[i][1];
    return "Rule";
}

static bool is(const mw_finding *finding, const char *symbol) {
    return strcmp(finding->symbol->name, symbol) == 0;
}

static const char *stop(const char *text) {
    size_t len = strlen(text);
    return len && strchr(".!?", text[len - 1]) ? "" : ".";
}

/* ---- DKIM ---- */

/* The signature that a finding speaks of: the first with a result that gives its symbol. */
static const mw_dkim *signature_of(const mw_facts *facts, const mw_finding *finding) {
    for (guint i = 0; facts->dkim && i < facts->dkim->len; i++) {
        const mw_dkim *dkim = facts->dkim->pdata[i];
        bool same = is(finding, "R_DKIM_REJECT")     ? dkim->result == MW_DKIM_FAIL
                    : is(finding, "R_DKIM_TEMPFAIL") ? dkim->result == MW_DKIM_TEMPERROR
                    : is(finding, "R_DKIM_PERMFAIL")
                        ? dkim->result == MW_DKIM_PERMERROR || dkim->result == MW_DKIM_POLICY ||
                              dkim->result == MW_DKIM_NEUTRAL
                        : false;
        if (same && !dkim->changed_since)
            return dkim;
    }
    return NULL;
}

static const char *edits(const mw_facts *facts, const mw_repair *repair) {
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < repair->edits->len; i++)
        g_string_append_printf(text, "%s%s",
                               i == 0                       ? ""
                               : i + 1 < repair->edits->len ? ", "
                                                            : ", and ",
                               (const char *)repair->edits->pdata[i]);
    return mw_strdup(facts->arena, text->str);
}

/* ", by out.example": a name out of the mail, which is told only when it is a host's. */
static const char *editor(const mw_facts *facts, const mw_dkim *dkim) {
    const char *host = mw_signature_editor(facts, dkim);
    return host && strlen(host) <= MW_MAX_PARTY && mw_domain_valid(host)
               ? mw_printf(facts->arena, ", at the earliest by %s", host)
               : "";
}

static const char *signature_words(const mw_facts *facts, const mw_finding *finding, const mw_dkim *dkim) {
    const char *domain = dkim->domain ? dkim->domain : "an unnamed domain";
    const mw_repair *repair = dkim->repair;
    if (repair && repair->proven && repair->edits->len)
        return mw_printf(facts->arena,
                         "DKIM: the signature of %s no longer fits, because after it was made %s%s.", domain,
                         edits(facts, repair), editor(facts, dkim));
    const char *verb = is(finding, "R_DKIM_REJECT")     ? "does not fit"
                       : is(finding, "R_DKIM_TEMPFAIL") ? "could not be checked"
                                                        : "can't be used";
    return mw_printf(facts->arena, "DKIM: the signature of %s %s: %s%s", domain, verb,
                     dkim->reason ? dkim->reason : finding->summary,
                     stop(dkim->reason ? dkim->reason : finding->summary));
}

/* ---- one finding ---- */

const char *mw_words_finding(const mw_facts *facts, const mw_finding *finding) {
    const mw_dkim *dkim = signature_of(facts, finding);
    if (dkim)
        return signature_words(facts, finding, dkim);
    return mw_printf(facts->arena, "%s: %s%s", mw_check_title(finding->symbol->check), finding->summary,
                     stop(finding->summary));
}

/* ---- the cause ---- */

static void add(GString *text, const char *sentence) {
    g_string_append_printf(text, "%s%s", text->len ? " " : "", sentence);
}

/* DMARC refuses by what SPF or DKIM comes to. */
static const mw_finding *consequence(const mw_score *score, const mw_finding *finding) {
    const mw_finding *then = score->blocker ? score->blocker : score->junk_blocker;
    bool of_auth = strcmp(finding->symbol->check, "spf") == 0 || strcmp(finding->symbol->check, "dkim") == 0;
    return then && then != finding && of_auth && strcmp(then->symbol->check, "dmarc") == 0 ? then : NULL;
}

static void add_rule(const mw_facts *facts, GString *text, const mw_lead *lead) {
    const mw_rule *rule = lead->rule;
    if (!lead->finding)
        add(text, mw_printf(facts->arena, "%s: %s%s", mw_check_title(rule->check),
                            rule->detail ? rule->detail : rule->text,
                            stop(rule->detail ? rule->detail : rule->text)));
    add(text, mw_printf(facts->arena, "%s asks of %s: %s%s", lead->receiver->title,
                        strcmp(rule->who, "bulk") == 0 ? "bulk senders" : "every sender", rule->text,
                        stop(rule->text)));
}

static bool proves_nothing(const mw_facts *facts, const mw_finding *finding) {
    return strcmp(finding->symbol->check, "spf") == 0 && mw_found(facts, "R_DKIM_NA") &&
           !(facts->spf && facts->spf->result == MW_SPF_PASS);
}

const char *mw_words_cause(const mw_facts *facts, const mw_lead *lead, const mw_score *score,
                           const mw_cause *cause) {
    g_autoptr(GString) text = g_string_new(NULL);
    if (lead->finding) {
        add(text, mw_words_finding(facts, lead->finding));
        const mw_finding *then = consequence(score, lead->finding);
        if (then)
            add(text, mw_words_finding(facts, then));
        else if (proves_nothing(facts, lead->finding))
            add(text,
                mw_found(facts, "DKIM2_DRAFT")
                    ? "The DKIM2 signature is a draft's and not verified, so nothing proves who sent it."
                    : "There is no DKIM signature either, so nothing proves who sent it.");
    }
    for (guint i = 1; score->action != MW_ACCEPT && i < cause->n_together; i++)
        add(text, mw_words_finding(facts, ((const mw_remedy *)cause->remedies->pdata[i])->finding));
    if (lead->rule)
        add_rule(facts, text, lead);
    return text->len ? mw_strdup(facts->arena, text->str) : NULL;
}

/* ---- what is not known ---- */

static const char *outcome_words(mw_action action) {
    static const char *const words[] = {"is accepted", "goes to the junk folder", "is put off",
                                        "is rejected"};
    return words[action];
}

/* Which option would settle it. */
static const char *option_words(const mw_facts *facts) {
    const mw_envelope *e = facts->envelope;
    if (!mw_ip_public(&e->client_ip))
        return " Give the sending server's address with --client-ip.";
    return !e->mail_from && !e->mail_from_domain ? " Give the envelope sender with --mail-from." : "";
}

const char *mw_words_open(const mw_facts *facts, const mw_open_question *open, const mw_score *score,
                          bool no_answers) {
    if (no_answers)
        return mw_printf(
            facts->arena,
            "Not known: %s, and what SPF, DKIM, DMARC or the server's name come to decides whether the "
            "mail %s or %s. Run it where the DNS can be asked, or give --zone.",
            facts->no_dns ? "the DNS was not asked" : "there was no answer from the DNS at all",
            outcome_words(score->best), outcome_words(score->worst));
    const mw_finding *finding = open->root ? open->root : open->row;
    if (!finding)
        return "Not known: an unanswered question decides.";
    return mw_printf(facts->arena, "%s It is not known, therefore, whether the mail %s or %s.%s",
                     mw_words_finding(facts, finding), outcome_words(score->best),
                     outcome_words(score->worst), open->root ? "" : option_words(facts));
}
