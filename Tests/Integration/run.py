"""Runs the integration tests: `run.py [MODULE...]`, all of them without arguments.

Each module says by its constant MACHINE what it has to run in: "none", "journald" (a private, real one) or "systemd" (a
booted one); this program starts that around it. The last line counts the tests.
"""

import ast
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# Room for a few hundred thousand records: the defaults would let the oldest go.
JOURNAL_SIZE = ["-c", "SystemMaxUse=6G", "-c", "RuntimeMaxUse=6G", "-c", "SystemKeepFree=1M", "-c", "RuntimeKeepFree=1M"]


def machine_of(module):
    for node in ast.parse((HERE / f"{module}.py").read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "MACHINE":
            return ast.literal_eval(node.value)
    raise SystemExit(f"{module}.py does not say its MACHINE")


def run_outside(module):
    """Starts what the module needs with this program inside; returns (passed, failed)."""
    around = {
        "none": [],
        "journald": [HERE / "with_journald.sh", *JOURNAL_SIZE, "--"],
        "systemd": [HERE / "boot_systemd.sh", "-s", ROOT, "-t", "900"],
    }[machine_of(module)]
    # Not resolved: the interpreter finds its packages by the path that it is called by.
    command = [*around, ROOT / ".venv/bin/python", "-B", HERE / "run.py", "--inside", module]
    counts = None
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if found := re.fullmatch(r"counts (\d+) (\d+)\n", line):
                counts = int(found[1]), int(found[2])
            else:
                print(line, end="", flush=True)
    if counts is None:
        print(f"{module} ended with {process.returncode} before its tests did")
        return 0, 1
    return counts


class Result(unittest.TextTestResult):
    """Tells how long each test took: a limit that is met late is seen here first."""

    def startTest(self, test):
        self.started = time.monotonic()
        super().startTest(test)

    def addSuccess(self, test):
        unittest.TestResult.addSuccess(self, test)
        self.stream.writeln(f"ok ({time.monotonic() - self.started:.1f} s)")


def run_inside(module):
    suite = unittest.defaultTestLoader.loadTestsFromName(module)
    result = unittest.TextTestRunner(sys.stdout, verbosity=2, resultclass=Result).run(suite)
    broken = {getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors}
    failed = len(broken) + len(result.unexpectedSuccesses)
    sys.stdout.flush()
    # Of a group whose set-up failed no test ran.
    print(f"\ncounts {max(result.testsRun - failed, 0)} {failed}", flush=True)


def main():
    sys.path.insert(0, str(HERE))
    if sys.argv[1:2] == ["--inside"]:
        return run_inside(sys.argv[2])
    if os.geteuid() != 0:
        raise SystemExit("the integration tests make namespaces and other users: run them as root")
    modules = sys.argv[1:] or sorted(path.stem for path in HERE.glob("test_*.py"))
    passed = failed = 0
    for module in modules:
        print(f"== {module}", flush=True)
        started = time.monotonic()
        counts = run_outside(module)
        passed += counts[0]
        failed += counts[1]
        print(f"== {module}: {time.monotonic() - started:.0f} s", flush=True)
    print(f"integration: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
