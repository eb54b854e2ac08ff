// An entry as read back from the journal.

import PolicyLanguage

public struct JournalEntry: Sendable {
  public struct Field: Sendable, Hashable {
    public var name: String
    /// Bytes as stored: not always UTF-8, since any process can write to the journal.
    public var value: [UInt8]
    public init(name: String, value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  /// When journald received it: microseconds since 1970.
  public var realtime: UInt64
  /// Names the place in the journal.
  public var cursor: String
  /// In the journal's order; a name can stand more than once.
  public var fields: [Field]

  public init(realtime: UInt64, cursor: String, fields: [Field]) {
    self.realtime = realtime
    self.cursor = cursor
    self.fields = fields
  }

  public func bytes(_ field: JournalField) -> [UInt8]? {
    let name = field.rawValue
    return fields.first { $0.name == name }?.value
  }

  /// The first value, for people: bytes that are not UTF-8 are replaced.
  public subscript(field: JournalField) -> String? {
    bytes(field).map { String(decoding: $0, as: UTF8.self) }
  }

  /// All values of a field that may repeat.
  public func values(_ field: JournalField) -> [String] {
    let name = field.rawValue
    return fields.filter { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
  }
}
