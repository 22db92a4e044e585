#include "bounce/notice_words.h"

#include "base/pairs.h"

static const char *form_of(const mw_pairs *pairs, mw_span text) {
    static const struct {
        const char *words, *form;
    } forms[] = {
        {"qmail-send program", "qmail"},
        {"created automatically by mail delivery software", "Exim"},
        {"this is the mail system at host", "Postfix"},
        {"dragonfly mail agent", "DragonFly"},
        {"delivery to the following recipient", "Gmail or Exchange"},
        {"diagnostic information for administrators", "Exchange"},
        {"address not found", "Gmail"},
        {"message not delivered", "Gmail"},
        {"google groups", "Google Groups"},
        {"transcript of session", "Sendmail"},
        {"please do not reply to this e-mail", "OpenSMTPD"},
        {"was not delivered to", "Domino"},
        {"did not reach the following recipient", "Exchange"},
        {"content-filter at", "amavis"},
        {"we were unable to deliver your message to the following address", "Yahoo"},
        {"interscan", "Trend Micro"},
        {"recipient address:", "Messaging Server"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        if (mw_pairs_search(pairs, text, forms[i].words) != SIZE_MAX)
            return forms[i].form;
    }
    return "text";
}

mw_notice_words mw_notice_words_of(const mw_phrases *phrases, const mw_pairs *pairs, mw_span low) {
    mw_span start = mw_span_slice(low, 0, MW_NOTICE_WORDS);
    return (mw_notice_words){
        .form = form_of(pairs, low),
        .warning = mw_phrases_among(phrases, MW_PHRASE_LATE, pairs, low, 1) &&
                   !mw_phrases_among(phrases, MW_PHRASE_FINAL, pairs, low, 1),
        .final = mw_phrases_among(phrases, MW_PHRASE_FINAL, pairs, low, 1),
        .likeness = 2 * (int)mw_phrases_among(phrases, MW_PHRASE_FAILED, pairs, start, 2),
    };
}

mw_notice_words mw_notice_words_read(mw_arena *arena, const mw_phrases *phrases, mw_span text) {
    mw_span low = mw_phrases_fold(arena, text);
    mw_pairs pairs;
    mw_pairs_read(&pairs, low);
    return mw_notice_words_of(phrases, &pairs, low);
}

bool mw_notice_to_sender(mw_arena *arena, const mw_phrases *phrases, mw_span text) {
    mw_span start = mw_phrases_fold(arena, mw_span_slice(text, 0, MW_NOTICE_WORDS));
    return mw_phrases_count(phrases, MW_PHRASE_YOURS, start, 1);
}
