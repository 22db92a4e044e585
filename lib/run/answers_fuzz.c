/* A mail whose DNS is in the hands of somebody hostile: packets made of the input answer every question,
 * whatever it is. */
#include "dns/packet.h"
#include "run/pipeline.h"
#include "score/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_OCTETS = 1 << 13, NOW = 1795348800, HEADER = 12, OPT = 11 };

static const char mail[] =
    "Return-Path: <bounce@news.example.com>\r\n"
    "Received: from mail.example.com (mail.example.com [203.0.113.5]) by mx.receiver.example with ESMTPS id "
    "1\r\n"
    "\tfor <b@receiver.example>; Fri, 20 Nov 2026 14:02:00 +0000\r\n"
    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.com; s=one; h=from:subject;\r\n"
    "\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n"
    "From: A <a@example.com>\r\nTo: b@receiver.example\r\nSubject: hello\r\n"
    "Date: Fri, 20 Nov 2026 14:01:00 +0000\r\nMessage-ID: "
    "<1@example.com>\r\n\r\nhttp://shop.example.org/\r\n";

typedef struct world_source {
    mw_source source;
    const uint8_t *data;
    size_t size, at;
} world_source;

static uint8_t take(world_source *w) {
    uint8_t byte = w->data[w->at];
    w->at = (w->at + 1) % w->size;
    return byte;
}

/* The question as it was asked, and behind it some of the input: a status, a number of records, and their
 * bytes. */
static size_t make_packet(world_source *w, const mw_question *question, uint8_t *packet, size_t room) {
    uint8_t asked[MW_PACKET_QUESTION];
    size_t len = mw_packet_write(question, false, asked);
    len -= asked[11] ? OPT : 0;
    memcpy(packet, asked, len);
    uint8_t status = take(w);
    packet[2] = 0x81;
    packet[3] = 0x80 | (status < 200 ? 0 : status & 15);
    packet[7] = take(w) % 8;
    packet[11] = 0;
    size_t more = take(w) | (size_t)(take(w) & 3) << 8;
    while (more-- && len < room)
        packet[len++] = take(w);
    return len;
}

static void ask(mw_source *source, mw_question *question) {
    world_source *w = (world_source *)source;
    g_autoptr(mw_arena) arena = mw_arena_new();
    uint8_t packet[MW_PACKET_QUESTION + 1024];
    size_t len = make_packet(w, question, packet, sizeof packet);
    mw_answer answer = {.status = MW_DNS_NETERR};
    if (!mw_packet_read(arena, (mw_span){(const char *)packet, len}, question, &answer))
        answer = (mw_answer){.status = MW_DNS_BADANSWER};
    question->answered(question, &answer);
}

static void free_source(mw_source *source) {
    g_free(source);
}

static const mw_world *shared_world(void) {
    static mw_world world;
    if (!world.data) {
        mw_arena *arena = mw_arena_new();
        g_autoptr(GError) error = NULL;
        mw_settings *settings = mw_settings_new(arena);
        mw_settings_set(settings, "for", "all", &error);
        world.settings = settings;
        world.data = mw_data_new(NULL);
        world.catalogue = mw_catalogue_new(world.data, arena, &error);
        world.profile = mw_profile_read(arena, world.data, "default", &error);
        world.phrases = mw_phrases_of_data(world.data, &error);
        g_assert_no_error(error);
    }
    return &world;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 4 || size > MOST_OCTETS)
        return 0;
    g_autoptr(mw_arena) arena = mw_arena_new();
    g_autoptr(GError) error = NULL;
    world_source *w = g_new0(world_source, 1);
    *w =
        (world_source){.source = {.kind = MW_SOURCE_ZONE, .name = "hostile", .ask = ask, .free = free_source},
                       .data = data,
                       .size = size};
    mw_world world = *shared_world();
    g_autoptr(mw_dns) dns = mw_open_dns(&w->source, world.settings);
    world.dns = dns;
    const mw_diagnosis *d = mw_diagnose(arena, &world, "mail", mw_span_of(mail), NOW, &error);
    g_assert_no_error(error);
    g_autofree char *json = mw_json_write(d),
                    *text = mw_text_write(d, &(mw_text_style){.width = 80, .verbose = 1});
    g_assert_true(g_utf8_validate(json, -1, NULL) && g_utf8_validate(text, -1, NULL));
    return 0;
}
