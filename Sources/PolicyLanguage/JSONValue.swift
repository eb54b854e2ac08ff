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
