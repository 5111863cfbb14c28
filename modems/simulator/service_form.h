// SPDX-License-Identifier: GPL-2.0-or-later
// How a modem wants USSD codes and writes USSD texts: each make does it in a way of its own.
#pragma once

struct mobile;

/* What the client meant; NULL: this modem does not take it in this form. The caller frees. */
char *service_form_read(const struct mobile *mobile, const char *written);
/* What stands behind the status: ,"TK goc…",15; the caller frees. */
char *service_form_write(const struct mobile *mobile, const char *text);
