// A reader of journald's native protocol and of its export format, which is the same with a blank line between entries.
// Written from the format's description, apart from the code that it judges.

import Glibc

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
    try forEachEntry(bytes) { entries.append($0) }
    return entries
  }

  static func forEachEntry(_ bytes: [UInt8], _ body: (ParsedEntry) throws -> Void) throws {
    try bytes.withUnsafeBytes { bytes in
      func find(_ byte: UInt8, in range: Range<Int>) -> Int? {
        guard !range.isEmpty, let start = bytes.baseAddress,
          let found = memchr(start + range.lowerBound, Int32(byte), range.count)
        else { return nil }
        return UnsafeRawPointer(found) - start
      }
      func name(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

      var entry = ParsedEntry()
      var offset = 0
      while offset < bytes.count {
        guard let lineEnd = find(0x0A, in: offset..<bytes.count) else { throw MalformedEntry(offset: offset) }
        if lineEnd == offset {
          if !entry.fields.isEmpty { try body(entry) }
          entry = ParsedEntry()
          offset = lineEnd + 1
        } else if let equals = find(UInt8(ascii: "="), in: offset..<lineEnd) {
          entry.fields.append((name(offset..<equals), Array(bytes[equals + 1..<lineEnd])))
          offset = lineEnd + 1
        } else {
          let start = lineEnd + 9
          guard start <= bytes.count else { throw MalformedEntry(offset: offset) }
          let length = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: lineEnd + 1, as: UInt64.self))
          guard length < UInt64(bytes.count - start), bytes[start + Int(length)] == 0x0A else {
            throw MalformedEntry(offset: offset)
          }
          entry.fields.append((name(offset..<lineEnd), Array(bytes[start..<start + Int(length)])))
          offset = start + Int(length) + 1
        }
      }
      if !entry.fields.isEmpty { try body(entry) }
    }
  }
}
