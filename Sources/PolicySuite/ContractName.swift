// The short names that test suites and the command line's JSON use for answers.

import Authorization
import PolicyLanguage

/// Names of the contract, as they stand in JSON.
public enum ContractName {
  /// The error of a set that must be refused; not a gRPC status.
  public static let malformedPolicy: Text = "MALFORMED_POLICY"

  public static func name(of outcome: Outcome) -> Text {
    switch outcome {
    case .allow: "ALLOW"
    case .deny: "DENY"
    }
  }

  public static func name(of denial: Denial) -> Text {
    switch denial {
    case .explicit: "EXPLICIT"
    case .implicit: "IMPLICIT"
    }
  }

  /// The gRPC status that a request is answered with when it cannot be judged.
  public static func name(of code: RequestError.Code) -> Text {
    switch code {
    case .invalidArgument: "INVALID_ARGUMENT"
    }
  }

  static let reasons = Reason.allCases.map { Text($0.rawValue) }

  /// All gRPC statuses but OK: a suite may be run against a daemon that knows more of them than the engine does.
  static let errors: [Text] = [
    malformedPolicy, "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
    "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
  ]
}
