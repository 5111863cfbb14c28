// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers as a modem does, and no more; the flags of the struct make it misbehave. */
#include "tests/scripted_modem.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

void scripted_say(struct scripted_modem *modem, const char *text)
{
    gssize written = write(modem->master, text, strlen(text));
    g_assert_cmpint(written, ==, (gssize)strlen(text));
}

char *scripted_heard(struct scripted_modem *modem)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&modem->mutex);
    char *heard = g_strchomp(g_strdup(modem->heard->str));
    g_string_truncate(modem->heard, 0);
    return heard;
}

static const char *scripted_reply(struct scripted_modem *modem, const char *command)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&modem->mutex);
    if (modem->heard != NULL)
        g_string_append_printf(modem->heard, "%s ", command);
    for (size_t i = 0; modem->replies != NULL && modem->replies[i].command != NULL; i++) {
        const struct scripted_reply *reply = &modem->replies[i];
        if (!g_str_has_prefix(command, reply->command) ||
            (reply->times != 0 && modem->spent[i] >= reply->times))
            continue;
        modem->spent[i]++;
        return reply->says;
    }
    return NULL;
}

static bool scripted_command(struct scripted_modem *modem, const char *command)
{
    const char *reply = scripted_reply(modem, command);
    scripted_say(modem, command);
    scripted_say(modem, "\r");
    if (reply != NULL) {
        scripted_say(modem, reply);
        return false;
    }
    if (!g_str_has_prefix(command, "AT+CMGS=")) {
        scripted_say(modem, g_str_has_prefix(command, "AT+CG") ? "\r\nScripted\r\n\r\nOK\r\n"
                                                               : "\r\nOK\r\n");
        return false;
    }
    if (modem->prompt != NULL)
        scripted_say(modem, modem->prompt);
    return modem->prompt != NULL && strchr(modem->prompt, '>') != NULL;
}

static bool scripted_entry(struct scripted_modem *modem, char byte, size_t *length)
{
    if (byte == 0x1b) {
        modem->escaped = true;
        return false;
    }
    if (byte != 0x1a) {
        modem->pdu[*length % sizeof modem->pdu] = byte;
        ++*length;
        return true;
    }
    modem->pdu[*length % sizeof modem->pdu] = '\0';
    modem->submissions++;
    if (modem->answer != NULL)
        scripted_say(modem, modem->answer);
    return false;
}

static void *scripted_run(void *data)
{
    struct scripted_modem *modem = data;
    char line[1024], byte;
    size_t length = 0;
    bool entry = false;
    for (;;) {
        if (read(modem->master, &byte, 1) != 1) /* nobody has it open, yet or any more */
            break;
        if (entry) {
            entry = scripted_entry(modem, byte, &length);
            if (!entry)
                length = 0;
            if (!entry && modem->hang_up_after)
                break;
        } else if (byte == '\r') {
            line[length] = '\0';
            length = 0;
            entry = line[0] != '\0' && scripted_command(modem, line);
            if (modem->hang_up_at_prompt && g_str_has_prefix(line, "AT+CMGS"))
                break;
        } else if (byte > ' ' && length + 1 < sizeof line) {
            line[length++] = byte;
        }
    }
    close(modem->master);
    return NULL;
}

void scripted_start(struct scripted_modem *modem)
{
    modem->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    g_assert_cmpint(modem->master, >=, 0);
    g_assert_cmpint(grantpt(modem->master), ==, 0);
    g_assert_cmpint(unlockpt(modem->master), ==, 0);
    g_assert_cmpint(ptsname_r(modem->master, modem->path, sizeof modem->path), ==, 0);
    struct termios raw;
    tcgetattr(modem->master, &raw);
    cfmakeraw(&raw);
    tcsetattr(modem->master, TCSANOW, &raw);
}

void scripted_go(struct scripted_modem *modem)
{
    modem->thread = g_thread_new("modem", scripted_run, modem);
}
