// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads single lines, remembers nothing. A modem writes answers and unsolicited results into one
 * stream and nothing marks which is which: the name before the colon decides, and for lines without
 * one the command that is being answered. The lists are those of 3GPP TS 27.005 and 27.007 and
 * what modems in the field add to them. */
#include "modems/result.h"

#include <stdlib.h>
#include <string.h>

struct known {
    const char *start;
    enum result_kind kind;
};

static const struct known beginnings[] = {
    {"+CMTI:", RESULT_STORED_MESSAGE},
    {"+CDSI:", RESULT_STORED_REPORT},
    {"+CMT:", RESULT_PUSHED_MESSAGE},
    {"+CDS:", RESULT_PUSHED_REPORT},
    {"+CBM:", RESULT_PUSHED_OTHER},
    {"+CUSD:", RESULT_USSD},
    {"^SYSSTART", RESULT_RESTARTED},
    {"+SYSSTART", RESULT_RESTARTED},
    {"*ATREADY", RESULT_RESTARTED},
    {"+CPIN: NOT", RESULT_SIM_CHANGED},
    {"+CPIN: REMOVED", RESULT_SIM_CHANGED},
    {"+SIM REMOVED", RESULT_SIM_CHANGED},
    {"DST:", RESULT_NOISE},
    {"UNDER-VOLTAGE", RESULT_NOISE},
    {"OVER-VOLTAGE", RESULT_NOISE},
    {"NORMAL POWER DOWN", RESULT_NOISE},
    {"_OSIGQ", RESULT_NOISE},
    {"_OBS", RESULT_NOISE},
};

static const struct known wholes[] = {
    {"RDY", RESULT_RESTARTED},    {"RING", RESULT_NOISE},         {"NO CARRIER", RESULT_NOISE},
    {"NO ANSWER", RESULT_NOISE},  {"BUSY", RESULT_NOISE},         {"NO DIALTONE", RESULT_NOISE},
    {"Call Ready", RESULT_NOISE}, {"SMS Ready", RESULT_NOISE},    {"SMS DONE", RESULT_NOISE},
    {"PB DONE", RESULT_NOISE},    {"POWERED DOWN", RESULT_NOISE},
};

/* Modems that were not told AT+CMEE=1, or do not care, spell the error out. */
static const struct {
    const char *text;
    int32_t cms, cme;
} spelled[] = {
    {"network timeout", 332, 31},
    {"no network", 331, 30},
    {"no network service", 331, 30},
    {"memory full", 322, 20},
    {"invalid memory index", 321, 21},
    {"memory failure", 320, 23},
    {"SIM not inserted", 310, 10},
    {"SIM PIN required", 311, 11},
    {"SIM PIN necessary", 311, 11},
    {"SIM PUK required", 316, 12},
    {"SIM failure", 313, 13},
    {"SIM busy", 314, 14},
    {"SIM wrong", 315, 15},
    {"incorrect password", 302, 16},
    {"SMSC address unknown", 330, 100},
    {"ME failure", 300, 0},
    {"phone failure", 300, 0},
    {"operation not allowed", 302, 3},
    {"operation not supported", 303, 4},
    {"invalid PDU mode parameter", 304, 50},
    {"unknown error", 500, 100},
    {"memory capacity exceeded", 322, 20},
    {"operation not allowed by SIM", 302, 3},
    {"SIM not ready", 517, 14},
    {"SIM blocked", 313, 262},
    {"PH-SIM PIN required", 312, 5},
    {"PH-SIM PIN necessary", 312, 5},
    {"SIM PIN2 required", 317, 17},
    {"SIM PUK2 required", 318, 18},
    {"emergency calls only", 331, 32},
    {"network not allowed - emergency calls only", 331, 32},
    {"no +CNMA acknowledgement expected", 340, -1},
    /* 3GPP TS 24.011 table 8.4 */
    {"unassigned number", 1, -1},
    {"unassigned (unallocated) number", 1, -1},
    {"operator determined barring", 8, 103},
    {"call barred", 10, 103},
    {"short message transfer rejected", 21, -1},
    {"destination out of service", 27, -1},
    {"destination out of order", 27, -1},
    {"unidentified subscriber", 28, -1},
    {"facility rejected", 29, 107},
    {"unknown subscriber", 30, -1},
    {"network out of order", 38, 30},
    {"temporary failure", 41, -1},
    {"congestion", 42, 30},
    {"resources unavailable, unspecified", 47, 30},
    {"requested facility not subscribed", 50, 107},
    {"requested facility not implemented", 69, 107},
};

static int32_t read_code(const char *text, bool cms)
{
    while (*text == ' ' || *text == ':')
        text++;
    if (g_ascii_isdigit(*text)) {
        unsigned long code = strtoul(text, NULL, 10);
        return code <= 65535 ? (int32_t)code : -1;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(spelled); i++) {
        if (g_ascii_strcasecmp(text, spelled[i].text) == 0)
            return cms ? spelled[i].cms : spelled[i].cme;
    }
    return -1;
}

static bool begins(const char *line, const char *start)
{
    return g_ascii_strncasecmp(line, start, strlen(start)) == 0;
}

/* A few modems write small letters. */
bool result_read(const char *line, struct result *retresult)
{
    struct result result = {.final = RESULT_ERROR, .code = -1};
    if (g_ascii_strcasecmp(line, "OK") == 0) {
        result.final = RESULT_OK;
    } else if (begins(line, "+CMS ERROR")) {
        result.final = RESULT_CMS;
        result.code = read_code(line + strlen("+CMS ERROR"), true);
    } else if (begins(line, "+CME ERROR")) {
        result.final = RESULT_CME;
        result.code = read_code(line + strlen("+CME ERROR"), false);
    } else if (g_ascii_strcasecmp(line, "ERROR") != 0 && !begins(line, "COMMAND NOT SUPPORT") &&
               !begins(line, "MODEM ERROR") && g_ascii_strcasecmp(line, "SEND FAIL") != 0) {
        return false;
    }
    g_strlcpy(result.line, line, sizeof result.line);
    *retresult = result;
    return true;
}

bool result_is_busy(const struct result *result)
{
    static const struct {
        enum result_final final;
        int32_t code;
    } rows[] = {
        {RESULT_CME, 14},  {RESULT_CME, 515}, {RESULT_CMS, 314},
        {RESULT_CMS, 515}, {RESULT_CMS, 517}, {RESULT_CMS, 535},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].final == result->final && rows[i].code == result->code)
            return true;
    }
    return false;
}

enum result_kind result_kind(const char *line)
{
    for (size_t i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        if (g_str_has_prefix(line, beginnings[i].start))
            return beginnings[i].kind;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(wholes); i++) {
        if (g_ascii_strcasecmp(line, wholes[i].start) == 0)
            return wholes[i].kind;
    }
    /* Any other name with a mark before it speaks for itself only if a command asked. */
    if (line[0] != '\0' && strchr("+^*#$%&", line[0]) != NULL && g_ascii_isalpha(line[1]))
        return RESULT_NOISE;
    return RESULT_ANSWER;
}

bool result_pointer(const char *line, char retmemory[8], int32_t *retindex)
{
    const char *at = strchr(line, ':');
    if (at == NULL)
        return false;
    at += 1 + strspn(at + 1, " \"");
    size_t length = strcspn(at, "\",");
    const char *comma = strchr(at, ',');
    if (length == 0 || length > 7 || comma == NULL)
        return false;
    char *end = NULL;
    long index = strtol(comma + 1, &end, 10);
    if (end == comma + 1 || index < 0 || index > 65535)
        return false;
    memcpy(retmemory, at, length);
    retmemory[length] = '\0';
    *retindex = (int32_t)index;
    return true;
}

bool result_is_hex(const char *line)
{
    size_t length = strspn(line, "0123456789ABCDEFabcdef");
    return length > 0 && length % 2 == 0 && line[length] == '\0';
}

/* The name in "AT+CPMS=…": "+CPMS". Zero where the command has none (ATI, ATE1). */
static size_t name_length(const char *command)
{
    const char *name = command + 2;
    if (strlen(command) < 3 || strchr("+^*#$%&", *name) == NULL)
        return 0;
    return 1 + strspn(name + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
}

bool result_names(const char *command, const char *line)
{
    size_t length = name_length(command);
    return length > 0 && g_ascii_strncasecmp(line, command + 2, length) == 0 &&
           !g_ascii_isalnum(line[length]);
}

bool result_answers(const char *command, const char *line)
{
    /* What AT+CUSD=1,… brings is the network's and comes at any time. */
    if (result_kind(line) == RESULT_USSD)
        return g_str_has_suffix(command, "?") && strchr(line, '"') == NULL &&
               result_names(command, line);
    if (result_names(command, line))
        return true;
    if (g_ascii_strncasecmp(command, "ATI", 3) == 0)
        return true;
    if (g_ascii_strncasecmp(command, "AT+CMG", 6) == 0 && strchr("LRSlrs", command[6]) != NULL)
        return command[6] != 'S' && result_is_hex(line);
    return result_kind(line) == RESULT_ANSWER;
}
