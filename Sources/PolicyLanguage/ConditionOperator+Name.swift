// The names of condition operators (E.1): a table of what stands between prefix and suffix.

extension ConditionOperator {
  private static let names: [Text: (family: Family, isNegated: Bool)] = [
    "StringEquals": (.string, false),
    "StringNotEquals": (.string, true),
    "StringEqualsIgnoreCase": (.stringIgnoreCase, false),
    "StringNotEqualsIgnoreCase": (.stringIgnoreCase, true),
    "StringLike": (.stringLike, false),
    "StringNotLike": (.stringLike, true),
    "NumericEquals": (.numeric(.equals), false),
    "NumericNotEquals": (.numeric(.equals), true),
    "NumericLessThan": (.numeric(.lessThan), false),
    "NumericLessThanEquals": (.numeric(.lessThanEquals), false),
    "NumericGreaterThan": (.numeric(.greaterThan), false),
    "NumericGreaterThanEquals": (.numeric(.greaterThanEquals), false),
    "DateEquals": (.date(.equals), false),
    "DateNotEquals": (.date(.equals), true),
    "DateLessThan": (.date(.lessThan), false),
    "DateLessThanEquals": (.date(.lessThanEquals), false),
    "DateGreaterThan": (.date(.greaterThan), false),
    "DateGreaterThanEquals": (.date(.greaterThanEquals), false),
    "Bool": (.bool, false),
    "BinaryEquals": (.binary, false),
    "IpAddress": (.ipAddress, false),
    "NotIpAddress": (.ipAddress, true),
    "ArnEquals": (.arn, false),
    "ArnLike": (.arn, false),
    "ArnNotEquals": (.arn, true),
    "ArnNotLike": (.arn, true),
    "Null": (.null, false),
  ]

  /// Reads `ForAnyValue:StringLikeIfExists` and the like; case-sensitive. Nil for a name that is no operator.
  public init?(_ name: Text) {
    var rest = name
    var quantifier = Quantifier.none
    for (prefix, meaning) in [("ForAllValues:" as Text, Quantifier.forAllValues), ("ForAnyValue:", .forAnyValue)]
    where rest.hasPrefix(prefix) {
      rest = Text(utf8: rest.utf8.dropFirst(prefix.count))
      quantifier = meaning
      break
    }
    let suffix: Text = "IfExists"
    let ifExists = rest.hasSuffix(suffix)
    if ifExists { rest = Text(utf8: rest.utf8.dropLast(suffix.count)) }
    guard let (family, isNegated) = Self.names[rest], !(ifExists && family == .null) else { return nil }
    self.init(quantifier: quantifier, family: family, isNegated: isNegated, ifExists: ifExists)
  }

  /// The name that `init` reads. ArnEquals and ArnLike are one operator (E.1) and told as ArnLike.
  public var name: Text {
    let prefix: Text =
      switch quantifier {
      case .none: ""
      case .forAllValues: "ForAllValues:"
      case .forAnyValue: "ForAnyValue:"
      }
    let bare = Self.names.filter { $0.value == (family, isNegated) }.keys.max() ?? ""
    return Text(utf8: prefix.utf8 + bare.utf8 + Array((ifExists ? "IfExists" : "").utf8))
  }

  /// An operator that differs from a wrong name in case only, for the message.
  static func nearest(to name: Text) -> Text? {
    let bare = name.utf8.split(separator: UInt8(ascii: ":")).last.map { Text(utf8: $0).lowercased } ?? ""
    return names.keys.first {
      $0.lowercased == bare
        || bare.hasSuffix("ifexists") && $0.lowercased.utf8 == bare.utf8.dropLast("ifexists".utf8.count)
    }
  }
}
