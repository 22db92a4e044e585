/* The cap of every loop over input. Beyond one, the report says so; nothing is dropped silently. */
#pragma once

enum {
    MW_MAX_MESSAGE = 256 * 1024 * 1024,   /* bytes of one input */
    MW_MAX_ZONE = 64 * 1024 * 1024,       /* bytes of a zone file, a recording, a file of changes */
    MW_MAX_PROFILE = 16 * 1024 * 1024,    /* bytes of a profile */
    MW_MAX_DATA_FILE = 16 * 1024 * 1024,  /* bytes of a data file */
    MW_MAX_DATA_FILES = 1000,             /* of one folder */
    MW_MAX_SYSTEM_FILE = 1024 * 1024,     /* bytes of resolv.conf */
    MW_MAX_UNPACKED = 1024 * 1024 * 1024, /* bytes of all that a file's archives hold */
    MW_MAX_STORE_DEPTH = 4,               /* archives within archives */
    MW_MAX_STORE_MAILS = 1000000,         /* mails of one mbox or archive */
    MW_MAX_FIELDS = 200000,               /* header fields of one message */
    MW_MAX_FIELD_TEXT = 1024 * 1024,      /* octets of one header field that are read as words */
    MW_MAX_HOPS = 1000,                   /* Received fields that are parsed */
    MW_MAX_VOTED_HOPS = 200,              /* hops that a recorded address is compared with */
    MW_MAX_RECEIVED_TOKENS = 256,         /* words and comments of one Received field */
    MW_MAX_CLAIMS = 1000,                 /* recorded results that are kept */
    MW_MAX_PROPERTIES = 32,               /* of one recorded result */
    MW_MAX_PARTS = 2000,                  /* MIME parts */
    MW_MAX_MIME_DEPTH = 64,
    MW_MAX_PART_FIELDS = 20000,    /* header fields of all parts */
    MW_MAX_PARAMETERS = 16000,     /* of all of them */
    MW_MAX_PART_HEADERS = 2097152, /* octets of all of them */
    MW_MAX_TAG = 65536,            /* octets of one HTML tag */
    MW_MAX_ADDRESSES = 1000,       /* of one header field */
    MW_MAX_SIGNATURES = 50,        /* DKIM-Signature fields that are verified; the rest is counted */
    MW_MAX_ARC_SETS = 50,          /* RFC 8617 section 4.2.1 */
    MW_MAX_TAGS = 64,              /* of one tag=value list */
    MW_MAX_TXT_RECORDS = 20,       /* at one key name that are read */
    MW_MAX_LINKS = 500,            /* links that are looked at */
    MW_MAX_SHADES = 200,           /* elements within one another whose colours are told apart */
    MW_MAX_VISIBLE_TEXT = 1048576, /* octets of one part that are read as words */
    MW_MAX_RESOLVERS = 6,          /* name servers of a resolv.conf that are asked */
    MW_MAX_DNS_QUERIES = 400,      /* for one message */
    MW_MAX_PTR_NAMES = 10,    /* reverse names of one address that are confirmed (RFC 7208 section 4.6.4) */
    MW_MAX_LIST_DOMAINS = 20, /* registrable domains of one message that are asked at domain lists */
    MW_MAX_LIST_HOSTS = 10,   /* hosts in links whose addresses are asked at IP lists */
    MW_MAX_LIST_HOPS = 5,     /* addresses below the boundary that are asked at IP lists */
    MW_MAX_CNAMES = 16,
    MW_MAX_RECIPIENTS = 1000,  /* of one bounce */
    MW_MAX_SPF_RECORD = 65535, /* octets; what one TXT record can hold */
    MW_MAX_SPF_LOOKUPS = 10,   /* RFC 7208 section 4.6.4 */
    MW_MAX_SPF_VOIDS = 2,      /* the same */
    MW_MAX_SPF_NAMES = 10,     /* MX hosts, and reverse names that are validated: the same */
    MW_MAX_SPF_WALK = 40,      /* look-ups of a whole record that are counted for the advice */
    MW_MAX_SPF_SHOWN = 500,    /* terms of one record that a report shows; the rest is counted */
    MW_MAX_SPF_VALUE = 1024,   /* octets of what one macro stands for */
    MW_MAX_SPF_EXPLANATION = 65536,
    MW_MAX_AUTHOR_DOMAINS = 5,  /* From domains for which DMARC is judged */
    MW_MAX_REPORT_URIS = 20,    /* of one rua= tag */
    MW_MAX_PARTY = 80,          /* bytes of the name of a host that a verdict names */
    MW_MAX_SUMMARY = 2000,      /* octets of one finding or notice */
    MW_MAX_RECORD_DEFECTS = 12, /* of one DMARC record that are told */
};
