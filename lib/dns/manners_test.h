/* What a hostile name server answers: a good answer made bad, in the manner that the first label of the name
 * says. All of them would plant 203.0.113.66, if they were believed. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct test_manner {
    const char *label, *what;
} test_manner;
/* Ends with a NULL label. */
extern const test_manner test_manners[];

/* reply holds a header and the question, which ends at end; writes the answer behind it. The new length, 0
 * for no answer; len unchanged where the label is no manner. */
size_t test_manner_write(const char *label, uint8_t *reply, size_t len, size_t end, size_t size, bool stream);
