#include "base/module.h"
#include "base/error.h"

#include <dlfcn.h>
#include <string.h>

static const struct {
    const char *file, *does;
} modules[MW_MODULES] = {
    [MW_MODULE_MIME] = {"mailwhy-mime.so", "reads the parts of a mail (GMime)"},
    [MW_MODULE_HTML] = {"mailwhy-html.so", "reads HTML (libxml2)"},
    [MW_MODULE_KEYS] = {"mailwhy-keys.so", "checks signatures (OpenSSL)"},
    [MW_MODULE_OPENDKIM] = {"mailwhy-opendkim.so", "asks libopendkim about signatures"},
    [MW_MODULE_RDATA] = {"mailwhy-rdata.so", "reads rarer types of DNS records (ldns)"},
    [MW_MODULE_LIVE] = {"mailwhy-live.so", "asks name servers (libunbound)"},
    [MW_MODULE_ARCHIVE] = {"mailwhy-archive.so", "unpacks archives (libarchive)"},
    [MW_MODULE_MSG] = {"mailwhy-msg.so", "reads Outlook's .msg files (libgsf)"},
    [MW_MODULE_DOH] = {"mailwhy-doh.so", "asks for DNS over HTTPS (libcurl)"},
    [MW_MODULE_MARKUP] = {"mailwhy-markup.so", "writes HTML and XML (libxml2)"},
    [MW_MODULE_CONFIG] = {"mailwhy-config.so", "reads configurations in JSON (jansson)"},
};

static void *handles[MW_MODULES]; /* they stay until the end: other threads may be in them */
static GMutex lock;
static _Thread_local char *problem; /* the first since mw_modules_good() */

static void note(mw_module module, const char *why) {
    if (problem)
        return;
    /* the loader begins with the name of the file that it could not load, which may be one that ours needs */
    problem = g_strdup_printf("the part that %s can't be loaded (%s): install mailwhy again, or the library "
                              "that is missing",
                              modules[module].does, why);
}

static void *handle_of(mw_module module) {
    void *handle = g_atomic_pointer_get(&handles[module]);
    if (handle)
        return handle;
    g_mutex_lock(&lock);
    if (!handles[module]) {
        handle = dlopen(modules[module].file, RTLD_LAZY | RTLD_LOCAL);
        const char *const *version = handle ? dlsym(handle, "mw_module_version") : NULL;
        if (!handle)
            note(module, dlerror());
        else if (!version || strcmp(*version, MAILWHY_VERSION) != 0)
            note(module, "it is of another version");
        else
            g_atomic_pointer_set(&handles[module], handle);
    }
    handle = handles[module];
    g_mutex_unlock(&lock);
    return handle;
}

mw_function mw_module_function(mw_module module, const char *name, mw_function *known) {
    mw_function function = __atomic_load_n(known, __ATOMIC_ACQUIRE);
    if (function)
        return function;
    void *handle = handle_of(module);
    void *symbol = handle ? dlsym(handle, name) : NULL;
    if (!symbol) {
        if (handle)
            note(module, name);
        return NULL;
    }
    memcpy(&function, &symbol, sizeof function); /* POSIX lets an object pointer be one to a function */
    __atomic_store_n(known, function, __ATOMIC_RELEASE);
    return function;
}

bool mw_modules_good(GError **error) {
    g_autofree char *text = g_steal_pointer(&problem);
    if (text)
        g_set_error_literal(error, MW_ERROR, MW_ERROR_SYSTEM, text);
    return !text;
}

bool mw_module_load(mw_module module, GError **error) {
    return handle_of(module) || mw_modules_good(error);
}
