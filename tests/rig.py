# SPDX-License-Identifier: GPL-2.0-or-later
"""What the bench and the torture share: a gateway, its workers and a simulator in a folder of
their own, with a roster and approved campaigns. What happened is read from three records that the
programs keep anyway: the air record, the database and /proc."""
import json, os, shutil, signal, socket, sqlite3, subprocess, tempfile, time

BUILD = os.path.abspath(os.environ.get("LOA_BUILD", "build"))
DEADLINE_S = 120
UNITS = "ma,ma_cha,ten,loai\nDV1,,Đơn vị một,xa\nDV2,,Đơn vị hai,xa\n"


class Rig:
    """`with Rig(…)` has all modems ready and the campaigns approved; the folder goes when it ends.

    campaigns: text of a campaign file by its code; people: (name, phone, unit) for the roster."""

    def __init__(self, modems, people, simulator, campaigns, log="warn", prefix="loa-bench-"):
        self.folder = tempfile.mkdtemp(prefix=prefix)
        self.modems, self.people, self.campaigns = modems, people, campaigns
        self.keep = bool(os.environ.get("LOA_BENCH_KEEP"))
        self.processes = []
        self.gateway = self.boot = None
        for folder in ("dev", "flight", "data"):
            os.mkdir(self.path(folder))
        self.database = self.path("data/loa.db")
        self.write("simulator.conf", simulator)
        self.write("roster.csv", "Họ và tên,SĐT,Mã đơn vị\n" + "".join(
            f"{name},{phone},{unit}\n" for name, phone, unit in people))
        self.write("units.csv", UNITS)
        for code, text in campaigns.items():
            self.write(f"{code}.conf", text)
        entries = ",\n".join(
            f'{{ name = "sim{i}"; device = "{self.folder}/dev/modem{i}"; daily_quota = 0; per_minute = 0; }}'
            for i in range(modems))
        self.write("loa.conf", f'database = "{self.database}"; flight_dir = "{self.folder}/flight";\n'
                   f'api = {{ socket = "{self.folder}/loa.sock"; }};\nmodems = (\n{entries}\n);\n'
                   f'sending = {{ hours = "00:00-24:00"; }};\nlog = {{ level = "{log}"; }};\n')

    # ---- its files ----

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def rows(self, sql):
        """None while the database cannot be read."""
        try:
            database = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        except sqlite3.OperationalError:
            return None
        try:
            return database.execute(sql).fetchall()
        except sqlite3.OperationalError:
            return None
        finally:
            database.close()

    def value(self, sql):
        rows = self.rows(sql)
        return rows[0][0] if rows else None

    def air(self, direction=None):
        """Whole lines of the air record, in their order."""
        with open(self.path("air"), encoding="utf-8") as file:
            events = [json.loads(line) for line in file if line.endswith("\n")]
        return [event for event in events if direction in (None, event["direction"])]

    # ---- its programs ----

    def spawn(self, *command, log):
        with open(self.path(log), "ab") as file:
            process = subprocess.Popen(command, stdout=file, stderr=file, stdin=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def loa(self, *words):
        done = subprocess.run([f"{BUILD}/loa", "--socket", self.path("loa.sock"), *words],
                              capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"loa {' '.join(words)}: {done.stderr}{done.stdout}")
        return done.stdout

    def control(self, line):
        """One order to the simulator, and its answer."""
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.path("control"))
            client.sendall(line if isinstance(line, bytes) else line.encode())
            client.sendall(b"\n")
            return client.makefile(encoding="utf-8").readline().rstrip("\n")

    def until(self, true, what, deadline_s=DEADLINE_S):
        end = time.monotonic() + deadline_s
        while not true():
            ended = [p.args[0] for p in self.processes if p.poll() is not None]
            if ended or time.monotonic() > end:
                raise RuntimeError(f"waited in vain for {what}; ended: {ended}; see {self.folder}")
            time.sleep(0.05)

    def start_simulator(self):
        self.spawn(f"{BUILD}/loa-simulator", "--config", self.path("simulator.conf"), "--dir",
                   self.path("dev"), "--air", self.path("air"), "--control", self.path("control"),
                   "--modems", str(self.modems), log="loa-simulator.log")
        self.until(lambda: os.path.exists(self.path(f"dev/modem{self.modems - 1}"))
                   and os.path.exists(self.path("control")), "ptys")

    def start_gateway(self):
        command = [f"{BUILD}/loa-gateway", "--config", self.path("loa.conf")]
        if self.boot:  # the machine was started anew, for all that this gateway can see
            command = ["unshare", "--mount", "sh", "-c",
                       'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"', self.boot, *command]
        self.gateway = self.spawn(*command, log="loa-gateway.log")

    def wait_ready(self):
        self.until(lambda: self.value("SELECT count(*) FROM modem WHERE state IN ('ready','busy')")
                   == self.modems, "ready modems")

    def prepare_campaigns(self):
        self.until(lambda: os.path.exists(self.path("loa.sock")), "the API")
        self.loa("import", self.path("roster.csv"), "--units", self.path("units.csv"))
        for code in self.campaigns:
            self.loa("campaign", "create", self.path(f"{code}.conf"))
            for step in ("submit", "approve"):
                self.loa("campaign", step, code)

    def __enter__(self):
        self.start_simulator()
        self.start_gateway()
        self.wait_ready()
        self.prepare_campaigns()
        return self

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()

    def __exit__(self, *_):
        self.stop()
        if self.keep:
            print("kept", self.folder)
        else:
            shutil.rmtree(self.folder)

    # ---- what /proc says ----

    def workers(self):
        """The pids of the gateway's children."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            fields = stat_fields(pid)
            if fields and int(fields[1]) == self.gateway.pid and fields[0] != "Z":
                found.append(int(pid))
        return found

    def cpu_ms(self):
        """Of the gateway and its workers, the simulator left out."""
        total = 0
        for pid in [self.gateway.pid, *self.workers()]:
            fields = stat_fields(pid)
            total += int(fields[11]) + int(fields[12]) if fields else 0
        return total * 1000 / os.sysconf("SC_CLK_TCK")


def stat_fields(pid):
    """State, parent and what follows them; None when there is no such process."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()
    except OSError:
        return None
