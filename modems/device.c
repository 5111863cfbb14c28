// SPDX-License-Identifier: GPL-2.0-or-later
/* libgammu's state machine on the line's pty: opening and sending.
 * Connection "dku2at" is the plain serial driver that writes fast from the first byte ("at" waits
 * 0.4 s after each command until it knows the model); model "at" skips a second start-up; one reply
 * attempt, because the worker decides about repeating. libgammu gives no outcome that could be
 * relied on (an OK without reference and a CMS error 0 look alike): its callback only says that it
 * is done with this submission, the line says what came of it.
 * Late answers are written through pointers that earlier calls left behind: whatever is handed to
 * libgammu lives in struct device, never on the stack. */
#include "modems/device.h"

#include "modems/alphabet.h"
#include "modems/wire.h"

#include <gammu.h>
#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct device {
    GSM_StateMachine *machine;
    GSM_SMSMessage sms;
    int fd;
    bool free_again;
};

enum { SINGLE_SEPTETS = 160, PART_SEPTETS = 153, SINGLE_UNITS = 70, PART_UNITS = 67 };

const char *device_version(void)
{
    return GetGammuVersion();
}

/* ---- opening ---- */

static void sms_sent(GSM_StateMachine *machine, int status, int reference, void *data)
{
    (void)machine;
    (void)status;
    (void)reference;
    struct device *device = data;
    device->free_again = true;
}

static bool set_features(GSM_Config *config, const char *features, GError **error)
{
    g_auto(GStrv) names = g_strsplit(features != NULL ? features : "", ",", -1);
    size_t count = 0;
    for (char **name = names; *name != NULL; name++) {
        g_strstrip(*name);
        if ((*name)[0] == '\0')
            continue;
        GSM_Feature feature = GSM_FeatureFromString(*name);
        if (feature == 0 || count + 1 >= G_N_ELEMENTS(config->PhoneFeatures)) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                        "libgammu knows no feature %s: correct `features` of this modem", *name);
            return false;
        }
        config->PhoneFeatures[count++] = feature;
    }
    config->PhoneFeatures[count] = 0;
    return true;
}

static bool configure(GSM_StateMachine *machine, const char *pty, const char *features,
                      GError **error)
{
    /* Freed by libgammu. */
    GSM_Config *config = GSM_GetConfig(machine, 0);
    config->Device = strdup(pty);
    config->Connection = strdup("dku2at");
    g_strlcpy(config->Model, "at", sizeof config->Model);
    config->DebugFile = strdup("");
    g_strlcpy(config->DebugLevel, "nothing", sizeof config->DebugLevel);
    config->UseGlobalDebugFile = FALSE;
    GSM_SetConfigNum(machine, 1);
    return set_features(config, features, error);
}

/* libgammu does not tell its descriptor; it is the other one of the same terminal. */
static int find_fd(const char *pty, int not_fd)
{
    struct stat wanted, found;
    if (stat(pty, &wanted) != 0)
        return -1;
    for (int fd = 3; fd < 256; fd++) {
        if (fd != not_fd && fstat(fd, &found) == 0 && S_ISCHR(found.st_mode) &&
            found.st_rdev == wanted.st_rdev)
            return fd;
    }
    return -1;
}

struct device *device_open(const char *pty, int not_fd, const char *features, bool *rettimeout,
                           GError **error)
{
    struct device *device = g_new0(struct device, 1);
    device->machine = GSM_AllocStateMachine();
    if (!configure(device->machine, pty, features, error)) {
        device_free(device);
        return NULL;
    }
    GSM_Error problem = GSM_InitConnection(device->machine, 1);
    if (problem != ERR_NONE) {
        *rettimeout = problem == ERR_TIMEOUT;
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "libgammu cannot start the modem: %s",
                    device_error_name(problem));
        device_free(device);
        return NULL;
    }
    device->fd = find_fd(pty, not_fd);
    g_assert(device->fd >= 0);
    GSM_SetSendSMSStatusCallback(device->machine, sms_sent, device);
    return device;
}

void device_free(struct device *device)
{
    if (device == NULL)
        return;
    GSM_TerminateConnection(device->machine);
    GSM_FreeStateMachine(device->machine);
    g_free(device);
}

int device_fd(const struct device *device)
{
    return device->fd;
}

void device_read(struct device *device)
{
    GSM_ReadDevice(device->machine, FALSE);
}

/* ---- sending ---- */

static const char *gsm7_problem(const struct device_part *part)
{
    unsigned septets = 0;
    for (const char *at = part->text; *at != '\0'; at = g_utf8_next_char(at)) {
        unsigned one = alphabet_septets(g_utf8_get_char(at));
        if (one == 0)
            return "a character is not in the GSM 7 bit alphabet";
        septets += one;
    }
    if (septets > (part->total > 1 ? PART_SEPTETS : SINGLE_SEPTETS))
        return "too many septets for one part";
    return NULL;
}

/* libgammu reads `~` as the first half of something else unless it is written twice, and it cuts
 * what it is given at 70 units, doubled ones counted. */
static const char *ucs2_problem(const struct device_part *part)
{
    unsigned units = 0, tildes = 0;
    for (const char *at = part->text; *at != '\0'; at = g_utf8_next_char(at)) {
        units += g_utf8_get_char(at) > 0xffff ? 2 : 1;
        tildes += *at == '~';
    }
    if (units > (part->total > 1 ? PART_UNITS : SINGLE_UNITS))
        return "too many characters for one part";
    if (units + tildes > SINGLE_UNITS)
        return "too many characters for one part with ~ in it";
    return NULL;
}

const char *device_part_problem(const struct device_part *part)
{
    if (!g_utf8_validate(part->text, -1, NULL))
        return "the text is not UTF-8";
    const char *digits = part->number + (part->number[0] == '+');
    size_t length = strlen(digits);
    if (length == 0 || length > 20 || strspn(digits, "0123456789") != length)
        return "the number is not a number";
    if (part->sequence < 1 || part->sequence > part->total)
        return "the part has no place in its message";
    switch (part->coding) {
    case WIRE_CODING_GSM7:
        return gsm7_problem(part);
    case WIRE_CODING_UCS2:
        return ucs2_problem(part);
    default:
        return "only text can be sent";
    }
}

/* UTF-8 to the big endian units that libgammu works on. */
static void set_text(unsigned char *units, size_t room, const char *text, bool double_tilde)
{
    size_t used = 0;
    glong count = 0;
    g_autofree gunichar2 *utf16 = g_utf8_to_utf16(text, -1, NULL, &count, NULL);
    for (glong i = 0; i < count; i++) {
        unsigned times = double_tilde && utf16[i] == '~' ? 2 : 1;
        for (unsigned k = 0; k < times && used + 4 <= room; k++) {
            units[used++] = (unsigned char)(utf16[i] >> 8);
            units[used++] = (unsigned char)(utf16[i] & 0xff);
        }
    }
    units[used] = units[used + 1] = 0;
}

static void fill(GSM_SMSMessage *sms, const struct device_part *part, GSM_Debug_Info *debug)
{
    bool ucs2 = part->coding == WIRE_CODING_UCS2;
    GSM_SetDefaultSMSData(sms);
    sms->PDU = part->report ? SMS_Status_Report : SMS_Submit; /* a submit, with or without */
    sms->Class = -1;
    sms->Coding = ucs2 ? SMS_Coding_Unicode_No_Compression : SMS_Coding_Default_No_Compression;
    set_text(sms->Text, sizeof sms->Text, part->text, ucs2);
    sms->Length = (int)UnicodeLength(sms->Text);
    set_text(sms->Number, sizeof sms->Number, part->number, false);
    sms->SMSC.Location = 0; /* not the one in the SIM: it would be asked for each time */
    set_text(sms->SMSC.Number, sizeof sms->SMSC.Number, part->smsc, false);
    sms->SMSC.Validity.Format = SMS_Validity_RelativeFormat;
    sms->SMSC.Validity.Relative = (GSM_ValidityPeriod)part->validity;
    if (part->total < 2)
        return;
    sms->UDH.Type = UDH_ConcatenatedMessages;
    sms->UDH.ID8bit = part->reference;
    sms->UDH.AllParts = part->total;
    sms->UDH.PartNumber = part->sequence;
    GSM_EncodeUDHHeader(debug, &sms->UDH);
}

int device_send(struct device *device, const struct device_part *part)
{
    fill(&device->sms, part, GSM_GetDebug(device->machine));
    device->free_again = false;
    GSM_Error problem = GSM_SendSMS(device->machine, &device->sms);
    return problem == ERR_NONE ? 0 : (int)problem;
}

bool device_free_again(const struct device *device)
{
    return device->free_again;
}

const char *device_error_name(int code)
{
    const char *name = GSM_ErrorName((GSM_Error)code);
    return name != NULL ? name : "unknown error";
}
