// Reflection over the descriptors that are compiled in.

import CCountersign
import Testing

@testable import RemoteProcedureCall

@Suite("Reflection")
struct ReflectionTests {
  static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(bytes.count)] + bytes }
  static func field(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

  /// Asks one question; the fields of the answer.
  static func ask(_ question: [UInt8], version: String = "v1") throws -> WireFields {
    let connection = try TestConnection(Reflection.ofAllServices().methods)
    let path = "/grpc.reflection.\(version).ServerReflection/ServerReflectionInfo"
    connection.send(Wire.call(1, path, question))
    let answer = try #require(connection.answers[1])
    #expect(answer.status == .ok)
    return WireFields(try #require(answer.messages.first)[...])
  }

  @Test("both versions list the services", arguments: ["v1", "v1alpha"])
  func services(version: String) throws {
    let answer = try Self.ask(Self.field(7, ""), version: version)
    let services = WireFields(try #require(answer.all(6).first)).all(1).map { WireFields($0).text(1) }
    #expect(
      services.map { String(decoding: $0, as: UTF8.self) } == [
        "countersign.v1.AuthorizationService", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
      ])
  }

  @Test(
    "a file is found by its name and by whatever it declares",
    arguments: [
      (3, "grpc/health/v1/health.proto"), (4, "grpc.health.v1.Health"), (4, "grpc.health.v1.Health.Watch"),
      (4, "grpc.health.v1.HealthCheckRequest"), (4, "grpc.health.v1.HealthCheckRequest.service"),
      (4, "grpc.health.v1.HealthCheckResponse.ServingStatus"), (4, "grpc.health.v1.HealthCheckResponse.SERVING"),
    ] as [(UInt8, String)])
  func files(number: UInt8, name: String) throws {
    let answer = try Self.ask(Self.field(1, "the host") + Self.field(number, name))
    let files = WireFields(try #require(answer.all(4).first)).all(1)
    #expect(files.count == 1)
    #expect(WireFields(try #require(files.first)).text(1) == Array("grpc/health/v1/health.proto".utf8))
    #expect(answer.text(1) == Array("the host".utf8))
    #expect(WireFields(try #require(answer.all(2).first)).text(1) == Array("the host".utf8))
  }

  @Test(
    "what is not there is NOT_FOUND, in the answer",
    arguments: [
      field(3, "nope.proto"), field(4, "grpc.health.v1.Nope"), field(4, ""), field(6, "grpc.Nope"),
      field(5, field(1, "grpc.health.v1.HealthCheckRequest") + [16, 100]),
    ])
  func notFound(question: [UInt8]) throws {
    let error = WireFields(try #require(try Self.ask(question).all(7).first))
    #expect(error.number(1) == 5)
  }

  @Test("a message without extensions has none")
  func extensions() throws {
    let answer = try Self.ask(Self.field(6, "grpc.health.v1.HealthCheckRequest"))
    let numbers = WireFields(try #require(answer.all(5).first))
    #expect(numbers.text(1) == Array("grpc.health.v1.HealthCheckRequest".utf8))
    #expect(numbers.all(2).isEmpty)
  }

  @Test("imports come along, extensions are found")
  func imports() {
    let base = Self.field(1, "base.proto") + Self.field(4, Self.field(1, "M"))
    let user =
      Self.field(1, "user.proto") + Self.field(2, "p") + Self.field(3, "base.proto")
      + Self.field(7, Self.field(1, "e") + Self.field(2, ".M") + [24, 100])
    let index = DescriptorIndex([user, base])
    #expect(index.closure(of: 0) == [0, 1])
    #expect(index.closure(of: 1) == [1])
    #expect(index.file(extending: Array("M".utf8), number: 100) == 0)
    #expect(index.extensionNumbers(of: Array("M".utf8)) == [100])
    #expect(index.file(declaring: Array("p.e".utf8)) == 0)
  }

  @Test("a malformed question ends the call with INVALID_ARGUMENT")
  func malformed() throws {
    let connection = try TestConnection(Reflection.ofAllServices().methods)
    connection.send(Wire.call(1, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", [0x3A, 9]))
    #expect(connection.answers[1]?.status == .invalidArgument)
  }
}
