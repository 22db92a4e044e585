/* A reply as it was said, before a web page, a mail or a log made something else of its bytes. */
#pragma once

#include "base/span.h"

/* Entities of HTML ("&lt;a@b&gt;", "&#39;"), soft line ends and escapes of quoted-printable, line ends that
 * JSON writes as "\n", and the underscores that qmail's log puts between words are undone. Returns the text
 * itself where there are none. */
mw_span mw_reply_as_said(mw_arena *arena, mw_span text);
