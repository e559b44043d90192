#include "certificates.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

static int no_password(char *buffer, int size, int writing, void *user) {
    (void)buffer; (void)size; (void)writing; (void)user;
    return -1;
}

static X509 *read_certificate(const char *pem) {
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, no_password, NULL) : NULL;
    BIO_free(bio);
    return certificate;
}

static EVP_PKEY *read_key(const char *pem) {
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;
    BIO_free(bio);
    return key;
}

static char *contents(BIO *bio) {
    char *start = NULL;
    long length = BIO_get_mem_data(bio, &start);
    char *copy = length < 0 ? NULL : OPENSSL_malloc((size_t)length + 1);
    if (copy) {
        memcpy(copy, start, (size_t)length);
        copy[length] = 0;
    }
    return copy;
}

static char *written_certificate(X509 *certificate) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = bio && PEM_write_bio_X509(bio, certificate) ? contents(bio) : NULL;
    BIO_free(bio);
    return text;
}

static char *written_key(EVP_PKEY *key) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) ? contents(bio) : NULL;
    BIO_free(bio);
    return text;
}

static int add_name(X509_NAME *name, const char *field, const char *value) {
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)value, -1, -1, 0);
}

static int add_extension(X509 *certificate, X509 *issuer, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    int added = extension && X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return added;
}

static int add_serial(X509 *certificate) {
    BIGNUM *number = BN_new();
    int added = number && BN_rand(number, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY)
        && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return added;
}

static int describe(X509 *certificate, X509 *issuer, const struct sandbox_request *request) {
    X509_NAME *subject = X509_get_subject_name(certificate);
    if (!X509_set_version(certificate, 2) || !add_serial(certificate)) return 0;
    /* A day back, for clocks that disagree. */
    if (!X509_gmtime_adj(X509_getm_notBefore(certificate), -86400)) return 0;
    if (!X509_gmtime_adj(X509_getm_notAfter(certificate), request->days * 86400)) return 0;
    if (request->organization && !add_name(subject, "O", request->organization)) return 0;
    if (!add_name(subject, "CN", request->common_name)) return 0;
    if (!X509_set_issuer_name(certificate, X509_get_subject_name(issuer))) return 0;
    const char *constraints = request->is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE";
    const char *usage = request->is_authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature";
    if (!add_extension(certificate, issuer, NID_basic_constraints, constraints)) return 0;
    if (!add_extension(certificate, issuer, NID_key_usage, usage)) return 0;
    if (!add_extension(certificate, issuer, NID_subject_key_identifier, "hash")) return 0;
    if (request->is_authority) return 1;
    if (!add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always")) return 0;
    const char *purpose = request->is_client ? "clientAuth" : "serverAuth";
    if (!add_extension(certificate, issuer, NID_ext_key_usage, purpose)) return 0;
    return !request->alternative_names
        || add_extension(certificate, issuer, NID_subject_alt_name, request->alternative_names);
}

int sandbox_issue(const struct sandbox_request *request, const char *issuer_pem, const char *issuer_key_pem,
                  char **certificate_pem, char **key_pem) {
    int done = 0;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    X509 *issuer = issuer_pem ? read_certificate(issuer_pem) : certificate;
    EVP_PKEY *issuer_key = issuer_key_pem ? read_key(issuer_key_pem) : key;
    *certificate_pem = *key_pem = NULL;
    if (key && certificate && issuer && issuer_key && X509_set_pubkey(certificate, key)
        && describe(certificate, issuer, request) && X509_sign(certificate, issuer_key, EVP_sha256())) {
        *certificate_pem = written_certificate(certificate);
        *key_pem = written_key(key);
        done = *certificate_pem && *key_pem;
    }
    if (issuer != certificate) X509_free(issuer);
    if (issuer_key != key) EVP_PKEY_free(issuer_key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return done;
}

static long append(X509_NAME *name, int nid, char *text, size_t room, long used) {
    for (int index = -1; used >= 0 && (index = X509_NAME_get_index_by_NID(name, nid, index)) >= 0;) {
        unsigned char *value = NULL;
        int length = ASN1_STRING_to_UTF8(&value, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
        /* A line feed inside a name would pass for another name. */
        int fits = length >= 0 && (size_t)used + (size_t)length + 1 < room && !memchr(value, '\n', (size_t)length);
        if (fits) {
            memcpy(text + used, value, (size_t)length);
            text[used + length] = '\n';
        }
        OPENSSL_free(value);
        used = fits ? used + length + 1 : -1;
    }
    return used;
}

long sandbox_subject(const unsigned char *der, size_t length, char *text, size_t room) {
    X509 *certificate = d2i_X509(NULL, &der, (long)length);
    long used = -1;
    if (certificate) {
        X509_NAME *name = X509_get_subject_name(certificate);
        used = append(name, NID_commonName, text, room, 0);
        if (used > 0) used = append(name, NID_organizationName, text, room, used);
    }
    X509_free(certificate);
    ERR_clear_error();
    return used;
}

long sandbox_seconds_left(const char *pem) {
    X509 *certificate = read_certificate(pem);
    int days = 0, seconds = 0;
    long left = -1;
    if (certificate && ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(certificate))) {
        left = (long)days * 86400 + seconds;
    }
    X509_free(certificate);
    ERR_clear_error();
    return left;
}

void sandbox_free(char *text) { OPENSSL_free(text); }
