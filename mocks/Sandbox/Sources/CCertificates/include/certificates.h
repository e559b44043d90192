#ifndef SLIPWAY_SANDBOX_CERTIFICATES_H
#define SLIPWAY_SANDBOX_CERTIFICATES_H
#include <stddef.h>

/* What a certificate says; strings are UTF-8. */
struct sandbox_request {
    const char *common_name;
    const char *organization;        /* NULL for none */
    const char *alternative_names;   /* "DNS:localhost,IP:127.0.0.1", NULL for none */
    int is_authority;
    int is_client;
    long days;
};

/* Makes a key (P-256) and a certificate for it, signed by the issuer given as PEM, or by itself where that is NULL.
 * On success returns 1 and gives two PEM texts of the caller's own, to be freed with sandbox_free; else 0. */
int sandbox_issue(const struct sandbox_request *request, const char *issuer, const char *issuer_key,
                  char **certificate, char **key);

/* Writes the common name and the organizations of a DER certificate, each on a line of its own, and returns how many
 * bytes there are; -1 where the bytes are no certificate or there is too little room. */
long sandbox_subject(const unsigned char *der, size_t length, char *text, size_t room);

/* How many seconds a PEM certificate is still good for; negative when it is over or cannot be read. */
long sandbox_seconds_left(const char *certificate);

void sandbox_free(char *text);
#endif
