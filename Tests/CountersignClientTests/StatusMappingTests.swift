// What ends a call in other words than gRPC's.

import Testing

@testable import RemoteProcedureCall

@Suite("Other statuses")
struct StatusMappingTests {
  @Test(
    "statuses that are not gRPC's have their gRPC code",
    arguments: [
      (400, Status.Code.internal), (401, .unauthenticated), (403, .permissionDenied), (404, .unimplemented),
      (429, .unavailable), (503, .unavailable), (500, .unknown), (302, .unknown),
    ])
  func httpStatuses(_ status: Int, _ code: Status.Code) {
    #expect(Status.http(status).code == code)
  }

  @Test(
    "resets have their gRPC code",
    arguments: [
      (0, .internal), (1, .internal), (7, .unavailable), (8, .cancelled), (11, .resourceExhausted),
      (12, .permissionDenied),
    ] as [(UInt32, Status.Code)])
  func resets(_ errorCode: UInt32, _ code: Status.Code) {
    #expect(Status.reset(by: errorCode).code == code)
  }
}
