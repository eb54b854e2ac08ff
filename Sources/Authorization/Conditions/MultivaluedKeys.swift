// Which condition keys AWS defines as sets. On the wire every key has a list of values; this tells one value from a set
// of one.

import PolicyLanguage

extension ContextValues {
  /// Multivalued by AWS's definition (C.1, C.2), in lower case.
  private static let multivaluedKeys: Set<Text> = [
    "kms:encryptioncontextkeys", "kms:grantoperations", "kms:resourcealiases", "aws:tagkeys", "aws:principalorgpaths",
    "aws:principalservicenameslist", "aws:resourceorgpaths", "aws:calledvia", "aws:sourceorgpaths",
  ]

  /// The values of `key` as they come on the wire: one value of a key that is not multivalued is a single value, all
  /// else a set.
  public init(wireValues: [Text], key: Text) {
    if wireValues.count == 1, !Self.multivaluedKeys.contains(key.lowercased) {
      self = .single(wireValues[0])
    } else {
      self = .set(wireValues)
    }
  }
}
