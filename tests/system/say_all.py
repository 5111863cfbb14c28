#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""say_all.py AIR CONTROL: households write. Lines PHONE<tab>TEXT on stdin go, in their order, to the
modem whose SMS the phone got last by the record AIR, else to the first."""
import json
import re
import socket
import sys

air, control = sys.argv[1:]
modem_of = {}
with open(air, encoding="utf-8") as file:
    for line in file:
        event = json.loads(line)
        if event.get("direction") == "received":
            modem_of[event["to"]] = re.sub(r"\D", "", event["modem"])
with socket.socket(socket.AF_UNIX) as client:
    client.connect(control)
    answers = client.makefile(encoding="utf-8")
    for line in sys.stdin:
        phone, text = line.rstrip("\n").split("\t")
        client.sendall(f"sms {modem_of.get(phone, '0')} {phone} {text}\n".encode())
        answer = answers.readline()
        if not answer.startswith("ok"):
            sys.exit(f"{phone}: {text}: {answer}")
