// What is wrong with records, and where: one row for each kind of mistake.

import PolicyDirectory
import PolicyLanguage
import Testing

struct RecordTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    var file: String
    var content: String
    /// `line:column: message`
    var expected: [String]
    init(_ file: String, _ content: String, _ expected: String...) {
      self.file = file
      self.content = content
      self.expected = expected
    }
    var testDescription: String { "\(file): \(expected.first ?? "")" }
  }

  private static let user = "\(Sample.caller)/users/Alice/user.json"
  private static let role = "\(Sample.caller)/roles/ExampleRole/role.json"
  private static let group = "\(Sample.caller)/groups/Staff/group.json"
  private static let key = "\(Sample.key)/key.json"
  private static let grants = "\(Sample.key)/grants.json"
  private static let aliases = "\(Sample.owner)/aliases/us-west-2.json"
  private static let account = "\(Sample.owner)/account.json"
  private static let resource = "\(Sample.owner)/resources/bucket/resource.json"
  private static let role1 = #""GranteePrincipal": "arn:aws:iam::444455556666:role/R""#

  @Test(
    "each mistake is told with its line, column, what was found and what was expected",
    arguments: [
      // JSON
      Mistake(account, "", "1:1: found nothing, expected a JSON document"),
      Mistake(account, "[]", "1:1: account is an array, expected an object"),
      // account.json
      Mistake(account, "{\"Name\":\n 3}", "2:2: `Name` is a number, expected a string"),
      Mistake(
        account, #"{"Partition": "AWS"}"#, "1:15: partition `AWS`, expected `aws`, `aws-cn`, `aws-us-gov` or the like"),
      Mistake(account, #"{"EnabledRegions": "af-south-1"}"#, "1:20: `EnabledRegions` is a string, expected an array"),
      Mistake(account, #"{"EnabledRegions": ["mars"]}"#, "1:21: Region `mars`, expected a Region such as `us-west-2`"),
      Mistake(account, #"{"EnabledRegion": []}"#, "1:2: member `EnabledRegion`, expected `EnabledRegions`"),
      // users, groups and roles
      Mistake(user, #"{"Path": "people"}"#, "1:10: path `people`, expected one that begins and ends with `/`"),
      Mistake(
        user, #"{"User": {"Path": "/a/"}, "Path": "/b/"}"#,
        "1:27: `Path` stands inside and outside of `User`, expected it once"),
      Mistake(user, #"{"User": []}"#, "1:10: `User` is an array, expected an object"),
      Mistake(
        user, #"{"UserId": "AIDA-1"}"#, "1:12: unique id `AIDA-1`, expected letters and digits such as `AIDAEXAMPLE`"),
      Mistake(user, #"{"Tags": {"team": "a"}}"#, "1:10: `Tags` is an object, expected an array"),
      Mistake(
        user, #"{"Tags": [{"Key": "a"}]}"#,
        "1:11: tag without both of its members, expected `Key` and `Value`, or `TagKey` and `TagValue`"),
      Mistake(
        user, #"{"Tags": [{"Key": "a", "TagValue": "b"}]}"#,
        "1:11: tag without both of its members, expected `Key` and `Value`, or `TagKey` and `TagValue`"),
      Mistake(user, #"{"Tags": [{"Key": "a", "Value": 1}]}"#, "1:33: `Value` is a number, expected a string"),
      Mistake(
        user, #"{"Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]}"#,
        "1:47: tag `A` stands twice, expected each key once"),
      Mistake(
        user, #"{"Groups": ["Staf"]}"#,
        "1:13: unknown group `Staf`, expected a folder in `accounts/444455556666/groups/`"),
      Mistake(
        user, #"{"AttachedPolicies": ["UseKey"]}"#,
        "1:23: attached policy `UseKey`, expected the ARN of a managed policy, `arn:aws:iam::...:policy/...`"),
      Mistake(
        user, #"{"AttachedPolicies": [{"PolicyName": "UseKey"}]}"#,
        "1:23: entry of `AttachedPolicies` without `PolicyArn`, expected one"),
      Mistake(
        user, #"{"AttachedPolicies": [7]}"#,
        "1:23: entry of `AttachedPolicies` is a number, expected a string or an object with `PolicyArn`"),
      Mistake(
        user, #"{"AttachedPolicies": ["arn:aws:iam::aws:policy/Nope"]}"#,
        "1:23: unknown attached policy `arn:aws:iam::aws:policy/Nope`, expected its document in `aws-managed-policies/Nope.json`"
      ),
      Mistake(
        user, #"{"AttachedPolicies": ["arn:aws:iam::444455556666:policy/a/N"]}"#,
        "1:23: unknown attached policy `arn:aws:iam::444455556666:policy/a/N`, expected its document in `accounts/444455556666/policies/a/N.json`"
      ),
      Mistake(
        user, #"{"AttachedPolicies": ["arn:aws:iam::111122223333:policy/N"]}"#,
        "1:23: attached policy `arn:aws:iam::111122223333:policy/N`, expected one of account 444455556666 or of AWS (`arn:aws:iam::aws:policy/...`)"
      ),
      Mistake(
        user, #"{"AttachedPolicies": ["arn:aws-cn:iam::aws:policy/N"]}"#,
        "1:23: attached policy `arn:aws-cn:iam::aws:policy/N`, expected one of the account's partition `aws`"),
      Mistake(
        role, #"{"PermissionsBoundary": {"PermissionsBoundaryType": "Policy"}}"#,
        "1:25: `PermissionsBoundary` without `PermissionsBoundaryArn`, expected one"),
      Mistake(
        role, #"{"PermissionsBoundary": "arn:aws:iam::444455556666:policy/B"}"#,
        "1:25: unknown permissions boundary `arn:aws:iam::444455556666:policy/B`, expected its document in `accounts/444455556666/policies/B.json`"
      ),
      Mistake(
        role, #"{"PermissionBoundary": "x"}"#, "1:2: member `PermissionBoundary`, expected `PermissionsBoundary`"),
      Mistake(
        role, #"{"Role": {"PermissionsBoundary": true}}"#,
        "1:34: `PermissionsBoundary` is a boolean, expected a string or an object with `PermissionsBoundaryArn`"),
      Mistake(
        role, #"{"Groups": ["Staff"]}"#, "1:2: a role has no `Groups`, expected it at a user",
        "1:13: unknown group `Staff`, expected a folder in `accounts/444455556666/groups/`"),
      Mistake(
        group, #"{"PermissionsBoundary": "arn:aws:iam::aws:policy/N"}"#,
        "1:2: a group has no `PermissionsBoundary`, expected it at a user or role",
        "1:25: unknown permissions boundary `arn:aws:iam::aws:policy/N`, expected its document in `aws-managed-policies/N.json`"
      ),
      // key.json
      Mistake(key, #"{"KeySpec": "HMAC_256"}"#, "1:2: `KeySpec` stands outside of `KeyMetadata`, expected it inside"),
      Mistake(
        key, #"{"KeyMetadata": {"KeySpec": "hmac"}}"#,
        "1:29: `KeySpec` is `hmac`, expected a constant of AWS in capitals"),
      Mistake(
        key, #"{"KeyMetadata": {"MultiRegion": "true"}}"#, "1:33: `MultiRegion` is a string, expected true or false"),
      Mistake(
        key, #"{"KeyMetadata": {"KeyManager": "ME"}}"#, "1:32: `KeyManager` is `ME`, expected `AWS` or `CUSTOMER`"),
      Mistake(
        key, #"{"KeyMetadata": {"MultiRegion": true, "MultiRegionConfiguration": {"MultiRegionKeyType": "OTHER"}}}"#,
        "1:90: `MultiRegionKeyType` is `OTHER`, expected `PRIMARY` or `REPLICA`"),
      Mistake(
        key, #"{"KeyMetadata": {"Tags": []}}"#, "1:26: `Tags` stands inside of `KeyMetadata`, expected it beside"),
      Mistake(
        key, #"{"Tags": [{"TagKey": "a", "TagValue": "1"}, {"TagKey": "a", "TagValue": "2"}]}"#,
        "1:56: tag `a` stands twice, expected each key once"),
      // grants.json
      Mistake(grants, "{}", "1:1: no `Grants`, expected an array of that name"),
      Mistake(
        grants, #"{"Grants": [{"GrantId": "g", \#(role1)}]}"#,
        "1:13: grant without `Operations`, expected an array of that name"),
      Mistake(
        grants, #"{"Grants": [{"GrantId": "g", \#(role1), "Operations": []}]}"#,
        "1:100: `Operations` is empty, expected at least one operation"),
      Mistake(
        grants, #"{"Grants": [{\#(role1), "Operations": ["Decrypt"]}]}"#, "1:13: grant without `GrantId`, expected one"),
      Mistake(
        grants, #"{"Grants": [{"GrantId": "g", \#(role1), "Operations": ["ReEncrypt"]}]}"#,
        "1:101: grant operation `ReEncrypt`, expected `ReEncryptFrom` or `ReEncryptTo`"),
      Mistake(
        grants, #"{"Grants": [{"GrantId": "g", \#(role1), "Operations": ["decrypt"]}]}"#,
        "1:101: grant operation `decrypt`, expected `Decrypt`"),
      Mistake(
        grants,
        #"{"Grants": [{"GrantId": "g", \#(role1), "Operations": ["Decrypt"]}, {"GrantId": "g", \#(role1), "Operations": ["Decrypt"]}]}"#,
        "1:126: grant `g` stands twice, expected each `GrantId` once"),
      Mistake(
        grants, #"{"Grants": [{"GrantId": "g", "Operations": ["Decrypt"]}]}"#,
        "1:13: grant with neither `GranteePrincipal` nor `GranteeServicePrincipal`, expected exactly one"),
      Mistake(
        grants,
        #"{"Grants": [{"GrantId": "g", \#(role1), "GranteeServicePrincipal": "s3.amazonaws.com", "RetiringPrincipal": "arn:aws:iam::444455556666:root", "Constraints": {"SourceArn": "arn:aws:s3:::b"}, "Operations": ["Decrypt"]}]}"#,
        "1:13: grant with both of `GranteePrincipal` and `GranteeServicePrincipal`, expected exactly one"),
      Mistake(
        grants,
        #"{"Grants": [{"GrantId": "g", "GranteeServicePrincipal": "s3.amazonaws.com", "Operations": ["Decrypt"]}]}"#,
        "1:13: grant to a service without `SourceArn` in its `Constraints`, expected one",
        "1:13: grant to a service without retiring principal, expected `RetiringPrincipal` or `RetiringServicePrincipal`"
      ),
      Mistake(
        grants,
        #"{"Grants": [{"GrantId": "g", "GranteePrincipal": "arn:aws:iam::444455556666:group/G", "Operations": ["Decrypt"]}]}"#,
        "1:50: `GranteePrincipal` is `arn:aws:iam::444455556666:group/G`, expected the ARN of an account, user, role, session or federated user, or a service"
      ),
      Mistake(
        grants,
        #"{"Grants": [{"GrantId": "g", \#(role1), "Operations": ["Decrypt"], "Constraints": {"EncryptionContextEquals": {"a": "b"}, "EncryptionContextSubset": {"a": "b"}}}]}"#,
        "1:128: both of `EncryptionContextEquals` and `EncryptionContextSubset`, expected one at most"),
      Mistake(
        grants,
        #"{"Grants": [{"GrantId": "g", \#(role1), "Operations": ["Decrypt"], "Constraints": {"EncryptionContext": {}}}]}"#,
        "1:129: unknown constraint `EncryptionContext`, expected `EncryptionContextEquals`, `EncryptionContextSubset` or `SourceArn`"
      ),
      Mistake(
        grants,
        #"{"Grants": [{"GrantId": "g", \#(role1), "Operations": ["Decrypt"], "Constraints": {"EncryptionContextEquals": {"a": 1}}}]}"#,
        "1:162: value of `a` is a number, expected a string"),
      Mistake(
        grants,
        #"{"Grants": [{"GrantId": "g", \#(role1), "Operations": ["Decrypt"], "KeyId": "arn:aws:kms:us-west-2:111122223333:key/other"}]}"#,
        "1:122: grant for the key `arn:aws:kms:us-west-2:111122223333:key/other`, expected the key of its folder, `1234abcd-12ab-34cd-56ef-1234567890ab` in us-west-2 of 111122223333"
      ),
      // aliases
      Mistake(aliases, "[]", "1:1: list of aliases is an array, expected an object"),
      Mistake(
        aliases, #"{"Aliases": [{"AliasName": "app"}]}"#,
        "1:28: alias name `app`, expected `alias/` and letters, digits, `/`, `_` or `-`"),
      Mistake(
        aliases, #"{"Aliases": [{"AliasName": "alias/a"}, {"AliasName": "alias/a"}]}"#,
        "1:54: alias `alias/a` stands twice, expected each name once"),
      Mistake(
        aliases, #"{"Aliases": [{"AliasName": "alias/a", "TargetKeyId": "arn:aws:kms:x"}]}"#,
        "1:54: `TargetKeyId` is `arn:aws:kms:x`, expected a key id of letters, digits and `-`, at most 256"),
      // resources
      Mistake(resource, "{}", "1:1: resource without `Arn`, expected one"),
      Mistake(
        resource, #"{"ARN": "arn:aws:s3:::b"}"#, "1:1: resource without `Arn`, expected one",
        "1:2: member `ARN`, expected `Arn`"),
      Mistake(
        resource, #"{"Arn": "bucket"}"#,
        "1:9: `Arn` is `bucket`, expected `arn:partition:service:region:account:resource`"),
      Mistake(
        resource, #"{"Arn": "arn:aws:sqs:us-west-2:444455556666:q"}"#,
        "1:9: resource of account `444455556666`, expected one of its folder's account `111122223333`"),
      // organization.json
      Mistake("organization.json", #"{"Id": "o-a1b2c3d4e5"}"#, "1:1: organization without `Root`, expected one"),
      Mistake(
        "organization.json", #"{"Id": "o-a1b2c3d4e5", "Root": {"Id": "r-1/2"}}"#,
        "1:39: `Id` is `r-1/2`, expected letters, digits and `-`, such as `r-a1b2c3d4e5`"),
      Mistake(
        "organization.json",
        #"{"Id": "o-a1b2c3d4e5", "ManagementAccountId": "999988887777", "Root": {"Id": "r-ab12"}}"#,
        "1:47: `ManagementAccountId` is `999988887777`, expected an account of the tree"),
      Mistake(
        "organization.json",
        #"{"Id": "o-a1b2c3d4e5", "Root": {"Id": "r-ab12", "ServiceControlPolicies": ["FullAWSAcess"]}}"#,
        "1:76: unknown service control policy `FullAWSAcess`, expected one of `service-control-policies/` (did you mean `FullAWSAccess`)"
      ),
      Mistake(
        "organization.json", #"{"Id": "o-a1b2c3d4e5", "Root": {"Id": "r-ab12", "ServiceControlPolices": []}}"#,
        "1:49: member `ServiceControlPolices`, expected `ServiceControlPolicies`"),
      Mistake(
        "organization.json", #"{"Id": "o-a1b2c3d4e5", "Root": {"Id": "r-ab12", "ResourceControlPolicies": ["p"]}}"#,
        "1:77: unknown resource control policy `p`, expected one of `resource-control-policies/`"),
      Mistake(
        "organization.json",
        #"{"Id": "o-a1b2c3d4e5", "Root": {"Id": "r-ab12", "Accounts": [{"Id": "111122223333"}, {"Id": "111122223333"}, {"Id": "1"}]}}"#,
        "1:93: account `111122223333` stands twice in the organization, expected it once",
        "1:117: account `1`, expected an account id of 12 digits"),
      Mistake(
        "organization.json",
        #"{"Id": "o-a1b2c3d4e5", "Root": {"Id": "r-ab12", "OrganizationalUnits": [{"Id": "ou-1"}, {"Id": "ou-1"}, 5]}}"#,
        "1:89: `ou-1` stands twice in the organization, expected each `Id` once",
        "1:105: entry of `OrganizationalUnits` is a number, expected an object"),
    ])
  func mistakes(mistake: Mistake) {
    #expect(Sample.errors([mistake.file: mistake.content]) == mistake.expected.map { "\(mistake.file):\($0)" })
  }

  @Test("members that AWS prints and nobody reads are ignored, whatever they hold")
  func ignoredMembers() {
    let files = [
      Self.user: #"{"User": {"CreateDate": 1, "Arn": null, "PasswordLastUsed": []}, "UserPolicyList": {}}"#,
      Self.role: #"{"Role": {"AssumeRolePolicyDocument": {}, "MaxSessionDuration": 3600, "RoleLastUsed": {}}}"#,
      Self.key: #"{"KeyMetadata": {"KeyState": 5, "Arn": 6, "EncryptionAlgorithms": 7, "CreationDate": null}}"#,
    ]
    #expect(Sample.errors(files) == [])
  }

  @Test("an ARN belongs to one resource of the set")
  func resourceARNs() {
    let files = [
      Self.resource: #"{"Arn": "arn:aws:s3:::b"}"#,
      "\(Sample.caller)/resources/other/resource.json": #"{"Arn": "arn:aws:s3:::b"}"#,
    ]
    #expect(
      Sample.errors(files) == [
        "\(Sample.caller)/resources/other/resource.json:1:9: `arn:aws:s3:::b` is also that of `\(Self.resource)`, expected each ARN once"
      ])
  }

  @Test("a file of more than 16 MiB is refused")
  func largeFile() {
    let content = #"{"Name": ""# + String(repeating: "x", count: 16 << 20) + #""}"#
    #expect(
      Sample.errors([Self.account: content]) == [
        "\(Self.account):1:1: file of more than 16 MiB, expected a document of at most 16 MiB"
      ])
  }
}
