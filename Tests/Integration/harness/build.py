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
    import grpc_tools
    from grpc_tools import protoc

    # Kept until the process ends: modules are imported from it.
    directory = tempfile.TemporaryDirectory(prefix="countersign-stubs-")
    well_known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    protos = ["countersign/v1/authorization.proto", "grpc/health/v1/health.proto", "grpc/reflection/v1/reflection.proto"]
    status = protoc.main(
        ["protoc", f"--proto_path={ROOT / 'proto'}", f"--proto_path={well_known}"]
        + [f"--python_out={directory.name}", f"--grpc_python_out={directory.name}"]
        + protos
    )
    if status != 0:
        raise RuntimeError(f"protoc ended with {status}")
    sys.path.insert(0, directory.name)
    # `grpc` is taken by the library itself; its generated packages are found by extending it.
    import grpc

    grpc.__path__.append(f"{directory.name}/grpc")
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
    return _stub_module("grpc.health.v1.health_pb2"), _stub_module("grpc.health.v1.health_pb2_grpc")


def reflection():
    """Messages and stubs of grpc.reflection.v1."""
    return (
        _stub_module("grpc.reflection.v1.reflection_pb2"),
        _stub_module("grpc.reflection.v1.reflection_pb2_grpc"),
    )
