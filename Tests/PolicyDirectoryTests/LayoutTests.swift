// Which paths the layout knows, which it skips, and what it says of the rest.

import PolicyLanguage
import Testing

@testable import PolicyDirectory

struct LayoutTests {
  @Test(
    "every file of the layout is known, with the names of its path",
    arguments: [
      ("organization.json", FileKind.organization, [] as [Text]),
      ("service-control-policies/Deny all.json", .serviceControlPolicy, ["Deny all"]),
      ("resource-control-policies/p.json", .resourceControlPolicy, ["p"]),
      ("aws-managed-policies/ReadOnlyAccess.json", .awsManagedPolicy, ["ReadOnlyAccess"]),
      ("aws-managed-policies/service-role/X.json", .awsManagedPolicy, ["service-role/X"]),
      ("accounts/111122223333/account.json", .account, ["111122223333"]),
      ("accounts/111122223333/policies/a/b/C.json", .customerManagedPolicy, ["111122223333", "a/b/C"]),
      ("accounts/111122223333/users/a.b@c/user.json", .user, ["111122223333", "a.b@c"]),
      ("accounts/111122223333/users/A/policies/p.json", .userPolicy, ["111122223333", "A", "p"]),
      ("accounts/111122223333/groups/G/group.json", .group, ["111122223333", "G"]),
      ("accounts/111122223333/groups/G/policies/p.json", .groupPolicy, ["111122223333", "G", "p"]),
      ("accounts/111122223333/roles/R/role.json", .role, ["111122223333", "R"]),
      ("accounts/111122223333/roles/R/trust-policy.json", .trustPolicy, ["111122223333", "R"]),
      ("accounts/111122223333/roles/R/policies/p.json", .rolePolicy, ["111122223333", "R", "p"]),
      (
        "accounts/111122223333/keys/us-gov-west-1/k-1/policy.json", .keyPolicy,
        ["111122223333", "us-gov-west-1", "k-1"]
      ),
      ("accounts/111122223333/keys/us-west-2/k/key.json", .key, ["111122223333", "us-west-2", "k"]),
      ("accounts/111122223333/keys/us-west-2/k/grants.json", .grants, ["111122223333", "us-west-2", "k"]),
      ("accounts/111122223333/aliases/us-west-2.json", .aliases, ["111122223333", "us-west-2"]),
      ("accounts/111122223333/vpc-endpoints/vpce-1.json", .vpcEndpoint, ["111122223333", "vpce-1"]),
      ("accounts/111122223333/resources/my bucket~/resource.json", .resource, ["111122223333", "my bucket~"]),
      ("accounts/111122223333/resources/b/policy.json", .resourcePolicy, ["111122223333", "b"]),
    ])
  func known(path: String, kind: FileKind, names: [Text]) {
    #expect(Layout.placement(ofFile: Text(path)) == .known(kind, names: names))
  }

  @Test(
    "names with a dot, README and editors' left-overs are skipped",
    arguments: [
      ".git/config", "..data/organization.json", "README", "README.md", "accounts/README.txt", "organization.json~",
      "accounts/111122223333/keys/us-west-2/k/.policy.json.swp", "accounts/111122223333/keys/us-west-2/k/policy.swp",
      "accounts/111122223333/keys/us-west-2/k/#policy.json#", "accounts/111122223333/users/A/.#user.json",
      "accounts/111122223333/users/A/policies/.hidden.json", "accounts/111122223333/users/A/notes/README.md",
    ])
  func ignored(path: String) {
    #expect(Layout.placement(ofFile: Text(path)) == .ignored)
  }

  @Test("a policy is not lost by being called README")
  func readmePolicy() {
    #expect(
      Layout.placement(ofFile: "accounts/111122223333/policies/README.json")
        == .known(.customerManagedPolicy, names: ["111122223333", "README"]))
  }

  @Test(
    "whatever else there is, is an error that says what was expected",
    arguments: [
      (
        "accounts/111122223333/keys/us-west-2/k/polcy.json",
        "unknown file `polcy.json`, expected `policy.json`, `key.json` or `grants.json` (did you mean `policy.json`)"
      ),
      (
        "accounts/111122223333/keys/us-west-2/k/Policy.json",
        "unknown file `Policy.json`, expected `policy.json`, `key.json` or `grants.json` (did you mean `policy.json`)"
      ),
      (
        "accounts/111122223333/rols/R/role.json",
        "unknown folder `rols`, expected `policies/`, `users/`, `groups/`, `roles/`, `keys/`, `aliases/`, `vpc-endpoints/` or `resources/` (did you mean `roles`)"
      ),
      ("accounts/111122223333/users/A/policies/p.txt", "unknown file `p.txt`, expected a name that ends in `.json`"),
      ("accounts/11112222333/account.json", "folder name `11112222333`, expected an account id of 12 digits"),
      (
        "accounts/111122223333/users/a b/user.json",
        "folder name `a b`, expected a name of at most 64 letters, digits and `+=,.@_-`"
      ),
      (
        "accounts/111122223333/keys/uswest2/k/policy.json",
        "folder name `uswest2`, expected a Region such as `us-west-2`"
      ),
      (
        "accounts/111122223333/keys/us-west-2/k_1/policy.json",
        "folder name `k_1`, expected a key id of letters, digits and `-`, at most 256"
      ),
      (
        "accounts/111122223333/vpc-endpoints/vpc-1.json",
        "file name `vpc-1.json`, expected an endpoint id that begins with `vpce-` before `.json`"
      ),
      (
        "accounts/111122223333/aliases/global.json",
        "file name `global.json`, expected a Region such as `us-west-2` before `.json`"
      ),
      ("accounts/stray.json", "unknown file `stray.json`, expected a folder for each name"),
      (
        "accounts/111122223333/account.json/x",
        "unknown folder `account.json`, expected `policies/`, `users/`, `groups/`, `roles/`, `keys/`, `aliases/`, `vpc-endpoints/` or `resources/`"
      ),
      ("/organization.json", "not a path below the policy directory, expected names divided by single `/`"),
      ("accounts/../organization.json", "not a path below the policy directory, expected names divided by single `/`"),
      ("service-control-policies/a\nb.json", "name with a control character, expected visible characters"),
    ])
  func unknown(path: String, message: String) {
    #expect(Layout.placement(ofFile: Text(path)) == .unknown(message))
  }

  @Test(
    "a name of more than its limit is refused", arguments: [(64, true), (65, false)])
  func lengths(count: Int, isKnown: Bool) {
    let name = String(repeating: "r", count: count)
    if case .known = Layout.placement(ofFile: Text("accounts/111122223333/roles/\(name)/role.json")) {
      #expect(isKnown)
    } else {
      #expect(!isKnown)
    }
  }
}
