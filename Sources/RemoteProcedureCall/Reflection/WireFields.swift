// The fields of one protobuf message, by number, without knowing its type. Reading ends at the first malformed byte.

struct WireFields {
  private var texts: [(number: UInt64, bytes: ArraySlice<UInt8>)] = []
  private var numbers: [UInt64: UInt64] = [:]

  init(_ message: ArraySlice<UInt8>) {
    var rest = message
    while let key = Self.varint(&rest) {
      switch key & 7 {
      case 0:
        guard let value = Self.varint(&rest) else { return }
        numbers[key >> 3] = value
      case 1 where rest.count >= 8: rest = rest.dropFirst(8)
      case 2:
        guard let length = Self.varint(&rest), length <= UInt64(rest.count) else { return }
        texts.append((key >> 3, rest.prefix(Int(length))))
        rest = rest.dropFirst(Int(length))
      case 5 where rest.count >= 4: rest = rest.dropFirst(4)
      default: return
      }
    }
  }

  /// All values of a repeated field of messages or strings.
  func all(_ number: UInt64) -> [ArraySlice<UInt8>] { texts.filter { $0.number == number }.map(\.bytes) }

  /// A string field, empty when absent.
  func text(_ number: UInt64) -> [UInt8] { texts.last { $0.number == number }.map { Array($0.bytes) } ?? [] }

  /// A number field, 0 when absent.
  func number(_ number: UInt64) -> UInt64 { numbers[number] ?? 0 }

  private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    return nil
  }
}
