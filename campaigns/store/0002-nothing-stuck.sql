-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema 2: what is kept about trouble. Times are UTC milliseconds.

-- ---- modems ----
-- Which flight log belongs to this database, and the boot in which all it told was last settled.
ALTER TABLE modem ADD COLUMN flight_identity TEXT NOT NULL DEFAULT '';
ALTER TABLE modem ADD COLUMN boot TEXT NOT NULL DEFAULT '';
UPDATE modem SET boot = coalesce((SELECT value FROM gateway WHERE name = 'boot'), '');
DELETE FROM gateway WHERE name = 'boot'; -- schema 1 had one note for all

-- ---- receiving ----
-- The worker's key, under which the next worker tells the same SMS again after a crash.
ALTER TABLE incoming ADD COLUMN told_key INTEGER NOT NULL DEFAULT 0; -- 0: of schema 1
CREATE INDEX incoming_told ON incoming (told_key);
-- Up to this id of `incoming` a modem's keys may be lost, by a power cut or with its flight log.
ALTER TABLE modem ADD COLUMN keys_lost INTEGER NOT NULL DEFAULT 0;
-- When to hand on a text that is no reply yet: its other parts never came, or a fault was in the way.
ALTER TABLE incoming ADD COLUMN retry_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incoming ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
UPDATE incoming SET retry_at = received_at + 86400000 WHERE reply_id IS NULL;
DROP INDEX incoming_overdue;
CREATE INDEX incoming_retry ON incoming (retry_at) WHERE reply_id IS NULL;

-- An SMS that no decoder takes, or that ended a worker: its octets, for the technician.
CREATE TABLE quarantine (
    id         INTEGER PRIMARY KEY,
    modem      TEXT NOT NULL,
    imsi       TEXT NOT NULL,
    memory     TEXT NOT NULL,
    location   INTEGER NOT NULL,
    pdu        TEXT NOT NULL, -- hexadecimal, with the SMSC part
    reason     TEXT NOT NULL,
    told_key   INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    settled_at INTEGER,       -- when a person has looked at it
    settled_by TEXT           -- '' where none needs to
) STRICT;
CREATE INDEX quarantine_pdu ON quarantine (pdu);
CREATE INDEX quarantine_waiting ON quarantine (id) WHERE settled_at IS NULL; -- counted each second

-- ---- messages ----
ALTER TABLE message ADD COLUMN resends INTEGER NOT NULL DEFAULT 0; -- of an unsure one, by policy
CREATE INDEX message_unsure ON message (state_at) WHERE state = 'unsure';
CREATE INDEX message_resent ON message (contact_id) WHERE resends > 0;

-- ---- alarms ----
ALTER TABLE sink ADD COLUMN failing_since INTEGER NOT NULL DEFAULT 0; -- 0: the last attempt went well

-- One row from the moment the trouble is noticed until it is over.
CREATE TABLE alarm (
    id         INTEGER PRIMARY KEY,
    uuid       TEXT NOT NULL UNIQUE, -- what receivers know it by, in its raise and in its clear
    kind       TEXT NOT NULL,
    subject    TEXT NOT NULL,    -- of which modem, sink …; '' where there is only one
    reason     TEXT NOT NULL,    -- a sentence
    since      INTEGER NOT NULL, -- when the trouble began
    raised_at  INTEGER NOT NULL,
    cleared_at INTEGER           -- NULL: it lasts
) STRICT;
CREATE UNIQUE INDEX alarm_lasting ON alarm (kind, subject) WHERE cleared_at IS NULL;
CREATE INDEX alarm_of ON alarm (kind, subject, raised_at);

-- The SMS that told of it, one for each number that was told.
CREATE TABLE alarm_message (
    alarm_id   INTEGER NOT NULL REFERENCES alarm (id),
    message_id INTEGER NOT NULL REFERENCES message (id),
    PRIMARY KEY (alarm_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alarm_message_message ON alarm_message (message_id);

-- When a modem was last heard of, and whether it works since.
CREATE INDEX report_heard ON report (modem, received_at);
CREATE INDEX incoming_heard ON incoming (modem, received_at);
CREATE INDEX modem_event_modem ON modem_event (modem, id);
