/* What programs put around a reply: who said it, in answer to which command, and the words in front of it and
 * behind it that are the program's own. The pairs are those of the whole text of which the spans are parts.
 */
#pragma once

#include "base/pairs.h"
#include "reply/reply.h"

/* The host behind the first of these words that a host follows; *at is where it begins. Empty when there is
 * none. */
mw_span mw_reply_host_behind(const mw_pairs *pairs, mw_span prefix, const char *words, size_t *at);
/* Who said it, into reply: from "host X[IP] said", "while talking to X", "X gave this error", "IP does not
 * like". */
void mw_reply_read_host(mw_arena *arena, const mw_pairs *pairs, mw_span prefix, mw_smtp_reply *reply);
/* The command that a text names: "RCPT TO", "end of DATA" ...; NULL. */
const char *mw_reply_command_named(const mw_pairs *pairs, mw_span text);
/* The text without the wrapping in front of words that have no code: "smtp;", "host X said:". */
mw_span mw_reply_cut_before(const mw_pairs *pairs, mw_span text);
/* The words without "(in reply to RCPT TO command)" and what stands behind it, which goes into reply. */
mw_span mw_reply_cut_behind(const mw_pairs *pairs, mw_span words, mw_smtp_reply *reply);
