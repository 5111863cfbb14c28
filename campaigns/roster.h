// SPDX-License-Identifier: GPL-2.0-or-later
/* A roster as people keep it, read into persons: headings recognised, titles and footers left
 * aside, every row accounted for. Pure reading: what is stored is another module's work. */
#pragma once

#include "campaigns/csv.h"
#include "campaigns/phone.h"

enum roster_outcome {
    ROW_PERSON,          /* with a mobile */
    ROW_PERSON_NO_PHONE, /* a person nobody can text: counted, visited in person */
    ROW_TITLE,           /* above the heading */
    ROW_HEADER,
    ROW_EMPTY,
    ROW_FOOTER,    /* "Tổng cộng", "Người lập biểu" */
    ROW_GROUP,     /* "I. Thôn 1": names the unit of the rows below */
    ROW_REJECTED,  /* no name, or no sense */
    ROW_DUPLICATE, /* merged into an earlier row, see merged_line */
};

enum roster_field {
    FIELD_OTHER, /* kept as an attribute under its heading */
    FIELD_INDEX,
    FIELD_NAME,
    FIELD_SURNAME, /* Họ đệm; goes before FIELD_GIVEN */
    FIELD_GIVEN,
    FIELD_BIRTH,
    FIELD_SEX,
    FIELD_MALE, /* the column Nam: an x, or the year of birth */
    FIELD_FEMALE,
    FIELD_PHONE,
    FIELD_IDENTITY, /* CCCD, CMND: not imported */
    FIELD_UNIT_CODE,
    FIELD_UNIT,    /* the smallest unit the roster knows: thôn, tổ, phòng, chi hội */
    FIELD_COMMUNE, /* the unit above; the unit itself where there is no FIELD_UNIT */
    FIELD_CATEGORY,
    FIELD_MEMBER,
    FIELD_HOUSEHOLD,
    FIELD_RELATION, /* to the head of household */
    FIELD_COUNT,
};

enum sex { SEX_UNKNOWN, SEX_MALE, SEX_FEMALE };

struct roster_column {
    unsigned index; /* in the table */
    enum roster_field field;
    char *heading; /* as written, blanks folded */
};

struct roster_attribute {
    const char *heading; /* owned by the column */
    char *value;
};

struct roster_row {
    unsigned line;
    enum roster_outcome outcome;
    char *reason;           /* a sentence; NULL for ROW_PERSON without anything to say */
    GPtrArray *conversions; /* char *: what was changed in reading, one sentence each; NULL: none */
    unsigned merged_line;   /* ROW_DUPLICATE: the row that stays */

    /* the rest for persons and duplicates only */
    char *name;  /* NFC, Title Case if it was ALL CAPITALS */
    char *birth; /* "1996-09-28", "1996", NULL */
    enum sex sex;
    char *unit;               /* text as written, NULL: none */
    const char *unit_heading; /* "Thôn", or NULL when a group row gave the unit */
    char *unit_code;          /* of a column that says so, NULL */
    char *commune;            /* the unit above, NULL */
    char *household;          /* code, NULL */
    char *relation;           /* "Chủ hộ", "Con" …, NULL */
    struct phone phone;       /* the contact: first mobile of the row; empty: none */
    GPtrArray *numbers;       /* struct phone_reading *: all that stood in the phone cells */
    GPtrArray *attributes;    /* struct roster_attribute *, in column order; other numbers too */
};

struct roster {
    GPtrArray *columns; /* struct roster_column * */
    GPtrArray *rows;    /* struct roster_row *, one for each row of the table, in order */
    unsigned counts[ROW_DUPLICATE + 1];
    unsigned persons; /* ROW_PERSON and ROW_PERSON_NO_PHONE */
};

/* NULL and a sentence when no heading for a name and a phone is found. */
struct roster *roster_read(const struct csv_table *table, GError **error);
void roster_free(struct roster *roster);

const char *roster_outcome_name(enum roster_outcome outcome); /* "person", "no-phone", "title" … */
const char *roster_sex_name(enum sex sex);                    /* "", "male", "female" */
enum sex roster_sex_from_name(const char *name);              /* as stored */
