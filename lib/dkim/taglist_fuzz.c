/* Tag lists, base64 and key records: what is read must hang together. */
#include "dkim/key.h"
#include "dkim/taglist.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_list(mw_arena *arena, mw_span text) {
    mw_taglist list = mw_taglist_read(arena, text);
    g_assert_cmpuint(list.n_tags, <=, MW_MAX_TAGS);
    for (size_t i = 0; i < list.n_tags; i++) {
        const mw_tag *tag = &list.tags[i];
        g_assert_true(tag->name.data >= text.data && tag->name.data + tag->name.len <= text.data + text.len);
        g_assert_true(tag->value.data >= text.data &&
                      tag->value.data + tag->value.len <= text.data + text.len);
        g_assert_cmpuint(tag->offset, ==, tag->name.data - text.data);
        const char *name = mw_span_dup(arena, tag->name);
        if (!list.error)
            g_assert_true(mw_taglist_get(&list, name).data == tag->value.data);
        mw_span bytes = mw_tag_base64(arena, tag->value);
        g_assert_cmpuint(bytes.len, <=, tag->value.len);
        mw_tag_listed(tag->value, "x");
        g_assert_cmpuint(strlen(mw_tag_compact(arena, tag->value)), <=, tag->value.len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_span text = {(const char *)data, size};
    check_list(arena, text);
    const mw_key *key = mw_key_read(arena, text);
    g_assert_cmpint(key->problem == MW_KEY_GOOD, ==, key->reason == NULL);
    g_assert_cmpint(key->problem == MW_KEY_GOOD, ==, key->bits > 0);
    mw_digest_value digest = {.len = 32};
    mw_hash hash;
    mw_key_verify(key, text, MW_SHA256, &digest);
    mw_key_recover(key, text, &hash, &digest);
    return 0;
}
