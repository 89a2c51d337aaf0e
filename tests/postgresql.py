"""A PostgreSQL server of the tests' own, where its programs are installed."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from itertools import count
from pathlib import Path

import psycopg
import pytest

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))


class PostgreSQL:
    """A server on loopback with a data folder that goes when it ends."""

    def __init__(self):
        if not PROGRAMS:
            pytest.skip("PostgreSQL is not installed")
        self._folder = Path(tempfile.mkdtemp(prefix="dateline-postgresql-"))
        self._names = count(1)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]

    def __enter__(self):
        if not os.getuid():
            shutil.chown(self._folder, "postgres")
        data = self._folder / "data"
        self._run("initdb", "-D", data, "-A", "trust", "-U", "tests", "-E", "UTF8", "--locale", "C", "--no-sync")
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        self._run("pg_ctl", "-D", data, "-o", options, "-w", "-l", self._folder / "log", "start")
        return self

    def __exit__(self, *_):
        self._run("pg_ctl", "-D", self._folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def database(self):
        """The URL of a new, empty database."""
        name = f"dateline{next(self._names)}"
        with psycopg.connect(f"postgresql://tests@127.0.0.1:{self._port}/postgres", autocommit=True) as db:
            db.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://tests@127.0.0.1:{self._port}/{name}"

    def _run(self, program, *arguments):
        # It refuses to run as root.
        user = {} if os.getuid() else {"user": pwd.getpwnam("postgres").pw_uid, "group": "postgres", "extra_groups": []}
        command = [PROGRAMS[-1].with_name(program), *map(str, arguments)]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user)
