// The header fields that the server sends, as constants of the process: nghttp2 then copies neither name nor value
// (NO_COPY demands that they live until the frame is written, so nothing else than StaticString goes in here that way).

import CNGHTTP2

/// A list of header fields to submit, on the stack.
struct HeaderFields {
  private let buffer: UnsafeMutableBufferPointer<nghttp2_nv>
  private(set) var count = 0

  private init(_ buffer: UnsafeMutableBufferPointer<nghttp2_nv>) { self.buffer = buffer }

  /// Room for up to six fields during `body`.
  static func withFields<R>(_ body: (inout HeaderFields) -> R) -> R {
    withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: 6) { buffer in
      var fields = HeaderFields(buffer)
      return body(&fields)
    }
  }

  var baseAddress: UnsafeMutablePointer<nghttp2_nv>? { buffer.baseAddress }

  private static let noCopyName = UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue)
  private static let noCopyValue = UInt8(NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue)

  mutating func add(_ name: StaticString, _ value: StaticString) {
    put(
      name, UnsafeMutablePointer(mutating: value.utf8Start), value.utf8CodeUnitCount,
      flags: Self.noCopyName | Self.noCopyValue)
  }

  /// A value of this call. nghttp2 copies it when the list is submitted: it must live until then.
  mutating func add(_ name: StaticString, copying value: UnsafeBufferPointer<UInt8>) {
    put(name, UnsafeMutablePointer(mutating: value.baseAddress), value.count, flags: Self.noCopyName)
  }

  private mutating func put(
    _ name: StaticString, _ value: UnsafeMutablePointer<UInt8>?, _ length: Int, flags: UInt8
  ) {
    precondition(count < buffer.count)
    buffer.initializeElement(
      at: count,
      to: nghttp2_nv(
        name: UnsafeMutablePointer(mutating: name.utf8Start), value: value, namelen: name.utf8CodeUnitCount,
        valuelen: length, flags: flags))
    count += 1
  }
}

extension Status.Code {
  /// The value of `grpc-status`.
  var headerValue: StaticString {
    switch self {
    case .ok: "0"
    case .cancelled: "1"
    case .unknown: "2"
    case .invalidArgument: "3"
    case .deadlineExceeded: "4"
    case .notFound: "5"
    case .alreadyExists: "6"
    case .permissionDenied: "7"
    case .resourceExhausted: "8"
    case .failedPrecondition: "9"
    case .aborted: "10"
    case .outOfRange: "11"
    case .unimplemented: "12"
    case .internal: "13"
    case .unavailable: "14"
    case .dataLoss: "15"
    case .unauthenticated: "16"
    }
  }
}
