// Grants made under a grant (F-52): a grantee may hand on no more than it has, under constraints at least as strict.

import PolicyDirectory

enum GrantScope {
  static func contains(_ child: GrantFacts, within parent: GrantFacts) -> Bool {
    guard child.operations.allSatisfy({ parent.operations.contains($0) }) else { return false }
    if let source = parent.constraints.sourceARN, child.constraints.sourceARN != source { return false }
    if let expected = parent.constraints.encryptionContextEquals {
      guard let own = child.constraints.encryptionContextEquals, own.count == expected.count else { return false }
      return own.includes(expected) && expected.includes(own)
    }
    if let expected = parent.constraints.encryptionContextSubset {
      guard let own = child.constraints.encryptionContextEquals ?? child.constraints.encryptionContextSubset else {
        return false
      }
      return own.includes(expected)
    }
    return true
  }
}
