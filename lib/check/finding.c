#include "base/limits.h"
#include "check/facts.h"

const char *mw_shortened(mw_arena *arena, const char *text, size_t most) {
    size_t end = strlen(text);
    if (end <= most)
        return text;
    bool quoted = false;
    for (end = most; end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80; end--)
        continue;
    for (size_t i = 0; i < end; i++)
        quoted = quoted != (text[i] == '"');
    return mw_printf(arena, "%.*s...%s", (int)end, text, quoted ? "\"" : "");
}

/* Names out of a mail stand in a summary; a name of a megabyte must not fill it. */
G_GNUC_PRINTF(2, 0)
static const char *summary(mw_arena *arena, const char *format, va_list args) {
    return mw_shortened(arena, mw_vprintf(arena, format, args), MW_MAX_SUMMARY);
}

static bool is_excluded(const mw_facts *facts, const char *symbol) {
    for (guint i = 0; facts->excluded && i < facts->excluded->len; i++)
        if (g_ascii_strcasecmp(facts->excluded->pdata[i], symbol) == 0)
            return true;
    return false;
}

G_GNUC_PRINTF(4, 0)
static mw_finding *add(mw_facts *facts, const char *symbol, mw_state state, const char *format,
                       va_list args) {
    mw_finding *finding = mw_new(facts->arena, mw_finding);
    finding->symbol = mw_catalogue_find(facts->catalogue, symbol);
    if (!finding->symbol)
        g_error("the symbol %s is not in data/symbols", symbol);
    finding->scale = 1;
    finding->state = state;
    finding->summary = summary(facts->arena, format, args);
    if (!is_excluded(facts, symbol))
        g_ptr_array_add(facts->findings, finding);
    else if (state == MW_HIT && facts->left_out)
        g_ptr_array_add(facts->left_out, finding);
    return finding;
}

mw_finding *mw_hit(mw_facts *facts, const char *symbol, const char *format, ...) {
    va_list args;
    va_start(args, format);
    mw_finding *finding = add(facts, symbol, MW_HIT, format, args);
    va_end(args);
    return finding;
}

mw_finding *mw_unknown(mw_facts *facts, const char *symbol, const char *format, ...) {
    va_list args;
    va_start(args, format);
    mw_finding *finding = add(facts, symbol, MW_STATE_UNKNOWN, format, args);
    va_end(args);
    return finding;
}

void mw_notice(mw_facts *facts, const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_ptr_array_add(facts->notices, (gpointer)summary(facts->arena, format, args));
    va_end(args);
}

mw_finding *mw_found(const mw_facts *facts, const char *symbol) {
    for (guint i = 0; i < facts->findings->len; i++) {
        mw_finding *finding = facts->findings->pdata[i];
        const char *name = finding->symbol->name;
        if (finding->state == MW_HIT && name[0] == symbol[0] && strcmp(name, symbol) == 0)
            return finding;
    }
    return NULL;
}

const mw_links *mw_facts_links(mw_facts *facts) {
    if (!facts->links)
        facts->links = mw_links_read(facts->arena, facts->mime);
    return facts->links;
}

mw_finding *mw_finding_cause(const mw_facts *facts, const mw_finding *finding) {
    return finding->because_of ? mw_found(facts, finding->because_of) : NULL;
}

const char *mw_finding_fix(const mw_finding *finding) {
    return finding->fix ? finding->fix : finding->symbol->fix;
}

const char *mw_finding_owner(const mw_finding *finding) {
    return finding->owner ? finding->owner : finding->symbol->owner;
}
