/*
 * libpq compares names itself, and laxer than others: a wildcard over any domain, the common
 * name beside alternative names of another kind, addresses written as DNS names. To say why it
 * refuses, or that it accepts what others would not, its rules are written down here.
 *
 * libpq documentation, 34.19.1 "Client Verification of Server Certificates"; measured with
 * libpq 14, 15 and 18.
 */
#include "tls/names.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

struct question {
    const char *host;
    bool is_address;      /* the host is an address, as libpq tells */
    bool knows_addresses; /* libpq 15 on */
    bool ask_common_name;
    bool spoiled; /* a name with a zero byte in it: libpq refuses the certificate */
};

/* "*.example.org" over one label, whatever stands behind the dot. */
static bool
wildcard_covers(const char *pattern, size_t size, const char *host) {
    size_t host_size = strlen(host);
    if (size < 3 || pattern[0] != '*' || pattern[1] != '.' || size > host_size)
        return false;
    const char *tail = host + host_size - (size - 1);
    const char *dot = strchr(host, '.');
    return strncasecmp(pattern + 1, tail, size - 1) == 0 && dot != NULL && dot >= tail;
}

static bool
text_matches(struct question *question, const ASN1_STRING *name) {
    const char *data = (const char *)ASN1_STRING_get0_data(name);
    int length = ASN1_STRING_length(name);
    size_t size = length > 0 ? (size_t)length : 0;
    if (size > 0 && memchr(data, '\0', size) != NULL) {
        question->spoiled = true;
        return false;
    }
    return (size == strlen(question->host) && strncasecmp(data, question->host, size) == 0) ||
           wildcard_covers(data, size, question->host);
}

static bool
address_matches(const struct question *question, const ASN1_STRING *address) {
    const unsigned char *data = ASN1_STRING_get0_data(address);
    struct in_addr four;
    struct in6_addr six;
    if (ASN1_STRING_length(address) == 4)
        return inet_aton(question->host, &four) != 0 && memcmp(data, &four, 4) == 0;
    return ASN1_STRING_length(address) == 16 &&
           inet_pton(AF_INET6, question->host, &six) == 1 && memcmp(data, &six, 16) == 0;
}

static bool
alternative_matches(struct question *question, const GENERAL_NAME *name) {
    if (name->type == GEN_DNS) {
        if (!question->is_address || !question->knows_addresses)
            question->ask_common_name = false;
        return text_matches(question, name->d.dNSName);
    }
    if (name->type != GEN_IPADD || !question->knows_addresses)
        return false;
    if (question->is_address)
        question->ask_common_name = false;
    return address_matches(question, name->d.iPAddress);
}

static bool
any_alternative_matches(struct question *question, const X509 *certificate) {
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    bool matches = false;
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && !matches && !question->spoiled; i++)
        matches = alternative_matches(question, sk_GENERAL_NAME_value(names, i));
    GENERAL_NAMES_free(names);
    return matches;
}

static bool
common_name_matches(struct question *question, const X509 *certificate) {
    const X509_NAME *subject = X509_get_subject_name(certificate);
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    return at >= 0 &&
           text_matches(question, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
}

static bool
is_address(const char *host) {
    struct in_addr four;
    struct in6_addr six;
    return inet_aton(host, &four) != 0 || inet_pton(AF_INET6, host, &six) == 1;
}

bool
names_match_libpq(const X509 *certificate, const char *host, int32_t libpq_version) {
    struct question question = {
        .host = host,
        .is_address = is_address(host),
        .knows_addresses = libpq_version == 0 || libpq_version >= 150000,
        .ask_common_name = true,
    };
    ERR_set_mark();
    bool matches = host[0] != '\0' && any_alternative_matches(&question, certificate);
    if (!matches && host[0] != '\0' && question.ask_common_name && !question.spoiled)
        matches = common_name_matches(&question, certificate);
    ERR_pop_to_mark();
    return matches;
}

bool
names_match_strictly(X509 *certificate, const char *host) {
    ERR_set_mark();
    bool matches = is_address(host) ? X509_check_ip_asc(certificate, host, 0) == 1
                                    : X509_check_host(certificate, host, 0, 0, NULL) == 1;
    ERR_pop_to_mark();
    return matches;
}
