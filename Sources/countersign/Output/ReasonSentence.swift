// What a reason means, for someone who meets it for the first time.

import CountersignClient

enum ReasonSentence {
  static func text(_ reason: Reason) -> String {
    switch reason {
    case .allowed: "every side that has to allow it allows it"
    case .keyNotFound: "there is no such key or alias in the policy directory"
    case .grantNotFound: "there is no such grant on that key"
    case .unknownPrincipal: "the policy directory does not know the principal"
    case .notCrossAccountOperation: "this operation has no effect on a key of another account, whatever policies say"
    case .explicitDenyKeyPolicy: "the key policy denies it"
    case .explicitDenyResourcePolicy: "the resource's policy denies it"
    case .explicitDenyRCP: "a resource control policy of the owner's organization denies it"
    case .explicitDenySCP: "a service control policy of the caller's organization denies it"
    case .explicitDenyIdentityPolicy: "an identity policy of the caller denies it"
    case .explicitDenyBoundary: "the caller's permissions boundary denies it"
    case .explicitDenySessionPolicy: "a session policy denies it"
    case .explicitDenyEndpointPolicy: "the policy of the VPC endpoint denies it"
    case .noSCPAllow: "some level of the caller's organization has no service control policy that allows it"
    case .noEndpointPolicyAllow: "the policy of the VPC endpoint does not allow it"
    case .regionNotEnabled: "the caller's account has not enabled the key's opt-in Region"
    case .retireNotEntitled: "the caller may not retire this grant"
    case .grantScope: "the new grant would be wider than the one it is created by"
    case .grantConstraint: "a grant covers caller and operation, but its constraint does not hold"
    case .noKeyPolicyAllow: "the key policy does not allow it, and no grant does"
    case .noResourcePolicyAllow: "the resource's policy does not allow it"
    case .noIdentityPolicyAllow: "no identity policy of the caller allows it"
    case .noBoundaryAllow: "the caller's permissions boundary does not allow it"
    case .noSessionPolicyAllow: "no session policy allows it"
    case .unrecognized: "the daemon gave a reason that this program does not know"
    }
  }
}
