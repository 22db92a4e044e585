#include "trace/received.h"

/* One shape a line; NULL: not noted. Given without a final NUL. */
static const struct {
    const char *line, *name, *rdns, *ip, *by, *with;
} shapes[] = {
    /* Postfix */
    {"from mail.example.org (mail.example.org [192.0.2.1]) by mx.example.net (Postfix) with ESMTPS id 4Fx",
     "mail.example.org", "mail.example.org", "192.0.2.1", "mx.example.net", "ESMTPS"},
    {"from mail.example.org (unknown [192.0.2.1]) by mx.example.net (Postfix) with ESMTP id 4Fx",
     "mail.example.org", NULL, "192.0.2.1", "mx.example.net", "ESMTP"},
    {"from unknown (unknown [192.0.2.1]) by mx.example.net (Postfix) with SMTP id 4Fx", NULL, NULL,
     "192.0.2.1", "mx.example.net", "SMTP"},
    {"from [192.0.2.77] (pool.example.org [192.0.2.1]) by mx.example.net (Postfix) with ESMTP",
     "[192.0.2.77]", "pool.example.org", "192.0.2.1", "mx.example.net", "ESMTP"},
    {"from mail.example.org (mail.example.org [IPv6:2001:db8::25]) by mx.example.net (Postfix) with ESMTPS",
     "mail.example.org", "mail.example.org", "2001:db8::25", "mx.example.net", "ESMTPS"},
    {"from evil (fake.example.org [198.51.100.9]) (unknown [192.0.2.1]) by mx.example.net (Postfix) with "
     "ESMTP",
     "evil", NULL, "192.0.2.1", "mx.example.net", "ESMTP"},
    {"from by (host.example.org [192.0.2.1]) by mx.example.net (Postfix) with ESMTP", "by",
     "host.example.org", "192.0.2.1", "mx.example.net", "ESMTP"},
    /* a HELO that holds clauses of its own */
    {"from a by mx.example.net with LMTP id 5 (unknown [192.0.2.1]) by mx.example.net (Postfix) with SMTP id "
     "6",
     "a", NULL, "192.0.2.1", "mx.example.net", "SMTP"},
    {"from a (amavisd-new [127.0.0.1]) by localhost with ESMTP (unknown [192.0.2.1]) by mx.example.net "
     "(Postfix) with SMTP id 6",
     "a", NULL, "192.0.2.1", "mx.example.net", "SMTP"},
    {"from a; Sun, 1 Nov 2026 10:00:00 +0000 (unknown [192.0.2.1]) by mx.example.net (Postfix) with SMTP id "
     "6",
     "a", NULL, "192.0.2.1", "mx.example.net", "SMTP"},
    {"from mx.example.net)(mx.example.net [203.0.113.5] (unknown [192.0.2.1]) by mx.example.net (Postfix) "
     "with SMTP id 6",
     "mx.example.net)", NULL, "192.0.2.1", "mx.example.net", "SMTP"},
    {"from [192.0.2.1] (helo=a)(mx.example.net [203.0.113.5]) by mx.example.net with esmtp", "a", NULL,
     "192.0.2.1", "mx.example.net", "esmtp"},
    {"from a (10.0.0.1 [192.0.2.1]) by mx.example.net with ESMTP", "a", NULL, "192.0.2.1", "mx.example.net",
     "ESMTP"},
    {"from unknown (HELO mail.example.org [203.0.113.5]) (192.0.2.1) by mx.example.net with SMTP",
     "mail.example.org", NULL, "192.0.2.1", "mx.example.net", "SMTP"},
    {"from unknown (HELO a) (203.0.113.5) by mx.example.org with SMTP; (HELO b) (192.0.2.1) by "
     "mx.example.net "
     "with SMTP",
     "a", NULL, "192.0.2.1", "mx.example.net", "SMTP"},
    {"from unknown (HELO a) (ann@203.0.113.5) (192.0.2.1) by mx.example.net with SMTP", "a", NULL,
     "192.0.2.1", "mx.example.net", "SMTP"},
    {"from unknown (HELO a) (203.0.113.5) (HELO b\\) (192.0.2.1) by mx.example.net with SMTP", "a", NULL,
     "192.0.2.1", "mx.example.net", "SMTP"},
    {"from unknown (HELO a) ([203.0.113.5]) [) ([192.0.2.1]) by mx.example.net with ESMTP", "a", NULL,
     "192.0.2.1", "mx.example.net", "ESMTP"},
    {"from unknown (HELO (a [203.0.113.5] ((\") (192.0.2.1) by mx.example.net with SMTP", "a", NULL,
     "192.0.2.1", "mx.example.net", "SMTP"},
    {"from unknown (HELO a) ([192.0.2.1]) (envelope-sender <ann@example.org>) by mx.example.net with SMTP",
     "a", NULL, "192.0.2.1", "mx.example.net", "SMTP"},
    {"from a by mx.example.org (x [203.0.113.5]) with LMTP; (y [203.0.113.6]) (unknown [192.0.2.1]) by "
     "mx.example.net (Postfix) with SMTP id 6",
     "a", NULL, "192.0.2.1", "mx.example.net", "SMTP"},
    /* Exim */
    {"from mail.example.org ([192.0.2.1]) by mx.example.net with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 "
     "(Exim 4.96) id 1q",
     "mail.example.org", "mail.example.org", "192.0.2.1", "mx.example.net", "esmtps"},
    {"from rdns.example.org ([192.0.2.1] helo=mail.example.org) by mx.example.net with esmtp (Exim 4.94)",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "mx.example.net", "esmtp"},
    {"from [192.0.2.1] (port=4711 helo=mail.example.org) by mx.example.net with esmtp (Exim 4.94)",
     "mail.example.org", NULL, "192.0.2.1", "mx.example.net", "esmtp"},
    {"from [192.0.2.1] (helo=[198.51.100.7]) by mx.example.net with esmtp (Exim 4.94)", "[198.51.100.7]",
     NULL, "192.0.2.1", "mx.example.net", "esmtp"},
    {"from rdns.example.org ([192.0.2.1]:60123 helo=mail.example.org) by mx.example.net with esmtps",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "mx.example.net", "esmtps"},
    {"from H=rdns.example.org (EHLO mail.example.org) [192.0.2.1] by mx.example.net with esmtp",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "mx.example.net", "esmtp"},
    {"from www-data by web.example.org with local (Exim 4.94) (envelope-from <www@web.example.org>) id 1q",
     "www-data", NULL, NULL, "web.example.org", "local"},
    /* name and address in one word */
    {"from mail.example.org (Not Verified[192.0.2.1]) by mx.example.net with Trustwave SEG (v8,2,3,12345) id "
     "<B1>",
     "mail.example.org", NULL, "192.0.2.1", "mx.example.net", "Trustwave"},
    {"from mail.example.org (rdns.example.org[192.0.2.1]) by mx.example.net with SMTP", "mail.example.org",
     "rdns.example.org", "192.0.2.1", "mx.example.net", "SMTP"},
    {"from mail.example.org(localhost[127.0.0.1]) (2517 bytes) by mx.example.net via sendmail with P:esmtp",
     "mail.example.org", NULL, "127.0.0.1", "mx.example.net", "P:esmtp"},
    {"from mail.example.org[192.0.2.1] by mx.example.net with SMTP", "mail.example.org", NULL, "192.0.2.1",
     "mx.example.net", "SMTP"},
    {"from a[198.51.100.9] (unknown [192.0.2.1]) by mx.example.net (Postfix) with SMTP", "a[198.51.100.9]",
     NULL, "192.0.2.1", "mx.example.net", "SMTP"},
    /* Sendmail */
    {"from mail.example.org (rdns.example.org [192.0.2.1] (may be forged)) by mx.example.net (8.17.1/8.17.1) "
     "with ESMTP id 3A",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "mx.example.net", "ESMTP"},
    {"from mail.example.org (IDENT:root@rdns.example.org [192.0.2.1]) by mx.example.net (8.9.3/8.9.3) with "
     "SMTP",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "mx.example.net", "SMTP"},
    {"from mail.example.org ([192.0.2.1]) by mx.example.net (8.15.2/8.15.2) with ESMTPS id 3A "
     "(version=TLSv1.2 verify=NO)",
     "mail.example.org", NULL, "192.0.2.1", "mx.example.net", "ESMTPS"},
    /* Exchange */
    {"from mail.example.org (192.0.2.1) by EX01.example.net (10.0.0.4) with Microsoft SMTP Server "
     "(version=TLS1_2) id 15.1.1",
     "mail.example.org", NULL, "192.0.2.1", "EX01.example.net", "Microsoft SMTP Server"},
    {"from mail.example.org ([192.0.2.1]) by ex.example.net with Microsoft SMTPSVC(6.0.3790.4675)",
     "mail.example.org", NULL, "192.0.2.1", "ex.example.net", "Microsoft SMTPSVC"},
    {"from mail.example.org ([192.0.2.1]) by ex.example.net over TLS secured channel with Microsoft "
     "SMTPSVC(8.5.9600)",
     "mail.example.org", NULL, "192.0.2.1", "ex.example.net", "Microsoft SMTPSVC"},
    {"from EX01.example.net ([fe80::1]) by EX01.example.net ([fe80::1%9]) with mapi id 15.20.1",
     "EX01.example.net", NULL, "fe80::1", "EX01.example.net", "mapi"},
    /* Gmail, Yahoo, iCloud */
    {"from mail.example.org (rdns.example.org. [192.0.2.1]) by mx.google.com with ESMTPS id a1 for "
     "<a@example.net> (version=TLS1_3 cipher=X)",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "mx.google.com", "ESMTPS"},
    {"by 2002:a05:612c:711:b0:381:73ac:3a65 with SMTP id ft17csp", NULL, NULL, NULL,
     "2002:a05:612c:711:b0:381:73ac:3a65", "SMTP"},
    {"from 127.0.0.1 (EHLO mail.example.org) (192.0.2.1) by mta1.mail.yahoo.com with SMTPS",
     "mail.example.org", NULL, "192.0.2.1", "mta1.mail.yahoo.com", "SMTPS"},
    {"from 192.0.2.1 (EHLO mail.example.org) by 10.197.36.11 with SMTPs (version=TLS1_2)", "mail.example.org",
     NULL, "192.0.2.1", "10.197.36.11", "SMTPs"},
    {"from mail.example.org (mail.example.org [192.0.2.1]) by pv50p00im-smtpin.me.com (Postfix) with ESMTPS "
     "id 9",
     "mail.example.org", "mail.example.org", "192.0.2.1", "pv50p00im-smtpin.me.com", "ESMTPS"},
    {"from mail.example.org ([192.0.2.1]) by ms1.example.net (Oracle Communications Messaging Server 8.1) "
     "with ESMTPS id <0S>",
     "mail.example.org", NULL, "192.0.2.1", "ms1.example.net", "ESMTPS"},
    {"from DIALUP (\"port 4077\"@[192.0.2.1]) by pmdf.example.net (PMDF V6.1) with ESMTP id <01>", "DIALUP",
     NULL, "192.0.2.1", "pmdf.example.net", "ESMTP"},
    /* qmail and its kin */
    {"from unknown (HELO mail.example.org) (192.0.2.1) by mx.example.net with SMTP", "mail.example.org", NULL,
     "192.0.2.1", "mx.example.net", "SMTP"},
    {"from rdns.example.org (HELO mail.example.org) (joe@192.0.2.1) by 0 with SMTP", "mail.example.org",
     "rdns.example.org", "192.0.2.1", "0", "SMTP"},
    {"from rdns.example.org (192.0.2.1) by mx.example.net with ESMTPS", "rdns.example.org", NULL, "192.0.2.1",
     "mx.example.net", "ESMTPS"},
    {"(qmail 4157 invoked from network)", NULL, NULL, NULL, NULL, NULL},
    {"from rdns.example.org (HELO mail.example.org) (192.0.2.1) by mx.example.net (qpsmtpd/0.94) with ESMTP",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "mx.example.net", "ESMTP"},
    {"from rdns.example.org (HELO mail.example.org) ([192.0.2.1]) by iron.example.net with "
     "ESMTP/TLS/ECDHE-RSA",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "iron.example.net", "ESMTP/TLS/ECDHE-RSA"},
    {"from mail.example.org (rdns.example.org [::ffff:192.0.2.1]) (TLS: TLSv1.2,256bits,AES) by "
     "mx.example.net with ESMTPS",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "mx.example.net", "ESMTPS"},
    /* others */
    {"from mail.example.org (rdns.example.org [192.0.2.1]) by mx.example.net (OpenSMTPD) with ESMTPS id 9 "
     "(TLSv1.3:X:256:NO)",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "mx.example.net", "ESMTPS"},
    {"from mail.example.org (NXDOMAIN [192.0.2.1]) by mx.example.net (Haraka/3.0.3) with ESMTPS id 5.1 "
     "envelope-from <a@example.org>",
     "mail.example.org", NULL, "192.0.2.1", "mx.example.net", "ESMTPS"},
    {"from mail.example.org (rdns.example.org [192.0.2.1]) by inbound-smtp.eu-west-1.amazonaws.com with SMTP "
     "id 7",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "inbound-smtp.eu-west-1.amazonaws.com", "SMTP"},
    {"from mail.example.org (rdns.example.org [192.0.2.1]) by mx0a-001.pphosted.com (PPS) with ESMTPS id 4 "
     "(version=TLSv1.2)",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "mx0a-001.pphosted.com", "ESMTPS"},
    {"from mail.example.org (rdns.example.org [192.0.2.1]) by relay.mimecast.com with ESMTP with STARTTLS "
     "(version=TLSv1.3) id uk-mta-1",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "relay.mimecast.com", "ESMTP"},
    {"from mail.example.org (rdns.example.org [192.0.2.1]) by bar.example.net with ESMTP id aX for "
     "<a@example.net>",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "bar.example.net", "ESMTP"},
    {"from mta.example.net (LHLO mta.example.net) (10.1.1.1) by box.example.net with LMTP", "mta.example.net",
     "mta.example.net", "10.1.1.1", "box.example.net", "LMTP"},
    {"from mail.example.org ([192.0.2.1]) by kerio.example.net (Kerio Connect 9.4) with ESMTPS",
     "mail.example.org", NULL, "192.0.2.1", "kerio.example.net", "ESMTPS"},
    {"from rdns.example.org ([192.0.2.1] verified) by cgp.example.net (CommuniGate Pro SMTP 6.1) with ESMTP "
     "id 12",
     "rdns.example.org", NULL, "192.0.2.1", "cgp.example.net", "ESMTP"},
    {"from [192.0.2.1] (account joe@example.net HELO pc.example.org) by cgp.example.net (CommuniGate Pro "
     "SMTP 6.1) with ESMTPSA id 1",
     "pc.example.org", NULL, "192.0.2.1", "cgp.example.net", "ESMTPSA"},
    {"from mail.example.org ([192.0.2.1]) by notes.example.net (IBM Domino Release 9.0.1FP10) with ESMTP id "
     "2021",
     "mail.example.org", NULL, "192.0.2.1", "notes.example.net", "ESMTP"},
    {"from mail.example.org by md.example.net (MDaemon PRO v21) with ESMTP id md5", "mail.example.org", NULL,
     NULL, "md.example.net", "ESMTP"},
    {"from mail.example.org ([127.0.0.1]) by localhost (mx.example.net [127.0.0.1]) (amavisd-new, port "
     "10024) with ESMTP id z",
     "mail.example.org", NULL, "127.0.0.1", "localhost", "ESMTP"},
    {"from pop.example.org [192.0.2.1] by localhost with POP3 (fetchmail-6.4.2) for <joe@localhost> "
     "(single-drop)",
     "pop.example.org", NULL, "192.0.2.1", "localhost", "POP3"},
    {"from [192.0.2.1] ([192.0.2.1:48984] helo=mail.example.org) by ec.example.net (envelope-from "
     "<a@example.org>) (ecelerity 4.8) with ESMTP id D8",
     "mail.example.org", NULL, "192.0.2.1", "ec.example.net", "ESMTP"},
    {"from mail.example.org [192.0.2.1] by mx.example.net with ESMTP (SMTPD-11.5) id A1", "mail.example.org",
     NULL, "192.0.2.1", "mx.example.net", "ESMTP"},
    {"from mail.example.org (192.0.2.1) by mx.example.net (Mercury/32 v4.80) with ESMTP ID MG0001",
     "mail.example.org", NULL, "192.0.2.1", "mx.example.net", "ESMTP"},
    {"from mail.example.org (unverified [192.0.2.1]) by mx.example.net (SurgeMail 7.3) with ESMTP id 1",
     "mail.example.org", NULL, "192.0.2.1", "mx.example.net", "ESMTP"},
    {"from mail.example.org (rdns.example.org [192.0.2.1] (AS64500 Example Net, XX)) by mx.example.net "
     "(Stalwart SMTP) with ESMTPS id 3",
     "mail.example.org", "rdns.example.org", "192.0.2.1", "mx.example.net", "ESMTPS"},
    {"from mail.example.org ([192.0.2.1]) by mx-ha.example.net (mxgmx014 [198.51.100.9]) with ESMTPS "
     "(Nemesis) id 1",
     "mail.example.org", NULL, "192.0.2.1", "mx-ha.example.net", "ESMTPS"},
    {"from mail.example.org (mail.example.org [192.0.2.1]) by mxfront.example.net (mxfront/Yandex) with "
     "ESMTPS id q",
     "mail.example.org", "mail.example.org", "192.0.2.1", "mxfront.example.net", "ESMTPS"},
    {"from mail.example.org (HELO mail.example.org) (192.0.2.1) by server-1.tower-2.messagelabs.com with "
     "ECDHE encrypted SMTP",
     "mail.example.org", "mail.example.org", "192.0.2.1", "server-1.tower-2.messagelabs.com", "ECDHE"},
    {"from mail.example.org(mailfrom:a@example.org fp:SMTPD) by mx.example.net(127.0.0.1)",
     "mail.example.org", NULL, NULL, "mx.example.net", NULL},
    {"from mail (8.8.8) (host.example.org [192.0.2.1] (a (nested) comment)) (another) by (odd) "
     "mx.example.net (Postfix) with (x) ESMTP",
     "mail", "host.example.org", "192.0.2.1", "mx.example.net", "ESMTP"},
    {"from mail.example.org (rdns.example.org [192.0.2.1] by mx.example.net with ESMTP", "mail.example.org",
     NULL, "192.0.2.1", "mx.example.net", "ESMTP"},
    {"", NULL, NULL, NULL, NULL, NULL},
};

static void test_shapes(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_test_message("%s", shapes[i].line);
        g_autofree char *copy = g_memdup2(shapes[i].line, strlen(shapes[i].line));
        const mw_hop *hop = mw_received_parse(arena, (mw_span){copy, strlen(shapes[i].line)});
        g_assert_cmpstr(hop->from_name, ==, shapes[i].name);
        g_assert_cmpstr(hop->from_rdns, ==, shapes[i].rdns);
        g_assert_cmpstr(mw_ip_text(arena, &hop->from_ip), ==, shapes[i].ip ? shapes[i].ip : "");
        g_assert_cmpstr(hop->by, ==, shapes[i].by);
        g_assert_cmpstr(hop->with, ==, shapes[i].with);
    }
}

/* What a line says of a login, TLS and the system that wrote it. */
static void test_marks(void) {
    static const struct {
        const char *line;
        bool authenticated, local, tls;
        const char *login, *version;
    } marks[] = {
        {"from a (h.example [192.0.2.1]) (using TLSv1.3 with cipher X) (Authenticated sender: ann) by m "
         "(Postfix) with ESMTPSA id 1",
         true, false, true, "ann", "TLS1.3"},
        {"from a (Authenticated sender: ann) (unknown [192.0.2.1]) by m (Postfix) with ESMTP id 1", false,
         false, false, NULL, NULL},
        {"from a (amavisd-new) (unknown [192.0.2.1]) by m (Postfix) with ESMTP id 1", false, false, false,
         NULL, NULL},
        {"from a auth=yes (unknown [192.0.2.1]) by m (Postfix) with ESMTP id 1", false, false, false, NULL,
         NULL},
        {"from a (h [192.0.2.1]) by m (OpenSMTPD) with ESMTPSA id 1 (TLSv1.2:X:256:NO) auth=yes user=ann",
         true, false, true, "ann", "TLS1.2"},
        {"from a (h [192.0.2.1]) (authenticated bits=0) by m (8.17.1/8.17.1) with ESMTP id 1", true, false,
         false, NULL, NULL},
        {"from [192.0.2.1] (account ann HELO pc) by m (CommuniGate Pro SMTP 6.1) with ESMTP id 1", true,
         false, false, "ann", NULL},
        {"from a (192.0.2.1) by m (10.0.0.1) with Microsoft SMTP Server (version=TLS1_2, cipher=X) id 1",
         false, false, true, NULL, "TLS1.2"},
        {"from a ([192.0.2.1]) by m with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96)", false,
         false, true, NULL, "TLS1.3"},
        {"from a ([127.0.0.1]) by localhost (m [127.0.0.1]) (amavisd-new, port 10024) with ESMTP", false,
         true, false, NULL, NULL},
        {"(from root@localhost) by m (8.17.1/8.17.1/Submit) id 3", false, true, false, NULL, NULL},
        {"by m (Postfix, from userid 1000) id 7", false, true, false, NULL, NULL},
        {"by smtp31.example (Authenticated sender: ann) with ESMTPSA id 4", true, false, true, "ann", NULL},
        {"from a (h [192.0.2.1]) by m with LMTP", false, true, false, NULL, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        const mw_hop *hop = mw_received_parse(arena, mw_span_of(marks[i].line));
        g_test_message("%s", marks[i].line);
        g_assert_cmpint(hop->authenticated, ==, marks[i].authenticated);
        g_assert_cmpint(hop->local, ==, marks[i].local);
        g_assert_cmpint(hop->tls, ==, marks[i].tls);
        g_assert_cmpstr(hop->login, ==, marks[i].login);
        g_assert_cmpstr(hop->tls_version, ==, marks[i].version);
    }
}

static void test_dates(void) {
    static const struct {
        const char *line, *at;
    } dates[] = {
        {"from a by b; Sun, 1 Nov 2026 10:00:00 +0000", "2026-11-01T10:00:00Z"},
        {"from a by b; Sun, 1 Nov 2026 12:00:00 +0200 (using TLSv1.3) (Client certificate not present)",
         "2026-11-01T10:00:00Z"},
        {"from a by b id 1-F5 Sun, 01 Nov 2026 10:00:00.173 +0000 (UTC)", "2026-11-01T10:00:00Z"},
        {"by b with SMTP id x 2026-11-01 10:00:00.332493045 +0000 UTC m=+105", "2026-11-01T10:00:00Z"},
        {"from a by b; 1 Nov 2026 10:00:00 -0000", "2026-11-01T10:00:00Z"},
        {"from a by b id x; Sun, 1 Nov 2026 10:00:00 +0000; (envelope-from <a@b>)", "2026-11-01T10:00:00Z"},
        {"from a by b; no date", NULL},
        {"from a by b", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
        g_autoptr(mw_arena) arena = mw_arena_new();
        g_test_message("%s", dates[i].line);
        g_assert_cmpstr(mw_time_rfc3339(arena, mw_received_parse(arena, mw_span_of(dates[i].line))->at), ==,
                        dates[i].at);
    }
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/received/shapes", test_shapes);
    g_test_add_func("/mail/received/marks", test_marks);
    g_test_add_func("/mail/received/dates", test_dates);
    return g_test_run();
}
