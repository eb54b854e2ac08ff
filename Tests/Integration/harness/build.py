"""Where the tree and the built programs are, and the gRPC stubs, generated from the published protos when first asked.

The stubs are made at test time and not committed, so the tests prove that any client can compile the protos as they
stand.
"""

import functools
import importlib
import os
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("COUNTERSIGN_BUILD", ROOT / ".build" / "release"))
COUNTERSIGND = BUILD / "countersignd"
COUNTERSIGN = BUILD / "countersign"

SERVICE = "countersign.v1.AuthorizationService"


@functools.cache
def _generated_directory():
    from grpc_tools import protoc

    # Kept until the process ends: modules are imported from it.
    directory = tempfile.TemporaryDirectory(prefix="countersign-stubs-")
    protos = ROOT / "proto"
    # gRPC's own protos are compiled from one level below: the library claims the package name `grpc`.
    for base, file in [
        (protos, "countersign/v1/authorization.proto"),
        (protos / "grpc", "health/v1/health.proto"),
        (protos / "grpc", "reflection/v1/reflection.proto"),
    ]:
        output = [f"--python_out={directory.name}", f"--grpc_python_out={directory.name}"]
        status = protoc.main(["protoc", f"--proto_path={base}", *output, file])
        if status != 0:
            raise RuntimeError(f"protoc ended with {status} for {file}")
    sys.path.insert(0, directory.name)
    return directory


def _stub_module(name):
    _generated_directory()
    return importlib.import_module(name)


def messages():
    """The messages of the service."""
    return _stub_module("countersign.v1.authorization_pb2")


def service():
    """The stubs of the service."""
    return _stub_module("countersign.v1.authorization_pb2_grpc")


def health():
    """Messages and stubs of grpc.health.v1."""
    return _stub_module("health.v1.health_pb2"), _stub_module("health.v1.health_pb2_grpc")


def reflection():
    """Messages and stubs of grpc.reflection.v1."""
    return (
        _stub_module("reflection.v1.reflection_pb2"),
        _stub_module("reflection.v1.reflection_pb2_grpc"),
    )
