"""The golden cases (testdata/cases; cmd/golden says what a folder holds), and their reports out of libmailwhy, by ctypes. A check
that reads many texts has them in its own process: the command takes longer to start than all forms of a mail take to write."""
import ctypes
import datetime
import os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "testdata", "cases")
NOW = "2026-11-22T12:00:00Z"
# what the command alone does with a report
OF_THE_COMMAND = ("-v", "-q", "--verbose", "--quiet", "--json", "--format", "--now")


def names():
    return sorted(n for n in os.listdir(FOLDER) if os.path.isdir(os.path.join(FOLDER, n)))


def path(name, *file):
    return os.path.join(FOLDER, name, *file)


def arguments(name):
    """The lines of its args, each an option with its value."""
    if not os.path.exists(path(name, "args")):
        return []
    with open(path(name, "args"), encoding="utf-8") as f:
        return [l for l in f.read().split("\n") if l.strip() and not l.startswith("#")]


def has_mail(name):
    return os.path.exists(path(name, "message.eml"))


def in_full(name):
    """The arguments that the command gets in the case's folder."""
    args = arguments(name)
    if not any(a.startswith("--now") for a in args):
        args = ["--now", NOW] + args
    zone = ["--zone", "dns.zone"] if os.path.exists(path(name, "dns.zone")) else []
    return zone + args + (["message.eml"] if has_mail(name) else [])


def expected(name):
    """What cmd/golden holds the command to: what it prints, its complaints, and its exit status."""
    with open(path(name, "expect.txt"), "rb") as f:
        text, _, status = f.read().rpartition(b"[exit ")
    printed, _, complaints = text.partition(b"[stderr]\n")
    return printed, complaints, int(status.split(b"]")[0])


class _Style(ctypes.Structure):
    _fields_ = [("color", ctypes.c_int), ("verbose", ctypes.c_int), ("width", ctypes.c_int), ("embedded", ctypes.c_char_p)]


class _Mail(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("bytes", ctypes.c_void_p), ("remark", ctypes.c_char_p), ("error", ctypes.c_char_p),
                ("passed_over", ctypes.c_int)]


class Library:
    """libmailwhy, from the file that the build made."""
    def __init__(self, file):
        self.glib, self.of = ctypes.CDLL("libglib-2.0.so.0"), ctypes.CDLL(os.path.abspath(file))
        pointer, text, size, mail = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(_Mail)
        for owner, function, result, given in [
            (self.of, "mw_context_new", pointer, []), (self.of, "mw_context_free", None, [pointer]),
            (self.of, "mw_context_set", ctypes.c_int, [pointer, text, text, pointer]),
            (self.of, "mw_context_open", ctypes.c_int, [pointer, ctypes.c_int, pointer]),
            (self.of, "mw_mailbox_new_named", pointer, [pointer, text]), (self.of, "mw_mailbox_free", None, [pointer]),
            (self.of, "mw_mailbox_next", mail, [pointer]), (self.of, "mw_mail_free", None, [mail]),
            (self.of, "mw_context_diagnose_mail", pointer, [pointer, text, mail, ctypes.c_int64, pointer]),
            (self.of, "mw_report_status", ctypes.c_int, [pointer]),
            (self.of, "mw_report_format", pointer, [pointer, text, ctypes.POINTER(_Style), pointer]),
            (self.of, "mw_report_free", None, [pointer]),
            (self.glib, "g_bytes_new", pointer, [text, size]), (self.glib, "g_bytes_unref", None, [pointer]),
            (self.glib, "g_free", None, [pointer]),
        ]:
            function = getattr(owner, function)
            function.restype, function.argtypes = result, given

    def reports(self, args, file="message.eml", name=None):
        """What the command would report of the mails in the file, under its name or another, with these arguments: one report at a
        time, which the next one ends. Nothing where the arguments or the file are wrong. The current folder is the case's."""
        now = [a.partition("=")[2] or args[i + 1] for i, a in enumerate(args) if a.startswith("--now")] or [NOW]
        context = self.of.mw_context_new()
        with open(file, "rb") as f:
            content = f.read()
        bytes_ = self.glib.g_bytes_new(content, len(content))
        box = self.of.mw_mailbox_new_named(bytes_, file.encode())
        try:
            if self._set(context, args) and self.of.mw_context_open(context, 1, None):
                yield from self._each(context, box, name or file, datetime.datetime.fromisoformat(now[0].replace("Z", "+00:00")))
        finally:
            self.of.mw_mailbox_free(box)
            self.glib.g_bytes_unref(bytes_)
            self.of.mw_context_free(context)

    def _set(self, context, args):
        at = 0
        while at < len(args):
            option, equals, value = args[at].partition("=")
            if not option.startswith("-"): # the mail
                return True
            apart = not equals and at + 1 < len(args) and not args[at + 1].startswith("--") and at + 2 < len(args)
            at += 2 if apart else 1
            if option in OF_THE_COMMAND:
                continue
            value = args[at - 1] if apart else value if equals else None
            if not self.of.mw_context_set(context, option[2:].encode(), None if value is None else value.encode(), None):
                return False
        return True

    def _each(self, context, box, name, now):
        while mail := self.of.mw_mailbox_next(box):
            report = None
            if mail.contents.bytes:
                report = self.of.mw_context_diagnose_mail(context, name.encode(), mail, int(now.timestamp()), None)
            self.of.mw_mail_free(mail)
            if report:
                yield Report(self, report)
                self.of.mw_report_free(report)


class Report:
    def __init__(self, library, pointer):
        self.library, self.pointer = library, pointer
        self.status = library.of.mw_report_status(pointer)

    def text(self, form="text", verbose=0, width=80):
        """None where the report can't be had in that form."""
        string = self.library.of.mw_report_format(self.pointer, form.encode(), _Style(0, verbose, width, None), None)
        if not string:
            return None
        try:
            return ctypes.string_at(string).decode("utf-8")
        finally:
            self.library.glib.g_free(string)
