// Runs the built program as a user does: arguments, environment and standard input in; both outputs and the exit code out.

import Glibc

struct Program {
  struct Ending {
    var code: Int32
    var output: String
    var errors: String
    var lines: [Substring] { output.split(separator: "\n") }
  }

  struct Failure: Error {
    var message: String
  }

  /// - Parameter environment: in place of the test's own
  static func run(
    _ arguments: [String], environment: [String] = [], input: String = "", name: String = "countersign"
  ) throws -> Ending {
    let path = "\(Self.folder)/\(name)"
    let folder = try TemporaryFolder()
    try folder.write("in", input)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, folder.path + "/in", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, folder.path + "/out", O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, folder.path + "/err", O_WRONLY | O_CREAT, 0o600)
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = (environment + ["SWIFT_BACKTRACE=enable=no"]).map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var process: pid_t = 0
    let result = posix_spawn(&process, path, &actions, nil, &argv, &envp)
    guard result == 0 else { throw Failure(message: "cannot run \(path): \(String(cString: strerror(result)))") }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw Failure(message: "waitpid") }
    }
    guard status & 0x7F == 0 else { throw Failure(message: "signal \(status & 0x7F)") }
    return Ending(
      code: status >> 8 & 0xFF, output: try folder.read("out"), errors: try folder.read("err"))
  }

  /// Beside the test bundle.
  private static let folder: String = {
    var buffer = [CChar](repeating: 0, count: 4_096)
    // The bundle is an executable of its own, or is loaded by a runner; its own path is in the memory map in both cases.
    let count = max(0, readlink("/proc/self/exe", &buffer, buffer.count - 1))
    let own = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let candidates = [own] + mappedFiles()
    for candidate in candidates {
      let folder = candidate.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      if access(folder + "/countersign", X_OK) == 0 { return folder }
    }
    return "."
  }()

  private static func mappedFiles() -> [String] {
    guard let maps = try? TemporaryFolder.read(path: "/proc/self/maps") else { return [] }
    return maps.split(separator: "\n").compactMap { line in
      line.firstIndex(of: "/").map { String(line[$0...]) }
    }
  }
}

/// A folder that goes when its value does.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/countersign-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Program.Failure(message: "mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Self.removeTree(path) }

  private static func removeTree(_ path: String) {
    if let directory = opendir(path) {
      while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { removeTree("\(path)/\(name)") }
      }
      closedir(directory)
    }
    remove(path)
  }

  /// Writes a file, with the folders above it.
  func write(_ name: String, _ text: String) throws {
    var folder = path
    for part in name.split(separator: "/").dropLast() {
      folder += "/\(part)"
      mkdir(folder, 0o700)
    }
    guard let file = fopen(path + "/" + name, "w") else { throw Program.Failure(message: "fopen \(name)") }
    defer { fclose(file) }
    var bytes = Array(text.utf8)
    guard fwrite(&bytes, 1, bytes.count, file) == bytes.count else { throw Program.Failure(message: "fwrite") }
  }

  func read(_ name: String) throws -> String { try Self.read(path: path + "/" + name) }

  static func read(path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw Program.Failure(message: "fopen \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}
