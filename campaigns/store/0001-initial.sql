-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema 1. Times are UTC milliseconds; a state is the name of its enum value.

CREATE TABLE gateway (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- ---- roster ----
CREATE TABLE unit (
    id         INTEGER PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,
    parent_id  INTEGER REFERENCES unit (id),
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL DEFAULT '',
    origin     TEXT NOT NULL DEFAULT 'table' CHECK (origin IN ('table', 'roster')),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE household (
    id      INTEGER PRIMARY KEY,
    unit_id INTEGER REFERENCES unit (id),
    code    TEXT NOT NULL -- of the roster; else '+phone' that is shared, or '~name/birth'
) STRICT;
CREATE UNIQUE INDEX household_code ON household (coalesce(unit_id, 0), code);

CREATE TABLE contact (
    id           INTEGER PRIMARY KEY,
    phone        TEXT NOT NULL UNIQUE CHECK (phone LIKE '+%'), -- E.164
    opted_out_at INTEGER,                                      -- NULL: may be written to
    created_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE roster_import (
    id       INTEGER PRIMARY KEY,
    file     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    by_whom  TEXT NOT NULL,
    added    INTEGER NOT NULL,
    updated  INTEGER NOT NULL,
    rejected INTEGER NOT NULL
) STRICT;

CREATE TABLE person (
    id           INTEGER PRIMARY KEY,
    name         TEXT NOT NULL,
    name_key     TEXT NOT NULL, -- folded, for finding the same person again
    birth        TEXT NOT NULL DEFAULT '', -- as ISO 8601 date or year
    sex          TEXT NOT NULL DEFAULT '' CHECK (sex IN ('', 'male', 'female')),
    unit_id      INTEGER REFERENCES unit (id),
    household_id INTEGER REFERENCES household (id),
    contact_id   INTEGER REFERENCES contact (id), -- NULL: no mobile, to be visited
    phone_reason TEXT NOT NULL DEFAULT '',        -- why there is none
    head         INTEGER NOT NULL DEFAULT 0,      -- 1: of the household
    import_id    INTEGER NOT NULL REFERENCES roster_import (id),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX person_key ON person (name_key, birth);
CREATE INDEX person_unit ON person (unit_id);
CREATE INDEX person_contact ON person (contact_id);

CREATE TABLE person_attribute (
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    name      TEXT NOT NULL, -- the heading, folded as placeholders are
    heading   TEXT NOT NULL, -- as the roster writes it
    value     TEXT NOT NULL,
    PRIMARY KEY (person_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE person_group (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE person_group_member (
    group_id  INTEGER NOT NULL REFERENCES person_group (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, person_id)
) STRICT, WITHOUT ROWID;

-- ---- campaigns ----
CREATE TABLE campaign (
    id            INTEGER PRIMARY KEY,
    code          TEXT NOT NULL UNIQUE,
    title         TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'running',
                                                 'paused', 'finished', 'cancelled')),
    file          TEXT NOT NULL, -- what the author called it
    definition    TEXT NOT NULL, -- the campaign file itself
    priority      INTEGER NOT NULL, -- enum priority
    opens_at      INTEGER NOT NULL, -- 0: at once
    closes_at     INTEGER NOT NULL, -- 0: open end
    approved_hash TEXT,             -- of text, audience and cost
    created_at    INTEGER NOT NULL,
    state_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX campaign_state ON campaign (state, state_at); -- the clocks look each second

CREATE TABLE campaign_event (
    id          INTEGER PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaign (id),
    at          INTEGER NOT NULL,
    by_whom     TEXT NOT NULL,
    event       TEXT NOT NULL,
    from_state  TEXT NOT NULL,
    to_state    TEXT NOT NULL,
    reason      TEXT NOT NULL
) STRICT;
CREATE INDEX campaign_event_campaign ON campaign_event (campaign_id);

-- Whom a campaign was for when it started, with or without a phone: the base of every percentage.
CREATE TABLE campaign_audience (
    campaign_id  INTEGER NOT NULL REFERENCES campaign (id),
    person_id    INTEGER NOT NULL REFERENCES person (id),
    contact_id   INTEGER REFERENCES contact (id), -- NULL: cannot be written to
    unit_id      INTEGER REFERENCES unit (id),
    household_id INTEGER REFERENCES household (id),
    addressed    INTEGER NOT NULL,         -- 1: the message bears this person's name
    left_out     TEXT NOT NULL DEFAULT '', -- why nothing was sent for this person
    PRIMARY KEY (campaign_id, person_id)
) STRICT, WITHOUT ROWID;

-- ---- sending ----
CREATE TABLE message (
    id          INTEGER PRIMARY KEY,
    campaign_id INTEGER REFERENCES campaign (id),
    contact_id  INTEGER NOT NULL REFERENCES contact (id),
    purpose     TEXT NOT NULL CHECK (purpose IN ('invitation', 'reminder', 'answer', 'alarm')),
    state       TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'sent', 'delivered',
                                               'undelivered', 'refused', 'unsure', 'expired',
                                               'cancelled', 'skipped')),
    priority    INTEGER NOT NULL,
    text        TEXT NOT NULL,
    parts       INTEGER NOT NULL,
    parts_sent  INTEGER NOT NULL DEFAULT 0, -- on the air already; a retry goes on behind them
    reference   INTEGER NOT NULL,           -- of the concatenation, equal in every attempt
    modem       TEXT,                       -- queued: that must send it; later: that did
    attempts    INTEGER NOT NULL DEFAULT 0, -- that the network heard of
    sick        INTEGER NOT NULL DEFAULT 0, -- in a row that failed for the modem's sake
    not_before  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    state_at    INTEGER NOT NULL,
    cause       TEXT NOT NULL DEFAULT '',
    receipt     TEXT NOT NULL DEFAULT ''    -- of an answer: which of the texts in `answers`
        CHECK (receipt IN ('', 'accepted', 'unclear', 'opinion', 'optout'))
) STRICT;
CREATE UNIQUE INDEX message_once ON message (campaign_id, contact_id) WHERE purpose = 'invitation';
-- The queue is two: what any modem may send, campaign by campaign; and answers, and what only one
-- modem may send. The statements of the store repeat these conditions to the letter.
CREATE INDEX message_queue ON message (campaign_id, priority, not_before)
    WHERE state = 'queued' AND modem IS NULL AND purpose <> 'answer';
CREATE INDEX message_direct ON message (modem, priority DESC, not_before)
    WHERE state = 'queued' AND (modem IS NOT NULL OR purpose = 'answer');
CREATE INDEX message_expiry ON message (expires_at) WHERE state = 'queued';
CREATE INDEX message_campaign ON message (campaign_id, state);
CREATE INDEX message_listed ON message (campaign_id);
CREATE INDEX message_contact ON message (contact_id);

-- One attempt is one lease; its id is the lease's number.
CREATE TABLE attempt (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL REFERENCES message (id),
    modem      TEXT NOT NULL,
    leased_at  INTEGER NOT NULL,
    first_part INTEGER NOT NULL DEFAULT 0,
    settled_at INTEGER,
    verdict    TEXT CHECK (verdict IN ('sent', 'retry', 'refused', 'modem-sick', 'unsure')),
    cause      TEXT NOT NULL DEFAULT '',
    took_ms    INTEGER
) STRICT;
CREATE INDEX attempt_message ON attempt (message_id);
CREATE INDEX attempt_open ON attempt (modem) WHERE settled_at IS NULL;

CREATE TABLE part (
    message_id  INTEGER NOT NULL REFERENCES message (id),
    sequence    INTEGER NOT NULL, -- from 0
    attempt_id  INTEGER NOT NULL REFERENCES attempt (id),
    modem       TEXT NOT NULL,
    reference   INTEGER NOT NULL, -- TP-MR
    sent_at     INTEGER NOT NULL,
    status      INTEGER,          -- TP-ST of the last report
    reported_at INTEGER,
    PRIMARY KEY (message_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX part_reference ON part (modem, reference, sent_at);
CREATE INDEX part_sent ON part (modem, sent_at);

CREATE TABLE report (
    id            INTEGER PRIMARY KEY,
    modem         TEXT NOT NULL,
    reference     INTEGER NOT NULL,
    number        TEXT NOT NULL,
    status        INTEGER NOT NULL,
    sent_at       INTEGER NOT NULL,
    discharged_at INTEGER NOT NULL,
    received_at   INTEGER NOT NULL,
    message_id    INTEGER REFERENCES message (id), -- NULL: matched nothing
    sequence      INTEGER,
    UNIQUE (modem, reference, number, status, sent_at, discharged_at)
) STRICT;
CREATE INDEX report_early ON report (modem, reference) WHERE message_id IS NULL;

CREATE TABLE modem (
    name          TEXT PRIMARY KEY,
    state         TEXT NOT NULL CHECK (state IN ('absent', 'opening', 'ready', 'busy', 'resting',
                                                 'sick', 'faulty')),
    state_at      INTEGER NOT NULL,
    reason        TEXT NOT NULL DEFAULT '',
    imei          TEXT NOT NULL DEFAULT '',
    imsi          TEXT NOT NULL DEFAULT '',
    manufacturer  TEXT NOT NULL DEFAULT '',
    model         TEXT NOT NULL DEFAULT '',
    firmware      TEXT NOT NULL DEFAULT '',
    smsc          TEXT NOT NULL DEFAULT '',
    operator_code TEXT NOT NULL DEFAULT '',
    operator_name TEXT NOT NULL DEFAULT '',
    signal        INTEGER NOT NULL DEFAULT -1, -- percent; -1: unknown
    registration  INTEGER NOT NULL DEFAULT -1, -- <stat> of +CREG
    storage_used  INTEGER NOT NULL DEFAULT -1,
    storage_size  INTEGER NOT NULL DEFAULT -1,
    health_at     INTEGER NOT NULL DEFAULT 0,
    pin_refused   TEXT NOT NULL DEFAULT '' -- digest of the PIN that must not be tried again
) STRICT;

CREATE TABLE modem_event (
    id         INTEGER PRIMARY KEY,
    modem      TEXT NOT NULL,
    at         INTEGER NOT NULL,
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    reason     TEXT NOT NULL
) STRICT;

-- ---- receiving ----
-- A complete text from somebody: one incoming, or several joined.
CREATE TABLE reply (
    id          INTEGER PRIMARY KEY,
    modem       TEXT NOT NULL,
    sender      TEXT NOT NULL,
    contact_id  INTEGER REFERENCES contact (id),  -- NULL: not in the roster, or no phone at all
    campaign_id INTEGER REFERENCES campaign (id), -- NULL: belongs to none
    text        TEXT NOT NULL,
    sent_at     INTEGER NOT NULL, -- by the network's clock if it is plausible, else received_at
    received_at INTEGER NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('answer', 'opinion', 'optout', 'optin',
                                                 'unclear', 'service', 'stranger', 'repeat')),
    rule        TEXT NOT NULL,
    normalised  TEXT NOT NULL,
    settled_at  INTEGER, -- an unclear one: when a person decided
    settled_by  TEXT
) STRICT;
CREATE INDEX reply_contact ON reply (contact_id, sent_at);
CREATE INDEX reply_open ON reply (id)
    WHERE outcome IN ('unclear', 'stranger') AND settled_at IS NULL;
CREATE INDEX reply_campaign ON reply (campaign_id, outcome);

-- One SMS received, as it was.
CREATE TABLE incoming (
    id          INTEGER PRIMARY KEY,
    modem       TEXT NOT NULL,
    imsi        TEXT NOT NULL,
    memory      TEXT NOT NULL,
    location    INTEGER NOT NULL,
    sender      TEXT NOT NULL,
    text        TEXT NOT NULL,
    coding      INTEGER NOT NULL,
    reference   INTEGER NOT NULL, -- -1: a single SMS
    total       INTEGER NOT NULL,
    sequence    INTEGER NOT NULL,
    sent_at     INTEGER NOT NULL, -- SCTS
    received_at INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, -- of the content: the same SMS read twice from the SIM is one
    reply_id    INTEGER REFERENCES reply (id) -- NULL: waits for its other parts
) STRICT;
CREATE INDEX incoming_fingerprint ON incoming (fingerprint);
CREATE INDEX incoming_waiting ON incoming (sender, reference, total) WHERE reply_id IS NULL;
CREATE INDEX incoming_overdue ON incoming (received_at) WHERE reply_id IS NULL;

CREATE TABLE answer (
    id            INTEGER PRIMARY KEY,
    campaign_id   INTEGER NOT NULL REFERENCES campaign (id),
    contact_id    INTEGER NOT NULL REFERENCES contact (id),
    question      TEXT NOT NULL,
    code          TEXT NOT NULL,
    reply_id      INTEGER NOT NULL REFERENCES reply (id),
    at            INTEGER NOT NULL, -- sent_at of the reply
    by_whom       TEXT NOT NULL, -- '' the reply itself, else the person who decided
    reason        TEXT NOT NULL DEFAULT '',
    superseded_by INTEGER REFERENCES answer (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE UNIQUE INDEX answer_current ON answer (campaign_id, contact_id, question)
    WHERE superseded_by IS NULL;
CREATE INDEX answer_reply ON answer (reply_id);
CREATE INDEX answer_superseded ON answer (superseded_by); -- asked for by the deferred key

CREATE TABLE opinion (
    id          INTEGER PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaign (id),
    number      INTEGER NOT NULL, -- within the campaign, told to its author
    contact_id  INTEGER NOT NULL REFERENCES contact (id),
    reply_id    INTEGER NOT NULL REFERENCES reply (id),
    text        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('received', 'forwarded', 'in-progress', 'answered',
                                               'closed')),
    received_at INTEGER NOT NULL,
    UNIQUE (campaign_id, number)
) STRICT;
CREATE INDEX opinion_author ON opinion (campaign_id, contact_id);

-- Who refused or wished to be written to, when, by which SMS or which person.
CREATE TABLE consent (
    id         INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL REFERENCES contact (id),
    at         INTEGER NOT NULL,
    event      TEXT NOT NULL CHECK (event IN ('opted-out', 'opted-in')),
    reply_id   INTEGER REFERENCES reply (id),
    by_whom    TEXT NOT NULL
) STRICT;

-- ---- forwarding ----
CREATE TABLE sink (
    name        TEXT PRIMARY KEY,
    url         TEXT NOT NULL DEFAULT '',   -- another one switches it on again
    disabled_at INTEGER,                    -- it answered 410 Gone
    rest_until  INTEGER NOT NULL DEFAULT 0, -- it is in trouble, or sent Retry-After
    reason      TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY,
    event_id     TEXT NOT NULL, -- CloudEvents id and webhook-id: equal in every retry
    sink         TEXT NOT NULL,
    type         TEXT NOT NULL, -- CloudEvents type
    body         TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'abandoned')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    tries        INTEGER NOT NULL DEFAULT 0, -- since it was made or last retried by a person
    created_at   INTEGER NOT NULL,
    next_at      INTEGER NOT NULL,
    give_up_at   INTEGER NOT NULL,
    delivered_at INTEGER,
    UNIQUE (sink, event_id)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (sink, id) WHERE state = 'waiting';

CREATE TABLE outbox_attempt (
    id        INTEGER PRIMARY KEY,
    outbox_id INTEGER NOT NULL REFERENCES outbox (id),
    at        INTEGER NOT NULL,
    status    INTEGER NOT NULL, -- HTTP, 0: no answer
    error     TEXT NOT NULL,
    took_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_attempt_outbox ON outbox_attempt (outbox_id);

-- The last summary put before each sink: the next one goes only if figures changed.
CREATE TABLE summary (
    campaign_id INTEGER NOT NULL REFERENCES campaign (id),
    sink        TEXT NOT NULL,
    sequence    INTEGER NOT NULL, -- of the summaries of this campaign for this sink, from 1
    at          INTEGER NOT NULL, -- when the figures were last looked at
    digest      TEXT NOT NULL,    -- SHA-256 of the figures
    final       INTEGER NOT NULL, -- 1: the campaign had ended
    PRIMARY KEY (campaign_id, sink)
) STRICT, WITHOUT ROWID;
