// Where the conformance suites lie, and how they are read.

import Glibc
import PolicyLanguage
import PolicySuite

enum ConformanceSuites {
  /// Ends with a slash.
  static let directory: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(2).joined(separator: "/") + "/Conformance/"
  }()

  /// The suite of the example directory, which must stay true too.
  static let example = "../../examples/suite.json"

  /// Names of the suite files, in byte order.
  static let files = names(in: "")

  /// What random comparison has found, replayed for ever.
  static let found = names(in: "found/")

  private static func names(in folder: String) -> [String] {
    guard let stream = opendir(directory + folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasSuffix(".json") { names.append(folder + name) }
    }
    return names.sorted { Text($0) < Text($1) }
  }

  static func read(_ file: String) throws(SuiteError) -> Suite { try SuiteReader.read(path: directory + file) }
}
