// What events say about where a policy directory may differ from what it was.
//
// Events alone are never believed: where they point, the reader looks for itself. They only spare it a look at everything
// else, so a system that makes no events for a file system costs time until the next look at everything, not more.

/// What may have changed since the question was last asked.
enum DirectoryChanges: Sendable, Equatable {
  case nothing
  /// The names, or the files, in these folders: paths below the directory.
  case folders(Set<SystemPath>)
  case everything
}
