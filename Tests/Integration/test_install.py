"""`make install` puts what it names, `make uninstall` removes it and nothing else, and README's example works."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from harness import build, policies
from harness.daemon import Daemon

MACHINE = "journald"


def make(*arguments):
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments], cwd=build.ROOT, capture_output=True, text=True, timeout=120
    )
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)


def files(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if not path.is_dir())


class Install(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_install_and_uninstall(self):
        make("install", f"DESTDIR={self.root}")
        for path in [
            "usr/bin/countersign",
            "usr/sbin/countersignd",
            "usr/lib/systemd/system/countersignd.service",
            "usr/lib/systemd/system/countersignd.socket",
            "usr/lib/systemd/catalog/countersign.catalog",
            "usr/lib/sysusers.d/countersign.conf",
            "usr/lib/tmpfiles.d/countersign.conf",
            "usr/share/countersign/proto/countersign/v1/authorization.proto",
            "usr/share/bash-completion/completions/countersign",
        ]:
            self.assertGreater((self.root / path).stat().st_size, 0, path)
        for path in self.root.rglob("*"):
            mode = 0o755 if path.is_dir() or path.parent.name in ("bin", "sbin") else 0o644
            self.assertEqual(path.stat().st_mode & 0o777, mode, path)
        other = self.root / "usr/share/countersign/kept"
        other.write_text("not ours")
        make("uninstall", f"DESTDIR={self.root}")
        self.assertEqual(files(self.root), ["usr/share/countersign/kept"])

    def test_uninstall_twice(self):
        make("install", f"DESTDIR={self.root}")
        make("uninstall", f"DESTDIR={self.root}")
        make("uninstall", f"DESTDIR={self.root}")
        self.assertEqual(files(self.root), [])

    def test_prefix(self):
        """With another prefix the units start what was installed there."""
        make("install", f"DESTDIR={self.root}", "PREFIX=/usr/local")
        unit = (self.root / "usr/local/lib/systemd/system/countersignd.service").read_text()
        self.assertIn("ExecStart=/usr/local/sbin/countersignd\n", unit)
        self.assertIn("ExecReload=/usr/local/bin/countersign reload\n", unit)
        self.assertNotRegex(unit, r"[= :]/usr/(?!local/)")

    def test_installed_programs_need_no_swift(self):
        """Nothing of the toolchain is needed at run time."""
        for program in (build.COUNTERSIGN, build.COUNTERSIGND):
            needed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
            self.assertNotIn("swift", needed.lower())
            environment = {"PATH": "/usr/bin:/bin"}
            done = subprocess.run([program, "--help"], env=environment, capture_output=True, text=True, timeout=10)
            self.assertIn("USAGE", done.stdout)


class Readme(unittest.TestCase):
    def test_python_example(self):
        """The Python client in README.md runs as printed."""
        text = (build.ROOT / "README.md").read_text()
        (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
        directory = self.enterContext(tempfile.TemporaryDirectory())
        daemon = self.enterContext(Daemon(policies.write(f"{directory}/policies", policies.seed())))
        work = pathlib.Path(directory) / "work"
        work.mkdir()
        (compile_protos,) = re.findall(r"^python3 (-m grpc_tools.protoc .*)$", text, re.MULTILINE)
        proto_directory = re.search(r"-I *(\S+)", compile_protos)[1]
        arguments = compile_protos.replace(proto_directory, str(build.ROOT / "proto")).split()
        subprocess.run([sys.executable, *arguments], cwd=work, check=True, timeout=60)
        self.assertIn("unix:/run/countersign/authorization.sock", example)
        (work / "example.py").write_text(
            example.replace("unix:/run/countersign/authorization.sock", f"unix:{daemon.socket}")
        )
        done = subprocess.run(
            [sys.executable, "-B", "example.py"], cwd=work, capture_output=True, text=True, timeout=60, env=os.environ
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        expected = re.search(r"```text\n(.*?)```", text.split(example)[1], re.DOTALL)[1]
        self.assertEqual(done.stdout, expected)


class Example(unittest.TestCase):
    def test_make_run(self):
        """What `make run` does after building: asks the daemon and shows both accounts' records, and ends."""
        done = subprocess.run(
            [build.ROOT / "examples/run.sh"], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("ALLOW", done.stdout)
        self.assertIn("NO_IDENTITY_POLICY_ALLOW", done.stdout)
        for account in (policies.OWNER, policies.CALLER):
            self.assertIn(account, done.stdout)


if __name__ == "__main__":
    unittest.main()
