// What a policy demands, as text again. Policies are compiled when they are loaded; an explanation shows the compiled
// form, in which letters whose case means nothing are in lower case.

import PolicyLanguage

enum PolicyText {
  static func values(of action: ActionElement) -> [Text] {
    action.patterns.map { pattern in
      switch pattern {
      case .any: "*"
      case .named(let service, let name): Text(utf8: service.utf8 + [UInt8(ascii: ":")] + text(name).utf8)
      }
    }
  }

  static func values(of resource: ResourceElement) -> [Text] {
    resource.patterns.map { pattern in
      switch pattern {
      case .any: "*"
      case .arn(let arn): text(arn)
      case .unmatchable(let written): written
      }
    }
  }

  static func values(of principal: PrincipalElement) -> [Text] { principal.entries.map(text) }

  static func text(_ principal: PrincipalPattern) -> Text {
    switch principal {
    case .everyone: "*"
    case .account(let account, _): account
    case .arn(let arn): arn.text
    case .uniqueID(let text), .service(let text), .foreign(let text), .unmatchable(let text): text
    }
  }

  static func values(of operands: Operands) -> [Text] {
    switch operands {
    case .patterns(let patterns): patterns.map(text)
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
    case .networks(let networks): networks.map(text)
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

  private static func text(_ pattern: Pattern) -> Text {
    Text(
      utf8: pattern.pieces.flatMap { piece -> [UInt8] in
        switch piece {
        case .literal(let text): Array(text.utf8)
        case .anyCharacter: [UInt8(ascii: "?")]
        case .anyRun: [UInt8(ascii: "*")]
        case .variable(let variable):
          Array("${\(variable.key)\(variable.defaultValue.map { ", '\($0)'" } ?? "")}".utf8)
        }
      })
  }

  private static func text(_ arn: ARNPattern) -> Text {
    Text(
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
