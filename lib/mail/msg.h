/* Outlook's .msg files ([MS-OXMSG]), by libgsf (msg.c alone). */
#pragma once

#include "base/span.h"

typedef struct mw_msg {
    mw_span mail; /* in the arena: the transport header and the bodies as a mail; or made of the properties */
    bool transport; /* it has a transport header: the mail went through a server */
} mw_msg;

/* True when the bytes are such a file and hold a message. The transport header stands as it was kept; bodies
 * and attachments are laid out anew, as its Content-Type says where that can be. Bounded. */
bool mw_msg_read(mw_arena *arena, mw_span bytes, mw_msg *out);
