// Which rules must have a case in the conformance suites.
//
// A rule that cannot be put as a question stands in the table of Tests/Conformance/README.md with the reason why.

import Glibc
import PolicyLanguage
import Testing

enum RuleCoverage {
  struct Section {
    var name: String
    var rules: [Text]
  }

  static let sections = [
    Section(name: "A", rules: rules("A", 1...37)),
    Section(name: "B", rules: rules("B", 1...40)),
    Section(name: "C", rules: rules("C", 1...19)),
    Section(name: "C.1", rules: kmsKeys.map { Text("C.1 \($0)") }),
    Section(name: "C.2", rules: globalKeys.map { Text("C.2 \($0)") }),
    Section(name: "D", rules: rules("D", 1...59)),
    Section(name: "E", rules: rules("E", 1...23)),
    Section(name: "E.1", rules: operators.map { Text("E.1 \($0)") }),
    Section(name: "E.2", rules: operators.flatMap(forms(of:)).map { Text("E.2 \($0)") }),
    Section(name: "F", rules: rules("F", 1...65)),
    Section(name: "contracts", rules: ["Contract 1", "Contract 2", "Reasons"]),
  ]

  /// Rules of the README's table, which have no case.
  static func exceptions() throws -> Set<Text> {
    let stream = try #require(fopen(ConformanceSuites.directory + "README.md", "r"))
    defer { fclose(stream) }
    var rules: Set<Text> = []
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, stream) > 0, let line {
      let cells = String(cString: line).split(separator: "|").map { $0.trimmingSpaces }
      if cells.count == 3, let first = cells[0].utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(first) {
        rules.insert(Text(cells[0]))
      }
    }
    return rules
  }

  private static func rules(_ section: String, _ numbers: ClosedRange<Int>) -> [Text] {
    numbers.map { Text("\(section)-\($0)") }
  }

  private static func forms(of name: String) -> [String] {
    if name == "Null" { return [name] }
    return ["", "ForAllValues:", "ForAnyValue:"].flatMap { ["\($0)\(name)", "\($0)\(name)IfExists"] }
  }

  private static let operators = [
    "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "BinaryEquals", "Bool", "DateEquals", "DateGreaterThan",
    "DateGreaterThanEquals", "DateLessThan", "DateLessThanEquals", "DateNotEquals", "IpAddress", "NotIpAddress", "Null",
    "NumericEquals", "NumericGreaterThan", "NumericGreaterThanEquals", "NumericLessThan", "NumericLessThanEquals",
    "NumericNotEquals", "StringEquals", "StringEqualsIgnoreCase", "StringLike", "StringNotEquals",
    "StringNotEqualsIgnoreCase", "StringNotLike",
  ]

  private static let kmsKeys = [
    "kms:BypassPolicyLockoutSafetyCheck", "kms:CallerAccount", "kms:CustomerMasterKeySpec",
    "kms:CustomerMasterKeyUsage", "kms:DataKeyPairSpec", "kms:EncapsulationAlgorithm", "kms:EncryptionAlgorithm",
    "kms:EncryptionContext", "kms:EncryptionContextKeys", "kms:ExpirationModel", "kms:GrantConstraintSourceArn",
    "kms:GrantConstraintType", "kms:GrantIsForAWSResource", "kms:GrantOperations", "kms:GranteePrincipal",
    "kms:GranteeServicePrincipal", "kms:KeyAgreementAlgorithm", "kms:KeyOrigin", "kms:KeySpec", "kms:KeyUsage",
    "kms:MacAlgorithm", "kms:MessageType", "kms:MultiRegion", "kms:MultiRegionKeyType", "kms:PolicyName",
    "kms:PrimaryRegion", "kms:ReEncryptOnSameKey", "kms:RecipientAttestation", "kms:ReplicaRegion", "kms:RequestAlias",
    "kms:ResourceAliases", "kms:RetiringPrincipal", "kms:RetiringServicePrincipal", "kms:RotationPeriodInDays",
    "kms:ScheduleKeyDeletionPendingWindowInDays", "kms:SigningAlgorithm", "kms:TrailingDaysWithoutKeyUsage",
    "kms:ValidTo", "kms:ViaService", "kms:WrappingAlgorithm", "kms:WrappingKeySpec",
  ]

  private static let globalKeys = [
    "aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:CurrentTime", "aws:Ec2InstanceSourcePrivateIPv4",
    "aws:Ec2InstanceSourceVpc", "aws:EpochTime", "aws:FederatedProvider", "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent", "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList",
    "aws:PrincipalTag", "aws:PrincipalType", "aws:Referer", "aws:RequestTag", "aws:RequestedRegion",
    "aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths", "aws:ResourceTag", "aws:SecureTransport",
    "aws:SourceAccount", "aws:SourceArn", "aws:SourceIdentity", "aws:SourceIp", "aws:SourceOrgID",
    "aws:SourceOrgPaths", "aws:SourceVpc", "aws:SourceVpce", "aws:TagKeys", "aws:TokenIssueTime", "aws:UserAgent",
    "aws:ViaAWSService", "aws:VpcSourceIp", "aws:userid", "aws:username",
  ]
}

extension StringProtocol {
  fileprivate var trimmingSpaces: String {
    var rest = self[...]
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
