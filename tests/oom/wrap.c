/* What the linker puts in the place of the allocating functions (see meson.build). */
#include "oom/wrap.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

static atomic_long countdown; /* 0: not armed */
static atomic_long failures;
static atomic_bool all_after;

void
wrap_arm(long nth, bool all) {
    failures = 0;
    all_after = all;
    countdown = nth;
}

long
wrap_failures(void) {
    return failures;
}

void
wrap_disarm(void) {
    countdown = 0;
}

static bool
fails(void) {
    if (countdown == 0 || (countdown != 1 && countdown-- > 1))
        return false;
    countdown = all_after ? 1 : 0;
    failures++;
    errno = ENOMEM;
    return true;
}

/* NAME(parameters) as the linker calls it, and what it stands for. */
#define WRAP(result, name, parameters, arguments)                                              \
    result __real_##name parameters;                                                           \
    result __wrap_##name parameters;                                                           \
    result __wrap_##name parameters {                                                          \
        return fails() ? NULL : __real_##name arguments;                                       \
    }

WRAP(void *, malloc, (size_t size), (size))
WRAP(void *, calloc, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, (void *old, size_t size), (old, size))
WRAP(void *, reallocarray, (void *old, size_t count, size_t size), (old, count, size))
WRAP(void *, aligned_alloc, (size_t alignment, size_t size), (alignment, size))
WRAP(char *, strdup, (const char *text), (text))
WRAP(char *, strndup, (const char *text, size_t size), (text, size))
WRAP(DIR *, opendir, (const char *path), (path))
WRAP(void *, dlopen, (const char *path, int flags), (path, flags))
/* OpenSSL allocates where the linker does not reach: its constructors stand for it. */
WRAP(BIO *, BIO_new, (const BIO_METHOD *method), (method))
WRAP(BIO *, BIO_new_mem_buf, (const void *data, int size), (data, size))
WRAP(SSL_CTX *, SSL_CTX_new, (const SSL_METHOD *method), (method))
WRAP(SSL *, SSL_new, (SSL_CTX * context), (context))
WRAP(X509_STORE *, X509_STORE_new, (void), ())
WRAP(X509_STORE_CTX *, X509_STORE_CTX_new, (void), ())
