/* In every module: which build it is of. */
__attribute__((visibility("default"))) extern const char *const mw_module_version;
const char *const mw_module_version = MAILWHY_VERSION;
