// The message catalog and the ids in the code are the same, and systemd's own tool takes the catalog.

import Glibc
import Testing

@testable import DecisionJournal

@Suite("Message catalog") struct CatalogTests {
  /// Three folders up from this file.
  static let path =
    #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/systemd/countersign.catalog"

  @Test("every message id has a text, and every text is of a message id")
  func ids() throws {
    let text = try contents(of: Self.path)
    let ids = text.split(separator: "\n").filter { $0.hasPrefix("-- ") }.map { String($0.dropFirst(3)) }
    #expect(ids.count == MessageID.allCases.count)
    #expect(Set(ids) == Set(MessageID.allCases.map(\.rawValue)))
  }

  @Test("journalctl compiles the catalog without a remark and lists all of it")
  func compiles() throws {
    let root = try TemporaryDirectory()
    let folder = root.file("usr/lib/systemd/catalog")
    try run("mkdir -p \(folder) \(root.file("var/lib/systemd/catalog")) && cp '\(Self.path)' \(folder)/")
    #expect(try run("journalctl --update-catalog --root=\(root.path) 2>&1") == "")
    let list = try run("journalctl --root=\(root.path) --list-catalog")
    for id in MessageID.allCases { #expect(list.contains("\(id.rawValue) Countersign: "), "\(id)") }
    #expect(list.split(separator: "\n").count == MessageID.allCases.count)
  }
}
