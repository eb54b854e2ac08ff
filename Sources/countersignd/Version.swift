// The version that --version, GetStatus and the log tell.

enum Version {
  static let text = "0.1.0"
}
