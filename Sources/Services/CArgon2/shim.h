#ifndef MAINSTAY_CARGON2_H
#define MAINSTAY_CARGON2_H

#include <argon2.h>
#include <stddef.h>

/// Overwrites memory that is not read again, which a compiler may otherwise leave out.
static inline void cargon2_wipe(void *memory, size_t length) {
    volatile unsigned char *byte = (volatile unsigned char *)memory;
    while (length-- > 0) *byte++ = 0;
}

#endif
