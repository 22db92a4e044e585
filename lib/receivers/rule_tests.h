/* Between receivers.c and receiver_tests.c: the tests that the rules name. */
#pragma once

#include "check/unsubscribe.h"
#include "receivers/receivers.h"

typedef struct mw_rule_facts {
    mw_facts *facts;
    mw_arena *arena;
    mw_unsubscribe unsubscribe;
    uint64_t limit;      /* of the rule, where it has one: bytes */
    bool no_ed25519;     /* the receiver does not verify such signatures */
    const char *detail;  /* set by a test */
    const char *variant; /* set by a test: its reply is reply_VARIANT; or NULL */
    const char *field;   /* set by a test: the field that is wrong; or NULL */
} mw_rule_facts;

typedef mw_rule_state (*mw_rule_test)(mw_rule_facts *on);

typedef struct mw_rule_kind {
    const char *name;
    mw_rule_test test;
    const char *check; /* what it is about, as a symbol's check; or NULL */
    const char
        *symbols; /* that show the same in a mail, the one that leads first, with blanks between them */
} mw_rule_kind;
/* NULL when there is no such test. */
const mw_rule_kind *mw_rule_kind_find(const char *name);
