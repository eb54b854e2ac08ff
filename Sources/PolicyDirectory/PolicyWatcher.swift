// Watches a policy directory and calls for a rescan after any change. [to be written]

/// Runs a thread of its own on inotify; any event means "look at everything again" after a short quiet time.
public final class PolicyWatcher: Sendable {
  public struct Configuration: Sendable {
    /// Quiet time after the last event before a rescan, in milliseconds.
    public var quietMilliseconds = 100
    /// Longest wait from the first event to a rescan, in milliseconds.
    public var patienceMilliseconds = 1_000
    /// Period of the rescan that needs no event, in milliseconds.
    public var rescanMilliseconds = 60_000
    public init() {}
  }

  /// - Parameter onChange: called on the watcher's thread, never twice at a time.
  public init(
    directory: String, configuration: Configuration = Configuration(), onChange: @escaping @Sendable () -> Void
  ) throws {}

  /// Ends the thread; returns after its last call of `onChange`.
  public func stop() {}
}
