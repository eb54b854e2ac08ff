// Bounds on what a policy directory may hold. Each is far above any real set; each is a named error when it is reached,
// never a set that is silently cut short.

enum DirectoryLimits {
  static let fileBytes = 16 << 20
  static let tooLarge = "file of more than 16 MiB, expected a document of at most 16 MiB"
  /// Folders inside each other; the layout itself needs six and the paths of managed policies a few more.
  static let depth = 32
  static let entries = 1_000_000
  /// Symbolic links followed for one name, as in the kernel.
  static let linkHops = 40
  /// How often a directory that changes under the reader is read anew.
  static let attempts = 25
}
