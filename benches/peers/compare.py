#!/usr/bin/env python3
"""Makes the table of docs/performance.md; started by ../compare.sh."""
import argparse
import datetime
import importlib.util
import os
import platform
import shutil
import subprocess
import sys

import servers
from measure import Job, cpu, memory, ratio, rounds, wall

HERE = os.path.dirname(os.path.abspath(__file__))
COLUMNS = ["--map", "customer_id=profile_id", "--map", "ltv=ltv:number", "--map", "vip=vip:bool"]
COLUMNS += ["--map", "visits=visits:number", "--invalid-contacts", "skip", "--application-id", "1234567890"]
TIMES = ("", "wall", "best wall", "processor", "peak memory", "wall against ampost", "processor against ampost")
KEY = {"APPMETRICA_POST_API_KEY": "bench"}


class Bench:
    def __init__(self, given):
        self.directory = given.directory
        self.rows = given.rows
        self.count = given.rounds
        self.ampost = os.path.join(given.binaries, "ampost")
        self.floor = os.path.join(given.binaries, "examples", "floor")
        self.has_duckdb = importlib.util.find_spec("duckdb") is not None
        self.results = []

    def path(self, name):
        return os.path.join(self.directory, name)

    def result(self, what, goal, reached):
        self.results.append((what, goal, reached))
        print(f"{what}: {reached}", file=sys.stderr)

    def generate(self, name, rows, *more):
        path = self.path(name)
        with open(path, "wb") as out:
            subprocess.run([sys.executable, f"{HERE}/generate.py", str(rows), *more], stdout=out, check=True)
        return path

    def dry_run(self, source, name="ampost", mapping=COLUMNS, threads=None):
        out = self.path("ampost.csv")
        command = [self.ampost, "import", source, *mapping, "--dry-run", "--output", out, "-q"]
        if threads and shutil.which("taskset"):
            command = ["taskset", "-c", threads, *command]
        return Job(name, command, out)

    def floor_run(self, source, bytes_a_row):
        out = self.path("floor.csv")
        return Job("floor", [self.floor, source, out, bytes_a_row], out)

    def peer(self, name, script, *arguments):
        return Job(name, [sys.executable, f"{HERE}/{script}", *arguments], arguments[-1])


def table(title, head, rows):
    print(f"\n### {title}\n")
    print("| " + " | ".join(head) + " |")
    print("| " + " | ".join("---" for _ in head) + " |")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")


def times(job, first):
    ratios = f"{ratio(job, first):.2f}", f"{ratio(job, first, 'cpu'):.2f}"
    return (job.name, f"{wall(job):.2f} s", f"{min(job.wall):.2f} s", f"{cpu(job):.2f} s", f"{memory(job):.0f} MiB", *ratios)


def preparing(bench, source):
    ours = bench.dry_run(source)
    ours.run()
    bytes_a_row = round(os.path.getsize(ours.output) / bench.rows)
    floor = bench.floor_run(source, bytes_a_row)
    jobs = [ours, floor]
    one = bench.dry_run(source, "ampost, one processor", threads="0")
    if one.command[0] == "taskset":
        jobs.append(one)
    if bench.has_duckdb:
        jobs.append(bench.peer("DuckDB, all threads", "duckdb_jobs.py", "prepare", source, bench.path("duckdb.csv")))
    ours.wall, ours.cpu, ours.memory = [], [], []
    rounds(jobs, bench.count)
    script = bench.peer("Python script", "python_prepare.py", source, bench.path("python.csv"))
    paired = bench.dry_run(source)
    rounds([paired, script], min(bench.count, 3), warm=False)
    rows = [times(job, ours) for job in jobs] + [times(script, paired)]
    bench.result("dry run against the floor", "at most 1.5 x", f"{ratio(ours, floor):.2f} x")
    if bench.has_duckdb:
        bench.result("dry run against DuckDB", "6 x faster", f"{ratio(jobs[-1], ours):.1f} x faster")
    bench.result("dry run against the script", "30 x faster", f"{ratio(script, paired):.1f} x faster")
    table(f"Preparing {bench.rows:,} rows", TIMES, rows)
    for job in (*jobs, script):
        if job.output and os.path.exists(job.output) and job is not ours and job is not one:
            os.remove(job.output)


def hashing(bench, source):
    out = bench.path("hashed.csv")
    ours = Job("ampost hash csv", [bench.ampost, "hash", "csv", source, "-q", "-o", out], out, (0, 3))
    jobs = [ours]
    if bench.has_duckdb:
        jobs.append(bench.peer("DuckDB, all threads", "duckdb_jobs.py", "hash", source, bench.path("duckdb.csv")))
    rounds(jobs, bench.count)
    if bench.has_duckdb:
        bench.result("hash csv against DuckDB", "4 x faster", f"{ratio(jobs[1], ours):.1f} x faster")
    table("Hashing the contact columns", TIMES, [times(job, ours) for job in jobs])
    for job in jobs:
        os.remove(job.output)


def bodies(bench, source, rows_each):
    """The prepared CSV cut into request bodies, and a curl configuration that sends them over one connection."""
    prepared = bench.dry_run(source)
    prepared.run()
    names = []
    with open(prepared.output, "rb") as lines:
        header = lines.readline()
        done = False
        while not done:
            name = bench.path(f"body{len(names)}.csv")
            with open(name, "wb") as out:
                out.write(header)
                for _ in range(rows_each):
                    line = lines.readline()
                    done = not line
                    out.write(line)
            names.append(name)
    return names


def curl_config(bench, names, url):
    path = bench.path("curl.conf")
    parts = [
        f'url = "{url}/logs/v1/import/profiles.csv?post_api_key=bench"\ndata-binary = "@{name}"\n'
        'header = "Content-Type: text/csv"\nheader = "Expect:"\noutput = "/dev/null"\nsilent\n'
        for name in names
    ]
    with open(path, "w", encoding="utf-8") as out:
        out.write("next\n".join(parts))
    return path


def upload(bench, source, url, name, *more):
    # A journal of an earlier round would make the next one another job.
    state = os.environ["XDG_STATE_HOME"]
    command = [bench.ampost, "import", source, *COLUMNS, "--api-url", url, "--yes", "-q", *more]
    return Job(name, command, state)


def uploading(bench, source):
    server, called = servers.swallowing(bench.ampost, bench.directory)
    with server as url:
        sent = upload(bench, source, url, f"ampost import to {called}")
        prepared = bench.dry_run(source, "ampost import --dry-run")
        jobs = [sent, prepared]
        if shutil.which("curl"):
            config = curl_config(bench, bodies(bench, source, 10_000), url)
            jobs.append(Job("curl, prepared bodies", ["curl", "-K", config]))
        rounds(jobs, bench.count)
        bench.result(f"import to {called} against the dry run", "at most 1.3 x", f"{ratio(sent, prepared):.2f} x")
        if len(jobs) > 2:
            bench.result(f"import to {called} against curl", "at most 1.3 x", f"{ratio(sent, jobs[2]):.2f} x")
        table("Uploading", TIMES, [times(job, sent) for job in jobs])
        single(bench, url)


def small(job, first):
    return (job.name, f"{1000 * wall(job):.2f} ms", f"{1000 * (wall(job) - wall(first)):+.2f} ms")


def single(bench, url):
    many = 20 * bench.count
    true = Job("/bin/true", ["true"])
    phone = Job("ampost hash phone VALUE", [bench.ampost, "hash", "phone", "+7 900 123-45-67"])
    ours = Job("ampost set", [bench.ampost, "set", "--profile-id", "c1", "tier=gold", "--application-id", "1", "--api-url", url])
    jobs = [true, phone, ours]
    if shutil.which("curl"):
        address = f"{url}/logs/v1/import/profiles?post_api_key=bench&application_id=1&profile_id=c1&attributes=%7B%22tier%22%3A%22gold%22%7D"
        jobs.append(Job("curl, the same request", ["curl", "-sS", "-X", "POST", "-H", "Content-Length: 0", address]))
    rounds(jobs, many)
    bench.result("hash phone VALUE over /bin/true", "at most 3 ms", f"{1000 * (wall(phone) - wall(true)):.2f} ms")
    if len(jobs) > 3:
        bench.result("set against curl", "at most 1 x", f"{ratio(ours, jobs[3]):.2f} x")
    table("Whole processes", ("", "wall", "over /bin/true"), [small(job, true) for job in jobs])


def links(bench, delay=50):
    """What --jobs and --batch-rows do where every answer takes `delay` ms."""
    source = bench.generate("link.csv", bench.rows // 5)
    rows = []
    for jobs in (1, 2, 4, 8):
        cells = [str(jobs)]
        for batch in (1_000, 10_000, 50_000):
            with servers.delayed(bench.ampost, delay) as url:
                job = upload(bench, source, url, "", "--jobs", str(jobs), "--batch-rows", str(batch))
                rounds([job], 3, warm=False)
                cells.append(f"{wall(job):.2f} s")
        rows.append(cells)
    title = f"{bench.rows // 5:,} rows to the sandbox, every answer {delay} ms late"
    table(title, ("--jobs", "--batch-rows 1000", "10000", "50000"), rows)


def growth(bench, largest):
    rows = []
    count = 10_000
    while count <= largest:
        source = bench.generate("growth.csv", count)
        job = bench.dry_run(source)
        rounds([job], 5 if count < 10_000_000 else 3)
        rows.append((f"{count:,}", f"{wall(job):.3f} s", f"{cpu(job):.3f} s", f"{1e6 * cpu(job) / count:.2f} µs", f"{memory(job):.0f} MiB"))
        count *= 10
    table("Growth with rows", ("rows", "wall", "processor", "processor a row", "peak memory"), rows)
    if largest >= 100_000:
        bench.result("peak memory, from 100 thousand rows on", "at most 64 MiB, and the same", " to ".join(row[4] for row in rows[1:]))
    os.remove(source)
    rows = []
    for columns in (5, 10, 20, 50, 100):
        count = 100_000
        source = bench.generate("wide.csv", count, "--columns", str(columns))
        mapping = ["--invalid-contacts", "skip", "--application-id", "1234567890"]
        job = bench.dry_run(source, mapping=mapping)
        rounds([job], 5)
        rows.append((columns, f"{wall(job):.3f} s", f"{cpu(job):.3f} s", f"{1e9 * cpu(job) / count / columns:.0f} ns", f"{memory(job):.0f} MiB"))
    table("Growth with columns, 100,000 rows", ("columns", "wall", "processor", "processor a cell", "peak memory"), rows)
    os.remove(source)


def machine():
    name = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), name)
    return f"{name}, {os.cpu_count()} processors, {platform.system()} {platform.release()}"


def version(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return (done.stdout + done.stderr).strip().splitlines()[0]


def versions(bench):
    found = [version(bench.ampost, "--version"), os.environ.get("AMPOST_BENCH_RUSTC"), f"Python {platform.python_version()}"]
    if bench.has_duckdb:
        found.append("DuckDB " + importlib.import_module("importlib.metadata").version("duckdb"))
    found.append((version("curl", "--version") or "no curl").split(" (")[0])
    found.append(version(servers.nginx() or "nginx", "-v") or "no nginx")
    return ", ".join(filter(None, found))


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("binaries")
    arguments.add_argument("directory")
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=11)
    arguments.add_argument("--largest", type=int, default=10_000_000, help="rows of the largest file in the growth table")
    arguments.add_argument("--only", help="of: preparing hashing uploading links growth")
    given = arguments.parse_args()
    os.environ.update(KEY)
    bench = Bench(given)
    wanted = (given.only or "preparing hashing uploading links growth").split()
    source = bench.generate("crm.csv", given.rows)
    if "preparing" in wanted:
        preparing(bench, source)
    if "hashing" in wanted:
        hashing(bench, source)
    if "uploading" in wanted:
        uploading(bench, source)
    os.remove(source)
    if "links" in wanted:
        links(bench)
    if "growth" in wanted:
        growth(bench, given.largest)
    size = os.path.getsize(bench.ampost) / 2**20
    bench.result("release binary", "at most 6 MiB", f"{size:.1f} MiB")
    today = datetime.date.today().isoformat()
    table(f"Goals ({machine()}; {today}; {versions(bench)})", ("what", "goal", "reached"), bench.results)


main()
