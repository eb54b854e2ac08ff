// What one file's bytes say, whatever its path: the unit that is remembered so that equal bytes are read once.
//
// Nothing in it knows a file name; positions alone. Whoever uses it fills the name in.

import PolicyLanguage

/// A file's content, read as one kind.
final class ParsedFile: Sendable {
  enum Content: Sendable {
    case policy(PolicyFile.Content)
    indirect case organization(OrganizationRecord)
    indirect case account(AccountRecord)
    indirect case identity(IdentityRecord)
    indirect case key(KeyRecord)
    case grants([GrantRecord])
    case aliases([AliasRecord])
    indirect case resource(ResourceRecord)
  }

  let digest: SHA256.Digest
  /// Nil when nothing could be read. A record with mistakes keeps what could be, so that its references are checked too.
  let content: Content?
  var errors: [Diagnostic] { notes?.errors ?? [] }
  /// What `lint` has to say of a record; policies are looked at when asked.
  var remarks: [Diagnostic] { notes?.remarks ?? [] }
  /// Nil for nearly every file.
  private let notes: Notes?

  private final class Notes: Sendable {
    let errors: [Diagnostic]
    let remarks: [Diagnostic]

    init(errors: [Diagnostic], remarks: [Diagnostic]) {
      self.errors = errors
      self.remarks = remarks
    }
  }

  init(digest: SHA256.Digest, content: Content?, errors: [Diagnostic], remarks: [Diagnostic] = []) {
    self.digest = digest
    self.content = content
    notes = errors.isEmpty && remarks.isEmpty ? nil : Notes(errors: errors, remarks: remarks)
  }

  /// Reads `bytes` as what `kind` says.
  /// - Parameter compile: what to keep of a policy in place of its document.
  convenience init(
    _ bytes: [UInt8], as kind: FileKind, digest: SHA256.Digest, compile: PolicyLoader.Compilation? = nil
  ) {
    guard bytes.count <= DirectoryLimits.fileBytes else {
      self.init(digest: digest, content: nil, errors: [.wholeFile(DirectoryLimits.tooLarge)])
      return
    }
    let value: JSONValue
    do {
      value = try JSONParser.parse(bytes)
    } catch {
      self.init(digest: digest, content: nil, errors: [error])
      return
    }
    let lines = LineMap(bytes)
    if let policyKind = kind.policyKind {
      var errors: [Diagnostic] = []
      let envelope = PolicyEnvelope(value, kind: policyKind, bytes: bytes, lines: lines)
      guard let document = envelope.read(diagnostics: &errors), errors.isEmpty else {
        self.init(digest: digest, content: nil, errors: errors)
        return
      }
      let content = compile.map { PolicyFile.Content.compiled($0(document)) } ?? .document(document)
      self.init(digest: digest, content: .policy(content), errors: [])
      return
    }
    if kind == .fullAccessControlPolicy {
      var errors: [Diagnostic] = []
      PolicyEnvelope(value, kind: .resourceControlPolicy, bytes: bytes, lines: lines).readFullAccess(
        diagnostics: &errors)
      self.init(digest: digest, content: nil, errors: errors)
      return
    }
    var reader = RecordReader(lines: lines)
    let content: Content? =
      switch kind {
      case .organization: reader.organization(value).map(Content.organization)
      case .account: reader.account(value).map(Content.account)
      case .user: reader.identity(value, .user).map(Content.identity)
      case .group: reader.identity(value, .group).map(Content.identity)
      case .role: reader.identity(value, .role).map(Content.identity)
      case .key: reader.key(value).map(Content.key)
      case .grants: reader.grants(value).map(Content.grants)
      case .aliases: reader.aliases(value).map(Content.aliases)
      case .resource: reader.resource(value).map(Content.resource)
      case .serviceControlPolicy, .resourceControlPolicy, .fullAccessControlPolicy, .awsManagedPolicy,
        .customerManagedPolicy, .userPolicy, .groupPolicy, .rolePolicy, .trustPolicy, .keyPolicy, .vpcEndpoint,
        .resourcePolicy:
        nil
      }
    self.init(digest: digest, content: content, errors: reader.errors, remarks: reader.remarks)
  }
}

extension Diagnostic {
  /// A mistake of a file as a whole.
  static func wholeFile(_ message: String, file: Text = "") -> Diagnostic {
    Diagnostic(file: file.printable, position: SourcePosition(line: 1, column: 1), message: message)
  }

  /// The same mistake, now that its file is known.
  func located(in path: Text) -> Diagnostic {
    var diagnostic = self
    diagnostic.file = path.printable
    return diagnostic
  }
}

extension Text {
  /// The path on one line: a file's name must not forge a line of a log.
  fileprivate var printable: Text {
    guard utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return self }
    return Text(utf8: utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 })
  }
}
