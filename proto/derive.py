"""The copy of a proto that protobuf-c compiles: derive.py PREFIX < published.proto > derived.proto

Every string becomes bytes with a length (a C string would end at the first NUL and let `user:root\\0x` pass for
`user:root`), and every map becomes the repeated entry message that it is on the wire, so that its strings do too.
"""
import re
import sys

BYTES = " [(pb_c_field).string_as_bytes = true]"


def derive(line, prefix):
    if line.startswith("package "):
        return (line + 'import "protobuf-c/protobuf-c.proto";\n'
                + f'option (pb_c_file).c_package = "{prefix}";\n')
    field = re.match(r" *map<string, *(\w+)> +(\w+) *= *(\d+);", line)
    if field:
        kind, name, number = field.groups()
        entry = "".join(part.capitalize() for part in name.split("_")) + "Entry"
        value = BYTES if kind == "string" else ""
        return (f"  message {entry} {{ string key = 1{BYTES}; {kind} value = 2{value}; }}\n"
                f"  repeated {entry} {name} = {number};\n")
    return re.sub(r"^( *(?:repeated )?string \w+ = \d+);", rf"\1{BYTES};", line)


for line in sys.stdin:
    sys.stdout.write(derive(line, sys.argv[1]))
