#include "dns/rrsets.h"

typedef struct own_set {
    mw_rrset rrset;
    bool marked;
} own_set;

static mw_name name_of(const char *text) {
    mw_name name;
    g_assert_true(mw_name_read(mw_span_of(text), &name));
    return name;
}

static mw_rdata number(mw_arena *arena, uint32_t n) {
    return (mw_rdata){mw_memdup(arena, &n, sizeof n), sizeof n};
}

static void test_sets(void) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_rrsets *sets = mw_rrsets_new(arena, sizeof(own_set));
    mw_name name = name_of("a.b.example"), folded = name_of("A.b.EXAMPLE"), above = name_of("b.example");
    g_assert_null(mw_rrsets_find(sets, &name, MW_TYPE_A));
    own_set *set = mw_rrsets_get(sets, &name, MW_TYPE_A);
    g_assert_false(set->marked);
    g_assert_true(mw_rrsets_get(sets, &folded, MW_TYPE_A) == set);
    g_assert_null(mw_rrsets_find(sets, &name, MW_TYPE_MX));
    g_assert_null(mw_rrsets_find(sets, &above, MW_TYPE_A));
    own_set *other = mw_rrsets_get(sets, &name, MW_TYPE_MX);
    g_assert_cmpuint(mw_rrsets_all(sets)->len, ==, 2);

    mw_rrset_add(sets, &set->rrset, number(arena, 1), 60);
    mw_rrset_add(sets, &set->rrset, number(arena, 2), 30);
    mw_rrset_add(sets, &set->rrset, number(arena, 1), 10); /* there already */
    mw_rrset_add(sets, &other->rrset, number(arena, 1), 5);
    mw_rrset_add(sets, &set->rrset, (mw_rdata){NULL, 0}, 40);
    g_assert_cmpuint(set->rrset.records->len, ==, 3);
    g_assert_cmpuint(set->rrset.ttl, ==, 30);
    g_assert_cmpuint(other->rrset.records->len, ==, 1);
    mw_rdata two = number(arena, 2);
    g_assert_true(mw_rrset_has(sets, &set->rrset, &two));
    g_assert_false(mw_rrset_has(sets, &other->rrset, &two));
    mw_rrset_clear(sets, &set->rrset);
    g_assert_false(mw_rrset_has(sets, &set->rrset, &two));
    mw_rrset_add(sets, &set->rrset, two, 60);
    g_assert_cmpuint(set->rrset.records->len, ==, 1);

    g_assert_false(mw_rrsets_exists(sets, &name));
    mw_rrsets_set_exists(sets, &name);
    g_assert_true(mw_rrsets_exists(sets, &folded));
    g_assert_true(mw_rrsets_exists(sets, &above));
    mw_name root = name_of("."), sibling = name_of("c.b.example");
    g_assert_true(mw_rrsets_exists(sets, &root));
    g_assert_false(mw_rrsets_exists(sets, &sibling));
}

/* Comparisons for n records at one name, each twice; for n types at one name; and for n names. */
static uint64_t work(uint32_t n) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_rrsets *sets = mw_rrsets_new(arena, sizeof(mw_rrset));
    mw_name name = name_of("example.com");
    uint64_t before = mw_rrsets_compared();
    for (uint32_t i = 0; i < 2 * n; i++) {
        mw_rrset_add(sets, mw_rrsets_get(sets, &name, MW_TYPE_TXT), number(arena, i / 2), 60);
        mw_rrsets_get(sets, &name, (uint16_t)(i / 2 % 60000 + 100));
        mw_name host = name_of(mw_printf(arena, "h%u.example.com", i / 2));
        mw_rrsets_get(sets, &host, MW_TYPE_A);
        mw_rrsets_set_exists(sets, &host);
    }
    const mw_rrset *set = mw_rrsets_find(sets, &name, MW_TYPE_TXT);
    g_assert_cmpuint(set->records->len, ==, n);
    return mw_rrsets_compared() - before;
}

static void test_linear(void) {
    uint64_t few = work(5000), many = work(20000);
    g_assert_cmpuint(few, >=, 5 * 5000); /* the second of each finds the first */
    g_assert_cmpuint(many, <=, 30 * 20000);
    g_assert_cmpuint(many, <=, 5 * few);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dns/rrsets/sets", test_sets);
    g_test_add_func("/dns/rrsets/linear", test_linear);
    return g_test_run();
}
