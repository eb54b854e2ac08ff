// Resources of other services: which folder's ARN covers a resource, and so who owns it.

import PolicyDirectory
import PolicyLanguage

/// A resource that has a folder; it covers its ARN and what lies below it.
struct IndexedResourceFolder: BitwiseCopyable {
  let arn: BorrowedText
  let account: UnsafePointer<IndexedAccount>
  /// Nil where the resource has no policy.
  let policy: StatementList?
}

struct IndexedResources: BitwiseCopyable {
  /// In order of account, so that of two folders of one ARN the first account's counts.
  private let folders: Run<IndexedResourceFolder>
  private let byARN: TextTable<IndexedResourceFolder>
  private let longestARN: Int

  init(_ folders: [IndexedResourceFolder], in arena: Arena) {
    self.folders = arena.run(folders)
    byARN = TextTable(self.folders.pointers.map { ($0.pointee.arn.fingerprint, $0) }, in: arena)
    longestARN = folders.map(\.arn.count).max() ?? 0
  }

  /// The one with the longest ARN: `arn` itself, or what stands before a `/` or `:` of it.
  func folder(covering arn: BorrowedText) -> UnsafePointer<IndexedResourceFolder>? {
    guard !folders.isEmpty else { return nil }
    var length = min(arn.count, longestARN)
    while length > 0 {
      if length == arn.count || arn[length] == UInt8(ascii: "/") || arn[length] == UInt8(ascii: ":") {
        let part = arn.prefix(length)
        if let found = byARN.find(part.fingerprint, where: { $0.pointee.arn == part }) { return found }
      }
      length -= 1
    }
    return nil
  }
}
