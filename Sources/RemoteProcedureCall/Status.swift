// gRPC status: how every call ends.

/// A gRPC status with its message, sent as trailers.
public struct Status: Sendable, Hashable, Error {
  public enum Code: UInt8, Sendable, Hashable, CaseIterable {
    case ok = 0
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case resourceExhausted = 8
    case failedPrecondition = 9
    case aborted = 10
    case outOfRange = 11
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case dataLoss = 15
    case unauthenticated = 16
  }
  public var code: Code
  /// For a person; percent-encoded on the wire.
  public var message: String
  public init(_ code: Code, _ message: String = "") {
    self.code = code
    self.message = message
  }
  public static var ok: Status { Status(.ok) }
}
