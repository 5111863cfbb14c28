-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema 4: USSD. Dialogues through the modems, what is known of each SIM, routes, and surveys that
-- people answer by menu. Times are UTC milliseconds, days are ISO 8601.

-- ---- dialogues through a modem ----
-- How this modem takes requests and writes texts: names of enum ussd_form, '' not known yet.
ALTER TABLE modem ADD COLUMN ussd_request TEXT NOT NULL DEFAULT '';
ALTER TABLE modem ADD COLUMN ussd_text TEXT NOT NULL DEFAULT '';

CREATE TABLE ussd_dialogue (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    modem      TEXT NOT NULL,
    imsi       TEXT NOT NULL DEFAULT '', -- of the SIM it went by
    purpose    TEXT NOT NULL CHECK (purpose IN ('person', 'balance', 'number', 'bundle', 'register',
                                                'topup', 'network')),
    state      TEXT NOT NULL CHECK (state IN ('idle', 'asked', 'menu-open', 'answered', 'closed',
                                              'timed-out')),
    by_whom    TEXT NOT NULL, -- '' the gateway itself, or the network
    cause      TEXT NOT NULL DEFAULT '', -- a sentence where it ended otherwise than by an answer
    created_at INTEGER NOT NULL,
    state_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX ussd_dialogue_open ON ussd_dialogue (modem, id)
    WHERE state IN ('idle', 'asked', 'menu-open');
CREATE INDEX ussd_dialogue_modem ON ussd_dialogue (modem, id);
CREATE INDEX ussd_dialogue_purpose ON ussd_dialogue (purpose, imsi, id);
CREATE INDEX ussd_dialogue_unasked ON ussd_dialogue (created_at) WHERE purpose = 'network';

-- The transcript. A top-up code is '…' and its last four digits.
CREATE TABLE ussd_step (
    dialogue_id INTEGER NOT NULL REFERENCES ussd_dialogue (id) ON DELETE CASCADE,
    sequence    INTEGER NOT NULL, -- from 0
    at          INTEGER NOT NULL,
    direction   TEXT NOT NULL CHECK (direction IN ('sent', 'received')),
    text        TEXT NOT NULL,
    raw         TEXT NOT NULL DEFAULT '', -- received: as the modem wrote it
    dcs         INTEGER NOT NULL DEFAULT -1,
    status      INTEGER NOT NULL DEFAULT -1, -- <m> of +CUSD
    PRIMARY KEY (dialogue_id, sequence)
) STRICT, WITHOUT ROWID;

-- ---- the SIM desk ----
CREATE TABLE sim (
    imsi              TEXT PRIMARY KEY, -- 'modem:NAME' where the modem would not tell
    modem             TEXT NOT NULL,    -- that it is in; '' none
    since             INTEGER NOT NULL DEFAULT 0, -- parts of that modem sent after it are its own
    parts_before      INTEGER NOT NULL DEFAULT 0, -- sent in other modems since balance_at
    bundle_parts_before INTEGER NOT NULL DEFAULT 0, -- and since bundle_at
    operator          TEXT NOT NULL DEFAULT '', -- name in the operators' file; '' unknown
    number            TEXT NOT NULL DEFAULT '', -- E.164
    balance           INTEGER,          -- đồng, as the operator last said; NULL: never
    balance_at        INTEGER,
    expires_on        TEXT NOT NULL DEFAULT '', -- of the balance
    locked_on         TEXT NOT NULL DEFAULT '', -- blocked one way from that day on
    bundle_left       INTEGER,          -- parts, as the operator last said; NULL: none is known
    bundle_at         INTEGER,
    bundle_expires_on TEXT NOT NULL DEFAULT '',
    registered_at     INTEGER,          -- the bundle, by Loa, for the last time
    asked_at          INTEGER,          -- balance: the last time it was asked for
    unread            INTEGER NOT NULL DEFAULT 0, -- texts in a row that no pattern could read
    failed            INTEGER NOT NULL DEFAULT 0, -- checks in a row that brought no text
    trouble           TEXT NOT NULL DEFAULT '',   -- why its figures cannot be trusted; a sentence
    text              TEXT NOT NULL DEFAULT ''    -- the operator's last words
) STRICT, WITHOUT ROWID;
CREATE INDEX sim_modem ON sim (modem);

CREATE TABLE sim_reading (
    id                INTEGER PRIMARY KEY,
    imsi              TEXT NOT NULL,
    modem             TEXT NOT NULL,
    at                INTEGER NOT NULL,
    purpose           TEXT NOT NULL, -- of the dialogue; 'sms' for one that nobody asked for
    source            TEXT NOT NULL CHECK (source IN ('ussd', 'sms')),
    dialogue_id       INTEGER REFERENCES ussd_dialogue (id) ON DELETE SET NULL,
    text              TEXT NOT NULL,
    matched           INTEGER NOT NULL,
    balance           INTEGER,
    expires_on        TEXT NOT NULL DEFAULT '',
    bundle_left       INTEGER,
    bundle_expires_on TEXT NOT NULL DEFAULT '',
    number            TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX sim_reading_sim ON sim_reading (imsi, at);
CREATE INDEX sim_reading_bundle ON sim_reading (imsi) WHERE bundle_left > 0;
CREATE INDEX sim_reading_dialogue ON sim_reading (dialogue_id) WHERE dialogue_id IS NOT NULL;

-- Cards whose outcome the operator has not told, so that none is handed in twice unawares: a digest
-- that is slow to compute, as codes are short.
CREATE TABLE sim_card (
    dialogue_id INTEGER PRIMARY KEY REFERENCES ussd_dialogue (id) ON DELETE CASCADE,
    digest      TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

-- ---- routing ----
-- What delivery reports taught of a number, against its prefix (numbers move between operators):
-- only of numbers that some operator's SIMs failed to reach.
CREATE TABLE contact_operator (
    contact_id     INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    operator       TEXT NOT NULL, -- of the SIM that wrote
    undelivered    INTEGER NOT NULL DEFAULT 0, -- for good, in a row, since the last delivery
    delivered_at   INTEGER,
    undelivered_at INTEGER,
    PRIMARY KEY (contact_id, operator)
) STRICT, WITHOUT ROWID;

-- By whom it should go: see campaigns/route.h. The queue is one lane for each.
ALTER TABLE message ADD COLUMN route TEXT NOT NULL DEFAULT '';
DROP INDEX message_queue;
CREATE INDEX message_queue ON message (campaign_id, priority, route, not_before)
    WHERE state = 'queued' AND modem IS NULL AND purpose <> 'answer';

-- ---- surveys by menu ----
CREATE TABLE ussd_session (
    id          INTEGER PRIMARY KEY,
    service     TEXT NOT NULL,
    session     TEXT NOT NULL, -- the aggregator's sessionId
    phone       TEXT NOT NULL,
    contact_id  INTEGER REFERENCES contact (id),
    campaign_id INTEGER REFERENCES campaign (id),
    state       TEXT NOT NULL CHECK (state IN ('open', 'done', 'left', 'refused')),
    path        TEXT NOT NULL DEFAULT '', -- the `text` that was answered last
    place       TEXT NOT NULL DEFAULT '', -- where in the menus it stands
    page        TEXT NOT NULL DEFAULT '', -- 'CON …', 'END …': for a request that comes twice
    started_at  INTEGER NOT NULL,
    heard_at    INTEGER NOT NULL,
    UNIQUE (service, session)
) STRICT;
CREATE INDEX ussd_session_contact ON ussd_session (contact_id, heard_at);
CREATE INDEX ussd_session_campaign ON ussd_session (campaign_id);
CREATE INDEX ussd_session_open ON ussd_session (heard_at) WHERE state = 'open';
CREATE INDEX ussd_session_stray ON ussd_session (heard_at) WHERE campaign_id IS NULL;
CREATE INDEX ussd_session_stranger ON ussd_session (phone) WHERE contact_id IS NULL;

-- A reply that was chosen in a menu: `modem` is '' then, `text` what it would have been as an SMS.
ALTER TABLE reply ADD COLUMN session_id INTEGER REFERENCES ussd_session (id);
CREATE INDEX reply_session ON reply (session_id) WHERE session_id IS NOT NULL;
