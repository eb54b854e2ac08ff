// Standard output for answers, standard error for what went wrong.
//
// Lines leave at once and whole: `test` and `log` are read by programs while they run. A line that cannot be written fails
// the command, since an answer that nobody got must not end in "yes".

import Glibc
import PolicyLanguage

enum StandardOutput {
  static func write(line: String) throws(Failure) { try write(line.utf8 + [UInt8(ascii: "\n")]) }
  static func write(line: Text) throws(Failure) { try write(line.utf8 + [UInt8(ascii: "\n")]) }

  private static func write(_ bytes: some Sequence<UInt8>) throws(Failure) {
    guard writeAll(Array(bytes), to: STDOUT_FILENO) else {
      throw Failure(.unusable, "cannot write to standard output: \(String(cString: strerror(errno)))")
    }
  }
}

enum StandardError {
  static func write(line: String) { _ = writeAll(Array(line.utf8) + [UInt8(ascii: "\n")], to: STDERR_FILENO) }

  static func write(_ failure: Failure) {
    for message in failure.messages { write(line: "countersign: \(Printable.text(message))") }
  }
}

private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if count >= 0 {
      rest = rest.dropFirst(count)
    } else if errno != EINTR {
      return false
    }
  }
  return true
}
