// Files to policy set, all or nothing. [to be written]

import PolicyLanguage

/// Loads sets and remembers parsed files, so that a file whose bytes did not change is not parsed again.
///
/// Not thread-safe: one loader belongs to one thread or actor.
public final class PolicyLoader {
  public init() {}

  /// Loads a tree held in memory.
  public func load(_ tree: PolicyTree) throws(PolicySetError) -> PolicySet {
    throw PolicySetError(diagnostics: [])
  }

  /// Reads and loads the directory at `path`.
  public func load(directory path: String) throws(PolicySetError) -> PolicySet {
    throw PolicySetError(diagnostics: [])
  }
}
