/* The memory that a process of one mail works in. */
#pragma once

/* Called before processes are made. What they take is fresh then, and in large pages where the kernel has
 * them: a piece that this process had freed lies on a page that must be copied before it can be written. Does
 * nothing where the C library keeps its memory otherwise. */
void heap_set_apart(void);
