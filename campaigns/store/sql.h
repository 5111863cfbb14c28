// SPDX-License-Identifier: GPL-2.0-or-later
/* How the files of the store talk to SQLite; included by them alone. SQL is always a literal: the
 * prepared statement is cached under its address. */
#pragma once

#include "campaigns/store/store.h"

#include <sqlite3.h>

/* Binds by signature, one letter a parameter, and asserts that there are as many:
 * i int64_t · o int64_t, 0 is NULL · t const char *, NULL is NULL. The statement is reset and ready
 * to step; never finalized by the caller. What cannot be prepared, of a sick file, fails in its
 * first step. */
sqlite3_stmt *sql_bind(struct store *store, const char *sql, const char *signature, ...);

/* 1 a row, 0 the end, -1 a fault. After 0 and -1 the statement is reset. */
int sql_step(sqlite3_stmt *statement, GError **error);

/* sql_bind() and step to the end; rows are passed over. */
bool sql_run(struct store *store, GError **error, const char *sql, const char *signature, ...);
/* The same, and false with STORE_ERROR_CONFLICT unless exactly one row changed. */
bool sql_run_one(struct store *store, GError **error, const char *sql, const char *signature, ...);
/* The first column of the first row; `missing` when there is no row or it is NULL. */
bool sql_integer(struct store *store, int64_t missing, int64_t *retvalue, GError **error,
                 const char *sql, const char *signature, ...);

int64_t sql_last_id(struct store *store);
int64_t sql_changes(struct store *store);
/* The first column of all rows, int64_t; NULL is a fault. */
GArray *sql_ids(sqlite3_stmt *statement, GError **error);
/* "[1,2]" for json_each(); NULL for NULL. The caller frees. */
char *sql_id_list(const GArray *ids);
/* A fresh copy of a text column, NULL for NULL. */
char *sql_text(sqlite3_stmt *statement, int column);
