// A file's bytes: Glibc alone, since the project's libraries do without Foundation.

import Glibc

public enum FileContents {
  public struct ReadError: Error, CustomStringConvertible {
    public var number: Int32
    public var description: String { String(cString: strerror(number)) }
  }

  /// - Throws: the number of the system's error.
  public static func read(_ path: String) throws(ReadError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ReadError(number: errno) }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return contents }
      if count > 0 {
        contents += buffer[..<count]
      } else if errno != EINTR {
        throw ReadError(number: errno)
      }
    }
  }
}
