// What is laid over the daemon's policies for one question.

/// Changes for `Client.simulate`.
public struct Simulation: Sendable {
  /// Another value for a condition key.
  public enum ContextOverride: Sendable, Hashable {
    case values([String])
    /// The request does not have the key.
    case removed
  }

  /// By condition key, derived ones and `aws:CurrentTime` too.
  public var contextOverrides: TextMap<ContextOverride> = [:]
  /// Path below the policy directory to the file's text; an empty text removes the file.
  public var files: TextMap<String> = [:]

  public init() {}
}
