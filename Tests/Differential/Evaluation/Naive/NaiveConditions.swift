// Section E: conditions, operator by operator.

struct NaiveConditions {
  var context: NaiveContext
  var rules: RuleRecorder

  /// What one value of the request is to one value of the policy.
  private enum Match {
    case yes
    case no
    /// One of the two cannot be read as the operator reads it (E-15).
    case unreadable
  }

  /// E-5: all entries must hold. E-21: none is no condition.
  func hold(_ entries: [ConditionEntry], in effect: StatementEffect, variables: Bool) -> Bool {
    if entries.isEmpty { rules.hit(.e21) }
    if entries.count > 1 { rules.hit(.e5) }
    for entry in entries where !holds(entry, in: effect, variables: variables) { return false }
    return true
  }

  private func holds(_ entry: ConditionEntry, in effect: StatementEffect, variables: Bool) -> Bool {
    var name = entry.name
    var set = ""
    var ifExists = false
    for prefix in ["ForAllValues", "ForAnyValue"] where starts(name, prefix + ":") {
      set = prefix
      name = String(name.dropFirst(prefix.count + 1))
    }
    if ends(name, "IfExists") {
      ifExists = true
      name = String(name.dropLast("IfExists".count))
    }
    rules.hit(.c1)
    let candidates = context.all(lower(entry.key))
    // C-7: of two pairs whose keys differ only in case either satisfies.
    if candidates.count > 1 { rules.hit(.c7) }
    for values in candidates.isEmpty ? [nil] : candidates.map(Optional.some) {
      let form = Form(name: name, set: set, ifExists: ifExists)
      if holds(entry, form, values, in: effect, variables: variables) { return true }
    }
    return false
  }

  /// An operator's name taken apart.
  private struct Form {
    var name: String
    var set: String
    var ifExists: Bool
  }

  private func holds(
    _ entry: ConditionEntry, _ form: Form, _ values: Question.Values?, in effect: StatementEffect, variables: Bool
  ) -> Bool {
    let name = form.name
    let set = form.set
    if name == "Null" { return nullHolds(entry, values) }

    let isNegated = name.contains("Not")
    // E.2: the key is absent.
    guard let values, !isNullSet(values, isSetOperator: !set.isEmpty) else {
      if form.ifExists {
        if isNegated, effect == .deny { rules.hit(.e3) }
        return true
      }
      if set == "ForAllValues" { return true }
      if set == "ForAnyValue" { return false }
      if ["NumericLess", "NumericGreater", "DateLess", "DateGreater"].contains(where: { starts(name, $0) }) {
        rules.hit(.e1)
      }
      if effect == .deny { rules.hit(.e2) }
      return isNegated
    }

    var list: [String]
    switch values {
    case .single(let value):
      list = [value]
      if !set.isEmpty { rules.hit(.e10) }
    case .set(let several):
      list = several
      if set.isEmpty { rules.hit(.e11) }
    }
    if entry.operands.count > 1 { rules.hit(.e4) }

    // Every value of the request against every value of the policy.
    let base = positive(name)
    var matched: [Bool] = []
    var isUnreadable = false
    for value in list {
      var any = false
      for operand in entry.operands {
        if case .bare = operand { rules.hit(.d9) }
        switch match(base, value, operand.spelling, variables: variables) {
        case .yes: any = true
        case .no: break
        case .unreadable: isUnreadable = true
        }
      }
      matched.append(any)
    }
    if isUnreadable { rules.hit(.e15) }
    // E-15: what cannot be read does not match; under a negated operator the entry fails closed.
    if isNegated, isUnreadable { return effect == .deny }

    switch (set, isNegated) {
    case ("ForAllValues", false):
      rules.hit(.e7)
      return matched.allSatisfy { $0 }
    case ("ForAllValues", true):
      rules.hit(.e8)
      return matched.allSatisfy { !$0 }
    case ("ForAnyValue", false):
      rules.hit(.e7)
      return matched.contains(true)
    case ("ForAnyValue", true):
      rules.hit(.e8)
      return matched.contains(false)
    case (_, false):
      return matched.contains(true)
    case (_, true):
      return !matched.contains(true)
    }
  }

  /// E-12: empty, or just an empty string.
  /// Without a set operator only an empty set is, by E-11.
  private func isNullSet(_ values: Question.Values, isSetOperator: Bool) -> Bool {
    switch values {
    case .set(let list) where list.isEmpty: return true
    case _ where !isSetOperator: return false
    case .single(let value):
      if value.isEmpty { rules.hit(.e12) }
      return value.isEmpty
    case .set(let list):
      let isNull = list.isEmpty || (list.count == 1 && list[0].isEmpty)
      if isNull { rules.hit(.e12) }
      return isNull
    }
  }

  /// E-20: "true" asks that the key is absent, "false" that it is present with a value (E-12).
  private func nullHolds(_ entry: ConditionEntry, _ values: Question.Values?) -> Bool {
    rules.hit(.e20)
    var isAbsent = values == nil
    if case .set(let list)? = values, list.isEmpty { isAbsent = true }
    return entry.operands.contains { same(lower($0.spelling), isAbsent ? "true" : "false") }
  }

  private func positive(_ name: String) -> String {
    switch name {
    case "StringNotEquals": return "StringEquals"
    case "StringNotEqualsIgnoreCase": return "StringEqualsIgnoreCase"
    case "StringNotLike": return "StringLike"
    case "NumericNotEquals": return "NumericEquals"
    case "DateNotEquals": return "DateEquals"
    case "NotIpAddress": return "IpAddress"
    case "ArnNotEquals", "ArnNotLike", "ArnEquals": return "ArnLike"
    default: return name
    }
  }

  private func match(_ name: String, _ value: String, _ operand: String, variables: Bool) -> Match {
    func answer(_ flag: Bool) -> Match { flag ? .yes : .no }
    switch name {
    case "StringEquals", "StringEqualsIgnoreCase":
      rules.hit(.e23)
      guard let text = plainText(operand, variables: variables) else { return .no }
      return answer(name == "StringEquals" ? same(text, value) : same(lower(text), lower(value)))
    case "StringLike":
      if operand.isEmpty { rules.hit(.e22) }
      guard let pieces = filled(operand, variables: variables) else { return .no }
      return answer(Pattern.matches(pieces, value))
    case "ArnLike":
      rules.hit(.e13)
      guard let parts = partsOfARN(value) else {
        rules.hit(.e14)
        return .no
      }
      let patterns = Pattern.partsOfARN(Pattern.pieces(operand, variables: variables))
      guard patterns.count == 6 else { return .no }
      for (pattern, part) in zip(patterns, parts) {
        guard let pieces = fill(pattern), Pattern.matches(pieces, part) else { return .no }
      }
      return .yes
    case "NumericEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals":
      guard let left = PlainNumber(value), let right = PlainNumber(operand) else { return .unreadable }
      rules.hit(.e17)
      return answer(ordered(String(name.dropFirst("Numeric".count)), PlainNumber.compare(left, right)))
    case "DateEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals":
      guard let left = PlainDate.read(value), let right = PlainDate.read(operand) else { return .unreadable }
      rules.hit(.e18)
      return answer(ordered(String(name.dropFirst("Date".count)), left < right ? -1 : left == right ? 0 : 1))
    case "Bool":
      rules.hit(.e16)
      guard let text = plainText(operand, variables: variables) else { return .no }
      for word in ["true", "false"] where same(lower(value), word) { return answer(same(lower(text), word)) }
      return .unreadable
    case "BinaryEquals":
      guard let bytes = PlainBase64.bytes(operand) else { return .unreadable }
      return answer(bytes.elementsEqual(value.utf8))
    case "IpAddress":
      guard let network = PlainNetwork(operand), let address = PlainNetwork(value) else { return .unreadable }
      return answer(network.covers(address))
    default:
      return .unreadable
    }
  }

  private func ordered(_ relation: String, _ order: Int) -> Bool {
    switch relation {
    case "Equals": return order == 0
    case "LessThan": return order < 0
    case "LessThanEquals": return order <= 0
    case "GreaterThan": return order > 0
    default: return order >= 0
    }
  }

  // MARK: - Variables (D.6)

  /// Nil when a variable has no value (D-55).
  func filled(_ text: String, variables: Bool) -> [Piece]? {
    if !variables, text.contains("${") { rules.hit(.d51) }
    return fill(Pattern.pieces(text, variables: variables))
  }

  /// With each variable replaced by its value's characters, which are no wildcards (D-58).
  func fill(_ pieces: [Piece]) -> [Piece]? {
    var result: [Piece] = []
    for piece in pieces {
      guard case .variable(let name, let fallback) = piece else {
        if case .literal = piece { rules.hit(.d57) }
        result.append(piece)
        continue
      }
      guard let value = value(of: name, fallback: fallback) else {
        rules.hit(.d55)
        return nil
      }
      rules.hit(.d52)
      if value.contains("*") || value.contains("?") { rules.hit(.d58) }
      for scalar in value.unicodeScalars { result.append(.literal(scalar)) }
    }
    return result
  }

  /// D-53: only single-valued keys. D-54: the name ignores case. D-56: the default counts where the key is absent.
  private func value(of name: String, fallback: String?) -> String? {
    rules.hit(.d54)
    switch context.values(lower(name)) {
    case .single(let value)?: return value
    case .set?:
      rules.hit(.d53)
      return nil
    case nil:
      if fallback != nil { rules.hit(.d56) }
      return fallback
    }
  }

  /// D-59: for operators without wildcards, `*` and `?` are ordinary characters.
  private func plainText(_ operand: String, variables: Bool) -> String? {
    if variables, operand.contains("${") { rules.hit(.d59) }
    guard let pieces = filled(operand, variables: variables) else { return nil }
    var text = String.UnicodeScalarView()
    for piece in pieces {
      switch piece {
      case .anyRun: text.append("*")
      case .anyOne: text.append("?")
      case .character(let scalar), .literal(let scalar): text.append(scalar)
      case .variable: return nil
      }
    }
    return String(text)
  }
}
