#!/bin/bash
# Builds the C++ yardstick from the published proto: build.sh FOLDER. Does nothing when it is newer than its sources.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
proto=$here/../../proto
folder=$1
program=$folder/grpc-constant-answer
source=$here/constant_answer.cc
message=countersign/v1/authorization
if [ "$program" -nt "$source" ] && [ "$program" -nt "$proto/$message.proto" ]; then exit 0; fi
mkdir -p "$folder"
protoc -I "$proto" --cpp_out="$folder" --grpc_out="$folder" \
  --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" "$message.proto"
# shellcheck disable=SC2046
g++ -std=c++17 -O2 -I "$folder" -o "$program" "$source" "$folder/$message.pb.cc" "$folder/$message.grpc.pb.cc" \
  $(pkg-config --cflags --libs grpc++ protobuf)
