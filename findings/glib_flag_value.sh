#!/bin/sh
# glib_flag_value: GLib's option parser takes "--flag=0" for an option without a value, and sets it.
#
# Library   GLib 2.74.6-2+deb12u9 (Debian 12).
# Guess     "--no-network=0" is refused, or means off: a value for an option that takes none is a mistake.
# Behaviour The value is dropped without an error and the flag is set, for G_OPTION_ARG_NONE as for a callback with
#           G_OPTION_FLAG_NO_ARG. A program that wants an error has to look at the arguments before GLib does.
# Source    GOption in the GLib reference manual.
. "$(dirname "$0")/common"
get libglib2.0-0=2.74.6-2+deb12u9
cat >"$work/try.c" <<'C'
#include <glib.h>
static gboolean called(const char *name, const char *value, gpointer data, GError **error) {
    g_print("callback with %s, ", value ? value : "no value");
    return TRUE;
}
int main(int argc, char **argv) {
    gboolean flag = FALSE;
    GOptionEntry entries[] = {{"flag", 0, 0, G_OPTION_ARG_NONE, &flag, "", NULL},
                              {"call", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer)called, "", NULL},
                              {NULL}};
    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    GError *error = NULL;
    gboolean good = g_option_context_parse(context, &argc, &argv, &error);
    g_print("%s, flag is %s", good ? "parsed" : error->message, flag ? "on" : "off");
    return 0;
}
C
gcc -o "$work/try" "$work/try.c" $(pkg-config --cflags --libs glib-2.0)
saw "--flag=0" "parsed, flag is on" "$("$work/try" --flag=0)"
saw "--flag=no" "parsed, flag is on" "$("$work/try" --flag=no)"
saw "--call=0, a callback" "callback with no value, parsed, flag is off" "$("$work/try" --call=0)"
done_
