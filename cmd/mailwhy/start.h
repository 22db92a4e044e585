/* What the process must have before it opens anything. */
#pragma once

#include <glib.h>

/* Descriptors 0 to 2 are open afterwards, so that no file or socket gets one of them; what was closed can be
 * neither read nor written. A closed pipe is an error of writing, no signal. What libraries say through GLib
 * is not written, but for what ends the process; all of it is with G_DEBUG in the environment. */
void start_process(void);
/* The heap begins with large pages where the kernel has them: a run would touch some 700 small ones, each a
 * fault of its own, and on a virtual machine those cost more than many mails. Not for who forks with its heap
 * in use. */
void start_large_pages(void);
/* As many files may be open as are allowed, up to that many, where a user has lowered only the soft limit. */
void start_raise_descriptors(unsigned most);
/* FALSE and one line when the process may not open as many files as a run needs; live: with DNS over the
 * network. */
gboolean start_has_descriptors(gboolean live, GError **error);
