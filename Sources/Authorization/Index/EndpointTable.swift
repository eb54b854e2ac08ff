// VPC endpoints that have a policy, by id. Accounts may hold endpoints of one id.

import PolicyDirectory
import PolicyLanguage

struct EndpointTable: BitwiseCopyable {
  private struct Entry: BitwiseCopyable {
    let id: BorrowedText
    let endpoint: EndpointPolicy
  }
  /// In order of account.
  private let entries: Run<Entry>
  private let byID: TextTable<Entry>

  init(_ set: PolicySet, _ accounts: [Text: UnsafePointer<IndexedAccount>], _ builder: IndexBuilder) {
    let arena = builder.arena
    var entries: [Entry] = []
    for account in set.accounts.values.sorted(by: { $0.id < $1.id }) {
      guard let indexed = accounts[account.id] else { continue }
      for (id, file) in account.vpcEndpoints {
        entries.append(
          Entry(
            id: arena.copy(id),
            endpoint: EndpointPolicy(account: indexed.pointee.id, policy: builder.list([builder.attach(file)]))))
      }
    }
    self.entries = arena.run(entries)
    byID = TextTable(self.entries.pointers.map { ($0.pointee.id.fingerprint, $0) }, in: arena)
  }

  /// The endpoint of that account, else that of the first account that has one.
  func policy(of id: BorrowedText, preferring account: BorrowedText) -> EndpointPolicy? {
    guard !entries.isEmpty else { return nil }
    let fingerprint = id.fingerprint
    func find(_ isWanted: (EndpointPolicy) -> Bool) -> EndpointPolicy? {
      byID.find(fingerprint) { $0.pointee.id == id && isWanted($0.pointee.endpoint) }?.pointee.endpoint
    }
    return find { $0.account == account } ?? find { _ in true }
  }
}
