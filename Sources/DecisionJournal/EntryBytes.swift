// journald's native protocol: an entry as bytes.
//
// A field is `NAME=value` and a newline, or, so that no value can pass for another field, `NAME`, a newline, the
// length in eight little-endian bytes, the value and a newline. The second form is used for every value with a newline
// or another control byte. Names come from this module alone, never from a request.

import PolicyLanguage

struct EntryBytes {
  private(set) var bytes: [UInt8] = []

  var count: Int { bytes.count }

  /// Keeps the memory for the next entries unless it has grown past `limit`.
  mutating func removeAll(keepingUpTo limit: Int) {
    bytes.removeAll(keepingCapacity: bytes.capacity <= limit)
  }

  mutating func append(_ field: JournalField, _ value: Text) {
    append(field.rawValue, value.utf8)
  }

  mutating func append(_ field: JournalField, _ value: String) {
    append(field.rawValue, value.utf8)
  }

  /// A value that is known to have no control bytes.
  mutating func append(_ field: JournalField, plain value: StaticString) {
    beginPlain(field)
    bytes.append(contentsOf: UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    endPlain()
  }

  mutating func append(_ field: JournalField, number: some BinaryInteger) {
    beginPlain(field)
    bytes.append(contentsOf: String(number).utf8)
    endPlain()
  }

  mutating func appendIdentifier(_ field: JournalField) {
    beginPlain(field)
    EventIdentifier.append(to: &bytes)
    endPlain()
  }

  /// - Parameter name: an identifier of ours: upper-case letters, digits, underscores.
  mutating func append(_ name: String, _ value: some Collection<UInt8>) {
    bytes.append(contentsOf: name.utf8)
    if value.contains(where: { $0 < 0x20 }) {
      bytes.append(UInt8(ascii: "\n"))
      let length = UInt64(value.count)
      for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: length &>> shift)) }
    } else {
      bytes.append(UInt8(ascii: "="))
    }
    bytes.append(contentsOf: value)
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func beginPlain(_ field: JournalField) {
    bytes.append(contentsOf: field.rawValue.utf8)
    bytes.append(UInt8(ascii: "="))
  }

  private mutating func endPlain() { bytes.append(UInt8(ascii: "\n")) }
}
