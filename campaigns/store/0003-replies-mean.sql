-- SPDX-License-Identifier: GPL-2.0-or-later
-- Schema 3: what replies mean. Times are UTC milliseconds; a day is a local date, 'YYYY-MM-DD'.

-- ---- answers ----
-- One version of what one voice says to one question. The voice is a contact, or a person for whom
-- somebody else recorded the answer.
CREATE TABLE answer_of_schema_3 (
    id            INTEGER PRIMARY KEY,
    campaign_id   INTEGER NOT NULL REFERENCES campaign (id),
    contact_id    INTEGER REFERENCES contact (id),
    person_id     INTEGER REFERENCES person (id),
    question      TEXT NOT NULL,
    code          TEXT NOT NULL, -- '1,3,TV'; numbers 'dot=81,luot=35420'; 'count=2'; else the text;
                                 -- '' none: the answer as it stands with this version
    said          TEXT,          -- what it says by itself: 'TV'; '' nothing; NULL the whole code
    reply_id      INTEGER REFERENCES reply (id), -- NULL: said elsewhere, see reason
    at            INTEGER NOT NULL, -- when it was said: orders the versions
    recorded_at   INTEGER NOT NULL, -- when Loa learnt of it
    by_whom       TEXT NOT NULL,    -- '' the reply itself, else the person who decided
    reason        TEXT NOT NULL DEFAULT '',
    superseded_by INTEGER REFERENCES answer_of_schema_3 (id) DEFERRABLE INITIALLY DEFERRED,
    CHECK ((contact_id IS NULL) <> (person_id IS NULL))
) STRICT;
INSERT INTO answer_of_schema_3
    SELECT a.id, a.campaign_id, a.contact_id, NULL, a.question, a.code, NULL, a.reply_id, a.at,
           CASE WHEN a.by_whom = '' THEN r.received_at ELSE coalesce(r.settled_at, r.received_at) END,
           a.by_whom, a.reason, a.superseded_by
    FROM answer a JOIN reply r ON r.id = a.reply_id;
DROP TABLE answer;
ALTER TABLE answer_of_schema_3 RENAME TO answer;
CREATE UNIQUE INDEX answer_current
    ON answer (campaign_id, coalesce(contact_id, 0), coalesce(person_id, 0), question)
    WHERE superseded_by IS NULL;
CREATE INDEX answer_reply ON answer (reply_id);
CREATE INDEX answer_superseded ON answer (superseded_by); -- asked for by the deferred key
CREATE INDEX answer_contact ON answer (contact_id);
CREATE INDEX answer_person ON answer (person_id) WHERE person_id IS NOT NULL;

-- It counts, but a person should look at it: why; '' nobody needs to.
ALTER TABLE reply ADD COLUMN look TEXT NOT NULL DEFAULT '';
-- With what it was read: the only question that was open, '' all of its campaign; and why it could
-- be no answer, whatever it says: 'closed'.
ALTER TABLE reply ADD COLUMN question TEXT NOT NULL DEFAULT '';
ALTER TABLE reply ADD COLUMN shut TEXT NOT NULL DEFAULT '';
CREATE INDEX reply_look ON reply (id) WHERE look <> '' AND settled_at IS NULL;

-- Which question of a campaign that asks one after the other is open for a contact.
CREATE TABLE conversation (
    campaign_id INTEGER NOT NULL REFERENCES campaign (id),
    contact_id  INTEGER NOT NULL REFERENCES contact (id),
    state       TEXT NOT NULL CHECK (state IN ('open', 'done', 'timed-out')),
    question    TEXT NOT NULL, -- the one asked last
    asked_at    INTEGER NOT NULL,
    reminded_at INTEGER,
    PRIMARY KEY (campaign_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_open ON conversation (campaign_id, asked_at) WHERE state = 'open';

-- ---- messages ----
ALTER TABLE message ADD COLUMN asks TEXT NOT NULL DEFAULT ''; -- the question that this text asks
ALTER TABLE message ADD COLUMN reminder INTEGER NOT NULL DEFAULT -1; -- which of the file's, from 0
ALTER TABLE message ADD COLUMN opinion_id INTEGER REFERENCES opinion (id); -- that it answers
CREATE UNIQUE INDEX message_reminder ON message (campaign_id, reminder, contact_id)
    WHERE reminder >= 0;
CREATE INDEX message_opinion ON message (opinion_id) WHERE opinion_id IS NOT NULL;

CREATE TABLE reminder_run (
    campaign_id INTEGER NOT NULL REFERENCES campaign (id),
    reminder    INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    done_at     INTEGER,          -- NULL: not all are queued yet
    person_id   INTEGER NOT NULL DEFAULT 0, -- the last one of the audience that was looked at
    queued      INTEGER NOT NULL DEFAULT 0,
    skipped     TEXT NOT NULL DEFAULT '', -- why none were
    PRIMARY KEY (campaign_id, reminder)
) STRICT, WITHOUT ROWID;

-- ---- figures ----
-- A tally as it was, never counted anew.
CREATE TABLE snapshot (
    id          INTEGER PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaign (id),
    as_of       INTEGER NOT NULL,
    taken_at    INTEGER NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('planned', 'asked', 'final')),
    by_whom     TEXT NOT NULL, -- '' the campaign file
    figures     TEXT NOT NULL, -- JSON
    UNIQUE (campaign_id, as_of, kind)
) STRICT;

-- ---- campaigns ----
ALTER TABLE campaign ADD COLUMN organisation TEXT NOT NULL DEFAULT ''; -- '' the house itself
ALTER TABLE campaign ADD COLUMN retention_months INTEGER NOT NULL DEFAULT 0; -- 0: kept for ever
ALTER TABLE campaign ADD COLUMN erased_at INTEGER; -- retention: figures remain, in its last snapshot
CREATE INDEX campaign_retention ON campaign (state_at + retention_months * 2419200000)
    WHERE erased_at IS NULL AND retention_months > 0 AND state IN ('finished', 'cancelled');

-- A campaign that comes again: the file each of its campaigns is made from.
CREATE TABLE series (
    id         INTEGER PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,
    title      TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('active', 'stopped')),
    file       TEXT NOT NULL,
    definition TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    by_whom    TEXT NOT NULL,
    changed_at INTEGER NOT NULL, -- last: added anew, or stopped
    changed_by TEXT NOT NULL,
    reason     TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE series_campaign (
    series_id   INTEGER NOT NULL REFERENCES series (id),
    day         TEXT NOT NULL,
    campaign_id INTEGER REFERENCES campaign (id), -- NULL: could not be made, or was skipped
    reason      TEXT NOT NULL DEFAULT '',
    skipped_by  TEXT NOT NULL DEFAULT '', -- '' it is not skipped
    tried_at    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (series_id, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX series_campaign_made ON series_campaign (campaign_id);

-- ---- opinions ----
ALTER TABLE opinion ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE opinion ADD COLUMN topic_by TEXT NOT NULL DEFAULT ''; -- '' Loa suggests it, by keyword
ALTER TABLE opinion ADD COLUMN unit_id INTEGER REFERENCES unit (id);
ALTER TABLE opinion ADD COLUMN office TEXT NOT NULL DEFAULT '';
ALTER TABLE opinion ADD COLUMN restricted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE opinion ADD COLUMN due_at INTEGER;
ALTER TABLE opinion ADD COLUMN state_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE opinion ADD COLUMN answer TEXT NOT NULL DEFAULT '';
ALTER TABLE opinion ADD COLUMN answered_at INTEGER;
ALTER TABLE opinion ADD COLUMN confirmed TEXT NOT NULL DEFAULT ''
    CHECK (confirmed IN ('', 'asked', 'yes', 'no'));
UPDATE opinion SET state_at = received_at;
CREATE INDEX opinion_due ON opinion (due_at) WHERE state IN ('received', 'forwarded', 'in-progress');
-- Asked of every reply that is shown: is it, or does it repeat, what only an office may read?
CREATE INDEX opinion_restricted ON opinion (contact_id) WHERE restricted = 1;
CREATE INDEX opinion_reply ON opinion (reply_id);
CREATE INDEX opinion_confirmed ON opinion (contact_id) WHERE confirmed <> ''; -- of every reply

CREATE TABLE opinion_event (
    id         INTEGER PRIMARY KEY,
    opinion_id INTEGER NOT NULL REFERENCES opinion (id),
    at         INTEGER NOT NULL,
    by_whom    TEXT NOT NULL,
    event      TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    detail     TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX opinion_event_opinion ON opinion_event (opinion_id);

-- ---- consent ----
-- The ledger: who refused, came back, was written to in an emergency all the same, was exported or
-- erased; by which SMS or which person.
CREATE TABLE consent_of_schema_3 (
    id           INTEGER PRIMARY KEY,
    contact_id   INTEGER REFERENCES contact (id),
    person_id    INTEGER REFERENCES person (id),
    organisation TEXT NOT NULL DEFAULT '',
    at           INTEGER NOT NULL,
    event        TEXT NOT NULL CHECK (event IN ('opted-out', 'opted-in', 'exempted', 'exported',
                                                'erased')),
    reply_id     INTEGER REFERENCES reply (id),
    campaign_id  INTEGER REFERENCES campaign (id),
    by_whom      TEXT NOT NULL,
    reason       TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO consent_of_schema_3 (id, contact_id, at, event, reply_id, by_whom)
    SELECT id, contact_id, at, event, reply_id, by_whom FROM consent;
DROP TABLE consent;
ALTER TABLE consent_of_schema_3 RENAME TO consent;
CREATE INDEX consent_contact ON consent (contact_id);
CREATE INDEX consent_person ON consent (person_id);
CREATE INDEX consent_campaign ON consent (campaign_id) WHERE campaign_id IS NOT NULL;

-- What the queue obeys: this contact takes nothing from that organisation; '*': from none.
CREATE TABLE refusal (
    contact_id   INTEGER NOT NULL REFERENCES contact (id),
    organisation TEXT NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (contact_id, organisation)
) STRICT, WITHOUT ROWID;
INSERT INTO refusal SELECT id, '', opted_out_at FROM contact WHERE opted_out_at IS NOT NULL;
ALTER TABLE contact DROP COLUMN opted_out_at;

-- Refusals of numbers that were erased: a keyed digest, so that the next roster obeys them.
CREATE TABLE erased_refusal (
    digest       TEXT NOT NULL,
    organisation TEXT NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (digest, organisation)
) STRICT, WITHOUT ROWID;
ALTER TABLE person ADD COLUMN erased_at INTEGER;
-- What erasing goes by, so that it reads no more than it erases.
CREATE INDEX report_message ON report (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX incoming_reply ON incoming (reply_id) WHERE reply_id IS NOT NULL;
CREATE INDEX answer_campaign ON answer (campaign_id);
CREATE INDEX household_number ON household (code) WHERE code >= '+' AND code < ','; -- '+84…'
CREATE INDEX outbox_opinion ON outbox (json_extract(body, '$.subject'))
    WHERE type = 'loa.opinion.v1'; -- 'DOITHOAI/12'

-- ---- units and groups ----
-- How a unit was called and where it belonged from that day on; the row of `unit` is the newest.
CREATE TABLE unit_version (
    unit_id   INTEGER NOT NULL REFERENCES unit (id),
    since     TEXT NOT NULL, -- a day; '' from the beginning
    parent_id INTEGER REFERENCES unit (id),
    name      TEXT NOT NULL,
    kind      TEXT NOT NULL,
    PRIMARY KEY (unit_id, since)
) STRICT, WITHOUT ROWID;
INSERT INTO unit_version SELECT id, '', parent_id, name, kind FROM unit;
ALTER TABLE unit ADD COLUMN exists_from TEXT NOT NULL DEFAULT ''; -- a day; '' always
ALTER TABLE unit ADD COLUMN ended_on TEXT NOT NULL DEFAULT '';    -- first day without it; '' exists
ALTER TABLE unit ADD COLUMN successor_id INTEGER REFERENCES unit (id);
CREATE TABLE unit_alias (
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    alias   TEXT NOT NULL,
    PRIMARY KEY (unit_id, alias)
) STRICT, WITHOUT ROWID;
CREATE TABLE unit_event (
    id      INTEGER PRIMARY KEY,
    unit_id INTEGER NOT NULL REFERENCES unit (id),
    at      INTEGER NOT NULL,
    by_whom TEXT NOT NULL,
    event   TEXT NOT NULL,
    day     TEXT NOT NULL, -- from which it holds
    detail  TEXT NOT NULL DEFAULT ''
) STRICT;

ALTER TABLE person_group ADD COLUMN rule TEXT; -- {"units": [], "groups": [], "where": []}; NULL: a list
ALTER TABLE person_group ADD COLUMN by_whom TEXT NOT NULL DEFAULT '';
ALTER TABLE person_group ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;

-- ---- coverage ----
-- Who was written to and who was reached, read without the texts: a programme has millions of them.
-- The statements of the store repeat this condition to the letter.
CREATE INDEX message_reach ON message (campaign_id, contact_id, state)
    WHERE purpose IN ('invitation', 'reminder') AND state IN ('sent', 'delivered', 'undelivered');
CREATE INDEX person_household ON person (household_id);
