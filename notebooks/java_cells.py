"""Cells of Java in a Python notebook: %load_ext java_cells, then cells that begin with %%java.

They go to one `sparksr shell`, which starts with the first of them and ends with the notebook's kernel: `spark` is its session,
SuperResolver is imported, and what a cell declares stays. What Java prints is shown; a mistake or an exception fails the cell. Names
after %%java, as in `%%java work model`, are those of Python variables that become Java strings.

SPARKSR_SHELL holds options of the shell, for instance "--master spark://host:7077".
"""
import atexit
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

LAUNCHER = Path(__file__).resolve().parent.parent / "sparksr"
END = "--- end of cell ---"


class JavaError(Exception):
    """What the Java shell said of a cell."""

    def _render_traceback_(self):
        return [f"JavaError: {self}"]


class Shell:
    """One `sparksr shell` that reads from a pipe."""

    def __init__(self):
        options = shlex.split(os.environ.get("SPARKSR_SHELL", ""))
        self.process = subprocess.Popen(
            [LAUNCHER, "shell", *options, "-"], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        atexit.register(self.close)

    def run(self, code):
        """Runs snippets, shows what they print as it comes, and raises JavaError if one of them fails."""
        complaints = []
        with tempfile.NamedTemporaryFile("w", suffix=".jsh", encoding="utf-8") as cell:
            cell.write(code)
            cell.flush()
            # From a file, a snippet that lacks its end is a mistake; from the pipe, it would wait for more.
            self.process.stdin.write(f'/open {cell.name}\n')
            self.process.stdin.write(f'System.out.println("\\n{END}"); System.err.println("\\n{END}");\n')
            self.process.stdin.flush()
            second = threading.Thread(target=lambda: complaints.extend(self.lines(self.process.stderr)))
            second.start()
            for line in self.lines(self.process.stdout):
                print(line, end="")
            second.join()
        text = "".join(complaints).strip()
        if self.process.poll() is not None:
            raise JavaError(f"the shell ended with exit code {self.process.returncode}\n{text}")
        if re.search(r"(?m)^(Error:|Exception )", text):
            raise JavaError(text)
        if text:
            print(text, file=sys.stderr)

    @staticmethod
    def lines(stream):
        for line in stream:
            if line.rstrip() == END:
                return
            if line.strip():
                yield line

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def load_ipython_extension(ipython):
    shells = []

    def java(line, cell):
        if not shells or shells[0].process.poll() is not None:
            shells[:] = [Shell()]
        given = [f"String {name} = {json.dumps(str(ipython.user_ns[name]))};" for name in line.split()]
        shells[0].run("\n".join([*given, cell]))

    ipython.register_magic_function(java, "cell")
