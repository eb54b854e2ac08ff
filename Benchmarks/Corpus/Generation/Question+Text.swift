// A question as a case of a test suite, so that `countersign test` checks the corpus, and as the load generator sends it.

extension Question {
  /// One case on one line. `name` must differ from case to case.
  public func suiteCase(name: String) -> String {
    var request: [(String, JSON)] = [
      ("principal", .text(principal)), ("operation", .text(operation)), ("resource", .text(resource)),
    ]
    for (member, pairs) in [("encryptionContext", encryptionContext), ("context", context)] where !pairs.isEmpty {
      request.append((member, .object(pairs.map { ($0.key, .text($0.value)) })))
    }
    let expect: [(String, JSON)] = [
      ("decision", .text(isAllowed ? "ALLOW" : "DENY")), ("reason", .text(reason.name)),
    ]
    return JSON.object([("name", .text(name)), ("request", .object(request)), ("expect", .object(expect))]).compact
  }

  /// For programs that read no JSON: the size of the message (2 bytes, little-endian), the decision and the reason that
  /// are right (1 byte each, numbers of the proto's enums), the `CheckRequest` message.
  public var wireRecord: [UInt8] {
    let message = checkRequest
    return [UInt8(message.count & 0xFF), UInt8(message.count >> 8), isAllowed ? 1 : 2, reason.rawValue] + message
  }

  /// As protobuf encodes it.
  public var checkRequest: [UInt8] {
    var message = Self.field(1, principal) + Self.field(2, operation) + Self.field(3, resource)
    for pair in encryptionContext { message += Self.field(6, Self.field(1, pair.key) + Self.field(2, pair.value)) }
    for pair in context {
      message += Self.field(11, Self.field(1, pair.key) + Self.field(2, Self.field(1, pair.value)))
    }
    return message
  }

  private static func field(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

  private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    var field = [number << 3 | 2]
    var size = bytes.count
    while size > 127 {
      field.append(UInt8(size & 127 | 128))
      size >>= 7
    }
    field.append(UInt8(size))
    return field + bytes
  }
}
