// Files and folders to write, on the C library.

import Glibc

/// What the system refused, and where.
struct FileError: Error, CustomStringConvertible {
  let description: String
  init(_ path: String) { description = "\(path): \(String(cString: strerror(errno)))" }
}

/// A new file; its bytes are gathered, and written when enough of them are there and at the end.
final class OutputFile {
  private let path: String
  private let stream: UnsafeMutablePointer<FILE>

  init(_ path: String) throws {
    self.path = path
    guard let stream = fopen(path, "wx") else { throw FileError(path) }
    self.stream = stream
  }

  deinit { fclose(stream) }

  func write(_ bytes: [UInt8]) throws {
    guard fwrite(bytes, 1, bytes.count, stream) == bytes.count else { throw FileError(path) }
  }
}

/// Makes each folder once.
struct FolderMaker {
  private let root: String
  private var made: Set<String> = []

  init(root: String) { self.root = root }

  /// Makes the folders in which the file of this path shall be.
  mutating func make(upTo path: String) throws {
    guard let slash = path.lastIndex(of: "/") else { return try make(root) }
    let folder = String(path[..<slash])
    guard !made.contains(folder) else { return }
    try make(upTo: folder)
    try make("\(root)/\(folder)")
    made.insert(folder)
  }

  private func make(_ folder: String) throws {
    guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw FileError(folder) }
  }
}
