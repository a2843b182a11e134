#include "cre2.h"

#include <re2/re2.h>

#include <cstring>
#include <new>

struct cre2_pattern {
    re2::RE2 expression;

    cre2_pattern(const re2::StringPiece &pattern, const re2::RE2::Options &options)
        : expression(pattern, options) {}
};

cre2_pattern *cre2_compile(
    const uint8_t *pattern,
    size_t length,
    int64_t max_memory,
    char *error,
    size_t error_capacity
) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(max_memory);
    re2::StringPiece text(reinterpret_cast<const char *>(pattern), length);
    cre2_pattern *compiled = new (std::nothrow) cre2_pattern(text, options);
    const char *reason = "out of memory";
    if (compiled != nullptr) {
        if (compiled->expression.ok()) {
            return compiled;
        }
        reason = compiled->expression.error().c_str();
    }
    if (error_capacity > 0) {
        std::strncpy(error, reason, error_capacity - 1);
        error[error_capacity - 1] = '\0';
    }
    delete compiled;
    return nullptr;
}

bool cre2_search(const cre2_pattern *pattern, const uint8_t *text, size_t length) {
    re2::StringPiece subject(reinterpret_cast<const char *>(text), length);
    return pattern->expression.Match(subject, 0, length, re2::RE2::UNANCHORED, nullptr, 0);
}

void cre2_free(cre2_pattern *pattern) {
    delete pattern;
}
