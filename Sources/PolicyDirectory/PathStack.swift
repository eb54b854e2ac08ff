// The path of the name that a walk is at, ready for a system call: names are pushed and popped in one buffer, so that a
// walk over many thousands of names makes no path for each.

struct PathStack {
  /// Ends with a NUL.
  private var bytes: [UInt8]

  /// - Parameter path: of the folder to start in.
  init(_ path: SystemPath = .start) { bytes = path.bytes + [0] }

  /// What to give to `pop` to be back here.
  typealias Mark = Int

  mutating func push(_ name: [UInt8]) -> Mark {
    let mark = bytes.count
    bytes.removeLast()
    if let last = bytes.last, last != UInt8(ascii: "/") { bytes.append(UInt8(ascii: "/")) }
    bytes += name
    bytes.append(0)
    return mark
  }

  mutating func pop(to mark: Mark) {
    bytes.removeSubrange((mark - 1)...)
    bytes.append(0)
  }

  /// Without the NUL.
  var path: ArraySlice<UInt8> { bytes.dropLast() }

  var systemPath: SystemPath { SystemPath(bytes: path) }

  /// `.` for the folder that relative paths start from.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    guard bytes.count > 1 else { return body(".") }
    return bytes.withUnsafeBytes { body($0.bindMemory(to: CChar.self).baseAddress!) }
  }
}
