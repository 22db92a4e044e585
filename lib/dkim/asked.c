/* Which signatures libopendkim is asked for: told without it, so that it is loaded for those alone. */
#include "dkim/opendkim.h"

static bool is_ascii(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

static bool is_early(mw_time time) {
    return time != MW_TIME_UNKNOWN && time < MW_OPENDKIM_DRIFT;
}

bool mw_opendkim_suits(const mw_message *message, const mw_signature *signature, const mw_dkim_key *key) {
    if (signature->problem || !signature->key_name || key->state != MW_KEY_FOUND || key->key->pkcs1)
        return false;
    if (signature->hash != MW_SHA256 || signature->field->raw.len > MW_OPENDKIM_MAX_FIELD ||
        strlen(signature->signed_fields) > MW_OPENDKIM_MAX_LIST)
        return false;
    if (signature->identity && strlen(signature->identity) > MW_OPENDKIM_MAX_IDENTITY)
        return false;
    if (!is_ascii(signature->domain) || !is_ascii(signature->selector))
        return false;
    if (is_early(signature->signed_at) || is_early(signature->expires_at))
        return false;
    return message->n_fields <= MW_OPENDKIM_MAX_FIELDS && message->header.len <= MW_OPENDKIM_MAX_HEADER &&
           mw_span_find(message->header, 0) == SIZE_MAX;
}

/* A signature that covers DKIM-Signature fields needs all of them to be fed, and
 * only screened ones are. */
size_t mw_opendkim_choose(const mw_message *message, mw_opendkim *questions, size_t n) {
    size_t suiting = 0, asked = 0;
    for (size_t i = 0; i < n; i++)
        suiting += mw_opendkim_suits(message, questions[i].signature, questions[i].key);
    bool all = suiting == mw_message_count(message, "DKIM-Signature");
    for (size_t i = 0; i < n; i++) {
        mw_opendkim *q = &questions[i];
        bool covers = mw_tag_listed(mw_span_of(q->signature->signed_fields), "dkim-signature");
        q->asked = mw_opendkim_suits(message, q->signature, q->key) && (all || !covers);
        asked += q->asked;
    }
    return asked;
}
