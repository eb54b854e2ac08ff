// Grants made under a grant (F-52): a grantee may hand on no more than it has, under constraints at least as strict.

enum GrantScope {
  static func contains(_ child: GrantFacts, within parent: GrantFacts) -> Bool {
    guard child.operations.allSatisfy({ parent.operations.contains($0) }) else { return false }
    if let source = parent.sourceARN, child.sourceARN != source { return false }
    if let expected = parent.encryptionContextEquals {
      guard let own = child.encryptionContextEquals, own.count == expected.count else { return false }
      return own.includes(expected) && expected.includes(own)
    }
    if let expected = parent.encryptionContextSubset {
      guard let own = child.encryptionContextEquals ?? child.encryptionContextSubset else { return false }
      return own.includes(expected)
    }
    return true
  }
}
