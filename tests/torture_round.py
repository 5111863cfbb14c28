# SPDX-License-Identifier: GPL-2.0-or-later
"""One round of the torture: the campaigns, the people who answer, the blows that processes can take,
and waiting until all has settled. Which blows fall when is in torture_modes."""
import json, os, random, shutil, signal, subprocess, time
from collections import Counter

from rig import Rig

VOTE = """code = "VOTE"; title = "Bỏ phiếu"; kind = "survey"; count_by = "contact"; priority = "{priority}";
audience = {{ units = [ "DV1" ]; }};
text = "Moi ho {{ten}} hop. Nhan 1=co, 2=khong.";
questions = ( {{ id = "hop"; kind = "choice"; options = (
  {{ code = "1"; label = "có"; sense = "yes"; }}, {{ code = "2"; label = "không"; sense = "no"; }} ); }} );
answers = {{ accepted = "Da ghi nhan: {{lua_chon}}."; unclear = "Chua ro. Nhan 1 hoac 2."; }};
window = "00:00-24:00";
"""
LONG = """code = "LONG"; title = "Thông báo dài"; kind = "notice"; audience = { units = [ "DV2" ]; };
text = "Kinh gui {ten}: uy ban nhan dan xa thong bao lich cat dien, lich tiem phong va lich thu gom rac thai trong thang toi; de nghi cac ho theo doi bang tin cua thon, chuan bi day du va nhac nhau cung thuc hien dung gio.";
window = "00:00-24:00";
"""
SIMULATOR = """modem = {{ air_ms = {air}; air_spread_ms = {air}; report_delay_ms = 200; report_spread_ms = 3000; }};
households = ( {{ first = "+84912000000"; count = {half}; trigger = "^Moi ho"; times = 1; delay_ms = 20; spread_ms = 600;
  answers = ( {{ text = "1"; weight = 40; }}, {{ text = "2"; weight = 40; }}, {{ text = ""; weight = 10; }},
    {{ text = "Nhà tôi có năm người, hai người đi làm xa chưa về kịp, xin cho hỏi có được ủy quyền không ạ? Nhờ cán bộ trả lời giúp."; weight = 10; }} ); }} );
"""
# What will move soon; a message that a sick modem gave back may wait for half an hour.
LEFT = ("SELECT count(*) FROM message WHERE state = 'leased' OR"
        " (state = 'queued' AND not_before < unixepoch() * 1000 + 20000)")
SANITIZED = os.environ.get("ASAN_OPTIONS") is not None


class NoDisk(Exception):
    """A small file system cannot be mounted here."""


class Facts:
    """What the checks must know beside the records: what was done to Loa, and what it may cost."""

    def __init__(self):
        self.blows = self.kills = 0
        self.exposed = Counter()  # by modem: blows that may leave one message unsure
        self.guesses = 0          # leases that had to be called unsure without a flight log
        self.orphans = []         # these leases
        self.healthy = ()
        self.urgent = None        # its priority
        self.slots, self.ended, self.tally = [], [], None
        self.peak_kb, self.peak_limit_kb = 0, (1500 if SANITIZED else 300) * 1024
        # A gateway that goes while a worker starts; more reports at once after a start than a log has
        # room for.
        self.expected_errors = [r'modem setup=missing detail="the other side left"',
                                r'modem message=LEAVE detail="SETUP must come first"', "pushed=waiting"]
        self.begun_ms = None      # the campaigns were started


def phone_of(person):
    return f"+84912{person:06d}"


class Round(Rig):
    def __init__(self, mode, seed, modems, people, air_ms):
        self.mode, self.random, self.facts = mode, random.Random(seed), Facts()
        roster = [(f"Người {i}", phone_of(i), "DV2" if i % 8 == 7 else "DV1") for i in range(people)]
        priority = "high" if mode == "backlog" else "normal"
        super().__init__(modems, roster, SIMULATOR.format(air=air_ms, half=people // 2),
                         {"LONG": LONG, "VOTE": VOTE.format(priority=priority)}, "info", "loa-torture-")
        self.read_to, self.reached, self.voted = 0, [], {}
        self.serial = 0
        self.mounted = False

    def __enter__(self):
        if self.mode == "disk":
            self.mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "loa-torture",
                                           self.path("data")], capture_output=True).returncode == 0
            if not self.mounted:
                raise NoDisk
            os.mkdir(self.path("data/flight"))
            os.rmdir(self.path("flight"))
            os.symlink(self.path("data/flight"), self.path("flight"))
        super().__enter__()
        if self.mode == "backlog":
            for modem in range(self.modems):
                self.control(f"unplug {modem}")
            self.until(lambda: self.value("SELECT count(*) FROM modem WHERE state = 'absent'")
                       == self.modems, "absent modems")
        self.facts.begun_ms = time.time() * 1000
        self.start_campaigns()
        return self

    def stop(self):
        super().stop()
        if self.mounted:
            if self.keep:
                shutil.copytree(self.path("data"), self.path("data.kept"))
            subprocess.run(["umount", "--lazy", self.path("data")], check=True)

    # ---- handsets ----

    def look_at_air(self):
        """Voters of ours (the simulator plays the other half) who have got their invitation."""
        with open(self.path("air"), "rb") as file:
            file.seek(self.read_to)
            lines = file.read()
        lines = lines[:lines.rfind(b"\n") + 1]
        self.read_to += len(lines)
        for line in lines.splitlines():
            if b'"received"' in line and b'"Moi ho' in line:
                person = int(line[line.index(b'"to":"+84912') + 12:][:6])
                if person >= len(self.people) // 2:
                    self.reached.append(person)

    def modem_for(self, person):
        return person % self.modems

    def sms(self, person, text):
        answer = self.control(f"sms {self.modem_for(person)} {phone_of(person)} {text}")
        assert answer.startswith("ok"), answer

    def unique(self, size):
        self.serial += 1
        return (f"y kien so {self.serial}: " + "con duong vao thon ngap khi mua lon, " * 20)[:size] + "."

    def choose(self, most):
        ready = [p for p in self.reached if time.monotonic() - self.voted.get(p, 0) > 2.5]
        chosen = self.random.sample(ready, min(most, len(ready)))
        self.voted.update((person, time.monotonic()) for person in chosen)
        return chosen

    def same_text_from_many(self):
        text = self.random.choice("12")
        for person in self.choose(6):
            self.sms(person, text)

    def one_says_it_twice(self):
        for person in self.choose(2):
            text = self.random.choice("12")
            self.sms(person, text)
            self.sms(person, text)

    def long_texts(self):
        for person in self.random.sample(range(len(self.people)), 2):
            self.sms(person, self.unique(self.random.randint(170, 500)))

    def equal_references(self):
        """Two long texts at once with one concatenation reference; their parts cross. Later two more of
        the same senders: only the time tells the four apart."""
        modem, first = self.random.randrange(self.modems), phone_of(700000 + self.random.randrange(8))
        second = phone_of(800000 + self.serial)
        if time.monotonic() - self.voted.get(first, 0) < 3:
            return
        self.voted[first] = time.monotonic()
        for sender, part in ((first, 1), (second, 2), (second, 1), (first, 2)):
            answer = self.control(f"part {modem} {sender} 77/{part}/2 {self.unique(100)}")
            assert answer == "ok", answer

    def inject(self):
        self.look_at_air()
        self.random.choice([self.same_text_from_many, self.one_says_it_twice, self.long_texts,
                            self.equal_references, lambda: None])()

    # ---- blows ----

    def modem_of_worker(self, pid):
        """By the flight log that it holds."""
        try:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                name = os.path.basename(os.readlink(f"/proc/{pid}/fd/{fd}"))
                if name.startswith("sim"):
                    return name.split(".")[0]
        except OSError:
            pass
        return None

    def expose(self, *names):
        self.facts.exposed.update(names or [f"sim{i}" for i in range(self.modems)])

    def watch(self):
        """Memory, and whether the gateway still lives without our doing."""
        try:
            with open(f"/proc/{self.gateway.pid}/status") as file:
                peak = [int(line.split()[1]) for line in file if line.startswith("VmHWM")]
            self.facts.peak_kb = max([self.facts.peak_kb, *peak])
        except OSError:
            pass
        if self.gateway.poll() is not None:
            self.facts.ended.append(f"the gateway ended by itself with {self.gateway.returncode}")
            self.processes.remove(self.gateway)
            self.start_gateway()

    def kill(self, pid):
        try:
            os.kill(pid, signal.SIGKILL)
            self.facts.kills += 1
        except ProcessLookupError:
            pass

    def kill_workers(self, most):
        pids = self.workers()
        for pid in self.random.sample(pids, min(most, len(pids))):
            self.expose(*filter(None, [self.modem_of_worker(pid)]))
            self.kill(pid)

    def kill_gateway(self):
        self.watch()
        self.expose()
        self.kill(self.gateway.pid)
        self.gateway.wait()
        self.processes.remove(self.gateway)

    def blow(self):
        what = self.random.choice(["worker", "workers", "gateway", "both", "all", "again"])
        if what in ("worker", "workers"):
            self.kill_workers(1 if what == "worker" else self.modems)
            return
        pids = self.workers()
        if what == "both":
            pids = self.random.sample(pids, min(1, len(pids)))
        self.kill_gateway()
        for pid in pids if what in ("both", "all") else []:
            self.kill(pid)
        for _ in range(self.random.randint(1, 4) if what == "again" else 0):
            self.start_gateway()
            time.sleep(self.random.uniform(0, 0.5))
            self.kill_gateway()
            self.facts.blows += 1
        time.sleep(self.random.choice([0, 0, 0.3]))
        self.start_gateway()

    # ---- a round ----

    def start_campaigns(self):
        for code in self.campaigns:
            self.loa("campaign", "start", code)

    def left(self):
        return self.value(LEFT)

    def is_settled(self):
        self.watch()
        if self.left() != 0 or "pending=0" not in self.control("stats").split():
            return False
        slots = [self.control(f"slots {i}") for i in range(self.modems)]
        return all("SM 0/" in line and "ME 0/" in line and "waiting 0" in line for line in slots)

    def settle(self, seconds):
        """Until nothing moves any more, twice in a row; what still waits then is for the checks."""
        end, quiet = time.monotonic() + seconds, 0
        while quiet < 4 and time.monotonic() < end:
            time.sleep(0.5)
            quiet = quiet + 1 if self.is_settled() else 0
        self.facts.slots = [self.control(f"slots {i}") for i in range(self.modems)]
        try:
            self.facts.tally = json.loads(self.loa("tally", "VOTE", "--json"))
        except (RuntimeError, ValueError) as problem:
            self.facts.ended.append(f"no tally: {problem}")
        self.gateway.terminate()
        code = self.gateway.wait(60)
        self.processes.remove(self.gateway)
        if code != 0:
            self.facts.ended.append(f"the gateway ended with {code} after SIGTERM")

    def harass(self, blows, shortest=0.05, longest=0.7):
        while self.facts.blows < blows and self.left() != 0:
            time.sleep(self.random.uniform(shortest, longest))
            self.inject()
            self.facts.blows += 1
            yield
