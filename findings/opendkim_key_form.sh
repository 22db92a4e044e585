#!/bin/sh
# opendkim_key_form: the RSA key form that RFC 6376 names is one that OpenDKIM can't read.
#
# Library   libopendkim 2.11.0~beta2-8+deb12u1 (Debian 12).
# Guess     p= may hold an RSAPublicKey (PKCS #1): RFC 6376 section 3.6.1 names that type in words.
# Behaviour Only SubjectPublicKeyInfo, the form of the RFC's examples and of `openssl rsa -pubout`, verifies. With the
#           same key as RSAPublicKey the same good signature is an error of the key.
# Source    RFC 6376 section 3.6.1.
. "$(dirname "$0")/common"
get libopendkim11=2.11.0~beta2-8+deb12u1 libopendkim-dev=2.11.0~beta2-8+deb12u1
openssl genrsa -out "$work/key" 2048 2>/dev/null
info=$(openssl rsa -in "$work/key" -pubout -outform DER 2>/dev/null | base64 -w0)
plain=$(openssl rsa -in "$work/key" -RSAPublicKey_out -outform DER 2>/dev/null | base64 -w0)
cat >"$work/try.c" <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdbool.h>
#include <sys/types.h>
#include <dkim.h>
static const char *key;
static char record[4096];
static const char *const fields[] = {"From: ada@reeds.example", "Subject: one"};
static DKIM_STAT look_up(DKIM *dkim, DKIM_SIGINFO *sig, u_char *out, size_t size) {
    snprintf((char *)out, size, "v=DKIM1; k=rsa; p=%s", key);
    return DKIM_STAT_OK;
}
static void feed(DKIM *dkim) {
    for (int i = 0; i < 2; i++)
        dkim_header(dkim, (u_char *)fields[i], strlen(fields[i]));
    dkim_eoh(dkim);
    dkim_body(dkim, (u_char *)"body\r\n", 6);
}
int main(int argc, char **argv) {
    static char secret[8192], field[8192];
    fread(secret, 1, sizeof secret - 1, fopen(argv[1], "r"));
    key = argv[2];
    DKIM_STAT status;
    DKIM_LIB *lib = dkim_init(NULL, NULL);
    DKIM *signer = dkim_sign(lib, (u_char *)"1", NULL, (dkim_sigkey_t)secret, (u_char *)"s", (u_char *)"reeds.example",
                             DKIM_CANON_RELAXED, DKIM_CANON_RELAXED, DKIM_SIGN_RSASHA256, -1, &status);
    feed(signer);
    dkim_eom(signer, NULL);
    u_char *value;
    size_t len;
    dkim_getsighdr_d(signer, 0, &value, &len);
    snprintf(field, sizeof field, "DKIM-Signature: %s", (char *)value);
    dkim_set_key_lookup(lib, look_up);
    DKIM *verifier = dkim_verify(lib, (u_char *)"2", NULL, &status);
    dkim_header(verifier, (u_char *)field, strlen(field));
    feed(verifier);
    status = dkim_eom(verifier, NULL);
    DKIM_SIGINFO *sig = dkim_getsignature(verifier);
    printf("%s", status == DKIM_STAT_OK ? "verifies" : sig ? dkim_sig_geterrorstr(dkim_sig_geterror(sig)) : "no signature");
    return 0;
}
C
gcc -w -o "$work/try" "$work/try.c" -I"$root/usr/include/opendkim" -L"$root/usr/lib/x86_64-linux-gnu" -lopendkim
saw "SubjectPublicKeyInfo" "verifies" "$("$work/try" "$work/key" "$info")"
saw "RSAPublicKey" "unable to apply public key" "$("$work/try" "$work/key" "$plain")"
done_
