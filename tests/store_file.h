// SPDX-License-Identifier: GPL-2.0-or-later
// A database file of its own for each test, and the roster and campaign most of them need.
#pragma once

#include "campaigns/campaign.h"
#include "campaigns/import.h"
#include "campaigns/store/sql.h"
#include "config/reader.h"

/* 10/6/2024 08:00 in Việt Nam: when the dialogue opens. */
#define OPENING INT64_C(1717981200000)
#define MINUTE  INT64_C(60000)
#define HOUR    (60 * MINUTE)
#define DAY     (24 * HOUR)

struct store_file {
    char *folder, *path;
    struct store *store;
};

void store_file_open(struct store_file *file, gconstpointer data);
void store_file_close(struct store_file *file, gconstpointer data);
int64_t count_rows(struct store *store, const char *sql);
char *read_text(struct store *store, const char *sql);
struct import_report *import_text(struct store *store, const char *roster, const char *units,
                                  int64_t now);
void import_dialogue(struct store *store);
extern const char dialogue_file[];

extern const struct campaign_terms test_terms;

int64_t create_campaign(struct store *store, const char *text, int64_t now);
void take_step(struct store *store, int64_t id, enum campaign_event event, int64_t now);
int64_t start_campaign(struct store *store, const char *text, int64_t now);
/* As if a modem had sent every message at that moment. */
void send_all(struct store *store, const char *modem, int64_t now);
