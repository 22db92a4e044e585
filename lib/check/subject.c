/* The Subject field: absent, empty, in capitals. */
#include "check/check.h"
#include "check/subject_caps.h"
#include "mail/mime.h"

enum { CAPS_FULL_LENGTH = 40, LONG_FROM = 200, LONG_FULL_LENGTH = 400 };

static void check_caps(mw_facts *facts, const char *subject) {
    size_t length;
    if (!mw_subject_all_caps(subject, &length))
        return;
    mw_finding *finding =
        mw_hit(facts, "SUBJ_ALL_CAPS", "the subject is in capitals only (%zu characters)", length);
    finding->scale = MIN(1.0, (double)length / CAPS_FULL_LENGTH);
    finding->evidence = subject;
}

static void check_length(mw_facts *facts, const char *subject) {
    glong length = g_utf8_strlen(subject, -1);
    if (length <= LONG_FROM)
        return;
    mw_finding *finding = mw_hit(facts, "LONG_SUBJ", "the subject has %ld characters", length);
    finding->scale = MIN(1.0, (double)length / LONG_FULL_LENGTH);
}

static bool has_8bit(mw_span text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return true;
    return false;
}

static void run(mw_facts *facts) {
    const mw_field *field = mw_message_field(facts->message, "Subject");
    const bool shown = facts->evidence && facts->evidence->displayed; /* and so decoded, or left out */
    if (!field && shown)
        return;
    if (!field) {
        mw_hit(facts, "MISSING_SUBJECT", "the mail has no Subject field");
        return;
    }
    const char *subject = mw_header_decoded(facts->arena, field);
    if (mw_span_trim(mw_span_of(subject)).len == 0) {
        mw_hit(facts, "EMPTY_SUBJECT", "the Subject field is empty");
        return;
    }
    bool guessed =
        has_8bit(field->value) && !g_utf8_validate(field->value.data, (gssize)field->value.len, NULL);
    if (!guessed) /* small letters of one charset are capitals in another */
        check_caps(facts, subject);
    check_length(facts, subject);
    if (mw_span_search(mw_span_of(subject), "http://") != SIZE_MAX ||
        mw_span_search(mw_span_of(subject), "https://") != SIZE_MAX)
        mw_hit(facts, "URL_IN_SUBJECT", "the subject holds a web address");
    if (guessed && !shown)
        mw_hit(facts, "SUBJECT_NEEDS_ENCODING", "the Subject field has 8-bit characters in no known charset");
}

const mw_check mw_check_subject = {.name = "subject", .run = run};
