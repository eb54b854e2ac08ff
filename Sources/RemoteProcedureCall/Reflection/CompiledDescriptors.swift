// The file descriptors that are compiled into the program, for reflection.

import CCountersign

extension Reflection {
  /// Reflection over every service of this program, health's and its own among them.
  public static func ofAllServices() -> Reflection {
    var descriptors: [[UInt8]] = []
    var size = 0
    while let bytes = countersign_file_descriptor(descriptors.count, &size) {
      descriptors.append(Array(UnsafeBufferPointer(start: bytes, count: size)))
    }
    return Reflection(descriptors: descriptors)
  }
}
