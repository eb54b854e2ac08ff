"""Policy directories for the tests: the seed scenario of the project, and larger sets made by rule."""

import json
import pathlib

OWNER = "111122223333"
CALLER = "444455556666"
REGION = "us-west-2"
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY = f"arn:aws:kms:{REGION}:{OWNER}:key/{KEY_ID}"
EXAMPLE_ROLE = f"arn:aws:iam::{CALLER}:role/ExampleRole"
EXAMPLE_SESSION = f"arn:aws:sts::{CALLER}:assumed-role/ExampleRole/session"
EXAMPLE_USER = f"arn:aws:iam::{CALLER}:user/ExampleUser"
OTHER_ROLE = f"arn:aws:iam::{CALLER}:role/OtherRole"
OWNER_ROLE = f"arn:aws:iam::{OWNER}:role/KeyAdministrator"

# Names that must not be seen in the other account's records.
OWNER_SID = "SidOfTheOwner"
CALLER_SID = "SidOfTheCaller"

USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def write(directory, files):
    """Writes each path's document below the directory; a string is written as it stands."""
    directory = pathlib.Path(directory)
    for path, content in files.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content, indent=2))
    return directory


def seed():
    """The owner's key policy trusts the caller's account; in it one role and one user have a policy, another has none."""
    trusted = {"AWS": f"arn:aws:iam::{CALLER}:root"}
    key_policy = document(
        {
            "Sid": "Administration",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{OWNER}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {"Sid": OWNER_SID, "Effect": "Allow", "Principal": trusted, "Action": USE, "Resource": "*"},
        {
            "Sid": "Grants",
            "Effect": "Allow",
            "Principal": trusted,
            "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
            "Resource": "*",
            "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    )
    use = document({"Sid": CALLER_SID, "Effect": "Allow", "Action": USE, "Resource": KEY})
    administer = document({"Effect": "Allow", "Action": "kms:*", "Resource": "*"})
    return {
        f"accounts/{OWNER}/keys/{REGION}/{KEY_ID}/policy.json": key_policy,
        f"accounts/{OWNER}/roles/KeyAdministrator/policies/Administer.json": administer,
        f"accounts/{CALLER}/roles/ExampleRole/policies/UseKey.json": use,
        f"accounts/{CALLER}/roles/OtherRole/role.json": {},
        f"accounts/{CALLER}/users/ExampleUser/policies/UseKey.json": use,
    }


# (principal, operation, resource) -> (decision, reason) under the seed scenario.
SEED_ANSWERS = [
    ((EXAMPLE_ROLE, "kms:Decrypt", KEY), ("ALLOW", "ALLOWED")),
    ((EXAMPLE_SESSION, "kms:GenerateDataKey", KEY), ("ALLOW", "ALLOWED")),
    ((EXAMPLE_USER, "kms:Encrypt", KEY), ("ALLOW", "ALLOWED")),
    ((OTHER_ROLE, "kms:Decrypt", KEY), ("DENY", "NO_IDENTITY_POLICY_ALLOW")),
    ((EXAMPLE_ROLE, "kms:ScheduleKeyDeletion", KEY), ("DENY", "NOT_CROSS_ACCOUNT_OPERATION")),
    ((EXAMPLE_ROLE, "kms:Decrypt", f"{KEY}0"), ("DENY", "KEY_NOT_FOUND")),
    ((f"{EXAMPLE_ROLE}s", "kms:Decrypt", KEY), ("DENY", "UNKNOWN_PRINCIPAL")),
    ((OWNER_ROLE, "kms:Decrypt", KEY), ("ALLOW", "ALLOWED")),
    ((OWNER_ROLE, "kms:ScheduleKeyDeletion", KEY), ("ALLOW", "ALLOWED")),
]


def many(count, parity):
    """Keys and roles, `count` of each; the role of a number may use the key of that number when its parity fits."""
    files = {}
    for number in range(count):
        files[f"accounts/{OWNER}/keys/{REGION}/key-{number}/policy.json"] = document(
            {
                "Effect": "Allow" if number % 2 == parity else "Deny",
                "Principal": {"AWS": CALLER},
                "Action": "kms:Decrypt",
                "Resource": "*",
            }
        )
        files[f"accounts/{CALLER}/roles/Role{number}/policies/Use.json"] = document(
            {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": many_key(number)}
        )
    return files


def many_key(number):
    return f"arn:aws:kms:{REGION}:{OWNER}:key/key-{number}"


def many_role(number):
    return f"arn:aws:iam::{CALLER}:role/Role{number}"
