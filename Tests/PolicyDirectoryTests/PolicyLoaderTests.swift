// Trees to sets: the whole layout, all errors at once, revisions, and what is parsed again.

import PolicyLanguage
import Testing

@testable import PolicyDirectory

struct PolicyLoaderTests {
  private func load(_ files: PolicyTreeFiles) throws -> PolicySet { try PolicyLoader().load(Sample.tree(files)) }

  // MARK: - The whole layout

  @Test("every file of the layout finds its place in the set")
  func wholeLayout() throws {
    let set = try load(Sample.whole)
    let organization = try #require(set.organization)
    #expect(organization.id == "o-a1b2c3d4e5")
    #expect(organization.managementAccountID == "999988887777")
    #expect(organization.root.attached.serviceControlPolicies == ["FullAWSAccess"])
    #expect(organization.root.accounts.map(\.id) == ["999988887777"])
    let unit = try #require(organization.root.units.first)
    #expect(unit.name == "Work")
    #expect(unit.attached.serviceControlPolicies == ["deny-kms", "FullAWSAccess"])
    #expect(unit.attached.resourceControlPolicies == ["perimeter"])
    #expect(unit.accounts.map(\.attached.serviceControlPolicies) == [[], ["FullAWSAccess"]])
    #expect(Set(set.serviceControlPolicies.keys) == ["deny-kms"])
    #expect(Set(set.resourceControlPolicies.keys) == ["perimeter"])
    #expect(Set(set.awsManagedPolicies.keys) == ["ReadOnlyAccess", "service-role/Worker"])
    #expect(Set(set.accounts.keys) == ["111122223333", "444455556666"])
  }

  @Test("an account, its keys, grants, aliases, endpoints and resources")
  func owner() throws {
    let account = try #require(try load(Sample.whole).accounts["111122223333"])
    #expect(account.name == "owner")
    #expect(account.partition == "aws")
    #expect(account.enabledRegions == ["af-south-1"])
    let key = try #require(account.keys[KeyName(region: "us-west-2", id: Text(Sample.keyID))])
    #expect(key.metadata == KeyMetadata(origin: "EXTERNAL"))
    #expect(key.tags == [Tag(key: "team", value: "a"), Tag(key: "Team", value: "b")])
    #expect(key.policy.path == Text("\(Sample.key)/policy.json"))
    #expect(key.policy.document?.statements.first?.position == SourcePosition(line: 3, column: 17))
    #expect(key.grants.map(\.id) == ["g1", "g2", "g3"])
    #expect(key.grants[0].position == SourcePosition(line: 2, column: 3))
    #expect(key.grants[0].file == Text("\(Sample.key)/grants.json"))
    #expect(key.grants[0].operations == ["Decrypt", "ReEncryptFrom"])
    #expect(key.grants[0].constraints.encryptionContextSubset == [Tag(key: "team", value: "a")])
    #expect(key.grants[0].granteePrincipal == "arn:aws:iam::444455556666:role/ExampleRole")
    #expect(key.grants[2].constraints.sourceARN == "arn:aws:s3:::bucket")
    #expect(
      account.aliases[AliasName(region: "us-west-2", name: "alias/app")]?.targetKeyID == Text(Sample.keyID))
    #expect(account.aliases.count == 3)
    #expect(account.vpcEndpoints["vpce-0123456789abcdef0"]?.document?.statements.count == 1)
    #expect(account.resources.map(\.arn.text) == ["arn:aws:s3:::bucket"])
    #expect(account.resources[0].policy?.document?.statements.count == 1)
  }

  @Test("F-45: a service named as GranteePrincipal, as AWS's own grants have it, is a service")
  func serviceGrantee() throws {
    let key = try #require(
      try load(Sample.whole).accounts["111122223333"]?.keys[KeyName(region: "us-west-2", id: Text(Sample.keyID))])
    #expect(key.grants[1].granteePrincipal == nil)
    #expect(key.grants[1].granteeServicePrincipal == "dynamodb.us-west-2.amazonaws.com")
    #expect(key.grants[1].retiringServicePrincipal == "dynamodb.us-west-2.amazonaws.com")
    #expect(key.grants[2].granteeServicePrincipal == "s3.amazonaws.com")
  }

  @Test("users, groups and roles with their policies, in byte order of the policies' names")
  func caller() throws {
    let set = try load(Sample.whole)
    let account = try #require(set.accounts["444455556666"])
    let alice = try #require(account.users["Alice"])
    #expect(alice.identity.path == "/people/")
    #expect(alice.identity.uniqueID == "AIDAEXAMPLE0000000001")
    #expect(alice.identity.tags == [Tag(key: "team", value: "a")])
    #expect(alice.identity.permissionsBoundary == "arn:aws:iam::444455556666:policy/team/Boundary")
    #expect(
      alice.identity.attachedPolicies
        == ["arn:aws:iam::444455556666:policy/UseKey", "arn:aws:iam::aws:policy/ReadOnlyAccess"])
    let folder = "\(Sample.caller)/users/Alice/policies"
    #expect(alice.identity.inlinePolicies.map(\.path) == [Text("\(folder)/b.json"), Text("\(folder)/b-more.json")])
    #expect(alice.groups == ["Staff"])
    #expect(account.users["Bob"]?.identity.path == "/")
    #expect(account.groups["Staff"]?.identity.attachedPolicies == ["arn:aws:iam::aws:policy/service-role/Worker"])
    #expect(account.groups["Staff"]?.identity.inlinePolicies.count == 1)
    let role = try #require(account.roles["ExampleRole"])
    #expect(role.identity.path == "/service/")
    #expect(role.trustPolicy?.document?.statements.count == 1)
    #expect(role.identity.inlinePolicies.count == 1)
    for arn in alice.identity.attachedPolicies + role.identity.attachedPolicies {
      #expect(set.managedPolicy(try #require(ARN(arn))) != nil)
    }
    #expect(Set(account.policies.keys) == ["UseKey", "team/Boundary"])
  }

  @Test("the counts that a status report shows")
  func counts() throws {
    let counts = try load(Sample.whole).counts
    #expect(
      counts
        == PolicySetCounts(
          accounts: 2, users: 2, groups: 1, roles: 1, keys: 1, aliases: 3, grants: 3, resources: 1, documents: 14))
  }

  @Test("a key policy alone is a symmetric, single-Region key")
  func bareKey() throws {
    let key = try #require(
      try load(Sample.small).accounts["111122223333"]?.keys[KeyName(region: "us-west-2", id: Text(Sample.keyID))])
    #expect(key.metadata == KeyMetadata())
    #expect(key.tags.isEmpty && key.grants.isEmpty)
  }

  @Test("no file: no organization; an empty list attaches nothing")
  func noOrganization() throws {
    #expect(try load(Sample.small).organization == nil)
  }

  // MARK: - Shapes of the CLI

  @Test(
    "a policy stands bare or in the answer of the command that prints it",
    arguments: [
      (
        "\(Sample.caller)/policies/P.json", #"{"PolicyVersion": {"Document": DOCUMENT, "VersionId": "v3"}}"#,
        Sample.allowDecrypt
      ),
      (
        "\(Sample.caller)/users/U/policies/P.json", #"{"UserName": "U", "PolicyDocument": DOCUMENT}"#,
        Sample.allowDecrypt
      ),
      (
        "\(Sample.caller)/roles/R/trust-policy.json", #"{"Role": {"AssumeRolePolicyDocument": DOCUMENT}}"#,
        Sample.trustPolicy
      ),
      (
        "service-control-policies/p.json", #"{"Policy": {"PolicySummary": {}, "Content": DOCUMENT}}"#,
        Sample.controlPolicy
      ),
      ("service-control-policies/p.json", #"{"Policy": {"PolicySummary": {}, "Content": TEXT}}"#, Sample.controlPolicy),
      (
        "\(Sample.owner)/vpc-endpoints/vpce-1.json", #"{"VpcEndpoints": [{"PolicyDocument": TEXT}]}"#,
        Sample.resourceControlPolicy
      ),
      ("\(Sample.key)/policy.json", #"{"Policy": TEXT, "PolicyName": "default"}"#, Sample.keyPolicy),
      ("\(Sample.key)/policy.json", #"{"Policy": DOCUMENT}"#, Sample.keyPolicy),
    ])
  func envelopes(file: String, envelope: String, document: String) {
    let text = document.replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    let content = envelope.replacing("DOCUMENT", with: document).replacing("TEXT", with: "\"\(text)\"")
    #expect(Sample.errors([file: content]) == [])
  }

  @Test("a statement inside a document that is text has its place in the file, whatever escapes stand before it")
  func embeddedPositions() throws {
    let policy = """
      {
        "Policy": "{\\n \\"Version\\": \\"2012-10-17\\", \\"Id\\": \\"\\u00e9\\ud83d\\ude00\\",\\n \\"Statement\\": [{\\"Effect\\": \\"Allow\\", \\"Principal\\": \\"*\\", \\"Action\\": \\"kms:*\\", \\"Resource\\": \\"*\\"}]}"
      }
      """
    let set = try load(Sample.whole.merging(["\(Sample.owner)/resources/bucket/policy.json": policy]) { $1 })
    let document = try #require(set.accounts["111122223333"]?.resources.first?.policy?.document)
    #expect(document.id == "\u{e9}\u{1F600}")
    let line = Array(policy.utf8.split(separator: UInt8(ascii: "\n"))[1])
    let bracket = try #require(line.firstIndex(of: UInt8(ascii: "[")))
    #expect(document.statements.first?.position == SourcePosition(line: 2, column: bracket + 2))
  }

  @Test(
    "a mistake inside get-key-policy's text is told at its place in the file",
    arguments: [
      (
        #"{"Policy": "{\n\"Version\": \"2012-10-17\",\n\"Statement\": [{\"Effect\": \"allow\", \"Principal\": \"*\", \"Action\": \"kms:*\", \"Resource\": \"*\"}]}"}"#,
        "allow"
      ),
      (#"{"Policy": "{\"Statement\": [,]}"}"#, ",]"),
      (#"{"Policy": ""}"#, "\"}"),
    ])
  func embeddedMistakes(content: String, place: String) throws {
    let errors = Sample.errors(["\(Sample.key)/policy.json": content])
    var column = 1
    let (bytes, wanted) = (Array(content.utf8), Array(place.utf8))
    while !bytes.dropFirst(column - 1).starts(with: wanted) { column += 1 }
    // A string's value begins at its quote, which is escaped here.
    if place == "allow" { column -= 2 }
    #expect(errors.count == 1)
    let error = try #require(errors.first)
    #expect(error.hasPrefix("\(Sample.key)/policy.json:1:\(column): "), "\(error)")
    #expect(error.hasSuffix(" (in the text of `Policy`)"), "\(error)")
  }

  @Test("D-15: the text of a key policy counts, not the file around it")
  func keyPolicySize() {
    let filler = String(repeating: " ", count: 32_768 - Sample.keyPolicy.utf8.count)
    #expect(Sample.errors(["\(Sample.key)/policy.json": Sample.keyPolicy + filler]) == [])
    #expect(Sample.errors(["\(Sample.key)/policy.json": Sample.keyPolicy + filler + " "]).count == 1)
    let text = (Sample.keyPolicy + filler).replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    #expect(Sample.errors(["\(Sample.key)/policy.json": #"{"Policy": "\#(text)"}"#]) == [])
    #expect(Sample.errors(["\(Sample.key)/policy.json": #"{"Policy": "\#(text) "}"#]).count == 1)
  }

  // MARK: - Errors

  @Test("all mistakes are told at once, in order of file, line and column")
  func allErrors() {
    let files = [
      "\(Sample.key)/polcy.json": "{}",
      "\(Sample.key)/key.json": "{\"KeyMetadata\": {\"KeySpec\": 1,\n \"Origin\": 2}}",
      "\(Sample.caller)/users/Alice/user.json": #"{"Path": 1, "Groups": ["None"]}"#,
      "\(Sample.caller)/roles/ExampleRole/policies/use-key.json": #"{"Statement": []}"#,
      "accounts/1/account.json": "{}",
    ]
    let errors = Sample.errors(files)
    #expect(
      errors.map { String($0.prefix { $0 != " " }) } == [
        "accounts/1/account.json:1:1:",
        "\(Sample.key)/key.json:1:29:",
        "\(Sample.key)/key.json:2:12:",
        "\(Sample.key)/polcy.json:1:1:",
        "\(Sample.caller)/roles/ExampleRole/policies/use-key.json:1:15:",
        "\(Sample.caller)/users/Alice/user.json:1:10:",
        "\(Sample.caller)/users/Alice/user.json:1:24:",
      ])
  }

  @Test("what refers to a file that cannot be read is not reported as well")
  func noFollowUps() {
    let files = [
      "\(Sample.caller)/policies/P.json": "{",
      "\(Sample.caller)/groups/G/group.json": "[",
      "\(Sample.caller)/users/U/user.json":
        #"{"Groups": ["G"], "AttachedPolicies": ["arn:aws:iam::444455556666:policy/P"]}"#,
    ]
    #expect(Sample.errors(files).count == 2)
  }

  @Test("a key without policy and a resource without ARN are told by the file that is missing")
  func missingFiles() {
    let files = [
      "\(Sample.owner)/keys/us-west-2/other/key.json": "{}",
      "\(Sample.owner)/resources/bucket/policy.json": Sample.resourceControlPolicy,
    ]
    #expect(
      Sample.errors(files) == [
        "\(Sample.owner)/keys/us-west-2/other/policy.json:1:1: no such file, expected the key policy",
        "\(Sample.owner)/resources/bucket/resource.json:1:1: no such file, expected `{\"Arn\": \"arn:...\"}`",
      ])
  }

  @Test("real exports: an alias of a key that is not in the directory, or of none, is no error")
  func aliases() {
    let content = """
      {"Aliases": [{"AliasName": "alias/aws/s3", "TargetKeyId": "00000000-0000-0000-0000-000000000000"},
        {"AliasName": "alias/aws/rds"}, {"AliasName": "alias/app", "TargetKeyId": "gone"}]}
      """
    #expect(Sample.errors(["\(Sample.owner)/aliases/us-west-2.json": content]) == [])
  }

  // MARK: - Folders

  @Test("a user, role, group or account exists when its folder does")
  func folders() throws {
    var tree = Sample.tree(Sample.small)
    tree.folders = ["\(Sample.caller)/users/Eve", "\(Sample.caller)/groups/G", "accounts/777788889999"].map { Text($0) }
      .reduce(into: []) { $0.insert($1) }
    tree.files[Text("\(Sample.caller)/roles/R/.gitkeep")] = []
    let set = try PolicyLoader().load(tree)
    let account = try #require(set.accounts["444455556666"])
    #expect(account.users["Eve"] != nil)
    #expect(account.groups["G"] != nil)
    #expect(account.roles["R"] != nil)
    #expect(set.accounts["777788889999"] != nil)
    #expect(set.revision != (try load(Sample.small)).revision)
  }

  @Test(
    "an empty folder that should have been something is an error",
    arguments: [
      ("accounts/12345", "folder name `12345`, expected an account id of 12 digits"),
      ("\(Sample.owner)/keys/us-west-2/k", "no such file, expected the key policy"),
      ("\(Sample.key)/key.json", "unknown folder `key.json`, expected no folder here"),
    ])
  func emptyFolders(path: String, message: String) {
    var tree = Sample.tree(Sample.small)
    tree.folders = [Text(path)]
    #expect {
      try PolicyLoader().load(tree)
    } throws: { error in
      (error as? PolicySetError)?.diagnostics.map(\.message) == [message]
    }
  }

  // MARK: - Revision

  @Test("the same bytes have the same revision, in memory and on disk, in any order of creation")
  func revision() throws {
    let memory = try load(Sample.whole)
    #expect(memory.revision.count == 64)
    #expect(memory.revision.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) })
    for order in [Sample.whole.sorted { $0.key < $1.key }, Sample.whole.sorted { $0.key > $1.key }] {
      let directory = TemporaryDirectory()
      for (path, content) in order { directory.write(path, content) }
      #expect(try PolicyLoader().load(directory: directory.path).revision == memory.revision)
    }
  }

  @Test("skipped files do not count, everything else does")
  func revisionParts() throws {
    let base = try load(Sample.small).revision
    let skipped = ["README.md": "x", ".git/HEAD": "y", "\(Sample.key)/policy.json~": "z"]
    #expect(try load(Sample.small.merging(skipped) { $1 }).revision == base)
    #expect(try load(Sample.small.merging(["\(Sample.key)/key.json": "{}"]) { $1 }).revision != base)
    #expect(
      try load(Sample.small.merging(["\(Sample.key)/policy.json": Sample.keyPolicy + "\n"]) { $1 }).revision != base)
    var renamed = Sample.small
    renamed["\(Sample.caller)/roles/ExampleRole/policies/other.json"] =
      renamed.removeValue(forKey: "\(Sample.caller)/roles/ExampleRole/policies/use-key.json")
    #expect(try load(renamed).revision != base)
  }

  @Test("contents that change places give another revision")
  func revisionSwapped() throws {
    let (one, two) = ("\(Sample.caller)/policies/A.json", "\(Sample.caller)/policies/B.json")
    let other = Sample.allowDecrypt + " "
    let files = Sample.small.merging([one: Sample.allowDecrypt, two: other]) { $1 }
    let swapped = Sample.small.merging([one: other, two: Sample.allowDecrypt]) { $1 }
    #expect(try load(files).revision != (try load(swapped)).revision)
  }

  // MARK: - What is parsed again

  @Test("trees in memory that share files share their parsing")
  func memoryCache() throws {
    let loader = PolicyLoader()
    _ = try loader.load(Sample.tree(Sample.small))
    let first = loader.parsedFiles
    for number in 0..<50 {
      let own = ["\(Sample.caller)/users/U\(number)/user.json": "{}"]
      _ = try loader.load(Sample.tree(Sample.small.merging(own) { $1 }))
    }
    #expect(loader.parsedFiles == first + 1)
  }

  @Test("a reload parses just the files that changed, also when the whole tree was swapped")
  func directoryCache() throws {
    let directory = TemporaryDirectory()
    directory.write(Sample.whole, below: "set-1")
    directory.link("current", to: "set-1")
    let loader = PolicyLoader()
    let first = try loader.load(directory: "\(directory.path)/current")
    let parsed = loader.parsedFiles
    #expect(try loader.load(directory: "\(directory.path)/current").revision == first.revision)
    #expect(loader.parsedFiles == parsed)
    directory.write(Sample.whole, below: "set-2")
    directory.write("set-2/\(Sample.key)/policy.json", Sample.keyPolicy + " ")
    directory.link("next", to: "set-2")
    directory.move("next", to: "current")
    #expect(try loader.load(directory: "\(directory.path)/current").revision != first.revision)
    #expect(loader.parsedFiles == parsed + 1)
  }

  @Test("a file written twice within a tick of the clock, with the same length, is seen")
  func quickRewrite() throws {
    let directory = TemporaryDirectory()
    directory.write(Sample.small)
    let loader = PolicyLoader()
    var last: Text = ""
    for digit in 0..<50 {
      let content = #"{"Name": "\#(digit % 10)"}"#
      directory.write("\(Sample.owner)/account.json", content)
      let set = try loader.load(directory: directory.path)
      #expect(set.revision != last)
      #expect(set.accounts["111122223333"]?.name == Text("\(digit % 10)"))
      last = set.revision
    }
  }

  @Test("a mistake that was mended is forgotten, and one that stays is told again")
  func mended() throws {
    let directory = TemporaryDirectory()
    directory.write(Sample.small)
    directory.write("\(Sample.key)/key.json", "{")
    let loader = PolicyLoader()
    for _ in 0..<2 {
      #expect(throws: PolicySetError.self) { try loader.load(directory: directory.path) }
    }
    directory.write("\(Sample.key)/key.json", "{}")
    #expect(try loader.load(directory: directory.path).counts.keys == 1)
  }
}
