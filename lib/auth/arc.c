#include "auth/arc.h"

const char *mw_arc_result_name(mw_arc_result result) {
    static const char *const names[] = {"none", "pass", "fail", "untestable"};
    return names[result];
}
