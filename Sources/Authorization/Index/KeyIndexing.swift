// Collects the keys and aliases of all accounts.

import PolicyDirectory
import PolicyLanguage

struct KeyIndexing {
  private let arena: Arena
  private let scratch: Arena
  private var keys: [UnsafePointer<IndexedKey>] = []
  private var aliases: [KeyTable.Alias] = []
  private var properties: [KeyMetadata: UnsafePointer<KeyProperties>] = [:]

  init(_ builder: IndexBuilder) {
    arena = builder.arena
    scratch = builder.scratch.arena
  }

  var table: KeyTable { KeyTable(keys, aliases: aliases, in: arena) }

  mutating func add(_ source: Account, _ account: UnsafePointer<IndexedAccount>, _ builder: IndexBuilder) {
    var aliasNames: [KeyName: [Text]] = [:]
    for alias in source.aliases.values {
      guard let target = alias.targetKeyID else { continue }
      aliasNames[KeyName(region: alias.name.region, id: target), default: []].append(alias.name.name)
    }
    for key in source.keys.values {
      scratch.reset()
      let resource = scratch.join("key/", scratch.copy(key.name.id))
      // What a question reads lies side by side: the key, where its policy is, its ARN.
      arena.beginLine()
      let place = arena.allocate(IndexedKey.self)
      let policy = builder.list([builder.attach(key.policy)])
      let arn = arn(account, region: key.name.region, resource: resource)
      // A hand-made set may hold keys that no request can name.
      guard arn.isRegular, case .keyARN(_, id: _) = KeyIdentifier(arn.text) else { continue }
      let names = aliasNames[key.name, default: []].sorted().map { arena.copy($0) }
      for name in names {
        let alias = self.arn(account, region: key.name.region, resource: name)
        if alias.isRegular, case .aliasARN = KeyIdentifier(alias.text) {
          aliases.append(KeyTable.Alias(arn: alias.text, key: UnsafePointer(place)))
        }
      }
      place.initialize(
        to: IndexedKey(
          account: account, arn: arn, fingerprint: arn.text.fingerprint, policy: policy,
          properties: properties(key.metadata),
          grants: arena.run(key.grants.enumerated().map { IndexedGrant($1, index: $0, in: arena) }),
          aliases: arena.run(names),
          tags: arena.run(key.tags.map { IndexedTag(copying: $0, in: arena) })))
      keys.append(UnsafePointer(place))
    }
  }

  private func arn(_ account: UnsafePointer<IndexedAccount>, region: Text, resource: BorrowedText) -> ARNName {
    ARNName(
      partition: account.pointee.partition, service: "kms", region: scratch.copy(region),
      account: account.pointee.id, resource: resource, in: arena)
  }

  private mutating func properties(_ metadata: KeyMetadata) -> UnsafePointer<KeyProperties> {
    if let known = properties[metadata] { return known }
    let stored = arena.store(KeyProperties(metadata, in: arena))
    properties[metadata] = stored
    return stored
  }
}
