/* Parts of the program that few runs need, each a file on a large foreign library, are modules of the same
 * build (mailwhy-NAME.so) and are loaded when one of their functions is first called. What a module exports
 * has the prototypes of its header; the file late.c of its room stands in for it in the program. Built with
 * -Dmodules=false (and with sanitizers) they are linked in, and late.c is left out.
 *
 * The loader finds them by the RUNPATH of the program or of libmailwhy: the build folder's, or where
 * "ninja install" puts them.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum mw_module {
    MW_MODULE_MIME,
    MW_MODULE_HTML,
    MW_MODULE_KEYS,
    MW_MODULE_OPENDKIM,
    MW_MODULE_RDATA,
    MW_MODULE_LIVE,
    MW_MODULE_DOH,
    MW_MODULE_ARCHIVE,
    MW_MODULE_MSG,
    MW_MODULE_MARKUP,
    MW_MODULE_CONFIG,
    MW_MODULES,
} mw_module;

typedef void (*mw_function)(void);

/* A function of a module, which is loaded if need be; NULL when it can't be: then mw_modules_good() says so
 * to this thread. known is the caller's own, static: it remembers the function. */
mw_function mw_module_function(mw_module module, const char *name, mw_function *known);

/* False and one line (MW_ERROR_SYSTEM) when, since it was last asked, this thread called for a module that is
 * not there: what was made meanwhile lacks something and is not to be shown. error may be NULL. */
bool mw_modules_good(GError **error);

/* Loads a module now: before a sandbox closes, or so that no mail waits for it. */
bool mw_module_load(mw_module module, GError **error);

/* The stand-in for a function of a module: otherwise is what it gives when the module is not there. */
#define MW_LATE(module, type, name, parameters, arguments, otherwise)                              \
    type name parameters {                                                                         \
        static mw_function known;                                                                  \
        __typeof__(&name) function = (__typeof__(&name))mw_module_function(module, #name, &known); \
        return function ? function arguments : (otherwise);                                        \
    }
#define MW_LATE_VOID(module, name, parameters, arguments)                                          \
    void name parameters {                                                                         \
        static mw_function known;                                                                  \
        __typeof__(&name) function = (__typeof__(&name))mw_module_function(module, #name, &known); \
        if (function)                                                                              \
            function arguments;                                                                    \
    }
