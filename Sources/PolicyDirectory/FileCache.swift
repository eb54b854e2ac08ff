// Parsed files by their contents, so that the same bytes are parsed once: in the many places of one directory, across a
// swap of the whole tree, and across the thousands of small trees of a test suite.
//
// Of a directory exactly what the reader remembers is known, of trees in memory two generations of limited size.

import PolicyLanguage

struct FileCache {
  fileprivate struct DigestKey: Hashable {
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

  private var young: [BytesKey: ParsedFile] = [:]
  private var old: [BytesKey: ParsedFile] = [:]
  private var youngBytes = 0
  private let compile: PolicyLoader.Compilation?
  /// How many files were parsed so far.
  private(set) var parsed = 0

  init(compile: PolicyLoader.Compilation?) { self.compile = compile }

  // MARK: - A directory

  /// What one load of a directory knows by what it holds.
  struct Contents {
    fileprivate var files: [DigestKey: ParsedFile] = [:]
    private var sources: [SourceFile]

    /// - Parameter sources: of the last load.
    init(of sources: [SourceFile]) { self.sources = sources }

    /// To be called before many files are looked up; for a few, parsing them costs less.
    fileprivate mutating func learnSources() {
      files.reserveCapacity(sources.count)
      for source in sources { files[DigestKey(form: source.kind.form, digest: source.parsed.digest)] = source.parsed }
      sources = []
    }
  }

  /// Gives each file that was read its source: the one that it has if the bytes are the same, else a new one. What
  /// `contents` does not know is parsed, on all cores.
  mutating func take(_ readings: [DirectoryReader.Reading], contents: inout Contents) {
    let digests = Parallel.map(readings.count, by: 16) { Self.digest(of: readings[$0].bytes) }
    if readings.count > 64 { contents.learnSources() }
    var unknown: [DigestKey: Int] = [:]
    var places: [Int] = []
    for (place, reading) in readings.enumerated() where !reading.isUnchanged(digests[place]) {
      guard let kind = reading.file.kind else { continue }
      let key = DigestKey(form: kind.form, digest: digests[place])
      if contents.files[key] == nil, unknown[key] == nil {
        unknown[key] = places.count
        places.append(place)
      }
    }
    let compile = compile
    let files = Parallel.map(places.count, by: 8) { index -> ParsedFile? in
      let place = places[index]
      return readings[place].file.kind.map {
        ParsedFile(readings[place].bytes, as: $0, digest: digests[place], compile: compile)
      }
    }
    parsed += places.count
    for (key, index) in unknown { contents.files[key] = files[index] }
    for (place, reading) in readings.enumerated() where !reading.isUnchanged(digests[place]) {
      guard let kind = reading.file.kind,
        let parsed = contents.files[DigestKey(form: kind.form, digest: digests[place])]
      else { continue }
      reading.file.source = SourceFile(path: reading.path, kind: kind, parsed: parsed)
    }
  }

  // MARK: - Trees in memory

  /// The content of a file of a tree in memory. Keyed by the bytes themselves: comparing them is cheaper than a digest.
  mutating func memoryFile(_ bytes: [UInt8], as kind: FileKind) -> ParsedFile {
    let key = BytesKey(form: kind.form, bytes: bytes)
    if let known = young[key] { return known }
    let file: ParsedFile
    if let known = old[key] {
      file = known
    } else {
      file = ParsedFile(bytes, as: kind, digest: Self.digest(of: bytes), compile: compile)
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

  /// What is too large to be read is not worth a digest either: no set comes of it.
  private static func digest(of bytes: [UInt8]) -> SHA256.Digest {
    SHA256.digest(of: bytes.count <= DirectoryLimits.fileBytes ? bytes : [])
  }
}

extension DirectoryReader.Reading {
  fileprivate func isUnchanged(_ digest: SHA256.Digest) -> Bool {
    file.source.map { $0.path == path && $0.parsed.digest == digest } ?? false
  }
}
