// Percent-encoding of `grpc-message`: all bytes but printable ASCII, and the percent sign itself.

/// Writes and reads the value of `grpc-message`.
public enum PercentEncoding {
  /// Encoded bytes after which a message is cut: clients limit the size of the trailers they take (8 KiB is usual), and a
  /// message cut short tells more than trailers that are refused.
  public static let maximumEncodedSize = 4_096

  private static func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte <= 0x7E && byte != UInt8(ascii: "%") }

  /// The encoded bytes of `message`, cut at a character so that no more than `limit` bytes come out.
  public static func encode(_ message: String, limit: Int = maximumEncodedSize) -> [UInt8] {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(min(message.utf8.count, limit))
    for scalar in message.unicodeScalars {
      let start = encoded.count
      for byte in scalar.utf8 {
        if isPlain(byte) {
          encoded.append(byte)
        } else {
          encoded.append(UInt8(ascii: "%"))
          encoded.append(digit(byte >> 4))
          encoded.append(digit(byte & 15))
        }
      }
      if encoded.count > limit {
        encoded.removeSubrange(start...)
        break
      }
    }
    return encoded
  }

  /// What the encoded bytes mean. Never fails, as the protocol asks: a percent sign without two digits stands for itself,
  /// and bytes that are not UTF-8 are replaced.
  public static func decode(_ value: UnsafeRawBufferPointer) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(value.count)
    var index = 0
    while index < value.count {
      let byte = value[index]
      if byte == UInt8(ascii: "%"), index + 2 < value.count, let high = number(value[index + 1]),
        let low = number(value[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 3
      } else {
        bytes.append(byte)
        index += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
  }

  private static func number(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x41 + 10
    case 0x61...0x66: digit - 0x61 + 10
    default: nil
    }
  }
}
