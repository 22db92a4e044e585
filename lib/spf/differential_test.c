/* libspf2 behind the front end and the small evaluator must agree on thousands of random zones, and the
 * settled tree with both. */
#include "spf/own.h"
#include "dns/source.h"

enum { N_NAMES = 12, N_ZONES = 4000, N_CLIENTS = 3 };

typedef struct world {
    mw_source source;
    mw_arena *arena;
    GRand *random;
    char *texts[N_NAMES];
    mw_answer a[N_NAMES], aaaa[N_NAMES], mx[N_NAMES], txt[N_NAMES], ptr;
} world;

static unsigned below(world *w, unsigned n) {
    return (unsigned)g_rand_int_range(w->random, 0, (gint32)n);
}

static const char *pick(world *w, const char *const *from, size_t n) {
    return from[below(w, (unsigned)n)];
}
#define PICK(w, list) pick((w), (list), G_N_ELEMENTS(list))

/* One of few addresses, so that they meet. */
static mw_ip client(world *w, bool six) {
    mw_ip ip = {.family = six ? 6 : 4};
    static const uint8_t net4[] = {192, 0, 2, 0}, net6[] = {0x20, 0x01, 0x0d, 0xb8};
    memcpy(ip.bytes, six ? net6 : net4, 4);
    ip.bytes[six ? 15 : 3] = (uint8_t)(below(w, 4) * 64);
    return ip;
}

static const char *domain_spec(world *w) {
    static const char *const macros[] = {
        "%{d}", "%{d1}.%{o}", "%{i}.n1.test", "%{l}.test",     "%{ir}.%{v}.arpa",
        "%{h}", "%{p}",       "%{d2r}.test",  "n%{l1r-}.test", "n3.test."};
    return below(w, 5) ? mw_printf(w->arena, "n%u.test", below(w, N_NAMES + 1)) : PICK(w, macros);
}

static void append_cidr(world *w, GString *out) {
    static const char *const cidrs[] = {"/24", "/0",    "/32",      "/26", "//64",
                                        "//0", "//128", "/25//121", "/33", "//x"};
    if (below(w, 3) == 0)
        g_string_append(out, pick(w, cidrs, below(w, 12) ? 8 : G_N_ELEMENTS(cidrs)));
}

static void append_term(world *w, GString *out) {
    static const char *const qualifiers[] = {"", "", "", "+", "-", "~", "?"};
    static const char *const odd[] = {"moo",
                                      "x=%{d}",
                                      "exp=n0.test",
                                      "redirect=n1.test",
                                      "IP4:192.0.2.64",
                                      "ip4:192.0.2",
                                      "include:",
                                      "a:b",
                                      "%{d}",
                                      "exp=%{",
                                      "mx=",
                                      "all."};
    static const char *const names[] = {"include", "a", "mx", "exists", "ptr"};
    g_string_append_c(out, ' ');
    unsigned kind = below(w, 40);
    if (kind == 0) {
        g_string_append(out, PICK(w, odd));
        return;
    }
    if (kind < 6) {
        g_string_append_printf(out, "%s=%s", kind < 4 ? "redirect" : "exp", domain_spec(w));
        return;
    }
    g_string_append(out, PICK(w, qualifiers));
    if (kind < 12) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        mw_ip ip = client(w, below(w, 2));
        g_string_append_printf(out, "%s:%s", ip.family == 4 ? "ip4" : "ip6", mw_ip_text(arena, &ip));
        if (below(w, 3) == 0)
            g_string_append(out, ip.family == 4 ? "/25" : "/32");
    } else if (kind == 12) {
        g_string_append(out, "all");
    } else {
        const char *name = PICK(w, names);
        bool needs = name[0] == 'i' || name[0] == 'e';
        g_string_append(out, name);
        if (needs || below(w, 3))
            g_string_append_printf(out, ":%s", domain_spec(w));
        if (strcmp(name, "a") == 0 || strcmp(name, "mx") == 0)
            append_cidr(w, out);
    }
}

static mw_rdata txt_rdata(world *w, const char *text) {
    g_autoptr(GByteArray) wire = g_byte_array_new();
    size_t len = strlen(text);
    for (size_t i = 0; i < len || i == 0; i += 255) {
        uint8_t n = (uint8_t)MIN(len - i, 255);
        g_byte_array_append(wire, &n, 1);
        g_byte_array_append(wire, (const uint8_t *)text + i, n);
    }
    return (mw_rdata){mw_memdup(w->arena, wire->data, wire->len), (uint16_t)wire->len};
}

static mw_answer random_txt(world *w) {
    static const char *const ends[] = {
        "", " -all", " ~all", " ?all", " redirect=n2.test", " all", " -all exp=n9.test"};
    unsigned n = below(w, 12) ? 1 : below(w, 3), extra = below(w, 2);
    mw_rdata *records = mw_new_n(w->arena, mw_rdata, n + extra);
    for (unsigned i = 0; i < n; i++) {
        g_autoptr(GString) text = g_string_new("v=spf1");
        for (unsigned k = below(w, 6) ? below(w, 5) : below(w, 14); k; k--)
            append_term(w, text);
        g_string_append(text, PICK(w, ends));
        records[i] = txt_rdata(w, text->str);
    }
    if (extra)
        records[n] = txt_rdata(w, "No mail for %{d} from %{c}%_please");
    return (mw_answer){
        .status = n + extra ? MW_DNS_OK : MW_DNS_NODATA, .records = records, .n_records = n + extra};
}

static mw_answer random_addresses(world *w, bool six) {
    unsigned n = below(w, 3);
    mw_rdata *records = mw_new_n(w->arena, mw_rdata, n);
    for (unsigned i = 0; i < n; i++) {
        mw_ip ip = client(w, six);
        records[i] = (mw_rdata){mw_memdup(w->arena, ip.bytes, 16), six ? 16 : 4};
    }
    return (mw_answer){.status = n ? MW_DNS_OK : MW_DNS_NODATA, .records = records, .n_records = n};
}

static mw_rdata name_rdata(world *w, size_t before, const char *text) {
    mw_name name;
    g_assert_true(mw_name_read(mw_span_of(text), &name));
    uint8_t *wire = mw_alloc(w->arena, before + name.len);
    memcpy(wire + before, name.wire, name.len);
    return (mw_rdata){wire, (uint16_t)(before + name.len)};
}

static mw_answer random_names(world *w, size_t before) {
    unsigned n = below(w, 8) ? below(w, 3) : below(w, 13);
    mw_rdata *records = mw_new_n(w->arena, mw_rdata, n);
    for (unsigned i = 0; i < n; i++)
        records[i] =
            name_rdata(w, before, below(w, 9) ? mw_printf(w->arena, "n%u.test", below(w, N_NAMES + 2)) : ".");
    return (mw_answer){.status = n ? MW_DNS_OK : MW_DNS_NODATA, .records = records, .n_records = n};
}

/* Now and then a name server fails. */
static mw_answer shaken(world *w, mw_answer answer) {
    static const mw_dns_status statuses[] = {MW_DNS_SERVFAIL, MW_DNS_TIMEOUT, MW_DNS_NXDOMAIN,
                                             MW_DNS_NOTRECORDED};
    if (below(w, 25))
        return answer;
    return (mw_answer){.status = statuses[below(w, G_N_ELEMENTS(statuses))]};
}

static void fill(world *w) {
    for (int i = 0; i < N_NAMES; i++) {
        w->a[i] = shaken(w, random_addresses(w, false));
        w->aaaa[i] = shaken(w, random_addresses(w, true));
        w->mx[i] = shaken(w, random_names(w, 2));
        w->txt[i] = shaken(w, random_txt(w));
    }
    w->ptr = shaken(w, random_names(w, 0));
}

static void ask(mw_source *source, mw_question *question) {
    static const mw_answer missing = {.status = MW_DNS_NXDOMAIN};
    world *w = (world *)source;
    g_autoptr(mw_arena) arena = mw_arena_new();
    const char *name = mw_name_text(arena, &question->name);
    const mw_answer *answer = &missing;
    if (question->type == MW_TYPE_PTR)
        answer = &w->ptr;
    for (int i = 0; i < N_NAMES && question->type != MW_TYPE_PTR; i++)
        if (g_ascii_strcasecmp(name, mw_printf(arena, "n%d.test", i)) == 0)
            answer = question->type == MW_TYPE_A      ? &w->a[i]
                     : question->type == MW_TYPE_AAAA ? &w->aaaa[i]
                     : question->type == MW_TYPE_MX   ? &w->mx[i]
                                                      : &w->txt[i];
    question->answered(question, answer);
}

static void keep(mw_source *source) {}

static void show(const mw_spf_node *node, int depth) {
    g_test_message("%*s%s: %s = %s", depth, "", node->domain, node->record ? node->record : "-",
                   mw_spf_result_name(node->result));
    for (size_t i = 0; i < node->n_terms; i++)
        if (node->terms[i].child)
            show(node->terms[i].child, depth + 2);
}

static void compare(world *w, mw_dns *dns, const mw_spf_request *request, unsigned seen[]) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_spf_run theirs, ours;
    g_assert_true(mw_spf_start(&theirs, arena, dns, request));
    g_assert_true(mw_spf_start(&ours, arena, dns, request));
    mw_spf_result result = mw_spf_evaluate_libspf2(&theirs), expected = mw_spf_evaluate_own(&ours);
    mw_spf_result settled = mw_spf_settle(&theirs);
    if (result != expected || settled != result || theirs.lookups != ours.lookups) {
        show(theirs.root->node, 0);
        g_test_message("libspf2 %s, tree %s (%s); own %s (%s)", mw_spf_result_name(result),
                       mw_spf_result_name(settled), theirs.why, mw_spf_result_name(expected), ours.why);
    }
    g_assert_cmpint(result, ==, expected);
    g_assert_cmpint(settled, ==, expected);
    g_assert_cmpint(mw_spf_settle(&ours), ==, expected);
    g_assert_cmpint(theirs.lookups, ==, ours.lookups);
    g_assert_cmpint(theirs.voids, ==, ours.voids);
    g_assert_cmpstr(theirs.why, ==, ours.why);
    if (result == MW_SPF_FAIL)
        g_assert_cmpstr(mw_spf_explain(&theirs), ==, mw_spf_explain(&ours));
    seen[result]++;
}

static void test_agree(void) {
    static const char *const senders[] = {"u@n0.test", "n-1@n4.test", "a.b-3@n7.test"};
    g_autoptr(GRand) random = g_rand_new_with_seed(7208);
    unsigned seen[MW_SPF_UNTESTABLE + 1] = {0};
    for (int zone = 0; zone < N_ZONES; zone++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        world w = {{.kind = MW_SOURCE_ZONE, .name = "random", .ask = ask, .free = keep}, arena, random};
        fill(&w);
        g_autoptr(mw_dns) dns = mw_dns_new(&w.source, NULL);
        for (int i = 0; i < N_CLIENTS; i++) {
            mw_spf_request request = {client(&w, i == 2), "n5.test", senders[i], "n6.test", 1767225600};
            compare(&w, dns, &request, seen);
        }
    }
    /* the zones are worth something only when every result comes out of them */
    for (int i = 0; i <= MW_SPF_UNTESTABLE; i++)
        g_assert_cmpuint(seen[i], >, N_ZONES / 200);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/spf/differential", test_agree);
    return g_test_run();
}
