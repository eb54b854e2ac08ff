// Which content types are gRPC's with protobuf messages: `application/grpc`, `application/grpc+proto`, either with parameters.

/// Judges the value of `content-type`.
public enum ContentType {
  /// True for protobuf over gRPC. Another message format (`application/grpc+json`) is refused, since it could not be decoded.
  public static func isGRPC(_ value: UnsafeRawBufferPointer) -> Bool {
    let plain: StaticString = "application/grpc"
    let proto: StaticString = "+proto"
    if value.equals(plain) { return true }
    guard hasPrefix(value, plain) else { return false }
    var rest = UnsafeRawBufferPointer(rebasing: value[plain.utf8CodeUnitCount...])
    if hasPrefix(rest, proto) { rest = UnsafeRawBufferPointer(rebasing: rest[proto.utf8CodeUnitCount...]) }
    guard let next = rest.first else { return true }
    return next == UInt8(ascii: ";") || next == UInt8(ascii: " ")
  }

  private static func hasPrefix(_ value: UnsafeRawBufferPointer, _ prefix: StaticString) -> Bool {
    guard value.count >= prefix.utf8CodeUnitCount else { return false }
    for index in 0..<prefix.utf8CodeUnitCount {
      let byte = value[index]
      let lowered = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      if lowered != prefix.utf8Start[index] { return false }
    }
    return true
  }
}
