// A file that an argument names; `-` is standard input.

import PolicySuite

enum FileBytes {
  /// - Throws: `Failure`
  static func read(_ path: String) throws(Failure) -> [UInt8] {
    do {
      return try FileContents.read(path == "-" ? "/dev/stdin" : path)
    } catch {
      throw Failure(.unusable, "cannot read `\(path)`: \(error)")
    }
  }
}
