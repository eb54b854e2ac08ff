// Parsed files by their contents, so that the same bytes are read once: across reloads of a directory, across a swap of
// the whole tree, and across the thousands of small trees of a test suite.
//
// Bounded: of a directory exactly the last set's files are kept, of trees in memory two generations of limited size.

import PolicyLanguage

struct FileCache {
  /// A file of the last directory.
  struct Remembered {
    var stamp: FileStamp
    var isSettled: Bool
    var source: SourceFile
  }

  private struct DigestKey: Hashable {
    var form: FileKind
    var digest: SHA256.Digest
  }

  private struct BytesKey: Hashable {
    var form: FileKind
    var bytes: [UInt8]

    func hash(into hasher: inout Hasher) {
      hasher.combine(form)
      bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }

  private static let generationBytes = 32 << 20
  private static let generationFiles = 32_768

  private(set) var directory: [Text: Remembered] = [:]
  private var directoryContents: [DigestKey: ParsedFile] = [:]
  private var young: [BytesKey: ParsedFile] = [:]
  private var old: [BytesKey: ParsedFile] = [:]
  private var youngBytes = 0
  /// How many files were parsed so far.
  private(set) var parsed = 0

  /// The content of a file of a directory.
  mutating func directoryFile(_ bytes: [UInt8], as kind: FileKind) -> ParsedFile {
    let digest = Self.digest(of: bytes)
    let key = DigestKey(form: kind.form, digest: digest)
    if let known = directoryContents[key] { return known }
    let file = ParsedFile(bytes, as: kind, digest: digest)
    parsed += 1
    directoryContents[key] = file
    return file
  }

  /// What is too large to be read is not worth a digest either: no set comes of it.
  private static func digest(of bytes: [UInt8]) -> SHA256.Digest {
    SHA256.digest(of: bytes.count <= DirectoryLimits.fileBytes ? bytes : [])
  }

  /// Keeps just these files.
  mutating func keep(_ files: [Text: Remembered]) {
    directory = files
    directoryContents.removeAll(keepingCapacity: true)
    for file in files.values {
      directoryContents[DigestKey(form: file.source.kind.form, digest: file.source.parsed.digest)] = file.source.parsed
    }
  }

  /// The content of a file of a tree in memory. Keyed by the bytes themselves: comparing them is cheaper than a digest.
  mutating func memoryFile(_ bytes: [UInt8], as kind: FileKind) -> ParsedFile {
    let key = BytesKey(form: kind.form, bytes: bytes)
    if let known = young[key] { return known }
    let file: ParsedFile
    if let known = old[key] {
      file = known
    } else {
      file = ParsedFile(bytes, as: kind, digest: Self.digest(of: bytes))
      parsed += 1
    }
    if young.count >= Self.generationFiles || youngBytes + bytes.count > Self.generationBytes {
      (old, young) = (young, [:])
      youngBytes = 0
    }
    young[key] = file
    youngBytes += bytes.count
    return file
  }
}
