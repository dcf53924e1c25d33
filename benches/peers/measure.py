"""Runs commands in turn, round after round, and tells medians: wall time, processor time, peak memory.

Rounds are paired: every command runs once in each, so that whatever else the machine does meets all of them,
and a ratio is the median of the rounds' ratios rather than the ratio of two lucky runs.
"""
import os
import shutil
import statistics
import sys
import time


class Job:
    """A command; `output`, a file or a directory, is removed before each run, so that no run pays for freeing
    another's file or finds another's journal."""

    def __init__(self, name, command, output=None, statuses=(0,)):
        self.name = name
        self.command = [str(part) for part in command]
        self.output = output
        self.statuses = statuses
        self.wall = []
        self.cpu = []
        self.memory = []

    def run(self):
        if self.output and os.path.isdir(self.output):
            shutil.rmtree(self.output)
        elif self.output and os.path.exists(self.output):
            os.remove(self.output)
        null = os.open(os.devnull, os.O_RDWR)
        actions = [(os.POSIX_SPAWN_DUP2, null, stream) for stream in (0, 1, 2)]
        started = time.perf_counter()
        child = os.posix_spawnp(self.command[0], self.command, os.environ, file_actions=actions)
        _, status, used = os.wait4(child, 0)
        self.wall.append(time.perf_counter() - started)
        os.close(null)
        self.cpu.append(used.ru_utime + used.ru_stime)
        self.memory.append(used.ru_maxrss / 1024)
        code = os.waitstatus_to_exitcode(status)
        if code not in self.statuses:
            sys.exit(f"{self.name}: exit code {code}: {' '.join(self.command)}")


def rounds(jobs, count, warm=True):
    for job in jobs if warm else ():
        job.run()
        job.wall, job.cpu, job.memory = [], [], []
    for _ in range(count):
        for job in jobs:
            job.run()


def wall(job):
    return statistics.median(job.wall)


def cpu(job):
    return statistics.median(job.cpu)


def memory(job):
    """The most of all rounds, MiB."""
    return max(job.memory)


def ratio(job, other, of="wall"):
    """How many times as long as `other` a job takes: the median over the rounds."""
    return statistics.median(a / b for a, b in zip(getattr(job, of), getattr(other, of)))
