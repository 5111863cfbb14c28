# SPDX-License-Identifier: GPL-2.0-or-later
"""What the rounds of the torture do to Loa: each mode is a function of a round and a number of blows.
What may cost an unsure message is noted in rig.facts before it is done."""
import functools, os, random, shutil, signal, sqlite3, subprocess, time, uuid

from rig import stat_fields
from torture_round import phone_of


def kills(rig, blows):
    for _ in rig.harass(blows):
        rig.blow()


# ---- power cuts ----

def freeze(rig):
    """Gateway and workers stand still: nothing that they have written changes any more."""
    pids = [rig.gateway.pid]
    os.kill(rig.gateway.pid, signal.SIGSTOP)
    wait_stopped(rig.gateway.pid)
    for pid in rig.workers():
        try:
            os.kill(pid, signal.SIGSTOP)
            wait_stopped(pid)
            pids.append(pid)
        except ProcessLookupError:
            pass
    return pids


def wait_stopped(pid):
    for _ in range(2000):
        fields = stat_fields(pid)
        if not fields or fields[0] in "TtZ":
            return
        time.sleep(0.001)


def read_flight(rig):
    logs = {}
    for name in os.listdir(rig.path("flight")):
        with open(rig.path(f"flight/{name}"), "rb") as file:
            logs[name] = file.read()
    return logs


def write_flight(rig, logs):
    shutil.rmtree(rig.path("flight.new"), ignore_errors=True)
    os.mkdir(rig.path("flight.new"))
    for name, octets in logs.items():
        with open(rig.path(f"flight.new/{name}"), "wb") as file:
            file.write(octets)


def mixture(rig, older, newer):
    """What a disk may hold of a file that was written and not synced: each sector old or new."""
    sectors = range(0, len(newer), 512)
    return b"".join(rig.random.choice([older, newer])[at:at + 512] for at in sectors)


def submissions(rig):
    """So many Ctrl-Z have reached the modems; each message's first comes after a sync of the log."""
    time.sleep(0.02)
    return rig.control("stats").split()[1]


def torn_logs(rig):
    """Of two moments with no sync between them, or else those of the later moment. All stand still
    afterwards."""
    pids, before, older = freeze(rig), submissions(rig), read_flight(rig)
    for pid in pids:
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass
    time.sleep(rig.random.uniform(0, 0.04))
    pids, newer = freeze(rig), read_flight(rig)
    if submissions(rig) != before or older.keys() != newer.keys():
        return pids, newer
    return pids, {name: mixture(rig, older[name], newer[name]) for name in newer}


def copy_database(rig, name):
    """As a disk has it: without the index of the WAL, which lives in memory."""
    shutil.rmtree(rig.path(name), ignore_errors=True)
    os.mkdir(rig.path(name))
    for ending in ("", "-wal"):
        if os.path.exists(rig.database + ending):
            shutil.copy(rig.database + ending, rig.path(f"{name}/loa.db{ending}"))


def open_leases(rig):
    """Of the copy, read from another copy, as reading changes the files."""
    shutil.rmtree(rig.path("peek"), ignore_errors=True)
    shutil.copytree(rig.path("data.new"), rig.path("peek"))
    database = sqlite3.connect(rig.path("peek/loa.db"))
    rows = database.execute("SELECT id, modem FROM attempt WHERE settled_at IS NULL").fetchall()
    database.close()
    return rows


def cut_power(rig, kind):
    pids, logs = torn_logs(rig) if kind == "torn logs" else (freeze(rig), read_flight(rig))
    write_flight(rig, {} if kind == "no logs" else logs)
    copy_database(rig, "data.new")
    for pid in pids[1:]:
        rig.kill(pid)
    rig.kill_gateway()
    if kind == "no logs":
        leases = open_leases(rig)
        rig.facts.exposed.update(modem for _, modem in leases)
        rig.facts.guesses += len(leases)
        rig.facts.orphans += [lease for lease, _ in leases]
    for folder in ("data", "flight"):
        shutil.rmtree(rig.path(f"{folder}.cut"), ignore_errors=True)
        os.rename(rig.path(folder), rig.path(f"{folder}.cut"))
        os.rename(rig.path(f"{folder}.new"), rig.path(folder))


@functools.cache
def boots_can_differ():
    """Another boot is shown by a mount of our own, which not every machine allows."""
    return subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL).returncode == 0


def power_fails(rig):
    kinds = ["same boot", "no logs"]
    if boots_can_differ():
        kinds += ["another boot", "torn logs", "torn logs"]
    kind = rig.random.choice(kinds)
    cut_power(rig, kind)
    if kind in ("another boot", "torn logs"):
        rig.boot = rig.path("boot_id")
        rig.write("boot_id", str(uuid.UUID(int=rig.random.getrandbits(128))) + "\n")
    if kind != "same boot" and rig.random.random() < 0.3:
        for modem in range(rig.modems):
            rig.expose(f"sim{modem}")
            rig.control(f"restart {modem}")
    rig.start_gateway()


def power(rig, blows):
    """A cut starts the machine anew, which the gateway sees by its boot id; with the same boot the copy
    is what `kill -9` of everything leaves. A log as of before its last sync is not tried: no disk
    that keeps its word has it."""
    for _ in rig.harass(blows, 0.2, 1.2):
        power_fails(rig)


# ---- a full disk ----

def fill_disk(rig):
    with open(rig.path("data/ballast"), "ab", buffering=0) as ballast:
        for size in (65536, 4096, 512):
            try:
                while True:
                    ballast.write(bytes(size))
            except OSError:
                continue


def disk(rig, blows):
    """A gateway that is started on a full disk may end; systemd would start it again."""
    rig.facts.expected_errors += [r" store event=full ", r"disk is full"]
    for _ in rig.harass(blows, 0.1, 1):
        fill_disk(rig)
        for _ in range(rig.random.randint(1, 4)):
            time.sleep(rig.random.uniform(0.1, 0.8))
            rig.inject()
        what = rig.random.choice(["nothing", "nothing", "workers", "gateway"])
        if what == "workers":
            rig.kill_workers(rig.modems)
        elif what == "gateway":
            rig.kill_gateway()
            rig.start_gateway()
            time.sleep(rig.random.uniform(0, 1))
        os.remove(rig.path("data/ballast"))
        if rig.gateway.poll() is not None:
            rig.processes.remove(rig.gateway)
            rig.start_gateway()


# ---- a backlog ----

def backlog(rig, blows):
    """The common campaign is started before the urgent one, replies wait in the network: then all
    modems come back."""
    rig.facts.urgent = rig.value("SELECT max(priority) FROM campaign")
    for i in range(len(rig.people) // 10):
        text = rig.unique(rig.random.choice([20, 60, 300]))
        rig.control(f"sms {i % rig.modems} {phone_of(rig.random.randrange(len(rig.people)))} {text}")
    for modem in range(rig.modems):
        rig.control(f"plug {modem}")
    for _ in rig.harass(blows, 1, 5):
        rig.kill_workers(1)


# ---- torment ----

def flood(rig, i):
    lines = ["^RSSI: 12", "+CREG: 2", "RING", "+CIEV: 2,4", "^HCSQ: 1,2", "+CMTI: \"SM\",90", "+CUSD: 2", "NO CARRIER"]
    for _ in range(100):
        rig.control(f"urc {i} {rig.random.choice(lines)}")


def garbage(rig, i):
    rig.control(b"urc %d " % i + bytes(rig.random.choice(range(14, 256)) for _ in range(200)))


def fill_sim(rig, i):
    for person in rig.random.sample(range(700000, 800000), 8):
        rig.control(f"sms {i} {phone_of(person)} {rig.unique(rig.random.randint(40, 300))}")


def replug(rig, i):
    rig.control(f"unplug {i}")
    time.sleep(rig.random.choice([0, 0.2, 1]))
    rig.control(f"plug {i}")


TORMENTS = {
    "mute": lambda rig, i: rig.control(f"silence {i} mute"),
    "swallows answers": lambda rig, i: rig.control(f"silence {i} on"),
    "loses": lambda rig, i: rig.control(f"silence {i} lost"),
    "deaf": lambda rig, i: rig.control(f"silence {i} deaf"),
    "talks": lambda rig, i: rig.control(f"silence {i} off"),
    "echo off": lambda rig, i: rig.control(f"echo {i} off"),
    "echo on": lambda rig, i: rig.control(f"echo {i} on"),
    "flood": flood,
    "garbage": garbage,
    "replug": replug,
    "restart": lambda rig, i: rig.control(f"restart {i}"),
    "fails": lambda rig, i: rig.control(f"fail {i} {rig.random.choice(['38', '500', 'cme30', 'error', '41', '322', 'ok'])} {rig.random.randint(1, 4)}"),
    "registration": lambda rig, i: rig.control(f"registration {i} {rig.random.choice([1, 1, 2, 3])}"),
    "full SIM": fill_sim,
}


def torment_one(rig, victims):
    victim = rig.random.choice(victims)
    rig.expose(f"sim{victim}")
    TORMENTS[rig.random.choice(list(TORMENTS))](rig, victim)


def relent(rig, victims):
    for victim in victims:
        for order in ("silence {} off", "registration {} 1", "fail {} ok 0", "unplug {}", "plug {}"):
            rig.control(order.format(victim))


def expect_troubles(rig, victims):
    rig.facts.expected_errors += [r"modem=sim(" + "|".join(map(str, victims)) + r")\b"]
    rig.facts.guesses = 1000  # a modem that is silent or loses submissions never saw some


def torment(rig, blows):
    victims = rig.random.sample(range(rig.modems), max(1, rig.modems // 3))
    rig.facts.healthy = [f"sim{i}" for i in range(rig.modems) if i not in victims]
    expect_troubles(rig, victims)
    for _ in rig.harass(blows, 0, 0.3):
        torment_one(rig, victims)
    relent(rig, victims)


def mixed(rig, blows):
    victims = range(rig.modems)
    expect_troubles(rig, victims)
    for _ in rig.harass(blows, 0, 0.5):
        rig.random.choice([rig.blow, lambda: power_fails(rig), *[lambda: torment_one(rig, victims)] * 3])()
    relent(rig, victims)


MODES = {"kills": kills, "power": power, "torment": torment, "mixed": mixed, "disk": disk, "backlog": backlog}
ODDS = ["kills", "power", "torment", "mixed"] * 6 + ["disk"] * 3 + ["backlog"]
