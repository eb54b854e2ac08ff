// The version that --version tells; a test holds it to be the daemon's.

enum Version {
  static let text = "0.1.0"
}
