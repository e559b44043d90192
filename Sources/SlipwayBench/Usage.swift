import Foundation

/// Processor time and memory of a process, as the kernel counts them.
struct Usage {
    /// User and system time together.
    var cpuSeconds: Double

    /// This process so far.
    static var ours: Usage { Usage(of: RUSAGE_SELF) }

    /// Every child that has ended and been waited for.
    static var children: Usage { Usage(of: RUSAGE_CHILDREN) }

    /// Memory of this process in use now, in MiB; nil where /proc does not tell.
    static var residentMiB: Double? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
    }

    /// The most memory that process `pid` ever had resident, in MiB; nil where /proc does not tell, or no longer.
    static func peakMiB(of pid: Int32) -> Double? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) })
        else { return nil }
        return kilobytes / 1024
    }

    #if os(Linux)
    private init(of who: __rusage_who) {
        var usage = rusage()
        getrusage(__rusage_who_t(who.rawValue), &usage)
        self.init(usage)
    }
    #else
    private init(of who: Int32) {
        var usage = rusage()
        getrusage(who, &usage)
        self.init(usage)
    }
    #endif

    private init(_ usage: rusage) {
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
