// SPDX-License-Identifier: GPL-2.0-or-later
/* Opens and sets up terminals, nothing else. The modem's is taken with flock(2), which libgammu's
 * own tools respect, and with TIOCEXCL, which keeps everybody but root away. HUPCL goes: a modem
 * that resets when DTR falls would forget its settings at each restart of the worker. */
#include "modems/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static bool fail(GError **error, const char *what, const char *device)
{
    int problem = errno;
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(problem), "cannot %s %s: %s", what, device,
                g_strerror(problem));
    return false;
}

static bool make_raw(int fd)
{
    struct termios settings;
    if (tcgetattr(fd, &settings) != 0)
        return false;
    cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD | CS8;
    settings.c_cflag &= ~(tcflag_t)(HUPCL | CRTSCTS | PARENB | CSTOPB);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    cfsetspeed(&settings, B115200);
    return tcsetattr(fd, TCSANOW, &settings) == 0;
}

static bool set_up_modem(int fd, const char *device, GError **error)
{
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return fail(error, "lock", device);
    ioctl(fd, TIOCEXCL);
    if (!make_raw(fd))
        return fail(error, "set up", device);
    /* A pty has no such lines, and needs none. */
    int up = TIOCM_DTR | TIOCM_RTS;
    ioctl(fd, TIOCMBIS, &up);
    tcflush(fd, TCOFLUSH); /* what came in meanwhile may be a message that lies nowhere else */
    return true;
}

static bool open_pair(struct tty *tty, GError **error)
{
    tty->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    char path[64];
    if (tty->master < 0 || grantpt(tty->master) != 0 || unlockpt(tty->master) != 0 ||
        ptsname_r(tty->master, path, sizeof path) != 0)
        return fail(error, "open", "a pty");
    tty->slave = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (tty->slave < 0 || !make_raw(tty->slave))
        return fail(error, "open", path);
    tty->slave_path = g_strdup(path);
    return true;
}

bool tty_open(struct tty *rettty, const char *device, GError **error)
{
    struct tty tty = {.modem = -1, .master = -1, .slave = -1};
    tty.modem = open(device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (tty.modem < 0)
        return fail(error, "open", device);
    if (!set_up_modem(tty.modem, device, error) || !open_pair(&tty, error)) {
        tty_close(&tty);
        return false;
    }
    *rettty = tty;
    return true;
}

void tty_close(struct tty *tty)
{
    int *fds[] = {&tty->modem, &tty->master, &tty->slave};
    for (size_t i = 0; i < G_N_ELEMENTS(fds); i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
    g_clear_pointer(&tty->slave_path, g_free);
}
