# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what the simulator recorded on the air with what Loa believes, after a round of torture.

A check is a function whose name is the sentence that must be true; it yields what contradicts it.
SMS are matched by what makes them the same to a household: who gets them and what they say; parts
of a long text by recipient, concatenation reference and place."""
import glob, re, sqlite3
from collections import Counter, defaultdict

ON_AIR = ("sent", "delivered", "undelivered")
SANITIZERS = re.compile(r"AddressSanitizer|LeakSanitizer|UndefinedBehavior|runtime error:")


class Evidence:
    """Everything a round left behind. facts: what the torturer did and saw, see torture."""

    def __init__(self, rig, facts):
        self.facts, self.folder = facts, rig.folder
        database = sqlite3.connect(rig.database)
        database.row_factory = sqlite3.Row
        ask = lambda sql: [dict(row) for row in database.execute(sql)]
        self.integrity = [row[0] for row in database.execute("PRAGMA integrity_check")]
        self.messages = ask("SELECT m.*, c.phone FROM message m JOIN contact c ON c.id = m.contact_id")
        self.attempts = ask("SELECT * FROM attempt")
        self.parts = ask("SELECT p.*, c.phone FROM part p JOIN message m ON m.id = p.message_id"
                         " JOIN contact c ON c.id = m.contact_id")
        self.reports = ask("SELECT * FROM report")
        self.incoming = ask("SELECT * FROM incoming")
        self.replies = ask("SELECT * FROM reply")
        self.answers = ask("SELECT c.phone, a.code FROM answer a JOIN contact c ON c.id = a.contact_id"
                           " WHERE a.superseded_by IS NULL")
        database.close()
        self.air = rig.air()
        self.out = [event for event in self.air if event["direction"] == "out" and "to" in event]
        self.accepted = Counter(air_key(event) for event in self.out if event["result"] == "accepted")
        self.tried = Counter((event["modem"], air_key(event)) for event in self.out)
        self.by_id = {message["id"]: message for message in self.messages}
        self.allowed = defaultdict(lambda: [0, 0, []])
        for message in self.messages:
            for part in range(message["parts"]):
                least, most = bounds(message, part)
                group = self.allowed[message_key(message, part)]
                group[0] += least
                group[1] += most
                group[2].append(message["id"])
        self.texts = whole_texts(self.air)

    def unsure(self):
        return [attempt for attempt in self.attempts if attempt["verdict"] == "unsure"]

    def unseen(self):
        """Messages with more unsure attempts than the modem was given submissions."""
        doubts = Counter((attempt["modem"], attempt["message_id"]) for attempt in self.unsure())
        return [i for (modem, i), count in doubts.items()
                if count > max(self.tried[modem_of(modem), message_key(self.by_id[i], part)]
                               for part in range(self.by_id[i]["parts"]))]

    def lost(self):
        return sum(max(0, least - self.accepted[key]) for key, (least, _, _) in self.allowed.items())

    def doubled(self):
        return sum(max(0, self.accepted[key] - most) for key, (_, most, _) in self.allowed.items())

    def longest_silence(self):
        """Of the healthy modems, in ms, while messages waited that any of them could have sent."""
        first = {}
        for attempt in self.attempts:
            first.setdefault(attempt["message_id"], attempt["leased_at"])
        ended = max(first.get(m["id"], 0) for m in self.messages if m["purpose"] == "invitation")
        longest = 0
        for name in self.facts.healthy:
            times = [e["at_ms"] for e in self.out if e["modem"] == modem_of(name) and e["at_ms"] < ended]
            times = [self.facts.begun_ms, *times, ended]
            longest = max(longest, *(b - a for a, b in zip(times, times[1:])))
        return longest


def air_key(event):
    if event["parts"] > 1:
        return event["to"], event["concat"], event["part"]
    return event["to"], event["text"]


def message_key(message, part):
    if message["parts"] > 1:
        return message["phone"], message["reference"], part + 1
    return message["phone"], message["text"]


def bounds(message, part):
    """How often this part may have been taken by the network, from the message's own state."""
    state, sent = message["state"], message["parts_sent"]
    if state in ON_AIR or part < sent:
        return 1, 1
    all_in_doubt = message["cause"] == "its flight log was lost or replaced"
    if state == "unsure" and (part == sent or all_in_doubt):
        return 0, 1
    return 0, 0


def whole_texts(air):
    """(modem, sender, text) of what was handed to the modems, parts joined, in order of their end."""
    texts, waiting = [], {}
    for event in air:
        if event["direction"] != "in" or not event["from"]:
            continue
        if event["parts"] == 1:
            texts.append((event["modem"], event["from"], event["text"]))
            continue
        key = event["modem"], event["from"], event["concat"]
        parts = waiting.setdefault(key, {})
        parts[event["part"]] = event["text"]
        if len(parts) == event["parts"]:
            texts.append((event["modem"], event["from"], "".join(parts[i] for i in sorted(parts))))
            del waiting[key]
    return texts


def modem_of(name):
    return name.replace("sim", "modem")


def differences(there, here):
    """Of two Counters, as sentences."""
    for what, count in (there - here).items():
        yield f"{count} missing of {what}"
    for what, count in (here - there).items():
        yield f"{count} too many of {what}"


# ---- what must be true of sending ----

def no_message_was_sent_twice_and_none_is_missing(e):
    for key, (least, most, ids) in e.allowed.items():
        if not least <= e.accepted[key] <= most:
            states = [e.by_id[i]["state"] for i in ids]
            yield f"{key} is {states} and was {e.accepted[key]} times on the air; messages {ids}"


def nothing_on_the_air_is_unknown_to_the_database(e):
    for key in e.accepted.keys() - e.allowed.keys():
        yield f"{key}"


def every_sent_part_is_on_the_air_with_its_reference(e):
    heard = Counter((event["modem"], event["reference"], event["to"]) for event in e.out
                    if event["result"] == "accepted")
    for part in e.parts:
        if part["reference"] >= 0 and not heard[modem_of(part["modem"]), part["reference"], part["phone"]]:
            yield f"message {part['message_id']} part {part['sequence']} by {part['modem']} ref {part['reference']}"


def what_was_not_sent_says_why(e):
    for message in e.messages:
        if message["state"] in ("refused", "unsure") and not message["cause"]:
            yield f"message {message['id']} is {message['state']} without a cause"
        elif message["state"] not in (*ON_AIR, "queued", "refused", "unsure"):
            yield f"message {message['id']} is {message['state']}"
        elif message["state"] == "queued" and not message["attempts"] and not message["sick"]:
            yield f"message {message['id']} is queued and nobody tried to send it"


def nothing_is_leased_at_the_end(e):
    for attempt in e.attempts:
        if attempt["settled_at"] is None:
            yield f"attempt {attempt['id']} of message {attempt['message_id']} by {attempt['modem']}"


def unsure_is_at_most_one_for_each_modem_and_blow(e):
    for modem, count in Counter(attempt["modem"] for attempt in e.unsure()).items():
        if count > e.facts.exposed[modem]:
            yield f"{modem} has {count} of {e.facts.exposed[modem]} possible"


def what_is_unsure_was_given_to_the_modem(e):
    """Ctrl-Z is noted before it passes, so that a kill can hit the moment between: seldom."""
    if len(e.unseen()) > 1 + len(e.unsure()) // 10 + e.facts.guesses:
        yield f"of {len(e.unsure())} unsure ones the modem never saw {e.unseen()}"


def a_report_ends_the_doubt(e):
    """Where only one message can be meant: a report that fits several must settle none. Of a message
    that is doubtful in all its parts, the report on one does not say on which."""
    guessed = {attempt["message_id"] for attempt in e.attempts if attempt["id"] in e.facts.orphans}
    reported = {(modem_of(report["modem"]), report["reference"], report["number"][-9:])
                for report in e.reports if report["status"] < 0x20}
    doubts = Counter((attempt["modem"], e.by_id[attempt["message_id"]]["phone"]) for attempt in e.unsure())
    for event in e.out:
        if event["result"] != "accepted" or (event["modem"], event["reference"], event["to"][-9:]) not in reported:
            continue
        meant = [e.by_id[i] for i in e.allowed[air_key(event)][2]]
        message = meant[0]
        if len(meant) != 1 or doubts[message["modem"], message["phone"]] != 1 or (
                message["id"] in guessed and message["parts"] > 1):
            continue
        if message["state"] == "unsure" and message["parts_sent"] + 1 == event["part"]:
            yield f"message {message['id']} is unsure though its report came"


def leases_without_a_flight_log_are_unsure(e):
    verdicts = {attempt["id"]: attempt["verdict"] for attempt in e.attempts}
    for lease in e.facts.orphans:
        if verdicts[lease] != "unsure":
            yield f"attempt {lease} is {verdicts[lease]}"


def healthy_modems_have_no_doubts(e):
    for attempt in e.unsure():
        if attempt["modem"] in e.facts.healthy:
            yield f"attempt {attempt['id']} by {attempt['modem']}"


def the_urgent_went_first(e):
    if e.facts.urgent is None:
        return
    first = {}
    for attempt in e.attempts:
        first.setdefault(attempt["message_id"], attempt["id"])
    urgent = [first[m["id"]] for m in e.messages if m["priority"] == e.facts.urgent and m["id"] in first
              and m["purpose"] == "invitation"]
    others = [first[m["id"]] for m in e.messages if m["priority"] < e.facts.urgent and m["id"] in first
              and m["purpose"] == "invitation"]
    if urgent and others and max(urgent) > min(others):
        yield f"lease {min(others)} is of a common message, lease {max(urgent)} of an urgent one"


# ---- of receiving ----

def every_sms_of_the_handsets_is_stored_once(e):
    there = Counter((event["modem"], event["from"], event["text"], event["parts"], event["part"])
                    for event in e.air if event["direction"] == "in" and event["from"])
    here = Counter((modem_of(row["modem"]), row["sender"], row["text"], row["total"], row["sequence"])
                   for row in e.incoming)
    yield from differences(there, here)


def every_text_is_a_reply_once_and_whole(e):
    here = Counter((modem_of(row["modem"]), row["sender"], row["text"]) for row in e.replies)
    yield from differences(Counter(e.texts), here)


def no_sms_is_left_on_a_sim(e):
    for modem, slots in enumerate(e.facts.slots):
        if not re.match(r"ok SM 0/\d+ ME 0/\d+ waiting 0$", slots):
            yield f"modem{modem}: {slots}"


def the_tally_is_what_the_air_says(e):
    asked = {m["phone"] for m in e.messages if m["purpose"] == "invitation" and m["parts"] == 1}
    last = {sender: text for _, sender, text in e.texts if sender in asked and text in ("1", "2")}
    yield from differences(Counter(last.items()), Counter((a["phone"], a["code"]) for a in e.answers))
    if e.facts.tally is not None:
        options = e.facts.tally["total"]["questions"][0]["options"]
        yield from differences(Counter(last.values()), Counter({o["code"]: o["count"] for o in options}))


# ---- of the programs ----

def the_database_is_whole(e):
    if e.integrity != ["ok"]:
        yield f"{e.integrity[:5]}"


def no_program_ended_by_itself(e):
    yield from e.facts.ended


def memory_is_bounded(e):
    if e.facts.peak_kb > e.facts.peak_limit_kb:
        yield f"the gateway had {e.facts.peak_kb} kB"


def no_sanitizer_spoke(e):
    for path in glob.glob(f"{e.folder}/*.log"):
        with open(path, errors="replace") as file:
            yield from (f"{path}: {line.strip()}" for line in file if SANITIZERS.search(line))


def the_gateway_logged_no_error_that_nobody_caused(e):
    with open(f"{e.folder}/loa-gateway.log", errors="replace") as file:
        for line in file:
            words = line.split(" ", 2)
            if "error" in words[:2] and not any(re.search(p, line) for p in e.facts.expected_errors):
                yield line.strip()


CHECKS = [
    no_message_was_sent_twice_and_none_is_missing,
    nothing_on_the_air_is_unknown_to_the_database,
    every_sent_part_is_on_the_air_with_its_reference,
    what_was_not_sent_says_why,
    nothing_is_leased_at_the_end,
    unsure_is_at_most_one_for_each_modem_and_blow,
    what_is_unsure_was_given_to_the_modem,
    a_report_ends_the_doubt,
    leases_without_a_flight_log_are_unsure,
    healthy_modems_have_no_doubts,
    the_urgent_went_first,
    every_sms_of_the_handsets_is_stored_once,
    every_text_is_a_reply_once_and_whole,
    no_sms_is_left_on_a_sim,
    the_tally_is_what_the_air_says,
    the_database_is_whole,
    no_program_ended_by_itself,
    memory_is_bounded,
    no_sanitizer_spoke,
    the_gateway_logged_no_error_that_nobody_caused,
]


def contradictions(evidence):
    """(sentence, detail) of everything that is not true."""
    return [(check.__name__.replace("_", " "), detail) for check in CHECKS for detail in check(evidence)]
