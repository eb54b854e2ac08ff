// Why there is no answer.

import RemoteProcedureCall

/// A question that was not answered. It is never an allow: whoever asked must not go ahead.
public struct ClientError: Error, Sendable, Hashable {
  /// gRPC's status codes, OK excepted.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    case cancelled = "CANCELLED"
    case unknown = "UNKNOWN"
    /// The request cannot be judged; the message names the field.
    case invalidArgument = "INVALID_ARGUMENT"
    case deadlineExceeded = "DEADLINE_EXCEEDED"
    case notFound = "NOT_FOUND"
    case alreadyExists = "ALREADY_EXISTS"
    /// This process may not ask for that account.
    case permissionDenied = "PERMISSION_DENIED"
    case resourceExhausted = "RESOURCE_EXHAUSTED"
    /// Reload: the set on disk is bad.
    case failedPrecondition = "FAILED_PRECONDITION"
    case aborted = "ABORTED"
    case outOfRange = "OUT_OF_RANGE"
    /// A construct whose evaluation is not built.
    case unimplemented = "UNIMPLEMENTED"
    case `internal` = "INTERNAL"
    /// The daemon cannot be reached, has no policy set, or could not record the decision.
    case unavailable = "UNAVAILABLE"
    case dataLoss = "DATA_LOSS"
    case unauthenticated = "UNAUTHENTICATED"
  }

  public var code: Code
  /// For a person.
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// Whether the same question may be answered a moment later.
  public var isRetryable: Bool { code == .unavailable }
}

extension ClientError: CustomStringConvertible {
  public var description: String { "\(code.rawValue): \(message)" }
}

extension ClientError {
  init(_ status: Status) { self.init(Code(status.code), status.message) }

  /// From a status code on the wire; OK in the place of an error is one that nobody understands.
  init(number: Int32, message: String) {
    let code = UInt8(exactly: number).flatMap { Status.Code(rawValue: $0) } ?? .unknown
    self.init(Code(code), message)
  }
}

extension ClientError.Code {
  init(_ code: Status.Code) {
    switch code {
    case .ok, .unknown: self = .unknown
    case .cancelled: self = .cancelled
    case .invalidArgument: self = .invalidArgument
    case .deadlineExceeded: self = .deadlineExceeded
    case .notFound: self = .notFound
    case .alreadyExists: self = .alreadyExists
    case .permissionDenied: self = .permissionDenied
    case .resourceExhausted: self = .resourceExhausted
    case .failedPrecondition: self = .failedPrecondition
    case .aborted: self = .aborted
    case .outOfRange: self = .outOfRange
    case .unimplemented: self = .unimplemented
    case .internal: self = .internal
    case .unavailable: self = .unavailable
    case .dataLoss: self = .dataLoss
    case .unauthenticated: self = .unauthenticated
    }
  }
}
