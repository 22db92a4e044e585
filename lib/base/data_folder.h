/* Reads a folder of data files; see data.h. */
#pragma once

#include "base/data.h"

/* Name, such as "profiles/own.ini" -> GBytes *. The caller unrefs it. NULL and an error that names the file.
 */
GHashTable *mw_data_folder_read(mw_arena *arena, const char *folder, GError **error);
