// Condition: operators, keys and values (D-8, D-9, E.1).

extension PolicyReader {
  /// The conditions in the order of the file; none for an empty object (E-21).
  mutating func conditions(_ value: JSONValue) -> [Condition] {
    guard let operators = value.object else {
      report(
        value.offset,
        "found \(value.kind) as `Condition`, expected an object such as "
          + "`{\"StringEquals\": {\"aws:PrincipalAccount\": \"444455556666\"}}`")
      return []
    }
    var result: [Condition] = []
    for member in operators {
      guard let comparison = ConditionOperator(member.key) else {
        let similar = ConditionOperator.nearest(to: member.key)?.quoted
        report(
          member.keyOffset,
          "found the condition operator \(member.key.quoted), expected "
            + (similar ?? "one such as `StringEquals`, also between `ForAnyValue:` and `IfExists`"))
        continue
      }
      guard let keys = member.value.object else {
        report(
          member.value.offset,
          "found \(member.value.kind) under \(member.key.quoted), expected an object of condition keys and values")
        continue
      }
      for key in keys {
        if let condition = condition(comparison, named: member.key, key: key) { result.append(condition) }
      }
    }
    return result
  }

  private mutating func condition(_ comparison: ConditionOperator, named name: Text, key: JSONMember) -> Condition? {
    let lowercasedKey = key.key.lowercased
    if kind == .keyPolicy, comparison.quantifier == .forAllValues,
      lowercasedKey.hasPrefix("kms:encryptioncontext:")
    {
      report(
        key.keyOffset,
        "found \(name.quoted) on \(key.key.quoted) in a key policy, expected an operator without `ForAllValues:`, "
          + "which also holds when the key is absent")
    }
    let values = conditionValues(key.value)
    guard !values.isEmpty else { return nil }
    var unreadable: [Int] = []
    let operands = Operands(values.map(\.text), family: comparison.family, version: version) { unreadable.append($0) }
    for index in unreadable {
      report(
        values[index].offset,
        "found \(values[index].text.quoted) under \(name.quoted), expected "
          + Operands.expectation(of: comparison.family))
    }
    return Condition(
      comparison: comparison, key: lowercasedKey, operands: operands, position: lines.position(of: key.keyOffset))
  }

  /// Values in their string form (D-9).
  private mutating func conditionValues(_ value: JSONValue) -> [(text: Text, offset: Int)] {
    let elements = value.array ?? [value]
    if elements.isEmpty {
      report(value.offset, "found an empty array as a condition value, expected at least one value")
    }
    var result: [(text: Text, offset: Int)] = []
    for element in elements {
      switch element.content {
      case .string(let text), .number(let text): result.append((text, element.offset))
      case .bool(let bool): result.append((bool ? "true" : "false", element.offset))
      case .null, .array, .object:
        report(
          element.offset, "found \(element.kind) as a condition value, expected a string, a number or a boolean")
      }
    }
    return result
  }
}
