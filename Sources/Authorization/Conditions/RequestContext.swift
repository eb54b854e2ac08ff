// The request context: for every condition key what conditions and policy variables see of it in one leg of a request.
//
// Values are worked out when a condition asks for them. Later sources win in this order: what the sidecar attests, what
// the daemon derives from principal, resource and request, and the overrides of tests and simulations.

import PolicyLanguage

/// What is known of the resource, whatever service it belongs to.
struct ResourceFacts: BitwiseCopyable {
  /// Nil where the operation has no resource: aws:ResourceAccount is absent then.
  var account: BorrowedText?
  var organization: UnsafePointer<OrganizationMembership>?
  var tags = Run<IndexedTag>()
}

struct RequestContext: BitwiseCopyable {
  let leg: UnsafePointer<PlannedLeg>
  let caller: UnsafePointer<Caller>
  let attested: UnsafePointer<AttestedContext>
  let now: Instant
  /// For the texts that are put together at question time.
  let arena: Arena

  /// - Parameter kind: the policy that asks; a key policy cannot ask for tags and aliases of its key (C.1).
  func values(of key: ConditionKey, in kind: PolicyKind) -> KeyValues {
    if let override = attested.pointee.override(of: key) { return override }
    switch key.kind {
    case .global(let global): return values(of: global, argument: key.argument, in: kind)
    case .service(let code):
      let service = leg.pointee.service
      return service.owns(key)
        ? service.values(of: code, key: key, in: kind, attested: attested, arena: arena) : attestedValues(of: key)
    case .attested: return attestedValues(of: key)
    }
  }

  /// The text that a policy variable stands for; nil when it stands for none: the key is absent, or not single-valued
  /// (D-53).
  func value(of variable: UnsafePointer<IndexedVariable>, in kind: PolicyKind) -> BorrowedText? {
    if case .single(let value) = values(of: variable.pointee.key, in: kind) { return value }
    return variable.pointee.defaultValue
  }

  private func attestedValues(of key: ConditionKey) -> KeyValues {
    guard leg.pointee.service.hasKey(key) else { return .absent }
    return attested.pointee.values(of: key.text, key.fingerprint) ?? .absent
  }

  private func values(of key: GlobalConditionKey, argument: BorrowedText, in kind: PolicyKind) -> KeyValues {
    let resource = leg.pointee.facts
    switch key {
    case .resourceAccount: return KeyValues(resource.account)
    case .resourceOrgID: return KeyValues(resource.organization?.pointee.organizationID)
    case .resourceOrgPaths:
      return resource.organization.map { .set(arena.run(CollectionOfOne($0.pointee.path))) } ?? .absent
    case .resourceTag:
      if kind == .keyPolicy { return .absent }
      return KeyValues(candidates: resource.tags.values(ofKey: argument, in: arena))
    case .requestedRegion: return KeyValues(leg.pointee.region.isEmpty ? nil : leg.pointee.region)
    case .currentTime: return .single(now.text(in: arena))
    case .epochTime: return .single(arena.decimal(now.seconds))
    case .secureTransport: return attested.pointee.values(of: "aws:securetransport") ?? .single("true")
    case .viaAWSService: return attested.pointee.values(of: "aws:viaawsservice") ?? .single("false")
    default: return caller.pointee.values(of: key, argument: argument, in: arena)
    }
  }
}

extension Instant {
  /// `2026-01-01T00:00:00Z`, as `text`.
  fileprivate func text(in arena: Arena) -> BorrowedText {
    withUTF8 { arena.copy(BorrowedText($0.baseAddress.unsafelyUnwrapped, count: $0.count)) }
  }
}

extension Arena {
  func decimal(_ number: Int64) -> BorrowedText {
    let digits = allocate(UInt8.self, count: 20)
    var place = 20
    var rest = number.magnitude
    repeat {
      place -= 1
      digits[place] = UInt8(truncatingIfNeeded: rest % 10) + UInt8(ascii: "0")
      rest /= 10
    } while rest > 0
    if number < 0 {
      place -= 1
      digits[place] = UInt8(ascii: "-")
    }
    return BorrowedText(digits + place, count: 20 - place)
  }
}
