import Foundation

/// What the system says of this process, in Prometheus's text format and with its usual names.
enum ProcessMetrics {
    static func prometheusText() -> String {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let resident = kibibytes("VmRSS:", in: status) * 1_024
        let files =
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds =
            Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
        return """
            # HELP process_cpu_seconds_total CPU time used.
            # TYPE process_cpu_seconds_total counter
            process_cpu_seconds_total \(seconds)
            # HELP process_resident_memory_bytes Memory in use.
            # TYPE process_resident_memory_bytes gauge
            process_resident_memory_bytes \(resident)
            # HELP process_open_fds Open file descriptors.
            # TYPE process_open_fds gauge
            process_open_fds \(files)
            # HELP mainstay_build_info The version that runs.
            # TYPE mainstay_build_info gauge
            mainstay_build_info{version="\(Version.current)"} 1

            """
    }

    private static func kibibytes(_ name: String, in status: String) -> Int {
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split { !$0.isNumber }.first.flatMap { Int($0) } ?? 0
    }
}
