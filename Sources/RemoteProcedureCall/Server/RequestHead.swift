// What the server keeps of a request's headers: a few facts, found while the field's bytes are at hand. Nothing is copied.
//
// Pure. Pseudo-header order, duplicates and forbidden fields have been judged by nghttp2 before a field gets here.

import Glibc

/// The facts of one request's headers.
struct RequestHead {
  enum Timeout {
    case none
    case nanoseconds(Int64)
    case malformed
  }

  private(set) var isPost = false
  /// Index of the method at `:path`, if there is one.
  private(set) var method: Int?
  /// False also when there is none.
  private(set) var isGRPC = false
  private(set) var timeout = Timeout.none
  /// `grpc-encoding` is absent or identity.
  private(set) var isUncompressed = true
  private(set) var fieldCount = 0
  /// As HTTP/2 counts a header list.
  private(set) var size = 0
  private var hasContentType = false

  /// Counts a field without reading it, as for trailers.
  @inline(__always) mutating func count(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
    fieldCount += 1
    size += name.count + value.count + 32
  }

  mutating func read(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, methods: MethodTable) {
    switch name.count {
    case 5 where name.equals(":path"): method = methods.index(of: value)
    case 7 where name.equals(":method"): isPost = value.equals("POST")
    case 12 where name.equals("content-type"):
      isGRPC = ContentType.isGRPC(value) && (isGRPC || !hasContentType)
      hasContentType = true
    case 12 where name.equals("grpc-timeout"):
      timeout = RemoteProcedureCall.Timeout.nanoseconds(value).map { .nanoseconds($0) } ?? .malformed
    case 13 where name.equals("grpc-encoding"):
      isUncompressed = isUncompressed && value.equals("identity")
    default: break
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Inlined: with a length that is known, memcmp is a comparison of a word or two.
  @inline(__always) func equals(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && (isEmpty || memcmp(baseAddress.unsafelyUnwrapped, text.utf8Start, count) == 0)
  }

  func equals(_ other: UnsafeRawBufferPointer) -> Bool {
    count == other.count
      && (isEmpty || memcmp(baseAddress.unsafelyUnwrapped, other.baseAddress.unsafelyUnwrapped, count) == 0)
  }
}
