"""A real server in a process of its own, on a database of its own, spoken to over real HTTP."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

COMMAND = str(Path(sys.executable).with_name("night-safety"))
START_S = 30.0


@dataclass
class Server:
    """One deployment: its folder, its database, its address, and its process while it runs."""

    data_dir: Path
    database_url: str
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the commands and the server of this deployment are told."""
        return {
            **os.environ,
            "NIGHT_SAFETY_DATA_DIR": str(self.data_dir),
            "NIGHT_SAFETY_DATABASE_URL": self.database_url,
            "NIGHT_SAFETY_BASE_URL": self.address,
            "NIGHT_SAFETY_LIMITS": "off",
            "PYTHONWARNINGS": "ignore",
        }

    def run(self, *words: str, code: int = 0) -> str:
        """Run `night-safety` with `words`, expect its exit code, and give what it printed."""
        done = subprocess.run([COMMAND, *words], env=self.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip() if code == 0 else done.stderr.strip()

    def last_word(self, *words: str) -> str:
        """The last word that a command prints: an id or a token."""
        return self.run(*words).split()[-1]

    def start(self) -> None:
        """Start serving and wait until it is ready."""
        log = (self.data_dir / "server.log").open("ab")
        words = [COMMAND, "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(words, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        began = time.monotonic()
        while time.monotonic() - began < START_S:
            if self.process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.address}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"the server did not start:\n{self.log()[-3000:]}")

    def log(self) -> str:
        """Everything that the server has logged so far."""
        return (self.data_dir / "server.log").read_text(encoding="utf8", errors="replace")

    def kill(self) -> None:
        """Kill -9 the server with its children, as a power cut would."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> int:
        """Ask the server to stop, and give its exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=15)
        finally:
            self.kill() if self.process and self.process.poll() is None else None
            self.process = None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def deployment(tmp_path: Path, database_url: str) -> Iterator[Server]:
    """A deployment on a fresh, migrated database; stopped at the end whatever happened."""
    data_dir = tmp_path / "data"
    data_dir.mkdir(exist_ok=True)
    server = Server(data_dir, database_url, free_port())
    try:
        yield server
    finally:
        server.kill()
