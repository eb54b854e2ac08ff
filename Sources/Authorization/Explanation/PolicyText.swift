// What a policy demands, as text again. Policies are compiled when they are loaded; an explanation shows the compiled
// form, in which letters whose case means nothing are in lower case.

import PolicyLanguage

enum PolicyText {
  static func values(of action: IndexedAction) -> [Text] {
    action.patterns.map { pattern in
      guard let service = pattern.service else { return "*" }
      return Text("\(service):\(text(pattern.name))")
    }
  }

  static func values(of resource: IndexedResource) -> [Text] {
    resource.patterns.map { pattern in
      switch pattern {
      case .any: "*"
      case .pattern(let arn): text(arn)
      case .name(let written, _), .unmatchable(let written): Text(copying: written)
      }
    }
  }

  static func values(of principal: IndexedPrincipal) -> [Text] { principal.names.map { text($0) } }

  static func text(_ principal: PrincipalName) -> Text { Text(copying: principal.displayed) }

  static func values(of operands: IndexedOperands) -> [Text] {
    switch operands {
    case .patterns(let patterns): patterns.map { text($0) }
    case .numbers(let numbers): numbers.map(\.text)
    case .dates(let dates): dates.map(\.text)
    case .bools(let bools):
      bools.map {
        switch $0 {
        case .value(let value): value ? "true" : "false"
        case .pattern(let pattern): text(pattern)
        }
      }
    case .binaries(let binaries): binaries.map { Text("\($0.count) bytes of base64") }
    case .networks(let networks): networks.map { text($0) }
    case .arns(let arns):
      arns.map {
        switch $0 {
        case .arn(let arn): text(arn)
        case .pattern(let pattern): text(pattern)
        }
      }
    case .null(let bools): bools.map { $0 ? "true" : "false" }
    case .unreadable: []
    }
  }

  private static func text(_ pattern: IndexedPattern) -> Text {
    var bytes: [UInt8] = []
    var variable = pattern.variables
    for step in pattern.steps {
      switch step.kind {
      case .literal: bytes += step.text.bytes
      case .anyCharacter: bytes.append(UInt8(ascii: "?"))
      case .anyRun: bytes.append(UInt8(ascii: "*"))
      case .variable:
        let value = variable?.pointee.defaultValue.map { ", '\($0)'" } ?? ""
        bytes += Array("${\(step.text)\(value)}".utf8)
        variable = variable.map { $0 + 1 }
      }
    }
    return Text(utf8: bytes)
  }

  private static func text(_ arn: UnsafePointer<IndexedARNPattern>) -> Text {
    let arn = arn.pointee
    return Text(
      "arn:\(text(arn.partition)):\(text(arn.service)):\(text(arn.region)):\(text(arn.account)):\(text(arn.resource))")
  }

  private static func text(_ network: IPNetwork) -> Text {
    let (bits, width) = (network.address.bits, network.address.width)
    let size = network.address.isIPv6 ? 16 : 8
    let groups = stride(from: width - size, through: 0, by: -size).map { shift in
      String(bits >> shift & (1 << size - 1), radix: network.address.isIPv6 ? 16 : 10)
    }
    return Text(groups.joined(separator: network.address.isIPv6 ? ":" : ".") + "/\(network.prefixLength)")
  }
}
