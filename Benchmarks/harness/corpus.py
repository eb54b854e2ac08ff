"""Corpora on disk, each made once and kept until the generator is built anew."""
import pathlib
import shutil
import subprocess
import sys


def corpus(programs, scratch, size, shape="small"):
    """The folder of so many keys and roles: `policies`, `suite.json`, `questions`. Seed 1."""
    program = pathlib.Path(programs, "countersign-corpus")
    folder = pathlib.Path(scratch, "corpus", f"{shape}-{size}")
    # Written last.
    questions = folder / "questions"
    if questions.exists() and questions.stat().st_mtime > program.stat().st_mtime:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    print(f"making {size:,} keys and roles, {shape}", file=sys.stderr)
    subprocess.run([program, "--keys", str(size), "--roles", str(size), "--seed", "1", "--shape", shape, folder],
                   check=True)
    return folder
