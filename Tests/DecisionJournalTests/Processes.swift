// Files and programs, for tests.

import Glibc

func contents(of path: String) throws -> String {
  String(decoding: try bytes(of: fopen(path, "r"), close: fclose).bytes, as: UTF8.self)
}

/// What a shell command prints; throws when it fails.
@discardableResult
func run(_ command: String) throws -> String {
  String(decoding: try output(of: command), as: UTF8.self)
}

func output(of command: String) throws -> [UInt8] {
  let result = try bytes(of: popen(command, "r"), close: pclose)
  guard result.status == 0 else { throw SystemFailure(code: result.status) }
  return result.bytes
}

private func bytes(
  of file: UnsafeMutablePointer<FILE>?, close: (UnsafeMutablePointer<FILE>) -> Int32
) throws -> (bytes: [UInt8], status: Int32) {
  guard let file else { throw SystemFailure(code: errno) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 20)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { break }
    bytes += chunk[..<count]
  }
  return (bytes, close(file))
}
