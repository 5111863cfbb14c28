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

struct written {
    char *text;
    int dcs;  /* that it would honestly have */
    bool hex; /* four digits to a unit */
};

static struct written write_ucs2(const char *text, int dcs)
{
    return (struct written){charset_write(CHARSET_UCS2, text), dcs, true};
}

static struct written write_form(const struct mobile *mobile, const char *text)
{
    enum ussd_encoding form = (enum ussd_encoding)mobile->behaviour.ussd;
    enum charset charset = mobile->settings.charset;
    g_autofree char *packed = charset_pack(text);
    int dcs = packed ? 15 : 72;
    switch (mobile->settings.ussd_packed ? USSD_PACKED : form) {
    case USSD_PLAIN:
        return (struct written){g_strdup(text), dcs, false};
    case USSD_PACKED:
        return packed ? (struct written){g_steal_pointer(&packed), dcs, false}
                      : write_ucs2(text, dcs);
    case USSD_UCS2:
        return write_ucs2(text, 72);
    case USSD_CHARSET:
        break;
    }
    return (struct written){charset_write(charset, text), dcs, charset == CHARSET_UCS2};
}

static char *with_breaks(const struct mobile *mobile, const char *text)
{
    static const char *const breaks[] = {"\n", "\r\n", "\r"};
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *whole = g_strjoinv(breaks[mobile->behaviour.ussd_breaks], lines);
    bool filled = mobile->behaviour.ussd_padding == USSD_PADDING_CR;
    return g_strconcat(whole, filled ? "\r" : "", NULL);
}

static const char *padding(const struct mobile *mobile)
{
    switch ((enum ussd_padding)mobile->behaviour.ussd_padding) {
    case USSD_PADDING_FFFF:
        return "FFFFFFFF";
    case USSD_PADDING_0000:
        return "00000000";
    case USSD_PADDING_NONE:
    case USSD_PADDING_CR:
        break;
    }
    return "";
}

char *service_form_write(const struct mobile *mobile, const char *text)
{
    const char *shown = mobile->behaviour.ussd_dcs;
    g_autofree char *whole = with_breaks(mobile, text);
    struct written written = write_form(mobile, whole);
    g_autofree char *honest = g_strdup_printf("%d", written.dcs);
    g_autofree char *quoted =
        g_strconcat(",\"", written.text, written.hex ? padding(mobile) : "", "\"", NULL);
    g_free(written.text);
    if (strcmp(shown, "none") == 0)
        return g_steal_pointer(&quoted);
    return g_strconcat(quoted, ",", strcmp(shown, "auto") == 0 ? honest : shown, NULL);
}
