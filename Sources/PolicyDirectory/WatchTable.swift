// What the watches of one inotify instance are on. There is one for each folder of the tree, so tens of thousands are
// nothing unusual and their paths are kept in one piece.

struct WatchTable {
  /// A folder of the tree, or one on the way to something that a link leads to.
  private struct Watch {
    let number: Int32
    let start: UInt32
    let interest: WatchPlan.Interest
  }

  /// In order of their numbers.
  private var watches: [Watch] = []
  /// Paths of the folders, one after the other.
  private var paths: [UInt8] = []

  init() {}

  init(_ wanted: [Int32: (folder: SystemPath, interest: WatchPlan.Interest)]) {
    watches.reserveCapacity(wanted.count)
    paths.reserveCapacity(wanted.values.reduce(0) { $0 + $1.folder.bytes.count })
    for (number, watch) in wanted.sorted(by: { $0.key < $1.key }) {
      watches.append(Watch(number: number, start: UInt32(clamping: paths.count), interest: watch.interest))
      paths += watch.folder.bytes
    }
  }

  var numbers: some Sequence<Int32> { watches.lazy.map(\.number) }

  /// Nil for a number of no watch.
  subscript(number: Int32) -> (folder: SystemPath, interest: WatchPlan.Interest)? {
    var (low, high) = (0, watches.count)
    while low < high {
      let middle = (low + high) / 2
      if watches[middle].number < number { low = middle + 1 } else { high = middle }
    }
    guard low < watches.count, watches[low].number == number else { return nil }
    let end = low + 1 < watches.count ? Int(watches[low + 1].start) : paths.count
    return (SystemPath(bytes: paths[Int(watches[low].start)..<end]), watches[low].interest)
  }
}
