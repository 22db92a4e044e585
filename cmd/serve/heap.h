/* The memory that a process of one mail works in. */
#pragma once

/* Called first. GLib before 2.76 keeps small pieces by size in pages of its own, so that a free one of each
 * size lies on a page that must be copied. It reads from its environment that it shall not before main()
 * begins: so this program is started once more. */
void heap_without_slices(char **argv);

/* Called before processes are made. What they take is fresh then, and in large pages where the kernel has
 * them: a piece that this process had freed lies on a page that must be copied before it can be written. Does
 * nothing where the C library keeps its memory otherwise. */
void heap_set_apart(void);
