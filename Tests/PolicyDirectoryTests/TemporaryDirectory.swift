// A directory on the real file system for one test, removed with it.

import Glibc
import PolicyLanguage

final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/countersign-policies-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) != nil }
    precondition(made, "no temporary directory: \(String(cString: strerror(errno)))")
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  deinit { Self.remove(path) }

  /// Writes a file and makes the folders that it needs.
  func write(_ name: String, _ content: String) { write(name, Array(content.utf8)) }

  func write(_ name: String, _ bytes: [UInt8]) {
    if let slash = name.lastIndex(of: "/") { makeFolder(String(name[..<slash])) }
    let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    precondition(descriptor >= 0, "\(name): \(String(cString: strerror(errno)))")
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      precondition(count > 0)
      rest = rest.dropFirst(count)
    }
    close(descriptor)
  }

  func write(_ tree: PolicyTreeFiles, below folder: String = "") {
    for (name, content) in tree { write(folder.isEmpty ? name : "\(folder)/\(name)", content) }
  }

  func makeFolder(_ name: String) {
    var made = path
    for part in name.split(separator: "/") {
      made += "/\(part)"
      mkdir(made, 0o755)
    }
  }

  func link(_ name: String, to target: String) {
    let code = symlink(target, "\(path)/\(name)")
    precondition(code == 0, "\(name): \(String(cString: strerror(errno)))")
  }

  /// The way to replace a link, file or empty folder at one stroke.
  func move(_ from: String, to name: String) {
    let code = rename("\(path)/\(from)", "\(path)/\(name)")
    precondition(code == 0, "\(from) to \(name): \(String(cString: strerror(errno)))")
  }

  func delete(_ name: String) { Self.remove("\(path)/\(name)") }

  private static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      unlink(path)
      return
    }
    if let stream = opendir(path) {
      var names: [[CChar]] = []
      while let entry = readdir(stream) {
        names.append(
          withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) {
              Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
            }
          })
      }
      closedir(stream)
      for name in names where name != Array(".".utf8CString) && name != Array("..".utf8CString) {
        // Names need not be UTF-8, so they are joined as bytes.
        let child = Array(path.utf8CString.dropLast()) + [CChar(UInt8(ascii: "/"))] + name
        child.withUnsafeBufferPointer { child in
          if unlink(child.baseAddress!) != 0 { remove(String(cString: child.baseAddress!)) }
        }
      }
    }
    rmdir(path)
  }
}

/// Path to content.
typealias PolicyTreeFiles = [String: String]
