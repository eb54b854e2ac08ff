"""Real documents: all managed policies of AWS that moto ships, and what the AWS CLI prints about moto's own AWS."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from harness import build, policies

MACHINE = "none"

PROGRAMS = pathlib.Path(sys.executable).parent
ACCOUNT = "123456789012"  # moto's own
REGION = "us-west-2"


def countersign(*arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN_")}
    return subprocess.run(
        [build.COUNTERSIGN, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


class ManagedPolicies(unittest.TestCase):
    def test_all_load(self):
        """Over a thousand documents that AWS publishes: each is read, none is refused."""
        from moto.iam.aws_managed_policies import aws_managed_policies_data

        files = {}
        for name, policy in json.loads(aws_managed_policies_data).items():
            arn = policy.get("Arn", f"arn:aws:iam::aws:policy/{name}")
            path = arn.removeprefix("arn:aws:iam::aws:policy/")
            files[f"aws-managed-policies/{path}.json"] = policy["Document"]
        self.assertGreater(len(files), 1000)
        with tempfile.TemporaryDirectory() as directory:
            policies.write(directory, files)
            lint = countersign("lint", "--format", "json", directory)
            self.assertEqual(json.loads(lint.stdout)["errors"], [], lint.stderr)
            self.assertEqual(lint.returncode, 0)
            check = subprocess.run(
                [build.COUNTERSIGND, "--check", "--policies", directory], capture_output=True, text=True
            )
            self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        print(f"{len(files)} managed policies load ... ", end="")


class Moto:
    """moto's server on a free port of loopback, asked by the AWS CLI."""

    def __enter__(self):
        self._log = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [sys.executable, PROGRAMS / "moto_server", "-H", "127.0.0.1", "-p", "0"],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            self._log.seek(0)
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", self._log.read()):
                self.url = found[0]
                return self
            time.sleep(0.1)
        self.__exit__()
        raise RuntimeError("moto's server does not start")

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def aws(self, *arguments):
        """What the AWS CLI prints."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        command = [sys.executable, PROGRAMS / "aws", "--endpoint-url", self.url, "--output", "json", *arguments]
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.stderr}")
        return done.stdout


class Exports(unittest.TestCase):
    def test_exports_drop_in_unchanged(self):
        """Keys, aliases, grants, users, groups, roles and policies as the AWS CLI prints them, without a change."""
        use = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}
        trust = policies.document(
            {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
        )
        account = f"accounts/{ACCOUNT}"
        files = {}
        with Moto() as moto:
            aws = moto.aws
            key = json.loads(aws("kms", "create-key", "--description", "example"))["KeyMetadata"]
            named = ["--key-id", key["KeyId"]]
            aws("kms", "create-alias", "--alias-name", "alias/example", "--target-key-id", key["KeyId"])
            aws("kms", "tag-resource", *named, "--tags", "TagKey=team,TagValue=blue")
            aws("iam", "create-role", "--role-name", "Reader", "--assume-role-policy-document", json.dumps(trust))
            document = json.dumps(policies.document(use))
            aws("iam", "put-role-policy", "--role-name", "Reader", "--policy-name", "use", "--policy-document", document)
            aws("iam", "create-user", "--user-name", "alice", "--path", "/team/")
            managed = json.loads(aws("iam", "create-policy", "--policy-name", "Use", "--policy-document", document))
            arn = managed["Policy"]["Arn"]
            aws("iam", "attach-user-policy", "--user-name", "alice", "--policy-arn", arn)
            aws("iam", "create-group", "--group-name", "readers")
            aws("iam", "put-group-policy", "--group-name", "readers", "--policy-name", "g", "--policy-document", document)
            grantee = f"arn:aws:iam::{ACCOUNT}:role/Reader"
            aws("kms", "create-grant", *named, "--grantee-principal", grantee, "--operations", "Decrypt", "Encrypt")

            folder = f"{account}/keys/{REGION}/{key['KeyId']}"
            files[f"{folder}/policy.json"] = aws("kms", "get-key-policy", *named, "--policy-name", "default")
            files[f"{folder}/key.json"] = aws("kms", "describe-key", *named)
            files[f"{folder}/grants.json"] = aws("kms", "list-grants", *named)
            files[f"{account}/aliases/{REGION}.json"] = aws("kms", "list-aliases")
            role = ["--role-name", "Reader"]
            files[f"{account}/roles/Reader/role.json"] = aws("iam", "get-role", *role)
            files[f"{account}/roles/Reader/policies/use.json"] = aws(
                "iam", "get-role-policy", *role, "--policy-name", "use"
            )
            files[f"{account}/users/alice/user.json"] = aws("iam", "get-user", "--user-name", "alice")
            files[f"{account}/groups/readers/group.json"] = aws("iam", "get-group", "--group-name", "readers")
            files[f"{account}/groups/readers/policies/g.json"] = aws(
                "iam", "get-group-policy", "--group-name", "readers", "--policy-name", "g"
            )
            files[f"{account}/policies/Use.json"] = aws(
                "iam", "get-policy-version", "--policy-arn", arn, "--version-id", "v1"
            )
        with tempfile.TemporaryDirectory() as directory:
            policies.write(directory, files)
            lint = countersign("lint", directory)
            self.assertEqual(lint.returncode, 0, lint.stdout + lint.stderr)
            question = ["--operation", "kms:Decrypt", "--resource", "alias/example", "--region", REGION]
            answer = countersign("check", "--policies", directory, "--principal", grantee, *question)
            self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
            user = f"arn:aws:iam::{ACCOUNT}:user/team/alice"
            answer = countersign("check", "--policies", directory, "--principal", user, *question)
            self.assertEqual(answer.returncode, 1, answer.stdout + answer.stderr)
