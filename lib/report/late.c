/* The module markup (markup.c, libxml2's writer). */
#include "base/module.h"
#include "report/markup.h"

MW_LATE(MW_MODULE_MARKUP, mw_markup *, mw_markup_new, (const char *doctype), (doctype), NULL)
MW_LATE_VOID(MW_MODULE_MARKUP, mw_markup_open, (mw_markup * markup, const char *element), (markup, element))
MW_LATE_VOID(MW_MODULE_MARKUP, mw_markup_attribute, (mw_markup * markup, const char *name, const char *value),
             (markup, name, value))
MW_LATE_VOID(MW_MODULE_MARKUP, mw_markup_text, (mw_markup * markup, const char *text), (markup, text))
MW_LATE_VOID(MW_MODULE_MARKUP, mw_markup_raw, (mw_markup * markup, const char *text), (markup, text))
MW_LATE_VOID(MW_MODULE_MARKUP, mw_markup_close, (mw_markup * markup), (markup))
MW_LATE(MW_MODULE_MARKUP, char *, mw_markup_end, (mw_markup * markup), (markup), g_strdup(""))
