// Remarks: what loads and yet looks wrong.

import PolicyDirectory
import PolicyLanguage
import Testing

struct LintTests {
  private func remarks(_ files: PolicyTreeFiles) -> [String] {
    PolicyLoader().lint(Sample.tree(Sample.small.merging(files) { $1 })).remarks.map(\.description)
  }

  @Test("a set as AWS would give it has no remarks")
  func clean() {
    let report = PolicyLoader().lint(Sample.tree(Sample.small))
    #expect(report.errors.map(\.description) == [])
    #expect(report.remarks.map(\.description) == [])
  }

  @Test("a unique id that two have is remarked on at the second")
  func repeatedUniqueID() {
    let id = #"{"UserId": "AIDAEXAMPLE0000000001"}"#
    let (first, second) = ("\(Sample.caller)/users/Alice/user.json", "\(Sample.caller)/users/Bob/user.json")
    let report = PolicyLoader().lint(PolicyTree(files: [Text(first): Array(id.utf8), Text(second): Array(id.utf8)]))
    #expect(report.errors.map(\.description) == [])
    #expect(
      report.remarks.map(\.description) == [
        "\(second):1:12: unique id `AIDAEXAMPLE0000000001` is that of `\(first)` too; AWS gives each once"
      ])
  }

  @Test("each remark has its place")
  func places() {
    let user = "\(Sample.caller)/users/Alice/user.json"
    let aliases = "\(Sample.owner)/aliases/us-west-2.json"
    let rows: [(String, String, String)] = [
      (
        "\(Sample.owner)/keys/us-west-2/my-key/policy.json", Sample.keyPolicy,
        "1:1: key id `my-key` is none that AWS would give: a UUID, or `mrk-` and 32 hexadecimal digits"
      ),
      (
        "\(Sample.owner)/vpc-endpoints/vpce-1.json", Sample.resourceControlPolicy,
        "1:1: endpoint id `vpce-1` is none that AWS would give: `vpce-` and 17 hexadecimal digits"
      ),
      (
        user, #"{"UserId": "U1"}"#, "1:12: unique id `U1` is none that AWS would give: `AIDA` and 17 letters and digits"
      ),
      (
        user, #"{"User": {"UserName": "Bob"}}"#,
        "1:23: record of `Bob` in the folder of `Alice`; the folder's name counts"
      ),
      (user, #"{"AttachedManagedPolicies": []}"#, "1:2: `AttachedManagedPolicies` is not read; `AttachedPolicies` is"),
      (
        "\(Sample.caller)/roles/ExampleRole/role.json", #"{"AssumeRolePolicyDocument": {}}"#,
        "1:30: `AssumeRolePolicyDocument` is not read; the trust policy stands in trust-policy.json"
      ),
      (
        aliases, #"{"Aliases": [{"AliasName": "alias/a", "TargetKeyId": "gone"}]}"#,
        "1:54: alias `alias/a` of key `gone`, which is not in the directory, leads to KEY_NOT_FOUND"
      ),
      (
        aliases, #"{"Aliases": [{"AliasName": "alias/a"}]}"#,
        "1:28: alias `alias/a` without a key leads to KEY_NOT_FOUND"
      ),
      (
        aliases, #"{"Aliases": [], "Truncated": true}"#,
        "1:30: `Truncated` is true: the list goes on in another page, which is not here"
      ),
      (
        "\(Sample.key)/key.json", #"{"KeyMetadata": {"KeyId": "other"}}"#,
        "1:27: record of key `other` in the folder of `1234abcd-12ab-34cd-56ef-1234567890ab`; the folder's name counts"
      ),
      (
        "\(Sample.key)/grants.json",
        #"{"Grants": [{"GrantId": "g", "GranteePrincipal": "arn:aws:iam::444455556666:root", "Operations": ["Sign"]}]}"#,
        "1:13: grant `g` of `Sign`, which a key with `KeySpec` `SYMMETRIC_DEFAULT` and `KeyUsage` `ENCRYPT_DECRYPT` cannot do"
      ),
      (
        "\(Sample.owner)/resources/r/resource.json", #"{"Arn": "arn:aws-cn:s3:::b"}"#,
        "1:9: resource of partition `aws-cn` in an account of `aws`"
      ),
      (
        "organization.json", #"{"Id": "o-a1b2c3d4e5", "Root": {"Id": "r-ab12", "Accounts": [{"Id": "111122223333"}]}}"#,
        "1:1: account `444455556666` of the directory is not in the organization: no SCP or RCP applies to it"
      ),
    ]
    for (file, content, expected) in rows {
      #expect(remarks([file: content]) == ["\(file):\(expected)"])
    }
  }

  @Test("names that AWS takes for one")
  func names() {
    let files = ["\(Sample.caller)/users/alice/user.json": "{}", "\(Sample.caller)/users/Alice/user.json": "{}"]
    #expect(
      remarks(files) == [
        "\(Sample.caller)/users/alice/user.json:1:1: user `alice` differs from `Alice` by case alone, which AWS does not allow"
      ])
  }

  @Test("an empty folder that the layout does not know, and a set without accounts")
  func folders() {
    var tree = Sample.tree(Sample.small)
    tree.folders = ["accounts/444455556666/rols/R"]
    let report = PolicyLoader().lint(tree)
    #expect(report.errors.isEmpty)
    #expect(report.remarks.map(\.file) == ["accounts/444455556666/rols"])
    #expect(PolicyLoader().lint(PolicyTree()).remarks.map(\.file) == ["accounts"])
  }

  @Test("remarks on policies carry their file, and errors come beside remarks")
  func policies() {
    let path = "\(Sample.key)/policy.json"
    let content = """
      {"Version": "2012-10-17", "Statement": {"Effect": "Allow",
       "Principal": {"AWS": "arn:aws:iam::444455556666:role/*"}, "Action": "kms:*", "Resource": "*"}}
      """
    let files = [path: content, "\(Sample.key)/key.json": "{"]
    let report = PolicyLoader().lint(Sample.tree(Sample.small.merging(files) { $1 }))
    #expect(report.errors.map(\.file) == [Text("\(Sample.key)/key.json")])
    #expect(report.remarks.map(\.file) == [Text(path)])
  }

  @Test("a directory that cannot be read is an error of lint")
  func noDirectory() {
    #expect(PolicyLoader().lint(directory: "/nonexistent/policies").errors.count == 1)
  }
}
