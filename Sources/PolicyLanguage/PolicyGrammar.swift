// Which element may stand in which kind of policy: the table of D.2, with D-5, D-10, D-11 and D-13, as data.

struct PolicyGrammar {
  enum Presence {
    case required
    case optional
    case forbidden
  }

  enum PrincipalRule {
    case required
    case forbidden
    /// Required, and nothing but `*`.
    case everyone
  }

  enum NotPrincipalRule {
    case allowed
    case denyOnly
    case forbidden
  }

  /// With its article, for messages.
  var name: String
  var allowsID = false
  /// In 2008-10-17 and without a Version the kind is refused.
  var requires2012 = false
  /// Letters and digits, each once in the document.
  var restrictsSid = false
  var allowsAllow = true
  var principal = PrincipalRule.forbidden
  var notPrincipal = NotPrincipalRule.forbidden
  var action = Presence.required
  var allowsNotAction = true
  /// Whether `*` alone may be an action.
  var allowsEveryAction = true
  /// When set, every action is one of this service.
  var onlyService: Text?
  /// Of Resource or NotResource.
  var resource = Presence.required
}

extension PolicyKind {
  var grammar: PolicyGrammar {
    switch self {
    case .keyPolicy:
      PolicyGrammar(
        name: "a key policy", allowsID: true, principal: .required, notPrincipal: .denyOnly, action: .optional,
        resource: .optional)
    case .identityPolicy:
      PolicyGrammar(name: "an identity policy", restrictsSid: true)
    case .sessionPolicy:
      PolicyGrammar(name: "a session policy", restrictsSid: true)
    case .serviceControlPolicy:
      PolicyGrammar(name: "a service control policy")
    case .resourceControlPolicy:
      PolicyGrammar(
        name: "a resource control policy", requires2012: true, allowsAllow: false, principal: .everyone,
        allowsNotAction: false, allowsEveryAction: false)
    case .endpointPolicy:
      PolicyGrammar(name: "an endpoint policy", allowsID: true, principal: .required, notPrincipal: .allowed)
    case .resourcePolicy:
      // ECR's repository policies have no Resource, and mean their repository.
      PolicyGrammar(
        name: "a resource-based policy", allowsID: true, principal: .required, notPrincipal: .denyOnly,
        resource: .optional)
    case .trustPolicy:
      PolicyGrammar(
        name: "a trust policy", allowsID: true, principal: .required, notPrincipal: .denyOnly, onlyService: "sts",
        resource: .forbidden)
    }
  }
}
