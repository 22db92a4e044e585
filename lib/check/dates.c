/* The Date and Message-ID fields, and how many servers the mail came through. */
#include "check/check.h"
#include "check/message_id.h"

/* As rspamd: two hours ahead, a day behind; but against the delivery, not against today. */
enum { FUTURE_FROM = 2 * 3600, PAST_FROM = 24 * 3600 };

static void check_date(mw_facts *facts) {
    const mw_field *field = mw_message_field(facts->message, "Date");
    if (!field)
        return;
    const char *text = mw_field_text(facts->arena, field);
    mw_time date = mw_time_read_mail(field->value, NULL), at = mw_facts_at(facts);
    if (date == MW_TIME_UNKNOWN) {
        mw_hit(facts, "INVALID_DATE", "the Date field cannot be read")->evidence = text;
        return;
    }
    bool delivered = facts->envelope->received_at != MW_TIME_UNKNOWN;
    if (date - at > FUTURE_FROM)
        mw_hit(facts, "DATE_IN_FUTURE", "the Date field is %s ahead of the delivery",
               mw_time_span(facts->arena, date - at))
            ->evidence = text;
    else if (delivered && at - date > PAST_FROM)
        mw_hit(facts, "DATE_IN_PAST", "the Date field is %s older than the delivery",
               mw_time_span(facts->arena, at - date))
            ->evidence = text;
}

static void check_message_id(mw_facts *facts) {
    const mw_field *field = mw_message_field(facts->message, "Message-ID");
    if (!field)
        return;
    const char *text = mw_field_text(facts->arena, field), *why;
    mw_message_id host;
    switch (mw_message_id_read(mw_span_of(text), &why, &host)) {
    case MW_MESSAGE_ID_BAD:
        mw_hit(facts, "INVALID_MSGID", "the Message-ID is malformed: %s", why)->evidence = text;
        break;
    case MW_MESSAGE_ID_NOT_FQDN:
    case MW_MESSAGE_ID_ADDRESS:
        mw_hit(facts, "MID_RHS_NOT_FQDN", "the Message-ID is unusual: %s", why)->evidence = text;
        break;
    default:
        break;
    }
    if (host != MW_MESSAGE_ID_FINE)
        mw_hit(facts, "MID_RHS_NOT_FQDN", "the Message-ID does not end in a full domain name")->evidence =
            text;
}

/* Straight from the program that wrote it to the receiver: no server of the sender's in between. */
static void check_received(mw_facts *facts) {
    const mw_trace *trace = facts->trace;
    if (!trace || trace->boundary < 0 || (facts->evidence && facts->evidence->sender_copy))
        return;
    const mw_hop *hop = trace->hops->pdata[trace->boundary];
    if ((guint)trace->boundary + 1 == trace->hops->len && !hop->authenticated)
        mw_hit(facts, "ONCE_RECEIVED",
               "only one server stands in its Received fields, as if it came straight from where it was "
               "written");
}

static void run(mw_facts *facts) {
    check_date(facts);
    check_message_id(facts);
    check_received(facts);
}

const mw_check mw_check_dates = {.name = "dates", .run = run, .as_written = true};
