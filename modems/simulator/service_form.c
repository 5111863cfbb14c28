// SPDX-License-Identifier: GPL-2.0-or-later
/* Modems differ in how they write code and text: in the character set of AT+CSCS, always in UCS-2,
 * as packed septets in hex, or plain; and in what they leave around it. Requests are taken in any
 * of these forms, or in one alone; the two are settings of their own. */
#include "modems/simulator/service_form.h"

#include <stdbool.h>
#include <string.h>

#include "modems/simulator/mobile.h"

#define HEX "0123456789ABCDEFabcdef"

static bool is_code(const char *text)
{
    return text && *text && strspn(text, "0123456789*#+" HEX) == strlen(text) &&
           strpbrk(text, "0123456789") && !strpbrk(text, "ABCDEFabcdef");
}

/* Not one that a client has put into hex for another make. */
static char *read_plain(const char *written)
{
    size_t length = strlen(written);
    bool hex = length >= 4 && length % 2 == 0 && strspn(written, HEX) == length;
    return hex && !is_code(written) ? NULL : g_strdup(written);
}

/* The code in whichever way the client wrote it. */
static char *read_any(const struct mobile *mobile, const char *written)
{
    g_autofree char *packed = charset_unpack(written);
    g_autofree char *ucs2 = charset_read(CHARSET_UCS2, written);
    g_autofree char *septets = charset_read(CHARSET_HEX, written);
    bool packs = mobile->behaviour.ussd == USSD_PACKED;
    enum charset charset = mobile->settings.charset;
    const char *candidates[] = {
        packs ? packed : NULL,
        charset == CHARSET_UCS2 ? ucs2 : NULL,
        charset == CHARSET_HEX ? septets : NULL,
        written,
        ucs2,
        packed,
    };
    for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++)
        if (is_code(candidates[i]))
            return g_strdup(candidates[i]);
    return charset == CHARSET_UCS2 && ucs2 ? g_steal_pointer(&ucs2) : g_strdup(written);
}

char *service_form_read(const struct mobile *mobile, const char *written)
{
    enum ussd_request form = (enum ussd_request)mobile->behaviour.ussd_request;
    switch (mobile->settings.ussd_packed ? USSD_REQUEST_PACKED : form) {
    case USSD_REQUEST_PLAIN:
        return read_plain(written);
    case USSD_REQUEST_PACKED:
        return charset_unpack(written);
    case USSD_REQUEST_UCS2:
        return charset_read(CHARSET_UCS2, written);
    case USSD_REQUEST_CHARSET:
        return charset_read(mobile->settings.charset, written);
    case USSD_REQUEST_ANY:
        break;
    }
    return read_any(mobile, written);
}

/* The text in its form, and the data coding scheme that it would honestly have. */
static char *write_form(const struct mobile *mobile, const char *text, int *retdcs)
{
    enum ussd_encoding form = (enum ussd_encoding)mobile->behaviour.ussd;
    g_autofree char *packed = charset_pack(text);
    *retdcs = packed ? 15 : 72;
    switch (mobile->settings.ussd_packed ? USSD_PACKED : form) {
    case USSD_PLAIN:
        return g_strdup(text);
    case USSD_PACKED:
        return packed ? g_steal_pointer(&packed) : charset_write(CHARSET_UCS2, text);
    case USSD_UCS2:
        *retdcs = 72;
        return charset_write(CHARSET_UCS2, text);
    case USSD_CHARSET:
        break;
    }
    return charset_write(mobile->settings.charset, text);
}

static char *with_breaks(const struct mobile *mobile, const char *text)
{
    static const char *const breaks[] = {"\n", "\r\n", "\r"};
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *whole = g_strjoinv(breaks[mobile->behaviour.ussd_breaks], lines);
    bool filled = mobile->behaviour.ussd_padding == USSD_PADDING_CR;
    return g_strconcat(whole, filled ? "\r" : "", NULL);
}

/* Only behind what is hex. */
static const char *padding(const struct mobile *mobile, const char *written)
{
    size_t length = strlen(written);
    bool hex = length > 0 && length % 4 == 0 && strspn(written, HEX) == length;
    if (hex && mobile->behaviour.ussd_padding == USSD_PADDING_FFFF)
        return "FFFFFFFF";
    return hex && mobile->behaviour.ussd_padding == USSD_PADDING_0000 ? "00000000" : "";
}

char *service_form_write(const struct mobile *mobile, const char *text)
{
    int dcs;
    g_autofree char *whole = with_breaks(mobile, text);
    g_autofree char *written = write_form(mobile, whole, &dcs);
    g_autofree char *honest = g_strdup_printf(",%d", dcs);
    const char *shown = mobile->behaviour.ussd_dcs;
    bool hidden = strcmp(shown, "none") == 0, automatic = strcmp(shown, "auto") == 0;
    return g_strconcat(",\"", written, padding(mobile, written), "\"",
                       hidden      ? ""
                       : automatic ? honest
                                   : ",",
                       hidden || automatic ? "" : shown, NULL);
}
