// SPDX-License-Identifier: GPL-2.0-or-later
/* Packs and unpacks the messages of wire.def. A packet is the type (32 bits) and then the fields in
 * the order of the list: integers little endian, texts and octets behind a 32 bit count. Everything
 * here follows from expanding the list; a field is never named. The decoder trusts nothing: the
 * worker on the other side has parsed what strangers sent. */
#include "modems/wire.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>

enum { TEXTS_MAX = 256 };

struct reader {
    const uint8_t *data;
    size_t left;
    GPtrArray *owned;
    const char *wrong; /* what is wrong; the first mistake stays */
};

static const char *const names[WIRE_TYPES] = {
#define BEGIN(name, NAME) [WIRE_##NAME] = #NAME,
#include "modems/wire.def"
};

/* The list as one string: two programs that differ in a name, a type or the order differ here. */
static const char list[] =
#define BEGIN(name, NAME) "(" #name
#define I64(field)        " I64 " #field
#define U64(field)        " U64 " #field
#define I32(field)        " I32 " #field
#define U32(field)        " U32 " #field
#define U8(field)         " U8 " #field
#define TEXT(field)       " TEXT " #field
#define TEXTS(field)      " TEXTS " #field
#define BYTES(field)      " BYTES " #field
#define END(name)         ")"
#include "modems/wire.def"
    ;

const char *wire_name(enum wire_type type)
{
    bool known = type > WIRE_NONE && type < WIRE_TYPES;
    return known ? names[type] : "unknown";
}

uint64_t wire_hash(void)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (const char *at = list; *at != '\0'; at++)
        hash = (hash ^ (uint8_t)*at) * 0x100000001b3u;
    return hash;
}

/* ---- encoding ---- */

static void put_integer(GByteArray *packet, uint64_t value, unsigned octets)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < octets; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    g_byte_array_append(packet, bytes, octets);
}

static void put_octets(GByteArray *packet, const void *data, size_t size)
{
    put_integer(packet, size, 4);
    if (size > 0)
        g_byte_array_append(packet, data, (guint)size);
}

/* What a modem says is not always UTF-8, and the other side refuses a packet that is not. */
static void put_text(GByteArray *packet, const char *text)
{
    if (text == NULL)
        text = "";
    if (g_utf8_validate(text, -1, NULL)) {
        put_octets(packet, text, strlen(text));
        return;
    }
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    put_octets(packet, valid, strlen(valid));
}

static void put_texts(GByteArray *packet, const char *const *texts)
{
    size_t count = 0;
    while (texts != NULL && texts[count] != NULL)
        count++;
    put_integer(packet, count, 4);
    for (size_t i = 0; i < count; i++)
        put_text(packet, texts[i]);
}

#define BEGIN(name, NAME)                                                                          \
    void wire_put_##name(GByteArray *packet, const struct wire_##name *message)                    \
    {                                                                                              \
        (void)message; /* some carry nothing */                                                    \
        put_integer(packet, WIRE_##NAME, 4);
#define I64(field)   put_integer(packet, (uint64_t)message->field, 8);
#define U64(field)   put_integer(packet, message->field, 8);
#define I32(field)   put_integer(packet, (uint32_t)message->field, 4);
#define U32(field)   put_integer(packet, message->field, 4);
#define U8(field)    put_integer(packet, message->field, 1);
#define TEXT(field)  put_text(packet, message->field);
#define TEXTS(field) put_texts(packet, message->field);
#define BYTES(field) put_octets(packet, message->field.data, message->field.size);
#define END(name)    }
#include "modems/wire.def"

/* ---- decoding ---- */

static uint64_t get_integer(struct reader *reader, unsigned octets)
{
    if (reader->wrong != NULL)
        return 0;
    if (reader->left < octets) {
        reader->wrong = "it ends in the middle of a field";
        return 0;
    }
    uint64_t value = 0;
    for (unsigned i = 0; i < octets; i++)
        value |= (uint64_t)reader->data[i] << (8 * i);
    reader->data += octets;
    reader->left -= octets;
    return value;
}

static struct wire_bytes get_octets(struct reader *reader)
{
    size_t size = get_integer(reader, 4);
    if (reader->wrong == NULL && size > reader->left)
        reader->wrong = "a field is longer than the packet";
    if (reader->wrong != NULL)
        return (struct wire_bytes){NULL, 0};
    uint8_t *copy = g_malloc(size + 1);
    memcpy(copy, reader->data, size);
    copy[size] = '\0';
    g_ptr_array_add(reader->owned, copy);
    reader->data += size;
    reader->left -= size;
    return (struct wire_bytes){copy, size};
}

static const char *get_text(struct reader *reader)
{
    struct wire_bytes bytes = get_octets(reader);
    if (reader->wrong != NULL)
        return "";
    if (!g_utf8_validate((const char *)bytes.data, (gssize)bytes.size, NULL)) {
        reader->wrong = "a text is not UTF-8, or holds a NUL";
        return "";
    }
    return (const char *)bytes.data;
}

static const char *const *get_texts(struct reader *reader)
{
    size_t count = get_integer(reader, 4);
    if (reader->wrong == NULL && count > TEXTS_MAX)
        reader->wrong = "a list is too long";
    if (reader->wrong != NULL)
        return NULL;
    const char **texts = g_new0(const char *, count + 1);
    g_ptr_array_add(reader->owned, texts);
    for (size_t i = 0; i < count; i++)
        texts[i] = get_text(reader);
    return texts;
}

#define BEGIN(name, NAME)                                                                          \
    static void get_##name(struct reader *reader, struct wire_##name *message)                     \
    {                                                                                              \
        (void)reader;                                                                              \
        (void)message;
#define I64(field)   message->field = (int64_t)get_integer(reader, 8);
#define U64(field)   message->field = get_integer(reader, 8);
#define I32(field)   message->field = (int32_t)(uint32_t)get_integer(reader, 4);
#define U32(field)   message->field = (uint32_t)get_integer(reader, 4);
#define U8(field)    message->field = (uint8_t)get_integer(reader, 1);
#define TEXT(field)  message->field = get_text(reader);
#define TEXTS(field) message->field = get_texts(reader);
#define BYTES(field) message->field = get_octets(reader);
#define END(name)    }
#include "modems/wire.def"

static void get_message(struct reader *reader, struct wire_message *message)
{
    switch (message->type) {
#define BEGIN(name, NAME)                                                                          \
    case WIRE_##NAME:                                                                              \
        get_##name(reader, &message->name);                                                        \
        break;
#include "modems/wire.def"
    case WIRE_NONE:
    case WIRE_TYPES:
    default: /* the number came from outside */
        reader->wrong = "its type is unknown";
    }
}

bool wire_decode(const uint8_t *data, size_t size, struct wire_message *retmessage, GError **error)
{
    g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
    struct reader reader = {.data = data, .left = size, .owned = owned};
    struct wire_message message = {.type = WIRE_NONE};
    uint64_t type = get_integer(&reader, 4);
    message.type = type < WIRE_TYPES ? (enum wire_type)type : WIRE_NONE;
    if (reader.wrong == NULL)
        get_message(&reader, &message);
    if (reader.wrong == NULL && reader.left > 0)
        reader.wrong = "octets follow its last field";
    if (reader.wrong != NULL) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "bad packet (%s, %zu octets): %s",
                    wire_name(message.type), size, reader.wrong);
        return false;
    }
    message.owned = g_steal_pointer(&owned);
    *retmessage = message;
    return true;
}

void wire_message_clear(struct wire_message *message)
{
    g_clear_pointer(&message->owned, g_ptr_array_unref);
    memset(message, 0, sizeof *message);
}

/* ---- the socket ---- */

bool wire_send(int fd, const GByteArray *packet, GError **error)
{
    if (packet->len > WIRE_PACKET_MAX) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                    "a packet of %u octets is too long for the wire", packet->len);
        return false;
    }
    ssize_t sent;
    do
        sent = send(fd, packet->data, packet->len, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent == (ssize_t)packet->len)
        return true;
    int problem = sent < 0 ? errno : EIO;
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno((gint)problem), "cannot send: %s",
                g_strerror(problem));
    return false;
}

int wire_receive(int fd, struct wire_message *retmessage, GError **error)
{
    uint8_t data[WIRE_PACKET_MAX];
    ssize_t size;
    /* ECONNRESET says, once, that the peer left without reading all we sent; what it had said
     * before that lies behind it. */
    do
        size = recv(fd, data, sizeof data, MSG_DONTWAIT | MSG_TRUNC);
    while (size < 0 && (errno == EINTR || errno == ECONNRESET));
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return 0;
    if (size <= 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the other side left%s%s",
                    size < 0 ? ": " : "", size < 0 ? g_strerror(errno) : "");
        return -1;
    }
    if (size > (ssize_t)sizeof data) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                    "a packet of %zd octets is too long for the wire", size);
        return -1;
    }
    return wire_decode(data, (size_t)size, retmessage, error) ? 1 : -1;
}
