// A small set that uses every file of the layout, in the shapes that the AWS CLI prints.

import PolicyDirectory
import PolicyLanguage

enum Sample {
  static let owner = "accounts/111122223333"
  static let caller = "accounts/444455556666"
  static let keyID = "1234abcd-12ab-34cd-56ef-1234567890ab"
  static let key = "\(owner)/keys/us-west-2/\(keyID)"

  static let allowDecrypt = """
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}
    """
  static let keyPolicy = """
    {
      "Version": "2012-10-17",
      "Statement": [{
        "Sid": "Other account",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
        "Action": "kms:Decrypt",
        "Resource": "*"
      }]
    }
    """
  static let controlPolicy = """
    {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}}
    """
  static let resourceControlPolicy = """
    {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"}}
    """
  static let trustPolicy = """
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "444455556666"},
     "Action": "sts:AssumeRole"}}
    """

  /// Two files: the least that a cross-account question needs.
  static let small: PolicyTreeFiles = [
    "\(key)/policy.json": keyPolicy,
    "\(caller)/roles/ExampleRole/policies/use-key.json": allowDecrypt,
  ]

  static let whole: PolicyTreeFiles = [
    "organization.json": """
    {"Id": "o-a1b2c3d4e5", "ManagementAccountId": "999988887777",
     "Root": {"Id": "r-ab12", "Arn": "ignored",
       "Accounts": [{"Id": "999988887777", "Email": "ignored@example.com"}],
       "OrganizationalUnits": [{"Id": "ou-ab12-11111111", "Name": "Work", "ServiceControlPolicies": ["deny-kms", "FullAWSAccess"],
         "ResourceControlPolicies": ["RCPFullAWSAccess", "perimeter"],
         "Accounts": [{"Id": "111122223333", "ServiceControlPolicies": []}, {"Id": "444455556666"}]}]}}
    """,
    "service-control-policies/deny-kms.json": controlPolicy,
    "resource-control-policies/perimeter.json": resourceControlPolicy,
    "aws-managed-policies/ReadOnlyAccess.json": allowDecrypt,
    "aws-managed-policies/service-role/Worker.json": allowDecrypt,
    "\(owner)/account.json": #"{"Name": "owner", "EnabledRegions": ["af-south-1"]}"#,
    "\(key)/policy.json": keyPolicy,
    "\(key)/key.json": """
    {"KeyMetadata": {"AWSAccountId": "111122223333", "KeyId": "\(keyID)", "KeySpec": "SYMMETRIC_DEFAULT",
      "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "EXTERNAL", "KeyManager": "CUSTOMER", "MultiRegion": false, "Enabled": true},
     "Tags": [{"TagKey": "team", "TagValue": "a"}, {"TagKey": "Team", "TagValue": "b"}]}
    """,
    "\(key)/grants.json": """
    {"Grants": [
      {"KeyId": "arn:aws:kms:us-west-2:111122223333:key/\(keyID)", "GrantId": "g1", "Name": "", "CreationDate": "2026-01-01T00:00:00+00:00",
       "GranteePrincipal": "arn:aws:iam::444455556666:role/ExampleRole", "RetiringPrincipal": "arn:aws:iam::111122223333:root",
       "IssuingAccount": "arn:aws:iam::111122223333:root", "Operations": ["Decrypt", "ReEncryptFrom"],
       "Constraints": {"EncryptionContextSubset": {"team": "a"}}},
      {"KeyId": "\(keyID)", "GrantId": "g2", "GranteePrincipal": "dynamodb.us-west-2.amazonaws.com",
       "RetiringPrincipal": "dynamodb.us-west-2.amazonaws.com", "IssuingAccount": "arn:aws:iam::111122223333:root", "Operations": ["Decrypt"]},
      {"GrantId": "g3", "GranteeServicePrincipal": "s3.amazonaws.com", "RetiringServicePrincipal": "s3.amazonaws.com",
       "Operations": ["Encrypt"], "Constraints": {"SourceArn": "arn:aws:s3:::bucket"}}
    ], "Truncated": false}
    """,
    "\(owner)/aliases/us-west-2.json": """
    {"Aliases": [
      {"AliasName": "alias/app", "AliasArn": "arn:aws:kms:us-west-2:111122223333:alias/app", "TargetKeyId": "\(keyID)"},
      {"AliasName": "alias/aws/s3", "TargetKeyId": "0987dcba-09fe-87dc-65ba-ab0987654321"},
      {"AliasName": "alias/aws/ebs"}
    ]}
    """,
    "\(owner)/vpc-endpoints/vpce-0123456789abcdef0.json": """
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
    """,
    "\(owner)/resources/bucket/resource.json": #"{"Arn": "arn:aws:s3:::bucket"}"#,
    "\(owner)/resources/bucket/policy.json": """
    {"Policy": "{\\"Version\\": \\"2012-10-17\\", \\"Statement\\": [{\\"Effect\\": \\"Allow\\", \\"Principal\\": \\"*\\", \\"Action\\": \\"s3:GetObject\\", \\"Resource\\": \\"*\\"}]}"}
    """,
    "\(caller)/policies/UseKey.json": allowDecrypt,
    "\(caller)/policies/team/Boundary.json": #"{"PolicyVersion": {"VersionId": "v1", "Document": \#(allowDecrypt)}}"#,
    "\(caller)/users/Alice/user.json": """
    {"User": {"Path": "/people/", "UserName": "Alice", "UserId": "AIDAEXAMPLE0000000001", "Arn": "ignored",
      "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::444455556666:policy/team/Boundary"},
      "Tags": [{"Key": "team", "Value": "a"}]},
     "Groups": ["Staff"],
     "AttachedPolicies": [{"PolicyName": "UseKey", "PolicyArn": "arn:aws:iam::444455556666:policy/UseKey"},
       {"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]}
    """,
    "\(caller)/users/Alice/policies/b.json": allowDecrypt,
    "\(caller)/users/Alice/policies/b-more.json": allowDecrypt,
    "\(caller)/users/Bob/user.json": "{}",
    "\(caller)/groups/Staff/group.json": """
    {"GroupId": "AGPAEXAMPLE0000000001", "AttachedPolicies": ["arn:aws:iam::aws:policy/service-role/Worker"]}
    """,
    "\(caller)/groups/Staff/policies/inline.json": allowDecrypt,
    "\(caller)/roles/ExampleRole/role.json": """
    {"Path": "/service/", "RoleId": "AROAEXAMPLE0000000001", "PermissionsBoundary": "arn:aws:iam::444455556666:policy/UseKey",
     "AttachedPolicies": ["arn:aws:iam::444455556666:policy/UseKey"]}
    """,
    "\(caller)/roles/ExampleRole/trust-policy.json": trustPolicy,
    "\(caller)/roles/ExampleRole/policies/use-key.json":
      #"{"RoleName": "ExampleRole", "PolicyName": "use-key", "PolicyDocument": \#(allowDecrypt)}"#,
  ]

  static func tree(_ files: PolicyTreeFiles) -> PolicyTree {
    var tree = PolicyTree()
    for (path, content) in files { tree.files[Text(path)] = Array(content.utf8) }
    return tree
  }

  /// The errors of a small set with these files put over it.
  static func errors(_ files: PolicyTreeFiles, over base: PolicyTreeFiles = small) -> [String] {
    do throws(PolicySetError) {
      _ = try PolicyLoader().load(tree(base.merging(files) { $1 }))
      return []
    } catch {
      return error.diagnostics.map(\.description)
    }
  }
}
