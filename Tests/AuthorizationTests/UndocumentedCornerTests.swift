// The page on undocumented corners and the marks in the sources say the same, and the corners that no suite can ask.

import Glibc
import PolicyLanguage
import Testing

@testable import Authorization

@Suite("Undocumented corners")
struct UndocumentedCornerTests {
  /// Of the package; ends with a slash.
  private static let root: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/"
  }()

  /// An entry's ids or a mark's, with the file.
  private struct Place: Hashable, CustomStringConvertible {
    var id: String
    var file: String
    var description: String { "\(id) in \(file)" }
  }

  @Test("each mark has an entry in docs/undocumented-corners.md, and each entry its marks")
  func marksAndEntries() throws {
    var marks: Set<Place> = []
    for file in try Self.swiftFiles(below: "Sources") {
      for line in try Self.lines(of: file) {
        guard line.contains("UNDOCUMENTED: ") else { continue }
        let ids = Self.ids(in: line)
        #expect(!ids.isEmpty, "\(file): a mark without an id: \(line)")
        for id in ids { marks.insert(Place(id: id, file: file)) }
      }
    }
    let entries = Set(try Self.entries().flatMap { entry in entry.files.map { Place(id: entry.id, file: $0) } })
    #expect(entries.subtracting(marks).isEmpty, "the page names places without a mark")
    #expect(marks.subtracting(entries).isEmpty, "marks without an entry on the page")
    #expect(marks.count > 15)
  }

  @Test("each entry says what it must, and names a case that exists")
  func cases() throws {
    for entry in try Self.entries() {
      for what in ["- AWS ", "- Chosen: ", "- Why: ", "- Where: ", "- Shown by: "] {
        #expect(entry.lines.contains { $0.hasPrefix(what) }, "\(entry.id) lacks `\(what)`")
      }
      let shown = try #require(entry.lines.first { $0.hasPrefix("- Shown by: ") })
      let file = try #require(Self.quoted(in: shown).first)
      let start = try #require(shown.firstIndex(of: "\""))
      let name = String(shown[shown.index(after: start)...].dropLast())
      let text = try Self.lines(of: "Tests/\(file)").joined(separator: "\n")
      #expect(text.contains("\"\(name)\""), "\(entry.id): Tests/\(file) has no case \"\(name)\"")
    }
  }

  @Test("E.1: an IPv6 address without prefix length stands for itself alone")
  func addressAlone() throws {
    let network = try #require(IPNetwork("2001:db8::1"))
    #expect(network.contains(try #require(IPAddress("2001:db8::1"))))
    #expect(!network.contains(try #require(IPAddress("2001:db8::2"))))
  }

  // MARK: Reading

  private struct Entry {
    var id: String
    var files: [String]
    var lines: [String]
  }

  private static func entries() throws -> [Entry] {
    var entries: [Entry] = []
    for line in try lines(of: "docs/undocumented-corners.md") {
      if line.hasPrefix("### ") {
        entries.append(Entry(id: String(line.dropFirst(4).prefix { $0 != " " }), files: [], lines: []))
      } else if line.hasPrefix("## ") {
        // What follows belongs to no entry until the next one begins.
        continue
      } else if !entries.isEmpty {
        entries[entries.count - 1].lines.append(line)
        if line.hasPrefix("- Where: ") {
          entries[entries.count - 1].files = quoted(in: line)
        }
      }
    }
    return entries
  }

  /// `D-35`, `E.2`: a letter of SEMANTICS, a mark and a number.
  private static func ids(in text: String) -> [String] {
    var words: [[UInt8]] = [[]]
    for byte in text.utf8 {
      if byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == 0x2D || byte == 0x2E {
        words[words.count - 1].append(byte)
      } else {
        words.append([])
      }
    }
    return words.filter { word in
      word.count > 2 && (0x41...0x49).contains(word[0]) && (word[1] == 0x2D || word[1] == 0x2E)
        && word[2...].allSatisfy { (0x30...0x39).contains($0) }
    }.map { String(decoding: $0, as: UTF8.self) }
  }

  /// What stands between backticks.
  private static func quoted(in line: String) -> [String] {
    let parts = line.utf8.split(separator: UInt8(ascii: "`"), omittingEmptySubsequences: false)
    return parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) ?? "" }
  }

  private static func lines(of file: String) throws -> [String] {
    let stream = try #require(fopen(root + file, "r"), "cannot read \(file)")
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { bytes += buffer[..<count] }
    return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private static func swiftFiles(below folder: String) throws -> [String] {
    let stream = try #require(opendir(root + folder), "cannot read \(folder)")
    defer { closedir(stream) }
    var files: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasPrefix(".") { continue }
      if entry.pointee.d_type == DT_DIR {
        files += try swiftFiles(below: "\(folder)/\(name)")
      } else if name.hasSuffix(".swift") {
        files.append("\(folder)/\(name)")
      }
    }
    return files
  }
}
