// SPDX-License-Identifier: GPL-2.0-or-later
/* Whatever it is, it is told under the key of its place, so that it is taken off when it is stored.
 */
#include "modems/teller.h"

#include "config/log.h"
#include "modems/reading.h"
#include "modems/wire.h"

static void put_incoming(GByteArray *packet, const struct flight_pdu *place,
                         const struct device_sms *sms, bool fresh)
{
    wire_put_incoming(packet, &(struct wire_incoming){
                                  .key = place->key,
                                  .sender = sms->number,
                                  .text = sms->text,
                                  .coding = sms->coding,
                                  .reference = sms->reference,
                                  .total = sms->total,
                                  .sequence = sms->sequence,
                                  .sent_at = sms->sent_at,
                                  .memory = place->memory,
                                  .location = place->location,
                                  .fresh = fresh,
                              });
}

static void put_report(GByteArray *packet, const struct flight_pdu *place,
                       const struct device_sms *sms)
{
    wire_put_report(packet, &(struct wire_report){
                                .key = place->key,
                                .reference = (uint8_t)sms->reference,
                                .number = sms->number,
                                .status = sms->status,
                                .sent_at = sms->sent_at,
                                .discharged_at = sms->discharged_at,
                            });
}

static void put_quarantine(GByteArray *packet, const struct flight_pdu *place, const char *reason,
                           bool own)
{
    size_t size = MIN(place->size, (uint32_t)FLIGHT_PDU_SIZE);
    wire_put_quarantine(packet, &(struct wire_quarantine){
                                    .key = place->key,
                                    .memory = place->memory,
                                    .location = place->location,
                                    .pdu = {place->octets, size},
                                    .reason = reason,
                                    .own = own,
                                });
    log_info("modem", "incoming=quarantined memory=%s index=%d octets=%zu detail=\"%s\"",
             place->memory, place->location, size, reason);
}

void teller_tell(struct teller *teller, struct flight_pdu *place, int octets, bool fresh)
{
    struct device_sms sms;
    const char *reason = NULL;
    g_autoptr(GByteArray) packet = g_byte_array_new();
    enum reading reading = reading_pdu(place, octets, &sms, &reason);
    if (reading != READING_DONE) {
        put_quarantine(packet, place, reason, reading == READING_OWN);
    } else {
        if (sms.kind == DEVICE_REPORT)
            put_report(packet, place, &sms);
        else
            put_incoming(packet, place, &sms, fresh);
        device_sms_clear(&sms);
    }
    teller->gone |= !teller->tell(teller->data, packet);
}
