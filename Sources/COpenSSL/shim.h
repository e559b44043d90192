#ifndef SLIPWAY_COPENSSL_SHIM_H
#define SLIPWAY_COPENSSL_SHIM_H
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "OpenSSL 3.0 or newer is required"
#endif

/* Without a callback the PEM readers ask for a password on the terminal. */
static inline int slipway_no_password(char *buffer, int size, int writing, void *user) {
    (void)buffer; (void)size; (void)writing; (void)user;
    return -1;
}

static inline X509 *slipway_read_certificate(BIO *bio) {
    return PEM_read_bio_X509(bio, NULL, slipway_no_password, NULL);
}

static inline EVP_PKEY *slipway_read_private_key(BIO *bio) {
    return PEM_read_bio_PrivateKey(bio, NULL, slipway_no_password, NULL);
}

static inline EVP_PKEY *slipway_read_public_key(BIO *bio) {
    return PEM_read_bio_PUBKEY(bio, NULL, slipway_no_password, NULL);
}

/* Function-like macros are invisible to Swift. */
static inline long slipway_bio_contents(BIO *bio, char **start) { return BIO_get_mem_data(bio, start); }

/* RFC 2253 with other scripts than Latin as they are. */
static inline int slipway_print_name(BIO *bio, const X509_NAME *name) {
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
}

/* Whether the last error only says that there is no further PEM block, which also empties the queue. */
static inline int slipway_was_end_of_pem(void) {
    unsigned long error = ERR_peek_last_error();
    ERR_clear_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}
#endif
