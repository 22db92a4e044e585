#include "mail/store.h"

#include "base/error.h"
#include "base/limits.h"
#include "mail/archive.h"
#include "mail/frame.h"
#include "mail/mbox.h"
#include "mail/message.h"

enum {
    MOST_RATIO = 200,
    FREE_RATIO = 16 << 20 /* octets unpacked to which no ratio applies */
};

/* A file, or what an archive holds: one mail, an mbox, another archive. */
typedef struct level {
    GBytes *bytes;
    const char *start; /* of bytes */
    mw_span rest;
    char *name; /* within the file, or NULL */
    enum { ONE, MBOX, FRAMES, ARCHIVE } kind;
    mw_archive *archive;
    bool pseudo;
    mw_mbox_mail found; /* of an mbox: its last mail */
    unsigned number;    /* of the last mail of an mbox and the like */
} level;

struct mw_store {
    level levels[MW_MAX_STORE_DEPTH];
    int depth; /* levels in use */
    unsigned count, mails;
    mw_archive_room room; /* for all archives in the file */
    bool packed;          /* the file is an archive */
    mw_store_mail *first; /* what is wrong with the file, or NULL */
};

static bool is_packed(mw_span bytes) {
    static const mw_span magics[] = {MW_SPAN_INIT("PK\x03\x04"), MW_SPAN_INIT("\x1f\x8b"),
                                     MW_SPAN_INIT("BZh"),
                                     MW_SPAN_INIT("\xfd"
                                                  "7zXZ"),
                                     MW_SPAN_INIT("\x28\xb5\x2f\xfd")};
    for (size_t i = 0; i < G_N_ELEMENTS(magics); i++)
        if (bytes.len >= magics[i].len && memcmp(bytes.data, magics[i].data, magics[i].len) == 0)
            return true;
    return bytes.len >= 512 && memcmp(bytes.data + 257, "ustar", 5) == 0;
}

static void clear_level(level *l) {
    if (l->archive)
        mw_archive_free(l->archive);
    g_clear_pointer(&l->bytes, g_bytes_unref);
    g_clear_pointer(&l->name, g_free);
}

static mw_store_mail *new_mail(const char *name, GBytes *bytes) {
    mw_store_mail *mail = g_new0(mw_store_mail, 1);
    mail->name = g_strdup(name);
    mail->bytes = bytes;
    return mail;
}

static mw_store_mail *new_error(const char *name, const char *text) {
    mw_store_mail *mail = new_mail(name, NULL);
    mail->error = g_strdup(text);
    return mail;
}

/* Of a file that is called a mail a From_ line close to the text parts nothing: see mw_mbox_next(). */
static bool is_called_mail(const char *name) {
    size_t n = name ? strlen(name) : 0;
    return n > 4 && g_ascii_strcasecmp(name + n - 4, ".eml") == 0;
}

/* A level on top, of these bytes; what is wrong with it instead, or NULL. */
static mw_store_mail *enter(mw_store *store, GBytes *bytes, const char *name, const char *called) {
    if (store->depth == MW_MAX_STORE_DEPTH)
        return new_error(name, "archives within archives within archives: it was not opened");
    level l = {
        .bytes = g_bytes_ref(bytes), .name = g_strdup(name), .found = {.parted = !is_called_mail(called)}};
    l.start = g_bytes_get_data(bytes, &l.rest.len);
    l.rest.data = l.start;
    mw_span rest = l.rest, first;
    g_autoptr(GError) error = NULL;
    if (l.rest.len && mw_mbox_is(l.rest))
        l.kind = MBOX;
    else if (l.rest.len && mw_frame_split(&rest, &first))
        l.kind = FRAMES;
    else if (l.rest.len && is_packed(l.rest)) {
        l.kind = ARCHIVE;
        l.archive = mw_archive_open(bytes, &store->room, &error);
        store->packed |= store->depth == 0;
    }
    if (error) {
        clear_level(&l);
        return new_error(name, error->message);
    }
    store->levels[store->depth++] = l;
    return NULL;
}

mw_store *mw_store_new(GBytes *bytes, const char *called) {
    mw_store *store = g_new0(mw_store, 1);
    guint64 most = (guint64)g_bytes_get_size(bytes) * MOST_RATIO + FREE_RATIO;
    store->room = (mw_archive_room){.octets = MIN(most, MW_MAX_UNPACKED), .files = MW_MAX_STORE_MAILS};
    store->first = enter(store, bytes, NULL, called);
    return store;
}

void mw_store_free(mw_store *store) {
    if (!store)
        return;
    while (store->depth)
        clear_level(&store->levels[--store->depth]);
    mw_store_mail_free(store->first);
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

/* The next mail of an mbox; NULL behind the last. The only mail of a file bears the file's name alone. */
static mw_store_mail *next_of_mbox(level *l) {
    do {
        if (!mw_mbox_next(&l->rest, &l->found)) {
            if (l->number || !l->pseudo)
                return NULL;
            l->number++;
            return new_error(l->name,
                             "a mailbox without mails: it holds what the mail program keeps for itself");
        }
        l->pseudo |= l->found.pseudo;
    } while (l->found.pseudo);
    bool only = l->number++ == 0 && mw_span_strip(l->rest, "\r\n").len == 0;
    g_autofree char *name = only      ? g_strdup(l->name)
                            : l->name ? g_strdup_printf("%s:%u", l->name, l->number)
                                      : g_strdup_printf("%u", l->number);
    mw_store_mail *mail = new_mail(
        name, g_bytes_new_from_bytes(l->bytes, (size_t)(l->found.bytes.data - l->start), l->found.bytes.len));
    if (l->pseudo && l->number == 1)
        mail->remark =
            g_strdup("the mailbox begins with an entry of the mail program's own (X-IMAP), which is no mail");
    else if (l->found.joined)
        mail->remark =
            g_strdup("another mail may begin at a line \"From ...\" within it, without an empty line "
                     "before: to have that judged save it as a file of its own");
    return mail;
}

/* A mail of several, each with what its store or server put around it. */
static mw_store_mail *next_of_frames(level *l) {
    mw_span mail = l->rest;
    if (l->rest.len == 0)
        return NULL;
    if (!mw_frame_split(&l->rest, &mail))
        l->rest = mw_span_from(mail, mail.len);
    l->number++;
    g_autofree char *name =
        l->name ? g_strdup_printf("%s:%u", l->name, l->number) : g_strdup_printf("%u", l->number);
    return new_mail(name, g_bytes_new_from_bytes(l->bytes, (size_t)(mail.data - l->start), mail.len));
}

/* What is no mail in an archive is told, but is no error beside mails. */
static void pass_over(mw_store *store, mw_store_mail *mail) {
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GError) error = NULL;
    mw_span bytes = {NULL, 0};
    bytes.data = g_bytes_get_data(mail->bytes, &bytes.len);
    if (mw_message_read(arena, bytes, &error)) {
        store->mails++;
        return;
    }
    mail->passed_over = true;
    mail->error = g_strdup(error->message);
    g_clear_pointer(&mail->bytes, g_bytes_unref);
}

static mw_store_mail *next_of_archive(mw_store *store, level *l) {
    mw_archive_entry entry;
    if (!mw_archive_next(l->archive, &entry)) {
        clear_level(l);
        store->depth--;
        return NULL;
    }
    g_autofree char *name = !entry.name ? g_strdup(l->name)
                            : l->name   ? g_strdup_printf("%s:%s", l->name, entry.name)
                                        : g_strdup(entry.name);
    mw_store_mail *mail = entry.error ? new_error(name, entry.error) : enter(store, entry.bytes, name, name);
    g_clear_pointer(&entry.bytes, g_bytes_unref);
    g_free(entry.name);
    g_free(entry.error);
    return mail;
}

/* The next mail of the level on top; NULL where it is at its end, or another one lies on top now. */
static mw_store_mail *next_of(mw_store *store, level *l) {
    if (l->kind == ARCHIVE)
        return next_of_archive(store, l);
    mw_store_mail *mail = l->kind == MBOX     ? next_of_mbox(l)
                          : l->kind == FRAMES ? next_of_frames(l)
                                              : new_mail(l->name, g_bytes_ref(l->bytes));
    if (mail && mail->bytes && store->packed)
        pass_over(store, mail);
    if (!mail || l->kind == ONE) {
        clear_level(l);
        store->depth--;
    }
    return mail;
}

mw_store_mail *mw_store_next(mw_store *store) {
    if (store->first)
        return g_steal_pointer(&store->first);
    while (store->depth) {
        if (store->count == MW_MAX_STORE_MAILS) {
            g_autofree char *text =
                g_strdup_printf("holds more than %d mails: the rest was not read", MW_MAX_STORE_MAILS);
            mw_store_mail *mail = new_error(NULL, text);
            while (store->depth)
                clear_level(&store->levels[--store->depth]);
            return mail;
        }
        mw_store_mail *mail = next_of(store, &store->levels[store->depth - 1]);
        if (mail) {
            store->count++;
            return mail;
        }
    }
    if (store->packed && !store->mails) {
        store->packed = false; /* told once */
        return new_error(NULL, "an archive without a mail in it: give the mail as .eml");
    }
    return NULL;
}
