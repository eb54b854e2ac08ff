// What a policy demands, as text again. Policies are compiled when they are loaded; an explanation shows the compiled
// form, in which letters whose case means nothing are in lower case.

import PolicyLanguage

enum PolicyText {
  static func values(of resources: Run<IndexedResource>) -> [Text] {
    resources.map { entry in
      switch entry {
      case .any: "*"
      case .pattern(let arn): text(arn)
      case .name(_, let written), .unmatchable(let written): Text(copying: written)
      }
    }
  }

  static func text(_ principal: PrincipalName) -> Text { Text(copying: principal.displayed) }

  static func values(of operands: IndexedOperands) -> [Text] {
    switch operands {
    case .patterns(let patterns): patterns.map { text($0) }
    case .numbers(let numbers): numbers.buffer.map(\.text)
    case .dates(let dates): dates.map(\.text)
    case .bools(let bools):
      bools.map {
        switch $0 {
        case .value(let value): value ? "true" : "false"
        case .pattern(let steps): text(.expandable(steps))
        }
      }
    case .binaries(let binaries): binaries.map { Text("\($0.count) bytes of base64") }
    case .networks(let networks): networks.map { text($0) }
    case .arns(let arns):
      arns.map {
        switch $0 {
        case .arn(let arn): text(arn)
        case .steps(let steps): text(.steps(steps))
        case .expandable(let steps): text(.expandable(steps))
        }
      }
    case .null(let bools): bools.map { $0 ? "true" : "false" }
    case .unreadable: []
    }
  }

  private static func text(_ pattern: IndexedPattern) -> Text {
    switch pattern {
    case .literal(let text): Text(copying: text)
    case .steps(let steps): text(steps, nil)
    case .expandable(let steps): text(steps, IndexedPattern.variables(behind: steps))
    }
  }

  private static func text(_ steps: Run<PatternStep>, _ variables: UnsafePointer<IndexedVariable>?) -> Text {
    var bytes: [UInt8] = []
    var variable = variables
    for step in steps {
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
