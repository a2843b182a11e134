#ifndef MAINSTAY_CRE2_H
#define MAINSTAY_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled RE2 pattern. Immutable, and safe to use from many threads at once.
typedef struct cre2_pattern cre2_pattern;

/// Compiles a UTF-8 pattern with at most `max_memory` bytes for its automata.
///
/// Answers NULL when the pattern is not valid; then up to `error_capacity` bytes of the reason
/// are written to `error`, ended by a zero.
cre2_pattern *_Nullable cre2_compile(
    const uint8_t *_Nullable pattern,
    size_t length,
    int64_t max_memory,
    char *_Nonnull error,
    size_t error_capacity
);

/// Whether the pattern occurs anywhere in the text.
bool cre2_search(const cre2_pattern *_Nonnull pattern, const uint8_t *_Nullable text, size_t length);

void cre2_free(cre2_pattern *_Nullable pattern);

#ifdef __cplusplus
}
#endif

#endif
