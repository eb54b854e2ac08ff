// countersignd --check: loads a directory and reports every mistake, without serving.

import Glibc
import PolicyDirectory

enum PolicyCheck {
  /// Returns the exit status: 0, or 78 when the set would be refused.
  static func run(directory: String) -> Int32 {
    do throws(PolicySetError) {
      let set = try PolicyLoader().load(directory: directory)
      print("\(directory): revision \(set.revision)")
      return 0
    } catch {
      for diagnostic in error.diagnostics { standardError("\(diagnostic)") }
      return ExitStatus.badConfiguration
    }
  }
}

/// Statuses from sysexits.h that systemd and scripts tell apart.
enum ExitStatus {
  static let failure: Int32 = 1
  static let badConfiguration: Int32 = 78
}

/// Writes one line to standard error, whole.
func standardError(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  var written = 0
  while written < bytes.count {
    let count = bytes[written...].withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    guard count > 0 else { return }
    written += count
  }
}
