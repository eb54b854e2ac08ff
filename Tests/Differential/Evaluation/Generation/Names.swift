// The small alphabet of generated worlds: few names, so that what is written in one place is met in another.

enum Names {
  static let accounts = ["111122223333", "444455556666", "777788889999"]
  /// In the organization at most, without a folder.
  static let folderless = "999999999999"
  static let regions = ["us-west-2", "us-west-2", "us-west-2", "af-south-1"]
  static let users = [("Ann", "/"), ("Bob", "/team/")]
  static let roles = [("Worker", "/"), ("Deep", "/team/"), ("ServiceLinked", "/aws-service-role/x.amazonaws.com/")]
  static let groups = ["G1", "G2"]
  static let sessions = ["s1", "s2"]
  static let services = ["s3.amazonaws.com", "ec2.amazonaws.com"]
  static let keyIDs = ["k1", "k2", "mrk-1", "AnnKey"]
  static let aliases = ["alias/one", "alias/two", "alias/a/b", "alias/aws/s3"]
  static let tagKeys = ["team", "Cost"]
  static let tagValues = ["red", "blue", "1", "Ann", "*", "k1", ""]
  static let endpoints = ["vpce-1", "vpce-2"]
  static let buckets = ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/deep", "arn:aws:sqs:us-west-2:111122223333:queue"]
  static let sourceARNs = ["arn:aws:s3:::bucket", "arn:aws:s3:::other"]
  static let contextKeys = ["App", "app", "Stage"]
  static let contextValues = ["red", "blue", "Red", "Ann"]
  static let tagged = ["team", "cost"]

  static func uniqueID(_ kind: String, _ account: String, _ name: String) -> String {
    kind + "X" + String(account.prefix(4)) + name.uppercased()
  }

  static func userARN(_ account: String, _ user: (String, String)) -> String {
    "arn:aws:iam::\(account):user\(user.1)\(user.0)"
  }
  static func roleARN(_ account: String, _ role: (String, String)) -> String {
    "arn:aws:iam::\(account):role\(role.1)\(role.0)"
  }
  static func sessionARN(_ account: String, _ role: (String, String), _ session: String) -> String {
    "arn:aws:sts::\(account):assumed-role/\(role.0)/\(session)"
  }
  static func keyARN(_ account: String, _ region: String, _ id: String) -> String {
    "arn:aws:kms:\(region):\(account):key/\(id)"
  }

  static let keyActions = NaiveOperations.anyFour + NaiveOperations.idOrARN
  static let commonActions = [
    "Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey", "ReEncryptFrom", "ReEncryptTo", "CreateGrant", "ListGrants",
    "PutKeyPolicy", "Sign", "RetireGrant", "CreateAlias", "UpdateAlias", "CreateKey", "ListKeys", "TagResource",
  ]
}
