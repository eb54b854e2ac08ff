// Documents for the tests: the smallest one of each kind, into which a test writes what it is about.

import PolicyLanguage
import Testing

/// A member that replaces one of the smallest statement's, or removes it when nil.
typealias Change = (element: String, json: String?)

/// The smallest document that `kind` accepts, with changes to its statement and its own members.
func source(
  _ kind: PolicyKind, version: String? = #""2012-10-17""#, top: String = "", _ changes: Change...
) -> String {
  var members: [(String, String)] = [("Effect", #""Deny""#)]
  switch kind {
  case .identityPolicy, .sessionPolicy, .serviceControlPolicy: break
  default: members.append(("Principal", #""*""#))
  }
  members.append(("Action", kind == .trustPolicy ? #""sts:AssumeRole""# : #""kms:Decrypt""#))
  if kind != .trustPolicy { members.append(("Resource", #""*""#)) }
  for change in changes {
    members.removeAll { $0.0 == change.element }
    if let json = change.json { members.append((change.element, json)) }
  }
  let statement = members.map { #""\#($0.0)": \#($0.1)"# }.joined(separator: ", ")
  let head = version.map { #""Version": \#($0), "# } ?? ""
  return #"{\#(head)\#(top)"Statement": [{\#(statement)}]}"#
}

/// The document, or what is wrong with it, each as `line:column: message`.
func read(_ source: String, as kind: PolicyKind) -> (document: PolicyDocument?, messages: [String]) {
  var diagnostics: [Diagnostic] = []
  let document = PolicyParser.parse(Array(source.utf8), as: kind, diagnostics: &diagnostics)
  return (document, diagnostics.map { "\($0.position.line):\($0.position.column): \($0.message)" })
}

/// The first statement of a document that must be accepted.
func statement(_ source: String, as kind: PolicyKind) -> Statement? {
  read(source, as: kind).document?.statements.first
}

/// An ARN that must be one.
func arn(_ text: Text) throws -> ARN { try #require(ARN(text)) }
