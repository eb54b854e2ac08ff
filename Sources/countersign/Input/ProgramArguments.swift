// The program's arguments, as long as they are text.
//
// Swift mends bytes that are not UTF-8, and a name that was mended is another name: a question about it would be answered for
// somebody else.

import PolicyLanguage

enum ProgramArguments {
  /// - Throws: `Failure` for an argument that is not UTF-8.
  static func read() throws -> [String] {
    try (1..<max(1, Int(CommandLine.argc))).compactMap { index in
      guard let argument = CommandLine.unsafeArgv[index] else { return nil }
      guard let text = String(validatingCString: argument) else {
        throw Failure(.unusable, "argument \(index) is not UTF-8")
      }
      return text
    }
  }
}
