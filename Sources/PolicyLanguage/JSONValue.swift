// A JSON document as it stands in its file: every value and every key knows its byte offset.
//
// Members keep their order; numbers keep their spelling, because a policy compares them in their string form (D-9).

/// One JSON value and where it begins.
public struct JSONValue: Sendable {
  public enum Content: Sendable {
    case null
    case bool(Bool)
    /// The number as written.
    case number(Text)
    case string(Text)
    case array([JSONValue])
    /// Keys are unique: the parser refuses the second one (D-4).
    case object([JSONMember])
  }
  public var content: Content
  /// Byte offset of the value's first byte.
  public var offset: Int
  public init(_ content: Content, offset: Int) {
    self.content = content
    self.offset = offset
  }
}

/// One member of an object.
public struct JSONMember: Sendable {
  public var key: Text
  public var keyOffset: Int
  public var value: JSONValue
  public init(key: Text, keyOffset: Int, value: JSONValue) {
    self.key = key
    self.keyOffset = keyOffset
    self.value = value
  }
}

extension JSONValue {
  /// The decoded text of a string; nil for every other kind of value.
  public var string: Text? {
    if case .string(let text) = content { text } else { nil }
  }

  public var bool: Bool? {
    if case .bool(let value) = content { value } else { nil }
  }

  /// The spelling of a number; nil for every other kind of value, strings of digits included.
  public var number: Text? {
    if case .number(let text) = content { text } else { nil }
  }

  public var array: [JSONValue]? {
    if case .array(let elements) = content { elements } else { nil }
  }

  /// The members in the order of the file.
  public var object: [JSONMember]? {
    if case .object(let members) = content { members } else { nil }
  }

  public var isNull: Bool {
    if case .null = content { true } else { false }
  }

  /// The value of one member; nil when the key is missing or this is not an object.
  public func member(_ key: Text) -> JSONValue? { object?.first { $0.key == key }?.value }

  /// What this is, for messages: `an array`.
  public var kind: String {
    switch content {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
