#include "mail/store.h"

#include "base/limits.h"
#include "mail/mbox.h"

/* One level: a file, or an mbox within an archive. */
typedef struct level {
    GBytes *bytes;
    const char *start; /* of bytes */
    mw_span rest;
    char *name; /* of this level within the file, or NULL */
    bool mbox, pseudo;
    unsigned number; /* of the last mail */
} level;

struct mw_store {
    level top;
    unsigned count;
    bool done;
};

static void clear_level(level *l) {
    g_clear_pointer(&l->bytes, g_bytes_unref);
    g_clear_pointer(&l->name, g_free);
}

static level new_level(GBytes *bytes, const char *name) {
    level l = {.bytes = g_bytes_ref(bytes), .name = g_strdup(name)};
    l.start = g_bytes_get_data(bytes, &l.rest.len);
    l.rest.data = l.start;
    l.mbox = l.rest.len && mw_mbox_is(l.rest);
    return l;
}

mw_store *mw_store_new(GBytes *bytes) {
    mw_store *store = g_new0(mw_store, 1);
    store->top = new_level(bytes, NULL);
    return store;
}

void mw_store_free(mw_store *store) {
    if (!store)
        return;
    clear_level(&store->top);
    g_free(store);
}

void mw_store_mail_free(mw_store_mail *mail) {
    if (!mail)
        return;
    g_clear_pointer(&mail->bytes, g_bytes_unref);
    g_free(mail->name);
    g_free(mail->remark);
    g_free(mail->error);
    g_free(mail);
}

static mw_store_mail *new_mail(char *name, GBytes *bytes) {
    mw_store_mail *mail = g_new0(mw_store_mail, 1);
    mail->name = name;
    mail->bytes = bytes;
    return mail;
}

static mw_store_mail *whole(level *l) {
    l->rest.len = 0;
    return new_mail(g_strdup(l->name), g_bytes_ref(l->bytes));
}

/* The next mail of an mbox; NULL behind the last. The only mail of a file bears the file's name alone. */
static mw_store_mail *next_of_mbox(level *l) {
    mw_mbox_mail found;
    do {
        if (!mw_mbox_next(&l->rest, &found))
            return l->number || !l->pseudo ? NULL : whole(l);
        l->pseudo |= found.pseudo;
    } while (found.pseudo && l->rest.len);
    bool only = l->number++ == 0 && l->rest.len == 0;
    char *name = only      ? g_strdup(l->name)
                 : l->name ? g_strdup_printf("%s:%u", l->name, l->number)
                           : g_strdup_printf("%u", l->number);
    mw_store_mail *mail = new_mail(
        name, g_bytes_new_from_bytes(l->bytes, (size_t)(found.bytes.data - l->start), found.bytes.len));
    if (l->pseudo && l->number == 1)
        mail->remark =
            g_strdup("the mailbox begins with an entry of the mail program's own (X-IMAP), which is no mail");
    return mail;
}

mw_store_mail *mw_store_next(mw_store *store) {
    level *l = &store->top;
    if (store->done)
        return NULL;
    if (store->count++ == MW_MAX_STORE_MAILS) {
        store->done = true;
        mw_store_mail *mail = new_mail(g_strdup(l->name), NULL);
        mail->error = g_strdup_printf("holds more than %d mails: the rest was not read", MW_MAX_STORE_MAILS);
        return mail;
    }
    mw_store_mail *mail = l->mbox ? next_of_mbox(l) : whole(l);
    store->done = !mail || (!l->mbox);
    return mail;
}
