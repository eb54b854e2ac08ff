// The files of the policy directory, one after the other.

extension Corpus {
  /// Calls `body` with the path below the policy directory and the text of each file, in an order of its own.
  public func forEachFile<Failure: Error>(
    _ body: (_ path: String, _ text: String) throws(Failure) -> Void
  ) throws(Failure) {
    for index in 0..<accounts {
      try body("accounts/\(ownerAccount(index))/account.json", account("owner \(index)"))
      try body("accounts/\(callerAccount(index))/account.json", account("caller \(index)"))
    }
    for index in 0..<keys {
      let key = CorpusKey(corpus: self, index: index)
      try body("accounts/\(key.owner)/keys/\(key.region)/\(key.id)/policy.json", key.policy.indented)
    }
    try forEachAliasFile(body)
    for index in 0..<roles {
      for file in CorpusRole(corpus: self, index: index).files { try body(file.path, file.text) }
    }
  }

  private func account(_ name: String) -> String { JSON.object([("Name", .text(name))]).indented }

  private func forEachAliasFile<Failure: Error>(_ body: (String, String) throws(Failure) -> Void) throws(Failure) {
    for owner in 0..<accounts {
      var regions: [String: [JSON]] = [:]
      for index in stride(from: owner, to: keys, by: accounts) {
        let key = CorpusKey(corpus: self, index: index)
        guard let alias = key.alias else { continue }
        regions[key.region, default: []].append(
          .object([
            ("AliasName", .text(alias)), ("AliasArn", .text("arn:aws:kms:\(key.region):\(key.owner):\(alias)")),
            ("TargetKeyId", .text(key.id)),
          ]))
      }
      for (region, aliases) in regions.sorted(by: { $0.key < $1.key }) {
        try body(
          "accounts/\(ownerAccount(owner))/aliases/\(region).json", JSON.object([("Aliases", .list(aliases))]).indented)
      }
    }
  }
}
