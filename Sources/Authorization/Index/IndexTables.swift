// All that an index knows, as tables of plain values: built from a policy set once, read by every question.

import PolicyDirectory
import PolicyLanguage

// INVARIANT: the index keeps the memory behind it; nobody writes to it after it is built.
struct IndexTables: BitwiseCopyable, @unchecked Sendable {
  let revision: BorrowedText
  let identities: IdentityTable
  let keys: KeyTable
  let managedPolicies: ManagedPolicies
  let endpoints: EndpointTable
  let resources: IndexedResources
  private let accountsByID: TextTable<IndexedAccount>

  init(_ set: PolicySet, _ builder: IndexBuilder) {
    let arena = builder.arena
    revision = arena.copy(set.revision)
    let managedPolicies = ManagedPolicies(set, builder)
    self.managedPolicies = managedPolicies
    let memberships = builder.memberships(set)

    // In order of account: of two folders of one ARN the first account's counts.
    let sources = set.accounts.values.sorted { $0.id < $1.id }
    let accounts = sources.map { IndexedAccount.make($0, organization: memberships[$0.id], in: arena) }
    accountsByID = TextTable(accounts.map { ($0.pointee.fingerprint, $0) }, in: arena)
    var pointers: [Text: UnsafePointer<IndexedAccount>] = [:]
    for (place, source) in sources.enumerated() { pointers[source.id] = accounts[place] }

    var identities: [UnsafePointer<IndexedIdentity>] = []
    var keys = KeyIndexing(builder)
    var folders: [IndexedResourceFolder] = []
    for (place, source) in sources.enumerated() {
      let account = accounts[place]
      identities += builder.identities(of: source, account, managedPolicies)
      keys.add(source, account, builder)
      for resource in source.resources {
        folders.append(
          IndexedResourceFolder(
            arn: arena.copy(resource.arn.text), account: account,
            policy: resource.policy.map { builder.list([builder.attach($0)]) }))
      }
    }
    self.identities = IdentityTable(identities, in: arena, scratch: builder.scratch.arena)
    self.keys = keys.table
    endpoints = EndpointTable(set, pointers, builder)
    resources = IndexedResources(folders, in: arena)
  }

  func account(_ id: BorrowedText) -> UnsafePointer<IndexedAccount>? {
    accountsByID.find(id.fingerprint) { $0.pointee.id == id }
  }
}
