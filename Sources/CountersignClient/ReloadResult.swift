// What a reload came to.

/// Answer of `Client.reload`: the set that is now in force.
public struct ReloadResult: Sendable, Hashable {
  /// Its digest.
  public var revision: String
  /// False when it is the one that was in force before.
  public var isChanged: Bool

  public init(revision: String, isChanged: Bool) {
    self.revision = revision
    self.isChanged = isChanged
  }
}
