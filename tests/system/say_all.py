#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""say_all.py AIR CONTROL: households write. Lines PHONE<tab>TEXT on stdin go to the modem whose SMS the
phone got last by the record AIR, else to the first. A phone's second text follows when all first ones
have gone, and so on, each in a later second: time stamps have whole seconds, and within one nobody can
say which of two texts was the last."""
import collections
import json
import re
import socket
import sys
import time

air, control = sys.argv[1:]
modem_of = {}
with open(air, encoding="utf-8") as file:
    for line in file:
        event = json.loads(line)
        if event.get("direction") == "received":
            modem_of[event["to"]] = re.sub(r"\D", "", event["modem"])
rounds, said = collections.defaultdict(list), collections.Counter()
for line in sys.stdin:
    phone, text = line.rstrip("\n").split("\t")
    rounds[said[phone]].append((phone, text))
    said[phone] += 1
with socket.socket(socket.AF_UNIX) as client:
    client.connect(control)
    answers = client.makefile(encoding="utf-8")
    for number, texts in sorted(rounds.items()):
        if number > 0:
            time.sleep(1 - time.time() % 1 + 0.01)
        for phone, text in texts:
            client.sendall(f"sms {modem_of.get(phone, '0')} {phone} {text}\n".encode())
            answer = answers.readline()
            if not answer.startswith("ok"):
                sys.exit(f"{phone}: {text}: {answer}")
