// SPDX-License-Identifier: GPL-2.0-or-later
/* Goes before libgammu (LD_PRELOAD) and does with two PDUs what some other PDU may do with a
 * decoder that trusts what it reads; all others it hands on. */
#include <dlfcn.h>
#include <gammu.h>
#include <stdlib.h>
#include <string.h>

static int ends_with(const unsigned char *octets, size_t length, const char tail[4])
{
    return length >= 4 && memcmp(octets + length - 4, tail, 4) == 0;
}

GSM_Error GSM_DecodePDUFrame(GSM_Debug_Info *di, GSM_SMSMessage *SMS, const unsigned char *buffer,
                             size_t length, size_t *final_pos, gboolean use_smsc)
{
    union {
        void *symbol;
        GSM_Error (*decode)(GSM_Debug_Info *, GSM_SMSMessage *, const unsigned char *, size_t,
                            size_t *, gboolean);
    } next = {dlsym(RTLD_NEXT, "GSM_DecodePDUFrame")};
    if (ends_with(buffer, length, "\xde\xad\xbe\xef"))
        abort();
    for (volatile unsigned turn = 0; ends_with(buffer, length, "\xde\xad\xbe\xe5"); turn++)
        continue;
    return next.decode(di, SMS, buffer, length, final_pos, use_smsc);
}
