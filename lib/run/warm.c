#include "run/warm.h"
#include "run/worlds.h"

#include "report/html.h"
#include "report/report.h"

/* A signed mail with HTML, and a report of a refusal: together they call for most of what is loaded late. */
static const char mail[] =
    "Return-Path: <a@example.org>\r\n"
    "Received: from mail.example.org (mail.example.org [192.0.2.25]) by mx.example.net with ESMTPS; "
    "Mon, 2 Nov 2026 10:00:00 +0000\r\n"
    "Received: from [192.168.7.20] (helo=desk) by mail.example.org with ESMTPSA; Mon, 2 Nov 2026 09:59:58 "
    "+0000\r\n"
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=a; h=from:subject; "
    "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n"
    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/simple; d=example.org; s=e; h=from:subject; "
    "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n"
    "From: =?utf-8?q?A=C3=9F?= <a@example.org>\r\nTo: B <b@example.net>, c@example.net\r\n"
    "Subject: =?utf-8?b?w6Q=?= b\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\nMessage-ID: "
    "<a@example.org>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n"
    "--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n"
    "--a\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    "See https://www.example.org/=\r\n\r\n"
    "--a\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n"
    "<p><a href=\"https://example.com/\">www.example.org</a></p>\r\n--a--\r\n"
    "--m\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--m--\r\n";
static const char bounce[] =
    "From: MAILER-DAEMON@example.net\r\nTo: a@example.org\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    "--b\r\n\r\nrefused\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    "Reporting-MTA: dns; mail.example.org\r\n\r\nFinal-Recipient: rfc822; b@example.net\r\nAction: failed\r\n"
    "Status: 5.7.1\r\nDiagnostic-Code: smtp; 550 5.7.1 no entry found\r\n\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: a@example.org\r\nSubject: a\r\n\r\na\r\n--b--\r\n";
static const char zone[] =
    "example.org. 60 IN TXT \"v=spf1 mx a:b.example.org include:example.net ~all\"\n"
    "example.org. 60 IN MX 10 mail.example.org.\n"
    "mail.example.org. 60 IN A 192.0.2.26\n"
    "25.2.0.192.in-addr.arpa. 60 IN PTR mail.example.org.\n"
    "example.net. 60 IN TXT \"v=spf1 ip4:198.51.100.0/24 -all\"\n"
    "_dmarc.example.org. 60 IN TXT \"v=DMARC1; p=reject\"\n"
    "e._domainkey.example.org. 60 IN TXT \"v=DKIM1; k=ed25519; "
    "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n"
    "a._domainkey.example.org. 60 IN TXT \"v=DKIM1; "
    "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3"
    "/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fz"
    "fVjH4OuKhi\" \"tdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB\"\n";

static bool warm_with(const mw_world *world, const char *text, GError **error) {
    mw_source *source = mw_source_zone_bytes(mw_span_of(zone), "warm", error);
    if (!source)
        return false;
    g_autoptr(mw_arena) arena = mw_arena_new();
    mw_world own = *world;
    own.dns = mw_arena_own(arena, mw_open_dns(source, world->settings), (GDestroyNotify)mw_dns_free);
    const mw_diagnosis *d = mw_diagnose_world(arena, &own, "warm", mw_span_of(text), 0, error);
    if (!d)
        return false;
    g_free(mw_html_write(d, ""));
    g_free(mw_json_write(d));
    return true;
}

bool mw_warm(const mw_world *world, GError **error) {
    return warm_with(world, mail, error) && warm_with(world, bounce, error);
}
