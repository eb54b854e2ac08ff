// Whether the daemon takes questions, by gRPC's health protocol.

public enum HealthState: Sendable, Hashable {
  case serving
  /// Shutting down, or without a policy set.
  case notServing
  /// Anything else that the protocol can say.
  case unknown
}
