/* Whole mails through DKIM and ARC, libopendkim behind the screen with them. Keys are there under any name,
 * so that what is signed by nobody comes as far as the crypto. */
#include "dkim/arc.h"
#include "dns/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char zone[] =
    "*._domainkey.example.org. 60 IN TXT \"v=DKIM1; k=ed25519; "
    "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n"
    "*._domainkey.football.example.com. 60 IN TXT \"v=DKIM1; k=rsa; "
    "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/"
    "b\" "
    "\"yYzCNb3W91y3FutACDfzwQ/BC/e/"
    "8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/"
    "K4w3QIDAQAB\"\n";

static mw_dns *shared_dns(void) {
    static mw_dns *dns;
    if (!dns) {
        GError *error = NULL;
        mw_source *source = mw_source_zone_bytes(mw_span_of(zone), "fuzz", &error);
        g_assert_no_error(error);
        dns = mw_dns_new(source, NULL);
    }
    mw_dns_start(dns);
    return dns;
}

static void check_signature(const mw_dkim *dkim) {
    bool good = dkim->body_hash == MW_DKIM_PASS && dkim->signature == MW_DKIM_PASS;
    g_assert_true(dkim->result != MW_DKIM_PASS || good);
    g_assert_cmpint(dkim->result == MW_DKIM_PASS, ==, dkim->cause == MW_DKIM_GOOD);
    g_assert_true(dkim->result == MW_DKIM_PASS || dkim->reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    const mw_message *message = mw_message_read(arena, (mw_span){(const char *)data, size}, NULL);
    if (!message)
        return 0;
    mw_dns *dns = shared_dns();
    mw_dkim_request request = {.message = message, .at = 1795305600, .now = 1795305600};
    GPtrArray *all = mw_dkim_verify(arena, dns, &request);
    for (guint i = 0; i < all->len; i++)
        check_signature(all->pdata[i]);
    const mw_arc *arc = mw_arc_verify(arena, dns, &request);
    g_assert_true(arc->result == MW_ARC_NONE || arc->result == MW_ARC_PASS || arc->reason);
    for (guint i = 0; i < arc->sets->len; i++) {
        const mw_arc_set *set = arc->sets->pdata[i];
        g_assert_true(arc->result != MW_ARC_PASS || set->seal == MW_DKIM_PASS);
    }
    return 0;
}
