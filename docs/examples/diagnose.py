#!/usr/bin/env python3
"""diagnose.py FILE [OPTION=VALUE|FLAG]...: libmailwhy from Python, by ctypes, without anything to install beside
libmailwhy0. Prints cause, points and first fix out of the JSON report; the exit status is mailwhy(1)'s."""
import ctypes
import json
import os
import sys
import time


class GError(ctypes.Structure):
    _fields_ = [("domain", ctypes.c_uint32), ("code", ctypes.c_int), ("message", ctypes.c_char_p)]


Error = ctypes.POINTER(GError)
library = ctypes.CDLL(os.environ.get("LIBMAILWHY", "libmailwhy.so.0"))
glib = ctypes.CDLL("libglib-2.0.so.0")
pointer, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
for function, result, arguments in [
    (library.mw_context_new, pointer, []),
    (library.mw_context_free, None, [pointer]),
    (library.mw_context_set, ctypes.c_int, [pointer, text, text, ctypes.POINTER(Error)]),
    (library.mw_context_diagnose, pointer, [pointer, text, text, size, ctypes.c_int64, ctypes.POINTER(Error)]),
    (library.mw_report_format, pointer, [pointer, text, pointer, ctypes.POINTER(Error)]),
    (library.mw_report_status, ctypes.c_int, [pointer]),
    (library.mw_report_free, None, [pointer]),
    (glib.g_free, None, [pointer]),
    (glib.g_error_free, None, [Error]),
]:
    function.restype, function.argtypes = result, arguments


class Failure(Exception):
    pass


def call(function, *arguments):
    """Calls a function whose last argument is a GError; what it gives, or Failure."""
    error = Error()
    result = function(*arguments, ctypes.byref(error))
    if error:
        message = error.contents.message.decode()
        glib.g_error_free(error)
        raise Failure(message)
    return result


def diagnose(name, mail, options):
    """The JSON report of a mail, as a dict, and the exit status."""
    context = library.mw_context_new()
    try:
        for option, value in options.items():
            call(library.mw_context_set, context, option.encode(), None if value is None else value.encode())
        report = call(library.mw_context_diagnose, context, name.encode(), mail, len(mail), int(time.time()))
        try:
            string = call(library.mw_report_format, report, b"json", None)
            parsed = json.loads(ctypes.string_at(string))
            glib.g_free(string)
            return parsed, library.mw_report_status(report)
        finally:
            library.mw_report_free(report)
    finally:
        library.mw_context_free(context)


def main(file, *given):
    options = {name: value if equals else None for name, equals, value in (option.partition("=") for option in given)}
    with open(file, "rb") as f:
        report, status = diagnose(file, f.read(), options)
    verdict = report["verdict"]
    print(f"{verdict['action']}: {verdict['cause']} ({verdict['score']:.2f} of {verdict['limit']:g})")
    for fix in report["fixes"][:1]:
        print(fix["record"] or fix["text"])
    return status


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"diagnose.py: {failure}")
