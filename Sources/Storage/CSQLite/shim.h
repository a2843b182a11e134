#ifndef MAINSTAY_CSQLITE_H
#define MAINSTAY_CSQLITE_H

#include <sqlite3.h>

// SQLITE_STATIC and SQLITE_TRANSIENT are casts, which Swift does not import.

/// Binds text that stays where it is until the statement is bound anew or finalized.
static inline int csqlite_bind_text(
    sqlite3_stmt *statement,
    int index,
    const void *text,
    int length
) {
    return sqlite3_bind_text(statement, index, (const char *)text, length, SQLITE_STATIC);
}

/// Binds bytes that stay where they are until the statement is bound anew or finalized.
static inline int csqlite_bind_blob(
    sqlite3_stmt *statement,
    int index,
    const void *bytes,
    int length
) {
    return sqlite3_bind_blob(statement, index, bytes, length, SQLITE_STATIC);
}

/// Answers a copy of the text from a function.
static inline void csqlite_result_text(
    sqlite3_context *context,
    const void *text,
    int length
) {
    // Empty text may come without an address, which would be NULL.
    sqlite3_result_text(context, text ? (const char *)text : "", length, SQLITE_TRANSIENT);
}

/// Leaves out the global counts of memory, which every allocation would lock for.
///
/// Call it before anything else of SQLite.
static inline void csqlite_disable_memory_counts(void) {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// Takes a quoted name that is no column for a mistake rather than for text, and protects the
/// file's own structures.
static inline void csqlite_be_strict(sqlite3 *connection) {
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)0);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}

#endif
