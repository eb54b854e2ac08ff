// A reader of journald's native protocol and of its export format, which is the same with a blank line between entries.
// Written from the format's description, apart from the code that it judges.

/// One entry's fields in order.
struct ParsedEntry {
  var fields: [(name: String, value: [UInt8])] = []

  func all(_ name: String) -> [[UInt8]] { fields.filter { $0.name == name }.map(\.value) }
  func texts(_ name: String) -> [String] { all(name).map { String(decoding: $0, as: UTF8.self) } }
  /// Nil unless the field stands exactly once.
  func only(_ name: String) -> String? {
    let values = texts(name)
    return values.count == 1 ? values[0] : nil
  }
}

struct MalformedEntry: Error {
  var offset: Int
}

enum NativeProtocol {
  static func parse(_ bytes: [UInt8]) throws -> [ParsedEntry] {
    var entries: [ParsedEntry] = []
    try forEachEntry(bytes[...]) { entries.append($0) }
    return entries
  }

  /// - Returns: what was left of an entry that has not ended.
  static func forEachEntry(_ bytes: ArraySlice<UInt8>, _ body: (ParsedEntry) throws -> Void) throws {
    var entry = ParsedEntry()
    var offset = bytes.startIndex
    while offset < bytes.endIndex {
      guard let lineEnd = bytes[offset...].firstIndex(of: 0x0A) else { throw MalformedEntry(offset: offset) }
      let line = bytes[offset..<lineEnd]
      if line.isEmpty {
        if !entry.fields.isEmpty { try body(entry) }
        entry = ParsedEntry()
        offset = lineEnd + 1
      } else if let equals = line.firstIndex(of: UInt8(ascii: "=")) {
        entry.fields.append((String(decoding: line[..<equals], as: UTF8.self), Array(line[(equals + 1)...])))
        offset = lineEnd + 1
      } else {
        guard lineEnd + 9 <= bytes.endIndex else { throw MalformedEntry(offset: offset) }
        var length: UInt64 = 0
        for (place, byte) in bytes[lineEnd + 1..<lineEnd + 9].enumerated() {
          length |= UInt64(byte) << (8 * UInt64(place))
        }
        let start = lineEnd + 9
        guard length < UInt64(bytes.endIndex - start), bytes[start + Int(length)] == 0x0A else {
          throw MalformedEntry(offset: offset)
        }
        entry.fields.append(
          (String(decoding: line, as: UTF8.self), Array(bytes[start..<start + Int(length)])))
        offset = start + Int(length) + 1
      }
    }
    if !entry.fields.isEmpty { try body(entry) }
  }
}
