#include "trace/forward.h"
#include "trace/read.h"

#define TAIL                                                                                            \
    "From: Ann <ann@sender.example>\nTo: bob@rcpt.example\nSubject: x\nDate: Sun, 1 Nov 2026 10:00:00 " \
    "+0000\n\nhi\n"
#define D "; Sun, 1 Nov 2026 10:00:05 +0000\n"
#define R "Received: "
#define SUBMIT \
    R "from [10.1.2.3] (ws.sender.example [10.1.2.3]) by mail.sender.example (Postfix) with ESMTPSA id 1" D
#define OUT "from mail.sender.example (mail.sender.example [192.0.2.1]) "

/* A header, and what it must come to: address (NULL: none), HELO, index of the boundary hop (-1: none) and
 * confidence. */
static const struct {
    const char *name, *header, *ip, *helo;
    int boundary;
    mw_confidence confidence;
} cases[] = {
    {"our name, but no reverse name",
     R "from gw.rcpt.example (unknown [192.0.2.66]) by mx.rcpt.example (Postfix) with SMTP id 2" D R OUT
       "by gw.rcpt.example (Postfix) with ESMTP id 1" D,
     "192.0.2.66", "gw.rcpt.example", 0, MW_CONFIDENCE_LOW},
#define BELOW R OUT "by gw.rcpt.example (Postfix) with ESMTP id 1" D
    {"our name as HELO: Exim",
     R "from [192.0.2.66] (helo=gw.rcpt.example)\n\tby mx.rcpt.example with esmtp (Exim 4.96) id 2" D BELOW,
     "192.0.2.66", "gw.rcpt.example", 0, MW_CONFIDENCE_LOW},
    {"our name as HELO: qmail",
     R "from unknown (HELO gw.rcpt.example) (192.0.2.66) by mx.rcpt.example with SMTP" D BELOW, "192.0.2.66",
     "gw.rcpt.example", 0, MW_CONFIDENCE_LOW},
    {"our name in a PTR record that nobody checks: qmail",
     R "from gw.rcpt.example (HELO gw.rcpt.example) (192.0.2.66) by mx.rcpt.example with SMTP" D BELOW,
     "192.0.2.66", "gw.rcpt.example", 0, MW_CONFIDENCE_LOW},
    {"our name as HELO: IronPort",
     R "from unknown (HELO gw.rcpt.example) ([192.0.2.66]) by esa.rcpt.example with ESMTP" D BELOW,
     "192.0.2.66", "gw.rcpt.example", 0, MW_CONFIDENCE_LOW},
    {"our name as HELO: Sendmail",
     R "from gw.rcpt.example ([192.0.2.66])\n\tby mx.rcpt.example (8.17.1/8.17.1) with ESMTP id 2" D BELOW,
     "192.0.2.66", "gw.rcpt.example", 0, MW_CONFIDENCE_LOW},
    {"our name, which may be forged: Sendmail",
     R "from gw.rcpt.example (gw.rcpt.example [192.0.2.66] (may be forged))\n\tby mx.rcpt.example "
       "(8.17.1/8.17.1) with ESMTP id 2" D BELOW,
     "192.0.2.66", "gw.rcpt.example", 0, MW_CONFIDENCE_LOW},
    {"our name as HELO: Exchange",
     R "from gw.rcpt.example (192.0.2.66) by mx.rcpt.example (10.1.1.1) with Microsoft SMTP Server id "
       "15.1.2507.9" D BELOW,
     "192.0.2.66", "gw.rcpt.example", 0, MW_CONFIDENCE_LOW},
    {"our name as HELO, and a record that names the address",
     "Received-SPF: fail (mx.rcpt.example: no) client-ip=192.0.2.66; helo=gw.rcpt.example\n" R
     "from [192.0.2.66] (helo=gw.rcpt.example)\n\tby mx.rcpt.example with esmtp (Exim 4.96) id 2" D
     "Received-SPF: pass (gw.rcpt.example: yes) client-ip=192.0.2.1\n" BELOW,
     "192.0.2.66", "gw.rcpt.example", 0, MW_CONFIDENCE_HIGH},
    {"our name as HELO, and no address at all",
     R "from gw.rcpt.example by mx.rcpt.example with ESMTP id 2" D BELOW, NULL, "gw.rcpt.example", 0,
     MW_CONFIDENCE_NONE},
    {"a name without a dot, and no address at all", R "from gw by mx.rcpt.example with SMTP id 2" D BELOW,
     NULL, "gw", 0, MW_CONFIDENCE_NONE},
    {"our own host, looked up by Exim",
     R "from gw.rcpt.example ([192.0.2.66])\n\tby mx.rcpt.example with esmtp (Exim 4.96) id 2" D BELOW,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"a known filter's name as HELO",
     R "from eu-smtp-inbound-1.mimecast.com ([192.0.2.66])\n\tby mx.rcpt.example (8.17.1/8.17.1) with ESMTP "
       "id 2" D R OUT "by eu-smtp-inbound-1.mimecast.com with ESMTP id 1" D,
     "192.0.2.66", "eu-smtp-inbound-1.mimecast.com", 0, MW_CONFIDENCE_LOW},
    {"records of the sender's below those of a host that writes there",
     R
     "from evil.example (evil.example. [192.0.2.66])\n\tby mx.google.com with ESMTPS id 2" D
     "Received-SPF: fail (google.com: no) client-ip=192.0.2.66;\n"
     "Authentication-Results: mx.google.com; spf=fail (google.com: 192.0.2.66 no) smtp.mailfrom=a@b.example\n"
     "Received-SPF: pass (google.com: yes) client-ip=192.0.2.1;\n"
     "X-Received-SPF: pass client-ip=192.0.2.1\nX-Spam-Relays-External: [ ip=192.0.2.1 helo=x ]\n"
     "X-Barracuda-Apparent-Source-IP: 192.0.2.1\nX-BESS-Apparent-Source-IP: 192.0.2.1\n"
     "X-Remote-IP: 192.0.2.1\nX-Peer-IP: 192.0.2.1\n" R OUT "by mx.google.com with ESMTP id 1" D,
     "192.0.2.66", "evil.example", 0, MW_CONFIDENCE_HIGH},
    {"a login with our name, and a line below it",
     R "from mx.rcpt.example (unknown [192.0.2.66]) by mx.rcpt.example (Postfix) with ESMTPSA id 2" D R OUT
       "by mx.rcpt.example (Postfix) with ESMTP id 1" D,
     NULL, NULL, -1, MW_CONFIDENCE_NONE},
#undef BELOW
    {"made on the host",
     R "from localhost (localhost [127.0.0.1]) by mail.sender.example (Postfix) with ESMTP id 2" D, NULL,
     NULL, -1, MW_CONFIDENCE_NONE},
    {"made by Sendmail", R "from localhost (localhost) by mail.sender.example (8.17.1/8.17.1) id 2" D, NULL,
     NULL, -1, MW_CONFIDENCE_NONE},
    {"a proxy on the host",
     R "from mail.sender.example (localhost [127.0.0.1]) by mx.rcpt.example (Postfix) with ESMTP id 2" D,
     NULL, "mail.sender.example", 0, MW_CONFIDENCE_NONE},
    {"one hop", R OUT "by mx.rcpt.example (Postfix) with ESMTPS id 2" D SUBMIT, "192.0.2.1",
     "mail.sender.example", 0, MW_CONFIDENCE_MEDIUM},
    {"SPF agrees",
     "Received-SPF: pass (x) client-ip=192.0.2.1; helo=mail.sender.example; "
     "envelope-from=ann@sender.example\n" R OUT "by mx.rcpt.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 0, MW_CONFIDENCE_HIGH},
    {"LMTP on top",
     R "from mx.rcpt.example ([127.0.0.1]) by mx.rcpt.example with LMTP id 9" D R OUT
       "by mx.rcpt.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"Dovecot backend",
     R "from mx.rcpt.example ([10.0.0.7])\n\tby box.rcpt.example with LMTP\n\tid 9 (envelope-from "
       "<a@sender.example>)" D R OUT "by mx.rcpt.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"amavis",
     R "from localhost (localhost [127.0.0.1]) by mx.rcpt.example (Postfix) with ESMTP id 3" D R
       "from mx.rcpt.example ([127.0.0.1]) by localhost (mx.rcpt.example [127.0.0.1]) (amavisd-new, port "
       "10024) with ESMTP id z" D R OUT "by mx.rcpt.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 2, MW_CONFIDENCE_MEDIUM},
    {"internal relay, private",
     R "from mx.rcpt.example (mx.rcpt.example [10.0.0.1]) by store.rcpt.example (Postfix) with ESMTP id 3" D R
         OUT "by mx.rcpt.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"internal relay, public",
     R
     "from mx.rcpt.example (mx.rcpt.example [198.51.100.1]) by store.rcpt.example (Postfix) with ESMTP id 3" D
         R OUT "by mx.rcpt.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"relay named by the recipient",
     "Delivered-To: bob@rcpt.example\n" R
     "from gw.rcpt.example (gw.rcpt.example [198.51.100.1]) by backend7 (Postfix) with ESMTP id 3" D R OUT
     "by gw.rcpt.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"HELO of our own name",
     R "from mx.rcpt.example (pool.evil.example [192.0.2.66]) by mx.rcpt.example (Postfix) with SMTP id 2" D R
         OUT "by mx.rcpt.example (Postfix) with ESMTP id 1" D,
     "192.0.2.66", "mx.rcpt.example", 0, MW_CONFIDENCE_MEDIUM},
    {"HELO of our own name, no look-up",
     R "from mx.rcpt.example (192.0.2.66) by mx.rcpt.example with Microsoft SMTP Server id 15.1" D R OUT
       "by mx.rcpt.example (Postfix) with ESMTP id 1" D,
     "192.0.2.66", "mx.rcpt.example", 0, MW_CONFIDENCE_LOW},
    {"NAT hides the client",
     R
     "from mail.sender.example (unknown [172.17.0.1]) by mx.rcpt.example (Postfix) with ESMTPS id 2" D SUBMIT,
     NULL, "mail.sender.example", 0, MW_CONFIDENCE_NONE},
    {"NAT, one hop",
     R "from mail.sender.example (unknown [172.17.0.1]) by mx.rcpt.example (Postfix) with ESMTPS id 2" D,
     NULL, "mail.sender.example", 0, MW_CONFIDENCE_NONE},
    {"NAT, a record knows",
     "Received-SPF: pass (x) client-ip=192.0.2.1; helo=mail.sender.example\n" R
     "from mail.sender.example (unknown [172.17.0.1]) by mx.rcpt.example (Postfix) with ESMTPS id 2" D SUBMIT,
     "192.0.2.1", "mail.sender.example", 0, MW_CONFIDENCE_MEDIUM},
    {"fetched by POP",
     R
     "from pop.rcpt.example [198.51.100.9] by laptop with POP3 (fetchmail-6.4.2) for <bob@localhost>" D R OUT
     "by mx.rcpt.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"Exchange Online",
     R "from A1.namprd19.prod.outlook.com (::1) by B1.namprd19.prod.outlook.com with HTTPS" D R
       "from C1.SWEP280.PROD.OUTLOOK.COM (2603:10a6:150:b::12) by A1.namprd19.prod.outlook.com "
       "(2603:10b6:806::6) with Microsoft SMTP Server (version=TLS1_2) id 15" D R
       "from D1.eop-EUR01.prod.protection.outlook.com (2603:10a6:150:b:cafe::b4) by C1.outlook.office365.com "
       "(2603:10a6::12) with Microsoft SMTP Server id 15 via Frontend Transport" D
       "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=sender.example; dkim=none\n" R
       "from mail.sender.example (192.0.2.1) by D1.mail.protection.outlook.com (10.152.0.155) with Microsoft "
       "SMTP Server id 15 via Frontend Transport" D,
     "192.0.2.1", "mail.sender.example", 3, MW_CONFIDENCE_HIGH},
    {"Exchange Online, lines alone",
     R "from A1.namprd19.prod.outlook.com (::1) by B1.namprd19.prod.outlook.com with HTTPS" D R
       "from C1.SWEP280.PROD.OUTLOOK.COM (2603:10a6:150:b::12) by A1.namprd19.prod.outlook.com "
       "(2603:10b6:806::6) with Microsoft SMTP Server (version=TLS1_2) id 15" D R
       "from D1.eop-EUR01.prod.protection.outlook.com (2603:10a6:150:b:cafe::b4) by C1.outlook.office365.com "
       "(2603:10a6::12) with Microsoft SMTP Server id 15 via Frontend Transport" D R
       "from mail.sender.example (192.0.2.1) by D1.mail.protection.outlook.com (10.152.0.155) with Microsoft "
       "SMTP Server id 15 via Frontend Transport" D,
     "192.0.2.1", "mail.sender.example", 3, MW_CONFIDENCE_HIGH},
    {"Outlook to Outlook",
     R "from D1.prod.protection.outlook.com (2603:10a6:150:b:cafe::b4) by C1.outlook.office365.com "
       "(2603:10a6::12) with Microsoft SMTP Server id 15" D R
       "from N1-obe.outbound.protection.outlook.com (198.51.100.107) by D1.mail.protection.outlook.com "
       "(10.152.0.155) with Microsoft SMTP Server id 15" D R
       "from E1.eurprd04.prod.outlook.com (2603:10a6:20b::1) by F1.eurprd04.prod.outlook.com "
       "(2603:10a6:20b::2) with Microsoft SMTP Server id 15" D,
     "198.51.100.107", "N1-obe.outbound.protection.outlook.com", 1, MW_CONFIDENCE_HIGH},
    {"Mimecast before Microsoft 365",
     "Authentication-Results: spf=softfail (sender IP is 198.51.100.7) smtp.mailfrom=sender.example\n" R
     "from eu-smtp-delivery-1.mimecast.com (198.51.100.7) by D1.mail.protection.outlook.com (10.152.0.155) "
     "with Microsoft SMTP Server id 15" D
     "Authentication-Results: relay.mimecast.com; dkim=pass header.d=sender.example; spf=pass "
     "(relay.mimecast.com: domain of ann@sender.example designates 192.0.2.1 as permitted sender) "
     "smtp.mailfrom=ann@sender.example\n" R OUT "by relay.mimecast.com with ESMTP with STARTTLS id uk-mta-1" D
     "X-Forefront-Antispam-Report: CIP:198.51.100.7; CTRY:GB; PTR:eu-smtp-delivery-1.mimecast.com; "
     "CAT:NONE\n",
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_HIGH},
    {"Mimecast by the client's own word alone",
     "Authentication-Results: spf=softfail (sender IP is 198.51.100.7) smtp.mailfrom=sender.example\n" R
     "from eu-smtp-delivery-1.mimecast.com (198.51.100.7) by D1.mail.protection.outlook.com (10.152.0.155) "
     "with Microsoft SMTP Server id 15" D
     "Authentication-Results: relay.mimecast.com; dkim=pass header.d=sender.example; spf=pass "
     "(relay.mimecast.com: domain of ann@sender.example designates 192.0.2.1 as permitted sender) "
     "smtp.mailfrom=ann@sender.example\n" R OUT
     "by relay.mimecast.com with ESMTP with STARTTLS id uk-mta-1" D,
     "198.51.100.7", "eu-smtp-delivery-1.mimecast.com", 0, MW_CONFIDENCE_HIGH},
    {"Mimecast is the sender's",
     "Authentication-Results: spf=pass (sender IP is 198.51.100.7) smtp.mailfrom=sender.example\n" R
     "from eu-smtp-delivery-1.mimecast.com (198.51.100.7) by D1.mail.protection.outlook.com (10.152.0.155) "
     "with Microsoft SMTP Server id 15" D R OUT
     "by relay.mimecast.com with ESMTP with STARTTLS id uk-mta-1" D,
     "198.51.100.7", "eu-smtp-delivery-1.mimecast.com", 0, MW_CONFIDENCE_HIGH},
    {"Mimecast, nothing recorded",
     R "from eu-smtp-delivery-1.mimecast.com (eu-smtp-delivery-1.mimecast.com [198.51.100.7]) by "
       "mx.rcpt.example (Postfix) with ESMTPS id 1" D R
       "from N1.outbound.protection.outlook.com (n1.outbound.protection.outlook.com [192.0.2.1]) by "
       "relay.mimecast.com with ESMTP with STARTTLS id uk-mta-1" D,
     "198.51.100.7", "eu-smtp-delivery-1.mimecast.com", 0, MW_CONFIDENCE_MEDIUM},
    {"Mimecast, it says, before a server that looks up no names",
     R "from eu-smtp-delivery-1.mimecast.com (198.51.100.7) by EX01.rcpt.example (10.0.0.4) with Microsoft "
       "SMTP Server id 15" D "Authentication-Results: relay.mimecast.com; dkim=none; dmarc=none; spf=none "
       "(relay.mimecast.com: domain of ann@sender.example has no SPF policy when "
       "checking 192.0.2.1) smtp.mailfrom=ann@sender.example\n" R OUT
       "by relay.mimecast.com with ESMTP with STARTTLS id uk-mta-1" D,
     "198.51.100.7", "eu-smtp-delivery-1.mimecast.com", 0, MW_CONFIDENCE_LOW},
    {"skip listing",
     "Authentication-Results: spf=pass (sender IP is 198.51.100.7) smtp.mailfrom=sender.example\n" R
     "from gw.filter.example (198.51.100.7) by D1.mail.protection.outlook.com (10.152.0.155) with Microsoft "
     "SMTP Server id 15" D R OUT "by gw.filter.example (Postfix) with ESMTP id 1" D
     "X-MS-Exchange-SkipListedInternetSender: ip=[192.0.2.1];domain=mail.sender.example\n",
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_HIGH},
    {"skip listing of the sender's tenant",
     R "from N1-obe.outbound.protection.outlook.com (n1.outbound.protection.outlook.com [198.51.100.107]) by "
       "mx.rcpt.example (Postfix) with ESMTPS id 1" D R
       "from mail.sender.example (192.0.2.1) by D1.mail.protection.outlook.com (10.1.1.1) with Microsoft "
       "SMTP Server id 15" D
       "X-MS-Exchange-SkipListedInternetSender: ip=[192.0.2.1];domain=mail.sender.example\n",
     "198.51.100.107", "N1-obe.outbound.protection.outlook.com", 0, MW_CONFIDENCE_MEDIUM},
    {"Gmail",
     "Delivered-To: bob@rcpt.example\n" R "by 2002:a05:612c:711:b0:381:73ac:3a65 with SMTP id ft17" D
     "Return-Path: <ann@sender.example>\n" R
     "from mail.sender.example (mail.sender.example. [192.0.2.1])\n by mx.google.com with ESMTPS id a1\n for "
     "<bob@rcpt.example>\n (version=TLS1_3 cipher=X bits=128/128)" D
     "Received-SPF: pass (google.com: domain of ann@sender.example designates 192.0.2.1 as permitted sender) "
     "client-ip=192.0.2.1;\nAuthentication-Results: mx.google.com; spf=pass "
     "smtp.mailfrom=ann@sender.example\n" SUBMIT,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_HIGH},
    {"Gmail to Gmail",
     R "by 2002:a05::1 with SMTP id ft17" D R "from mail-sor-f41.google.com (mail-sor-f41.google.com. "
       "[198.51.100.41]) by mx.google.com with SMTPS id a1" D,
     "198.51.100.41", "mail-sor-f41.google.com", 1, MW_CONFIDENCE_HIGH},
    {"Yahoo",
     R "from 10.222.142.150 by atlas206.free.mail.ne1.yahoo.com with HTTPS" D
       "X-Originating-IP: [192.0.2.1]\nReceived-SPF: pass (domain of sender.example designates 192.0.2.1 as "
       "permitted sender)\nAuthentication-Results: atlas206.free.mail.ne1.yahoo.com; spf=pass "
       "smtp.mailfrom=sender.example; dmarc=pass(p=NONE) header.from=sender.example;\n" R
       "from 192.0.2.1 (EHLO mail.sender.example) by 10.197.36.11 with SMTPs (version=TLS1_2)" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_HIGH},
    {"iCloud",
     R "from p00-icloudmta-smtpin-1 by p68-mailgateway-1 (mailgateway 2413B163) with SMTP id 7 for "
       "<bob@icloud.com>" D
       "Authentication-Results: spf.icloud.com; spf=pass (spf.icloud.com: domain of ann@sender.example "
       "designates 192.0.2.1 as permitted sender) smtp.mailfrom=ann@sender.example\n" R OUT
       "by st43p00im-smtpin.me.com (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_HIGH},
    {"Amazon SES",
     R OUT "by inbound-smtp.us-east-1.amazonaws.com with SMTP id 8i6" D
           "X-SES-Spam-Verdict: PASS\nReceived-SPF: pass (spfCheck: domain of sender.example designates "
           "192.0.2.1 as permitted sender) client-ip=192.0.2.1; envelope-from=ann@sender.example; "
           "helo=mail.sender.example;\nAuthentication-Results: amazonses.com; spf=pass "
           "smtp.mailfrom=sender.example\n" SUBMIT,
     "192.0.2.1", "mail.sender.example", 0, MW_CONFIDENCE_HIGH},
    {"Fastmail",
     R "from mx5 ([10.202.2.204]) by compute1.internal (LMTPProxy)" D R
       "from mx5.messagingengine.com (localhost [127.0.0.1]) by mx5.messagingengine.com (Authentication "
       "Milter) with ESMTP id 1" D "Received-SPF: pass (sender.example: 192.0.2.1 is authorized to use x) "
       "receiver=mx5.messagingengine.com; identity=mailfrom; envelope-from=\"ann@sender.example\"; "
       "helo=mail.sender.example; client-ip=192.0.2.1\n" R OUT
       "by mx5.messagingengine.com (Postfix) with ESMTPS" D,
     "192.0.2.1", "mail.sender.example", 2, MW_CONFIDENCE_HIGH},
    {"Proofpoint within one host",
     R "from pps.filterd (m1.ppops.net [127.0.0.1]) by m1.ppops.net (8.17.1/8.17.1) with SMTP id 2" D R OUT
       "by mx0a-1.pphosted.com (PPS) with ESMTPS id 1" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"Zimbra",
     R "from mta.rcpt.example (LHLO mta.rcpt.example) (10.1.1.1) by box.rcpt.example with LMTP" D R
       "from localhost (localhost [127.0.0.1]) by mta.rcpt.example (Postfix) with ESMTP id 3" D R OUT
       "by mta.rcpt.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 2, MW_CONFIDENCE_MEDIUM},
    {"qmail",
     R "(qmail 4157 invoked by uid 89)" D R "(qmail 4156 invoked from network)" D R
       "from unknown (HELO mail.sender.example) (192.0.2.1) by mx.rcpt.example with SMTP" D,
     "192.0.2.1", "mail.sender.example", 2, MW_CONFIDENCE_MEDIUM},
    {"Exchange on its own host",
     R "from EX02.rcpt.example (10.0.0.5) by EX01.rcpt.example (10.0.0.4) with Microsoft SMTP Server "
       "(version=TLS1_2) id 15.1" D R "from mail.sender.example (192.0.2.1) by EX02.rcpt.example (10.0.0.5) "
       "with Microsoft SMTP Server id 15.1 via Frontend Transport" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"Exchange with private names",
     R "from EX02.corp.local (10.0.0.5) by EX01.corp.local (10.0.0.4) with Microsoft SMTP Server id 15.1" D R
       "from gw.rcpt.example (10.0.0.9) by EX02.corp.local (10.0.0.5) with Microsoft SMTP Server id 15.1" D R
           OUT "by gw.rcpt.example (Postfix) with ESMTP id 1" D,
     "192.0.2.1", "mail.sender.example", 2, MW_CONFIDENCE_MEDIUM},
    {"Domino", R OUT "by notes.rcpt.example (IBM Domino Release 9.0.1FP10) with ESMTP id 20261101100005-1" D,
     "192.0.2.1", "mail.sender.example", 0, MW_CONFIDENCE_MEDIUM},
    {"a login alone", SUBMIT, NULL, NULL, -1, MW_CONFIDENCE_NONE},
    {"a login from outside",
     R "from [192.168.1.5] (pool.isp.example [198.51.100.77]) (Authenticated sender: ann) by "
       "mail.sender.example (Postfix) with ESMTPSA id 1" D,
     NULL, NULL, -1, MW_CONFIDENCE_NONE},
    {"a login between own servers",
     R "from mx.rcpt.example (mx.rcpt.example [198.51.100.1]) by store.rcpt.example (Postfix) with ESMTPSA "
       "id 3" D R OUT "by mx.rcpt.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"fetched by getmail",
     R "from pop.rcpt.example (198.51.100.9)\n  by laptop with POP3-SSL (getmail 5.16)" D R OUT
       "by mx.rcpt.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"a mailing list's Delivered-To",
     R "from lists.org.example (lists.org.example [198.51.100.30]) by mx.rcpt.example (Postfix) with ESMTPS "
       "id 1" D R "from lists.org.example (localhost [127.0.0.1]) by lists.org.example (Postfix) with ESMTP "
       "id 2" D "X-Original-To: list@lists.org.example\nDelivered-To: list@lists.org.example\n" R OUT
       "by lists.org.example (Postfix) with ESMTPS id 3" D,
     "198.51.100.30", "lists.org.example", 0, MW_CONFIDENCE_MEDIUM},
    {"never left Exchange Online",
     R "from A1.eurprd04.prod.outlook.com (2603:10a6:20b::1) by B1.eurprd04.prod.outlook.com with HTTPS" D R
       "from C1.eurprd04.prod.outlook.com (2603:10a6:1::1) by A1.eurprd04.prod.outlook.com "
       "(2603:10a6:20b::1) with Microsoft SMTP Server id 15" D R
       "from C1.eurprd04.prod.outlook.com ([fe80::1]) by C1.eurprd04.prod.outlook.com ([fe80::1%7]) with "
       "mapi id 15.20" D,
     NULL, NULL, -1, MW_CONFIDENCE_NONE},
    {"HELO unknown at Exchange",
     R "from unknown (192.0.2.1) by D1.mail.protection.outlook.com (10.1.1.1) with Microsoft SMTP Server id "
       "15" D,
     "192.0.2.1", "unknown", 0, MW_CONFIDENCE_HIGH},
    {"the record that has the HELO",
     "Authentication-Results: mx.rcpt.example; spf=pass (sender IP is 192.0.2.1)\nReceived-SPF: pass (x) "
     "client-ip=192.0.2.1; helo=mail.sender.example\n" R "from unknown (unknown [192.0.2.1]) by "
     "mx.rcpt.example (Postfix) with ESMTP id 2" D,
     "192.0.2.1", "mail.sender.example", 0, MW_CONFIDENCE_HIGH},
    {"HELO of an Outlook host at Exchange Online",
     R "from A1.eurprd04.prod.outlook.com (192.0.2.1) by D1.mail.protection.outlook.com (10.1.1.1) with "
       "Microsoft SMTP Server id 15" D R "from mail.bank.example (203.0.113.5) by "
       "A1.mail.protection.outlook.com (10.1.1.1) with Microsoft SMTP Server id 15" D,
     "192.0.2.1", "A1.eurprd04.prod.outlook.com", 0, MW_CONFIDENCE_HIGH},
    {"iCloud, newer",
     R "from p00-icloudmta-asmtp-us-east-1a-60-percent-7 by p128-mailgateway-smtp-5d (mailgateway 2526B203) "
       "with SMTP id 8a for <bob@icloud.com>" D R "from ci74p00im-smtpin001.me.com "
       "(ci74p00im-smtpin001.me.com [198.51.100.30]) by p00-icloudmta-smtpin-us-east-1a (Postfix) with "
       "ESMTPS id 18" D R OUT "by ci74p00im-smtpin001.me.com (Postfix) with ESMTPS id 17" D,
     "192.0.2.1", "mail.sender.example", 2, MW_CONFIDENCE_MEDIUM},
    {"Yahoo, lines alone",
     R
     "from 10.197.40.8\n by atlas-production.omega.yahoo.com pod-id atlas--production-gq1-abc.gq1.yahoo.com "
     "with HTTP" D R "from 192.0.2.1 (EHLO mail.sender.example)\n by 10.197.40.8 with SMTPs\n "
     "(version=TLS1_3 cipher=X)" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"cPanel",
     R "from box.host.example\n\tby box.host.example with LMTP\n\tid qF8" D R
       "from [192.0.2.1] (port=41022 helo=mail.sender.example)\n\tby box.host.example with esmtps  (TLS1.3) "
       "tls X\n\t(Exim 4.98.1)\n\tid 1tX" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"Cloudflare hands on",
     R
     "from ck-ai.email.cloudflare.net (ck-ai.email.cloudflare.net. [198.51.100.30])\n by mx.google.com with "
     "ESMTPS id a" D R "from mail.sender.example (192.0.2.1)\n        by cloudflare-email.net (unknown) id 1 "
     "for <bob@rcpt.example>" D
     "Received-SPF: pass (mx.cloudflare.net: domain of ann@sender.example designates 192.0.2.1 as permitted "
     "sender) receiver=mx.cloudflare.net; client-ip=192.0.2.1; helo=mail.sender.example;\n",
     "198.51.100.30", "ck-ai.email.cloudflare.net", 0, MW_CONFIDENCE_HIGH},
    {"Google group",
     "Delivered-To: bob@rcpt.example\n" R "by 2002:a05:1 with SMTP id d" D R
     "from mail-sor-f69.google.com (mail-sor-f69.google.com. [198.51.100.69]) by mx.google.com with SMTPS id "
     "a" D R "by 2002:a05:6a with SMTP id z" D R
     "from mail.sender.example (mail.sender.example. [192.0.2.1]) by gmr-mx.google.com with ESMTPS id x" D
     "Received-SPF: pass (google.com: domain of ann@sender.example designates 192.0.2.1 as permitted sender) "
     "client-ip=192.0.2.1;\n",
     "198.51.100.69", "mail-sor-f69.google.com", 1, MW_CONFIDENCE_HIGH},
    {"hybrid, Exchange Online sends to the own Exchange",
     R "from EX2.corp.local (10.0.0.2) by EX1.corp.local (10.0.0.1) with Microsoft SMTP Server id 15.1" D R
       "from N1-obe.outbound.protection.outlook.com (198.51.100.107) by mail.rcpt.example (10.0.0.2) with "
       "Microsoft SMTP Server id 15.1 via Frontend Transport" D R "from mail.sender.example (192.0.2.1) by "
       "D1.mail.protection.outlook.com (10.1.1.1) with Microsoft SMTP Server id 15" D,
     "198.51.100.107", "N1-obe.outbound.protection.outlook.com", 1, MW_CONFIDENCE_MEDIUM},
    {"Nemesis",
     R "from mail.sender.example ([192.0.2.1]) by mx-ha.gmx.net (mxgmx116 [198.51.100.5]) with "
       "ESMTPS (Nemesis) id 1MWT6k-1 for <bob@gmx.example>" D,
     "192.0.2.1", "mail.sender.example", 0, MW_CONFIDENCE_MEDIUM},
    {"a gateway with a queue of its own before Exchange",
     R
     "from pmg.rcpt.example (10.1.1.1) by ex.rcpt.local (10.1.1.2) with Microsoft SMTP Server id 15.1" D R
     "from pmg.rcpt.example (localhost.localdomain [127.0.0.1])\n\tby pmg.rcpt.example (Proxmox) with ESMTP "
     "id 1" D R OUT "by pmg.rcpt.example (Proxmox) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 2, MW_CONFIDENCE_MEDIUM},
    {"no Received line", "", NULL, NULL, -1, MW_CONFIDENCE_NONE},
    {"local delivery alone", R "by mx.rcpt.example (Postfix, from userid 1000) id 7" D, NULL, NULL, -1,
     MW_CONFIDENCE_NONE},
    {"IPv6",
     R "from mail.sender.example (mail.sender.example [IPv6:2001:db8::25]) by mx.rcpt.example (Postfix) with "
       "ESMTPS id 2" D,
     "2001:db8::25", "mail.sender.example", 0, MW_CONFIDENCE_MEDIUM},
    {"HELO literal",
     R "from [192.0.2.1] (pool.sender.example [192.0.2.1]) by mx.rcpt.example (Postfix) with SMTP id 2" D,
     "192.0.2.1", "[192.0.2.1]", 0, MW_CONFIDENCE_MEDIUM},
    {"HELO without a dot", R "from User (unknown [192.0.2.1]) by mx.rcpt.example (Postfix) with SMTP id 2" D,
     "192.0.2.1", "User", 0, MW_CONFIDENCE_MEDIUM},
    {"forwarder",
     R "from fwd.forward.example (fwd.forward.example [198.51.100.8]) by mx.rcpt.example (Postfix) with "
       "ESMTP id 2" D R OUT "by fwd.forward.example (Postfix) with ESMTPS id 1" D,
     "198.51.100.8", "fwd.forward.example", 0, MW_CONFIDENCE_MEDIUM},
    {"forged lines below",
     R "from pool.evil.example (pool.evil.example [192.0.2.66]) by mx.rcpt.example (Postfix) with SMTP id 2" D
       "Received-SPF: pass client-ip=198.51.100.1; helo=bank.example\nAuthentication-Results: "
       "mx.rcpt.example; spf=pass smtp.mailfrom=bank.example\n" R
       "from bank.example (bank.example [198.51.100.1]) by mx.rcpt.example (Postfix) with ESMTP id 1" D,
     "192.0.2.66", "pool.evil.example", 0, MW_CONFIDENCE_MEDIUM},
    {"the record above names a hop further down",
     "Received-SPF: pass (x) client-ip=192.0.2.1; helo=mail.sender.example\n" R
     "from in7.isp.example (in7.isp.example [198.51.100.2]) by store.host.example (Postfix) with ESMTP id 3" D
         R OUT "by in7.isp.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_HIGH},
    {"Barracuda appliance",
     R "from bar.rcpt.example (10.0.0.3) by EX01.rcpt.example (10.0.0.4) with Microsoft SMTP Server id 15" D
       "X-ASG-Debug-ID: 1\nX-Barracuda-Connect: mail.sender.example[192.0.2.1]\n" R OUT
       "by bar.rcpt.example with ESMTP id aX" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_HIGH},
    {"a cloud filter by the client's own word alone",
     "Authentication-Results: spf=softfail (sender IP is 198.51.100.7) smtp.mailfrom=sender.example\n" R
     "from egress-ip9b.ess.uk.barracuda.com (198.51.100.7) by D1.mail.protection.outlook.com (10.152.0.155) "
     "with Microsoft SMTP Server id 15" D R OUT "by mx-inbound9-1.eu-west-2b.ess.aws.cudaops.com" D,
     "198.51.100.7", "egress-ip9b.ess.uk.barracuda.com", 0, MW_CONFIDENCE_HIGH},
    {"a cloud filter that calls itself inbound, its reverse name noted",
     "Authentication-Results: spf=softfail (sender IP is 198.51.100.7) smtp.mailfrom=sender.example\n" R
     "from egress-ip9b.ess.uk.barracuda.com (198.51.100.7) by D1.mail.protection.outlook.com (10.152.0.155) "
     "with Microsoft SMTP Server id 15" D R OUT "by mx-inbound9-1.eu-west-2b.ess.aws.cudaops.com" D
     "X-Forefront-Antispam-Report: CIP:198.51.100.7;SCL:1;H:egress-ip9b.ess.uk.barracuda.com;"
     "PTR:egress-ip9b.ess.uk.barracuda.com;\n",
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"a cloud filter that calls itself inbound, but has another reverse name",
     "Authentication-Results: spf=softfail (sender IP is 198.51.100.7) smtp.mailfrom=sender.example\n" R
     "from egress-ip9b.ess.uk.barracuda.com (198.51.100.7) by D1.mail.protection.outlook.com (10.152.0.155) "
     "with Microsoft SMTP Server id 15" D R OUT "by mx-inbound9-1.eu-west-2b.ess.aws.cudaops.com" D
     "X-Forefront-Antispam-Report: CIP:198.51.100.7;SCL:1;H:egress-ip9b.ess.uk.barracuda.com;"
     "PTR:pool.evil.example;\n",
     "198.51.100.7", "egress-ip9b.ess.uk.barracuda.com", 0, MW_CONFIDENCE_HIGH},
    {"a cloud filter that calls itself outbound",
     R "from outbound-ip9a.ess.barracuda.com (outbound-ip9a.ess.barracuda.com [198.51.100.7]) by "
       "mx.rcpt.example (Postfix) with ESMTPS id 1" D R OUT
       "by mx-outbound9-1.us-east-2a.ess.aws.cudaops.com" D,
     "198.51.100.7", "outbound-ip9a.ess.barracuda.com", 0, MW_CONFIDENCE_MEDIUM},
    {"no filter stands before a personal mailbox",
     "X-EOPTenantAttributedMessage: 84df9e7f-e9f6-40af-b435-aaaaaaaaaaaa:0\nAuthentication-Results: spf=fail "
     "(sender IP is 198.51.100.7) smtp.mailfrom=sender.example\n" R
     "from mx0b-1.pphosted.com (198.51.100.7) by D1.mail.protection.outlook.com (10.152.0.155) with "
     "Microsoft SMTP Server id 15" D R OUT "by mx0b-1.pphosted.com (PPS) with ESMTPS id 1" D,
     "198.51.100.7", "mx0b-1.pphosted.com", 0, MW_CONFIDENCE_HIGH},
    {"no filter stands before a free mailbox",
     "Delivered-To: bob@gmail.com\nReceived-SPF: softfail (google.com: x) client-ip=198.51.100.7;\n" R
     "from mx0b-1.pphosted.com (mx0b-1.pphosted.com. [198.51.100.7]) by mx.google.com with ESMTPS id a" D R
         OUT "by mx0b-1.pphosted.com (PPS) with ESMTPS id 1" D,
     "198.51.100.7", "mx0b-1.pphosted.com", 0, MW_CONFIDENCE_HIGH},
    {"a filter before a company's mailbox at Gmail, by its SPF result",
     "Delivered-To: bob@rcpt.example\n" R
     "from mx0b-1.pphosted.com (mx0b-1.pphosted.com. [198.51.100.7]) by mx.google.com with ESMTPS id a" D
     "Received-SPF: softfail (google.com: x) client-ip=198.51.100.7;\n" R OUT
     "by mx0b-1.pphosted.com (PPS) with ESMTPS id 1" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_LOW},
    {"a filter before a company's mailbox, by the client's own word alone",
     "Authentication-Results: spf=fail (sender IP is 198.51.100.7) smtp.mailfrom=sender.example\n" R
     "from mx0b-1.pphosted.com (198.51.100.7) by D1.mail.protection.outlook.com (10.152.0.155) with "
     "Microsoft SMTP Server id 15" D R OUT "by mx0b-1.pphosted.com (PPS) with ESMTPS id 1" D,
     "198.51.100.7", "mx0b-1.pphosted.com", 0, MW_CONFIDENCE_HIGH},
    {"old Hotmail",
     R
     "from A1.namprd06.prod.outlook.com (10.175.123.157) by B1.namprd06.prod.outlook.com (10.160.10.15) "
     "with Microsoft SMTP Server id 15.1 via Mailbox Transport" D R
     "from inbound.mail.protection.outlook.com (198.51.100.184) by A1.outlook.office365.com (10.175.123.157) "
     "with Microsoft SMTP Server id 15.1 via Frontend Transport" D R
     "from COL004-MC6F3.hotmail.com (10.152.66.53) by D1.mail.protection.outlook.com (10.152.66.186) with "
     "Microsoft SMTP Server id 15.1 via Frontend Transport" D R
     "from mail.sender.example ([192.0.2.1]) by COL004-MC6F3.hotmail.com over TLS secured channel with "
     "Microsoft SMTPSVC(7.5.7601.23143)" D,
     "192.0.2.1", "mail.sender.example", 3, MW_CONFIDENCE_MEDIUM},
    {"one company, two domains",
     R "from ewsi-mt106 (195-0-2-12.dc.kpn.net [198.51.100.12]) by mta.kpnmail.nl (Halon) with ESMTP id 2" D R
         OUT "by mx.kpnmail.nl (Halon) with ESMTPS id 1" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"the line of the connection is missing, a record names it",
     R
     "from unknown (HELO out15.rcpt.example) (10.108.117.206) by mail742.rcpt.example with ESMTP" D
     "Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=203.0.113.42; helo=lists.sender.example; "
     "envelope-from=a-bounces@lists.sender.example\n" R
     "from lists.sender.example (localhost [127.0.0.1]) by lists.sender.example (Postfix) with ESMTP id 2" D R
         OUT "by lists.sender.example (Postfix) with ESMTPS id 1" D,
     "203.0.113.42", "lists.sender.example", 0, MW_CONFIDENCE_LOW},
    {"every line of a connection is missing, a record names it",
     R "by 10.213.7.77 with SMTP id u13" D
       "Received-SPF: pass (google.com: domain of sender.example designates "
       "192.0.2.1 as permitted sender) client-ip=192.0.2.1;\n",
     "192.0.2.1", NULL, -1, MW_CONFIDENCE_LOW},
    {"a login, whatever a record says",
     "Received-SPF: pass (x) client-ip=203.0.113.42; helo=lists.sender.example\n" SUBMIT, NULL, NULL, -1,
     MW_CONFIDENCE_NONE},
    {"a filter on the host that notes its own public address",
     R
     "from localhost (localhost [127.0.0.1]) by mx.rcpt.example (Postfix) with ESMTP id 3" D R
     "from mail.rcpt.example ([198.51.100.1]) by localhost (mx.rcpt.example [127.0.0.1]) (amavisd-new, port "
     "10024) with ESMTP id z" D R OUT "by mail.rcpt.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 2, MW_CONFIDENCE_MEDIUM},
    {"MDaemon notes the address apart",
     R "from mail.sender.example by mx.rcpt.example (MDaemon PRO v24.0.0) with ESMTPS id md5001.msg for "
       "<bob@rcpt.example>" D "X-MDRemoteIP: 192.0.2.1\nX-MDHelo: mail.sender.example\n",
     "192.0.2.1", "mail.sender.example", 0, MW_CONFIDENCE_MEDIUM},
    {"MDaemon notes what the client calls itself, an address of the receiver's own network",
     R
     "from [10.0.0.1] by mx.rcpt.example (MDaemon PRO v24.0.0) with ESMTP id md5002.msg" D R
     "from mail.sender.example (mail.sender.example [192.0.2.1]) by in.rcpt.example (Postfix) with ESMTPS id "
     "2" D,
     NULL, "[10.0.0.1]", 0, MW_CONFIDENCE_NONE},
    {"X-MDRemoteIP of another server",
     R "from mail.sender.example by mx.rcpt.example (Postfix) with ESMTPS id 1" D "X-MDRemoteIP: 192.0.2.9\n",
     NULL, "mail.sender.example", 0, MW_CONFIDENCE_NONE},
    {"MailEnable's second line",
     R "from ([192.0.2.1]) for <bob@rcpt.example> with MailEnable Catch-All Filter" D R
       "from mail.sender.example ([192.0.2.1]) by mx.rcpt.example with MailEnable ESMTP" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
    {"rspamd proxy in Docker",
     R
     "from mx.rcpt.example (mailcow-postfix [172.22.1.253]) by 1f2e3d4c5b6a (Dovecot) with LMTP id 1" D R OUT
     "by mx.rcpt.example (Postfix) with ESMTPS id 2" D,
     "192.0.2.1", "mail.sender.example", 1, MW_CONFIDENCE_MEDIUM},
};

typedef struct world {
    mw_arena *arena;
    mw_data *data;
    const mw_message *message;
    GPtrArray *claims;
    const mw_trace *trace;
    mw_envelope envelope;
} world;

static void read_world(world *w, const char *header, bool returned) {
    w->arena = mw_arena_new();
    w->data = mw_data_new(NULL);
    size_t n = strlen(header), m = strlen(TAIL);
    char *bytes = mw_alloc(w->arena, n + m);
    memcpy(bytes, header, n);
    memcpy(bytes + n, TAIL, m);
    w->message = mw_message_read(w->arena, (mw_span){bytes, n + m}, NULL);
    g_assert_nonnull(w->message);
    w->claims = mw_claims_read(w->arena, w->message);
    w->trace = mw_trace_read(w->arena, w->data, w->message, w->claims, returned, NULL, &w->envelope, NULL);
    g_assert_nonnull(w->trace);
}

static void clear_world(world *w) {
    mw_arena_free(w->arena);
    mw_data_free(w->data);
}

static void test_boundary(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        world w;
        read_world(&w, cases[i].header, false);
        g_test_message("%s: %s", cases[i].name,
                       w.envelope.reasons->len ? (char *)w.envelope.reasons->pdata[0] : "");
        g_assert_cmpint(w.trace->boundary, ==, cases[i].boundary);
        g_assert_cmpstr(mw_ip_text(w.arena, &w.envelope.client_ip), ==, cases[i].ip ? cases[i].ip : "");
        g_assert_cmpstr(w.envelope.helo, ==, cases[i].helo);
        g_assert_cmpstr(mw_confidence_name(w.envelope.confidence), ==,
                        mw_confidence_name(cases[i].confidence));
        for (guint h = 0; h < w.trace->hops->len; h++)
            g_assert_nonnull(((const mw_hop *)w.trace->hops->pdata[h])->reason);
        clear_world(&w);
    }
}

/* In the boundary host's block, or by place; never below. The result of a trusted claim, or NULL. */
static void test_trust(void) {
    static const struct {
        const char *header, *method, *result;
    } trust[] = {
        {"Authentication-Results: mx.rcpt.example; dkim=pass header.d=a.example\n" R OUT
         "by mx.rcpt.example (Postfix) with ESMTP" D,
         "dkim", "pass"},
        {"Authentication-Results: rcpt.example; dkim=pass header.d=a.example\n" R OUT
         "by mx.rcpt.example (Postfix) with ESMTP" D,
         "dkim", "pass"},
        {R OUT "by mx.rcpt.example (Postfix) with ESMTP" D
               "Authentication-Results: mx.rcpt.example; dkim=pass header.d=a.example\n",
         "dkim", NULL},
        {R OUT "by mx.google.com with ESMTPS id 1" D
               "Authentication-Results: mx.google.com; dkim=pass header.d=a.example\n",
         "dkim", "pass"},
        {R OUT "by mx.google.com with ESMTPS id 1" D
               "Authentication-Results: other.example; dkim=pass header.d=a.example\n",
         "dkim", NULL},
        {R OUT "by mx.google.com with ESMTPS id 1" D R "from x (x [192.0.2.9]) by y" D
               "Authentication-Results: mx.google.com; dkim=pass header.d=a.example\n",
         "dkim", NULL},
        {"Authentication-Results: dkim=pass header.d=a.example\n" R
         "from m (192.0.2.1) by D1.mail.protection.outlook.com (10.1.1.1) with Microsoft SMTP Server id 1" D,
         "dkim", "pass"},
        {R "from m (192.0.2.1) by D1.mail.protection.outlook.com (10.1.1.1) with Microsoft SMTP Server id 1" D
           "Authentication-Results: dkim=pass header.d=a.example\n",
         "dkim", NULL},
        {R "from m (192.0.2.1) by D1.mail.protection.outlook.com (10.1.1.1) with Microsoft SMTP Server id 1" D
           "X-Forefront-Antispam-Report: CIP:192.0.2.1;SCL:5;SFV:SPM;CAT:SPM;\n",
         "scl", "5"},
        {R OUT "by mx.rcpt.example (Postfix) with ESMTP" D
               "X-Forefront-Antispam-Report: CIP:192.0.2.1;SCL:-1;\n",
         "scl", NULL},
        {"Authentication-Results: mx.rcpt.example; dkim=pass header.d=a.example\nAuthentication-Results: "
         "evil.example; dmarc=pass header.from=bank.example\n" R OUT
         "by mx.rcpt.example (Postfix) with ESMTP" D,
         "dmarc", NULL},
        {"ARC-Authentication-Results: i=1; mx.rcpt.example; arc=pass\n" R OUT
         "by mx.rcpt.example (Postfix) with ESMTP" D,
         "arc", "pass"},
        {"Authentication-Results: mx.rcpt.example; spf=fail smtp.mailfrom=\"x; dkim=pass "
         "header.d=bank.example \"@evil.example\n" R OUT "by mx.rcpt.example (Postfix) with ESMTP" D,
         "dkim", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(trust); i++) {
        world w;
        read_world(&w, trust[i].header, false);
        const mw_claim *claim = mw_claims_trusted(w.claims, trust[i].method);
        g_test_message("case %zu", i);
        g_assert_cmpstr(claim ? claim->result : NULL, ==, trust[i].result);
        clear_world(&w);
    }
}

static void test_mail_from(void) {
    static const struct {
        const char *header, *mail_from, *domain;
    } froms[] = {
        {"Return-Path: <ann@sender.example>\n", "ann@sender.example", "sender.example"},
        {"Return-Path: <>\n", "", NULL},
        {"Return-Path: ann@sender.example\n", "ann@sender.example", "sender.example"},
        {"X-Envelope-From: <ann@sender.example>\n", "ann@sender.example", "sender.example"},
        {"Authentication-Results: mx.rcpt.example; spf=pass smtp.mailfrom=bounce.sender.example\n" R OUT
         "by mx.rcpt.example (Postfix) with ESMTP" D,
         "postmaster@bounce.sender.example", "bounce.sender.example"},
        {"Authentication-Results: mxfront1.mail.yandex.net; spf=pass smtp.mail=ann@sender.example\n" R OUT
         "by mxfront1.mail.yandex.net (mxfront/Yandex) with ESMTPS" D,
         "ann@sender.example", "sender.example"},
        {R OUT "by mx.rcpt.example with esmtps (Exim 4.96) (envelope-from <b@sender.example>) id 1" D,
         "b@sender.example", "sender.example"},
        {"Received-SPF: pass (x) client-ip=192.0.2.1; envelope-from=<>; "
         "helo=mail.sender.example\nReturn-Path: <x@other.example>\n" R OUT
         "by mx.rcpt.example (Postfix) with ESMTP" D,
         "", NULL},
        {"Received-SPF: none (x) client-ip=192.0.2.1; envelope-from=\"c@sender.example\"; "
         "helo=mail.sender.example\n" R OUT "by mx.rcpt.example (Postfix) with ESMTP" D,
         "c@sender.example", "sender.example"},
        {R OUT "by mx.rcpt.example (Postfix) with ESMTP" D, NULL, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(froms); i++) {
        world w;
        read_world(&w, froms[i].header, false);
        g_test_message("case %zu", i);
        g_assert_cmpstr(w.envelope.mail_from, ==, froms[i].mail_from);
        g_assert_cmpstr(w.envelope.mail_from_domain, ==, froms[i].domain);
        clear_world(&w);
    }
}

/* The recipient of the hop that is judged, not of a list or forwarder before it. */
static void test_recipients(void) {
    static const struct {
        const char *header, *rcpt_to;
    } rcpts[] = {
        {R OUT "by mx.rcpt.example (Postfix) with ESMTP id 1 for <bob@rcpt.example>" D, "bob@rcpt.example"},
        {"X-Original-To: bob@rcpt.example\n" R OUT "by mx.rcpt.example (Postfix) with ESMTP id 1" D,
         "bob@rcpt.example"},
        {R OUT "by mx.rcpt.example (Postfix) with ESMTP id 1" D "X-Original-To: list@sender.example\n", NULL},
        {"Delivered-To: bob@rcpt.example\n" R OUT "by mx.rcpt.example (Postfix) with ESMTP id 1" D
         "X-Original-To: list@sender.example\n",
         "bob@rcpt.example"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rcpts); i++) {
        world w;
        read_world(&w, rcpts[i].header, false);
        g_test_message("case %zu", i);
        g_assert_cmpstr(w.envelope.rcpt_to->len ? w.envelope.rcpt_to->pdata[0] : NULL, ==, rcpts[i].rcpt_to);
        clear_world(&w);
    }
}

static void test_forwarding(void) {
    static const struct {
        const char *address, *sender;
    } rewritten[] = {
        {"SRS0=HHH=TT=sender.example=ann@fwd.example", "ann@sender.example"},
        {"SRS0+HHH=TT=sender.example=ann=x@fwd.example", "ann=x@sender.example"},
        {"SRS1=HHH=first.example==HHH=TT=sender.example=ann@second.example", "ann@sender.example"},
        {"bob+SRS=HHH=TT=sender.example=ann@tenant.example", "ann@sender.example"},
        {"bob+caf_=bob=other.example@gmail.com", "bob@gmail.com"},
        {"prvs=1234567890=ann@sender.example", "ann@sender.example"},
        {"SRS0=HHH@fwd.example", NULL},
        {"SRS0", NULL},
        {"ann@sender.example", NULL},
        {"", NULL},
    };
    g_autoptr(mw_arena) arena = mw_arena_new();
    for (size_t i = 0; i < G_N_ELEMENTS(rewritten); i++)
        g_assert_cmpstr(mw_forward_decode(arena, rewritten[i].address, NULL), ==, rewritten[i].sender);
    world w;
    read_world(&w,
               "Return-Path: <SRS0=HHH=TT=sender.example=ann@forward.example>\n" R
               "from fwd.forward.example (fwd.forward.example [198.51.100.8]) by mx.rcpt.example (Postfix) "
               "with ESMTP id 2" D R OUT "by fwd.forward.example (Postfix) with ESMTPS id 1" D,
               false);
    g_assert_cmpint(w.trace->boundary, ==, 0);
    g_assert_cmpint(w.trace->forwarder, ==, 1);
    g_assert_nonnull(strstr(w.trace->forwarded_by, "ann@sender.example"));
    clear_world(&w);
}

static void test_times(void) {
    world w;
    read_world(&w,
               R "from a.example (a.example [192.0.2.1]) by b.example; Sun, 1 Nov 2026 10:10:00 +0000\n" R
                 "from c.example (c.example [192.0.2.2]) by a.example; Sun, 1 Nov 2026 12:00:10 +0200\n" R
                 "from d.example (d.example [192.0.2.3]) by c.example; Sun, 1 Nov 2026 10:00:30 +0000\n",
               false);
    const mw_hop *top = w.trace->hops->pdata[0], *middle = w.trace->hops->pdata[1];
    g_assert_cmpint(top->delay, ==, 590);
    g_assert_cmpint(middle->delay, ==, -20);
    g_assert_cmpint(w.trace->slowest, ==, 0);
    g_assert_cmpint(w.envelope.received_at, ==, top->at);
    g_assert_false(w.trace->loop);
    clear_world(&w);
    read_world(&w, R OUT "by mx.loop.example" D R OUT "by mx.loop.example" D R OUT "by mx.loop.example" D,
               false);
    g_assert_true(w.trace->loop);
    clear_world(&w);
}

static void test_returned(void) {
    world w;
    read_world(&w, R OUT "by mx.rcpt.example (Postfix) with ESMTPS id 2" D, true);
    g_assert_cmpint(w.trace->boundary, ==, -1);
    g_assert_cmpint(w.envelope.client_ip.family, ==, 0);
    clear_world(&w);
}

static void test_override(void) {
    world w;
    read_world(&w,
               "Return-Path: <ann@sender.example>\n" R OUT "by mx.rcpt.example (Postfix) with ESMTPS id 2" D,
               false);
    mw_envelope_override none = {.received_at = MW_TIME_UNKNOWN};
    mw_envelope_apply(w.arena, &w.envelope, &none);
    g_assert_cmpstr(w.envelope.helo, ==, "mail.sender.example");
    mw_envelope_override given = {.received_at = 1000, .mail_from = "<>"};
    g_assert_true(mw_ip_parse(MW_SPAN("203.0.113.9"), &given.client_ip));
    mw_envelope_apply(w.arena, &w.envelope, &given);
    g_assert_cmpstr(mw_ip_text(w.arena, &w.envelope.client_ip), ==, "203.0.113.9");
    g_assert_null(w.envelope.helo);
    g_assert_cmpstr(w.envelope.mail_from, ==, "");
    g_assert_null(w.envelope.mail_from_domain);
    g_assert_cmpint(w.envelope.received_at, ==, 1000);
    g_assert_true(w.envelope.client_ip_given);
    clear_world(&w);
}

/* 20,000 Received lines, and one header of 5 MB: linear, so they end. */
static void test_large(void) {
    GString *header = g_string_new(NULL);
    for (int i = 0; i < 20000; i++)
        g_string_append(header, R OUT "by c.example" D);
    world w;
    read_world(&w, header->str, false);
    g_assert_true(w.trace->too_many);
    clear_world(&w);
    g_string_assign(header, "");
    for (int i = 0; i < 20000; i++) /* all of one organisation: the walk goes down to the last */
        g_string_append_printf(
            header, R "from h%d.rcpt.example (h%d.rcpt.example [198.51.100.1]) by h%d.rcpt.example" D, i + 1,
            i + 1, i);
    read_world(&w, header->str, false);
    clear_world(&w);
    static const char *const floods[] = {
        "(", "\"", "<", "[", "a@", "helo=", "; ", "TLS", "(x) ", "=", "spf=pass;"};
    for (size_t f = 0; f < G_N_ELEMENTS(floods); f++) {
        static const char *const names[] = {"Received: from a ", "Authentication-Results: a; spf=pass ",
                                            "Received-SPF: pass ",
                                            "X-Spam-Status: No, tests=", "Return-Path: <"};
        for (size_t n = 0; n < G_N_ELEMENTS(names); n++) {
            g_string_assign(header, names[n]);
            while (header->len < 1 << 20)
                g_string_append(header, floods[f]);
            g_string_append(header, "\n");
            read_world(&w, header->str, false);
            clear_world(&w);
        }
    }
    g_string_free(header, TRUE);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/trace/boundary", test_boundary);
    g_test_add_func("/mail/trace/trust", test_trust);
    g_test_add_func("/mail/trace/mail_from", test_mail_from);
    g_test_add_func("/mail/trace/recipients", test_recipients);
    g_test_add_func("/mail/trace/forwarding", test_forwarding);
    g_test_add_func("/mail/trace/times", test_times);
    g_test_add_func("/mail/trace/returned", test_returned);
    g_test_add_func("/mail/trace/override", test_override);
    g_test_add_func("/mail/trace/large", test_large);
    return g_test_run();
}
