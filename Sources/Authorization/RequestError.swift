// A request that cannot be judged: an error of the call, never a decision.

import PolicyLanguage

public struct RequestError: Error, Sendable, Hashable {
  /// The gRPC status that the request is answered with.
  public enum Code: Sendable, Hashable {
    case invalidArgument
  }
  public var code: Code
  /// Names the field and what was expected.
  public var message: String
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
