// Everything there is to say of a tree: what makes it unusable, and what is allowed but probably not meant.

import PolicyLanguage

/// The findings of `PolicyLoader.lint`, each in order of file, line and column.
public struct LintReport: Sendable {
  /// What `load` would refuse the set for.
  public var errors: [Diagnostic]
  /// What loads and yet looks wrong: ids that AWS would not give, names that lead nowhere, elements that match nothing.
  public var remarks: [Diagnostic]

  init(errors: [Diagnostic], remarks: [Diagnostic] = []) {
    self.errors = errors
    self.remarks = remarks
  }

  init(_ inventory: Inventory) {
    let assembly = SetAssembly(inventory)
    errors = assembly.errors
    remarks = Remarks(inventory, assembly.set).found
    remarks.sort()
  }
}
