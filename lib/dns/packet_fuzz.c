#include "dns/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte chooses the type; the question is the packet's own, so that much gets through. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint16_t types[] = {MW_TYPE_A,   MW_TYPE_TXT, MW_TYPE_MX,
                                     MW_TYPE_PTR, MW_TYPE_SOA, MW_TYPE_CNAME};
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_question question = {.type = types[size ? data[0] % G_N_ELEMENTS(types) : 0]};
    mw_name_read(MW_SPAN("www.a"), &question.name);
    mw_answer answer;
    if (!size || !mw_packet_read(arena, (mw_span){(const char *)data + 1, size - 1}, &question, &answer))
        return 0;
    for (size_t i = 0; i < answer.n_records; i++) {
        mw_name name;
        uint16_t preference;
        mw_rdata_name(&answer.records[i], &name);
        mw_rdata_mx(&answer.records[i], &preference, &name);
        mw_rdata_txt(arena, &answer.records[i]);
    }
    return 0;
}
