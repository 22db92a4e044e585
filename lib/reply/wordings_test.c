#include "base/pairs.h"
#include "reply/pasted.h"
#include "reply/told_test.h"

/* A general wording, and beneath it one with the same words that means something else. */
static void test_pairs(void) {
    static const told cases[] = {
        {"550 callback setup refused for the sender", "policy"},
        {"550 no mailbox here, callback not needed", "mailbox"},
        {"501 5.0.0 invalid domain name", "helo"},
        {"550 5.1.2 invalid domain name in recipient", "network"},
        {"511 cannot get a valid MX for the sender", "policy"},
        {"550 cannot get a valid MX for example.com", "network"},
        {"452 our account for this user has exceeded its space", "mailbox"},
        {"451 recipient limit exceeded", "rate"},
        {"554 rejected by zen", "dnsbl"},
        {"550 from address is on our kill list", "policy"},
        {"550 no multiple From addresses without a Sender field", "syntax"},
        {"550 Письмо похоже на спам", "content"},
        {"550 Отправитель заблокирован", "policy"},
        {"550 Anhang nicht erlaubt", "content"},
        {"550 Absender nicht erlaubt", "policy"},
        {"554 IP má špatnou reputaci", "reputation"},
        {"550 address <ann@example.com> does not accept mail any more", "mailbox"},
        {"556 host does not accept mail", "network"},
        {"550 DKIM unauthenticated mail is not taken", "dkim"},
        {"550 unauthenticated mail is not taken", "dmarc"},
        {"554 an obscene word was found", "content"},
        {"550 unsigned mail is refused", "dkim"},
        {"554 message refused, attachment was stripped", "content"},
        {"554 5.3.4 attachment larger than 5 MB", "size"},
        {"554 bad url reputation", "url"},
        {"554 bad ip reputation", "reputation"},
        {"550 policy rejection: quota of this hour", "rate"},
        {"552 mail quota exceeded", "mailbox"},
        {"550 the From address claims to be from our own domain", "policy"},
        {"550 this body contains what we do not want", "content"},
        {"550 message contains bare LF", "syntax"},
        {"550 too many logins failed", "relay"},
        {"421 too many connections", "rate"},
        {"550 sender is not listed in the user's contacts", "policy"},
        {"550 user is not in the address book", "mailbox"},
        {"451 DNS lookup did not complete", "network"},
        {"550 not a local domain", "relay"},
        {"550 mail for that domain: we do not accept mail for that domain", "relay"},
        {"550 ne postoji: korisnik ne postoji", "mailbox"},
        {"530 a valid login is needed: this needs a valid login", "relay"},
        {"550 Kennwort ist falsch", "relay"},
        {"450 challenge sent, please confirm your address", "policy"},
        {"550 your host is not designated by the domain", "spf"},
        {"550 5.7.26 From has no alignment with SPF", "dmarc"},
        {"550 the name given in EHLO is wrong", "helo"},
        {"450 reverse lookup of 203.0.113.4 timed out", "ptr"},
        {"450 lookup of mx.example.com timed out", "network"},
        {"554 host is listed by spamrats", "dnsbl"},
        {"554 spam-like text", "content"},
        {"554 5.5.1 no valid recipients", "syntax"},
        {"550 no valid recipient by that name", "mailbox"},
        {"451 problem connecting to the antivirus", "system"},
        {"554 virus found by the scanner", "content"},
        {"451 first-time sender, come back", "greylist"},
        {"503 RCPT before DATA", "syntax"},
        {"503 authentication required before mail", "relay"},
        {"421 they closed the connection while we were sending", "network"},
        {"554 block for abuse", "reputation"},
        {"550 client must have a reverse name", "ptr"},
        {"550 subject is mandatory", "syntax"},
        {"550 we do not believe you are mx.example.com", "helo"},
        {"550 helo hostname fails the check", "helo"},
        {"550 hostname fails the FCrDNS check", "ptr"},
        {"domain shop.example is banned", "policy"},
        {"554 blocked by our content scanner", "content"},
        {"450 too many mails in a short while", "rate"},
        {"550 black listed host", "dnsbl"},
        {"530 must send an AUTH first", "relay"},
        {"550 rejected by spamhaus", "dnsbl"},
        {"550 rejected as spam", "content"},
        {"432 4.3.2 recipient thread limit exceeded", "mailbox"},
        {"451 server is being upgraded", "system"},
        {"550 you must be subscribed first", "policy"},
        {"550 subscriber is unknown", "mailbox"},
        {"554 <ann@example.com>: Sender address rejected: go away", "policy"},
        {"554 spammer, go away", "reputation"},
        {"550 the domain's admin has disabled external mail", "policy"},
        {"550 the mailbox is disabled", "mailbox"},
        {"554 blacklisted sender address", "policy"},
        {"554 blacklisted sender IP", "dnsbl"},
        {"450 outgoing limit of 50 reached", "rate"},
        {"554 because of earlier spam from there", "reputation"},
        {"550 it looks like a newsletter", "content"},
        {"554 PDF with a script rejected", "content"},
        {"535 password not accepted", "relay"},
        {"554 a linked domain is in the DBL", "url"},
        {"550 host is missing in TXT record v=spf1", "spf"},
        {"454 the directory is not reachable", "system"},
        {"454 the host is not reachable", "network"},
        {"554 Delivery not possible", "unknown"},
        {"554 you are on our blacklist", "reputation"},
        {"554 you are on the NiX blacklist", "dnsbl"},
        {"550 domain of the recipient is unknown", "network"},
        {"550 unknown recipient at the domain", "mailbox"},
        {"550 the sender's mailbox does not exist", "policy"},
        {"550 the user's mailbox does not exist", "mailbox"},
        {"550 your subnet was banned", "reputation"},
        {"450 you sent 500 mails today", "rate"},
        {"450 we do not know you yet", "greylist"},
        {"550 we do not know that user", "mailbox"},
    };
    check_told(cases, G_N_ELEMENTS(cases));
}

/* A phrase of RFC 5321 in front says what was not done; what stands behind it says why. */
static void test_standard(void) {
    static const told cases[] = {
        {"550 Requested action not taken: mailbox unavailable. SPF says no", "spf"},
        {"550 Requested action not taken: mailbox unavailable", "mailbox"},
        {"550 Requested action not taken: mailbox unavailable (A12)", "mailbox"},
        {"550 Requested action not taken: mailbox unavailable or not local", "mailbox"},
        {"554 Transaction failed: this mail is spam", "content"},
        {"421 4.4.5 Service unavailable, too many sessions", "rate"},
        {"421 Service unavailable", "system"},
        {"550 5.7.1 Requested action not taken: message refused", "unknown"},
    };
    check_told(cases, G_N_ELEMENTS(cases));
}

/* What a command was answered makes the meaning exact. */
static void test_commands(void) {
    static const told cases[] = {
        {"STARTTLS: got 502 5.5.1 command not implemented", "tls"},
        {"502 5.5.1 command not implemented (in reply to MAIL FROM command)", "syntax"},
        {"R=dnslookup_relay_to_domains T=smtp defer (-53): retry time not reached for any host", "network"},
        {"connect ECONNREFUSED 203.0.113.4:587", "network"},
        {"permanent: policy https://help.example/DOC-1#550 [abc]", "unknown"},
    };
    check_told(cases, G_N_ELEMENTS(cases));
}

/* Those of testdata/replies/told.tsv. */
static void test_told(void) {
    g_autofree char *name =
        g_build_filename(g_getenv("MAILWHY_SOURCE"), "testdata", "replies", "told.tsv", NULL);
    g_autofree char *content = NULL;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(name, &content, NULL, &error);
    g_assert_no_error(error);
    g_auto(GStrv) lines = g_strsplit(content, "\n", 0);
    g_autoptr(GArray) cases = g_array_new(FALSE, FALSE, sizeof(told));
    for (char **line = lines; *line; line++) {
        char *tab = strchr(*line, '\t');
        if (**line == '#' || !tab || g_str_has_prefix(*line, "cause\t"))
            continue;
        *tab = '\0';
        told one = {tab + 1, *line};
        g_array_append_val(cases, one);
    }
    g_assert_cmpuint(cases->len, >, 400);
    check_told((const told *)(void *)cases->data, cases->len);
}

static void check_outcomes(const mw_data *data, const mw_reply_catalogue *catalogue, const char *name,
                           const char *column) {
    static const char *const given_up[] = {"gave up", "in time", "send again", NULL};
    static const char *const waits[] = {"tries again", "tried again", "for now", NULL};
    const mw_table *table = mw_data_table(data, name, NULL);
    int col = mw_table_column(table, column, NULL);
    for (guint i = 0; i < table->rows->len; i++) {
        const char *text = ((const char *const *)table->rows->pdata[i])[col];
        const char *delayed = mw_reply_in_outcome(catalogue, text, true);
        const char *failed = mw_reply_in_outcome(catalogue, text, false);
        bool own = mw_span_search(mw_span_of(text), "your own") != SIZE_MAX; /* "as much as it may for now" */
        if (mw_span_holds(mw_span_of(delayed), given_up) ||
            (!own && mw_span_holds(mw_span_of(failed), waits)))
            g_error("%s: \"%s\" contradicts a delay or a failure", name, text);
    }
}

/* Nothing that a bounce is told to mean contradicts its outcome. */
static void test_outcomes(void) {
    g_autoptr(mw_data) data = mw_data_new(NULL);
    const mw_reply_catalogue *catalogue = mw_reply_catalogue_of(data, NULL);
    check_outcomes(data, catalogue, "replies.tsv", "meaning");
    check_outcomes(data, catalogue, "replies.tsv", "action");
    check_outcomes(data, catalogue, "causes.tsv", "meaning");
    check_outcomes(data, catalogue, "causes.tsv", "action");
    check_outcomes(data, catalogue, "codes.tsv", "meaning");
}

static void test_pasted(void) {
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"550 &lt;ann@example.com&gt; isn&#39;t &quot;here&quot; &amp; won&#x2019;t be",
         "550 <ann@example.com> isn't \"here\" & won\xe2\x80\x99t be"},
        {"550 AT&T &unknown; &# &#0; &#x110000; &", "550 AT&T &unknown; &# &#0; &#x110000; &"},
        {"550 the address of your mail server has no reverse name, and that is w=\r\nhy it is refused",
         "550 the address of your mail server has no reverse name, and that is why it is refused"},
        {"550 a=\nb", "550 a=\nb"}, /* no encoder ends a line so early */
        {"550 see http://a.example/?c=3Dr &id=20", "550 see http://a.example/?c=r &id "},
        {"550 see http://a.example/?id=20", "550 see http://a.example/?id=20"},
        {"failure: 192.0.2.1_failed./Remote_host_said:_550_no_user,_see_http://a.example/b/Giving_up._/",
         "failure: 192.0.2.1 failed. Remote host said: 550 no user, see http://a.example/b Giving up.  "},
        {"550 ERR_NO_SUCH_USER_HERE", "550 ERR_NO_SUCH_USER_HERE"},
        {"550-one\\n550-two\\r\\n550 three", "550-one\n550-two\n550 three"}, /* a log in JSON */
        {"550 see C:\\new\\n, \\n", "550 see C:\\new\\n, \\n"},
        {"=", "="},
        {"", ""},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t len = strlen(cases[i].text);
        g_autofree char *copy = g_memdup2(cases[i].text, len ? len : 1); /* without its final NUL */
        mw_span said = mw_reply_as_said(arena, (mw_span){copy, len});
        g_assert_cmpmem(said.data, said.len, cases[i].said, strlen(cases[i].said));
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wordings/pairs", test_pairs);
    g_test_add_func("/wordings/standard", test_standard);
    g_test_add_func("/wordings/commands", test_commands);
    g_test_add_func("/wordings/told", test_told);
    g_test_add_func("/wordings/outcomes", test_outcomes);
    g_test_add_func("/wordings/pasted", test_pasted);
    return g_test_run();
}
