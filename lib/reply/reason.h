/* The name that the Sisimai library has for what a reply says. */
#pragma once

#include "reply/reply.h"

/* The reason that the wording or the code stands for, made exact by the command that was answered and by the
 * status: an address said to be unknown once the content was sent is "filtered", a refusal in answer to MAIL
 * FROM is "rejected", one before it is "blocked", a limit of the mailbox is "exceedlimit". Returns reason or
 * a constant; reason may be NULL. */
const char *mw_reply_reason(const char *reason, const mw_smtp_reply *reply);
