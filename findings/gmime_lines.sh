#!/bin/sh
# gmime_lines: GMime drops a header line without a colon, in silence; what follows it stays a header field.
#
# Library   GMime 3.2.13+dfsg-2 (Debian 12).
# Guess     A line that is no field ends the header, or is kept, or is told through the parser's warnings.
# Behaviour The line is in no list of headers, and the fields below it are read as if it were not there. A program that
#           must know all that stood in the header has to split it itself.
# Source    g_mime_parser_construct_message(), g_mime_header_list_get_count().
. "$(dirname "$0")/common"
get libgmime-3.0-0=3.2.13+dfsg-2 libgmime-3.0-dev=3.2.13+dfsg-2
cat >"$work/try.c" <<'C'
#include <gmime/gmime.h>
int main(int argc, char **argv) {
    static const char mail[] = "From: ada@reeds.example\nthis line has no colon\nSubject: below it\n\nbody\n";
    g_mime_init();
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(mail, sizeof mail - 1);
    GMimeMessage *m = g_mime_parser_construct_message(g_mime_parser_new_with_stream(stream), NULL);
    GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(m));
    for (int i = 0; i < g_mime_header_list_get_count(list); i++)
        g_print("%s ", g_mime_header_get_name(g_mime_header_list_get_header_at(list, i)));
    return 0;
}
C
sed -i "s#^prefix=/usr#prefix=$root/usr#" "$root/usr/lib/x86_64-linux-gnu/pkgconfig/gmime-3.0.pc"
gcc -o "$work/try" "$work/try.c" -I"$root/usr/include/gmime-3.0" $(pkg-config --cflags gobject-2.0 gio-2.0) \
    -L"$root/usr/lib/x86_64-linux-gnu" -lgmime-3.0 $(pkg-config --libs gobject-2.0 gio-2.0)
saw "fields of a header with a line in between" "From Subject " "$("$work/try")"
done_
