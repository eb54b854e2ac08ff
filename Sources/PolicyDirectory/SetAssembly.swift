// Puts the files of an inventory together to one policy set. What a file says of others is checked by ReferenceCheck.
//
// A file that could not be read stands in as an empty one, so that what refers to it is not reported as well; with any
// mistake no set comes out, so the stand-ins are never seen.

import PolicyLanguage

struct SetAssembly {
  /// A good set and what it was made from.
  struct Assembled {
    var set: PolicySet
    var inventory: Inventory
  }

  let inventory: Inventory
  private(set) var set: PolicySet
  private(set) var errors: [Diagnostic]

  /// - Parameter last: what is the same in both sets will be the same object.
  init(_ inventory: Inventory, after last: Assembled? = nil) {
    self.inventory = inventory
    set = PolicySet(revision: inventory.errors.isEmpty ? inventory.revision() : "")
    errors = inventory.errors
    for file in inventory.files where !file.kind.isOfAccount { add(file) }
    addAccounts(after: last)
    dropBuiltInControlPolicies()
    errors += ReferenceCheck(inventory, set).errors
    errors.sort()
  }

  func result() throws(PolicySetError) -> PolicySet {
    guard errors.isEmpty else { throw PolicySetError(diagnostics: errors) }
    return set
  }

  // MARK: -

  /// A file that belongs to no account.
  private mutating func add(_ file: SourceFile) {
    errors += file.parsed.errors.map { $0.located(in: file.path) }
    switch file.kind {
    case .organization:
      if case .organization(let record)? = file.parsed.content { set.organization = record.organization }
    case .serviceControlPolicy: set.serviceControlPolicies[file.names[0]] = file.policyOrStandIn
    case .resourceControlPolicy: set.resourceControlPolicies[file.names[0]] = file.policyOrStandIn
    case .awsManagedPolicy: set.awsManagedPolicies[file.names[0]] = file.policyOrStandIn
    default: break
    }
  }

  private mutating func addAccounts(after last: Assembled?) {
    let shares = inventory.shares()
    let lastShares = last?.inventory.shares() ?? [:]
    let ids = Array(shares.keys)
    let inventory = inventory
    let accounts = Parallel.map(ids.count, by: 2) { place -> (account: Account, errors: [Diagnostic]) in
      let id = ids[place]
      let share = shares[id] ?? Inventory.Share()
      let previous = last?.set.accounts[id]
      if let previous, let last, let lastShare = lastShares[id],
        share.isSame(as: lastShare, in: inventory, last.inventory)
      {
        return (previous, [])
      }
      let assembly = AccountAssembly(
        id, files: inventory.files[share.files], folders: share.folders.lazy.map { inventory.folders[$0] },
        previous: previous)
      return (assembly.account, assembly.errors)
    }
    set.accounts = Dictionary(minimumCapacity: ids.count)
    for (place, result) in accounts.enumerated() {
      set.accounts[ids[place]] = result.account
      errors += result.errors
    }
  }

  /// RCPFullAWSAccess is attached everywhere in any case, and says nothing that a decision would have to look up.
  private mutating func dropBuiltInControlPolicies() {
    func drop(_ unit: inout OrganizationalUnit) {
      unit.attached.resourceControlPolicies.removeAll { $0 == Organization.fullAccessRCP }
      for index in unit.accounts.indices {
        unit.accounts[index].attached.resourceControlPolicies.removeAll { $0 == Organization.fullAccessRCP }
      }
      for index in unit.units.indices { drop(&unit.units[index]) }
    }
    if var organization = set.organization {
      drop(&organization.root)
      set.organization = organization
    }
  }
}

extension Inventory {
  /// What belongs to one account.
  fileprivate struct Share {
    /// In the files' order all of one account stand together.
    var files = 0..<0
    var folders: [Int] = []

    func isSame(as other: Share, in inventory: Inventory, _ otherInventory: Inventory) -> Bool {
      inventory.files[files].elementsEqual(otherInventory.files[other.files], by: ===)
        && folders.elementsEqual(other.folders) {
          inventory.folders[$0].path == otherInventory.folders[$1].path
        }
    }
  }

  /// By account id.
  fileprivate func shares() -> [Text: Share] {
    var shares: [Text: Share] = [:]
    var start = 0
    while start < files.count {
      guard files[start].kind.isOfAccount else {
        start += 1
        continue
      }
      let id = Text(utf8: files[start].path.utf8.prefix(Self.accountPrefix).dropFirst(9))
      let end =
        files[start...].firstIndex { !$0.kind.isOfAccount || !$0.path.utf8.dropFirst(9).starts(with: id.utf8) }
        ?? files.count
      shares[id, default: Share()].files = start..<end
      start = end
    }
    for (index, folder) in folders.enumerated() { shares[folder.names[0], default: Share()].folders.append(index) }
    return shares
  }

  /// `accounts/` and twelve digits.
  private static var accountPrefix: Int { 21 }
}

extension [Diagnostic] {
  /// By file, line and column, so that the same mistakes are always told in the same order.
  mutating func sort() {
    sort { left, right in
      if left.file != right.file { return left.file < right.file }
      let (one, other) = (left.position, right.position)
      if one != other { return (one.line, one.column) < (other.line, other.column) }
      return left.message.utf8.lexicographicallyPrecedes(right.message.utf8)
    }
  }
}
