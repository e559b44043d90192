import CCurl
import SlipwayBase
import SlipwayHTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// libcurl's functions, as they were found on this machine; the table never changes and is never freed.
typealias Curl = UnsafePointer<ccurl_functions>

/// libcurl itself, loaded and started when the first client is made.
enum Library {
    // Starting libcurl is process-wide, and not safe once other threads use it: this runs exactly once.
    private nonisolated(unsafe) static let started: Result<Curl, HTTPFailure> = {
        do throws(HTTPFailure) {
            let curl = try load("libcurl.so.4")
            guard curl.pointee.global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK else {
                throw HTTPFailure(.unsent, "libcurl 4 cannot be started; install libcurl4 anew")
            }
            return .success(curl)
        } catch {
            return .failure(error)
        }
    }()

    /// The functions of the one libcurl in this process.
    static func functions() throws(HTTPFailure) -> Curl { try started.get() }

    /// Loads the library `name`, which may be missing or too old. Where libcurl is linked, `name` means nothing.
    static func load(_ name: String) throws(HTTPFailure) -> Curl {
        let table = UnsafeMutablePointer<ccurl_functions>.allocate(capacity: 1)
        table.initialize(to: ccurl_functions())
        let result = ccurl_load(table, name)
        if result == CCURL_LOADED { return Curl(table) }
        table.deallocate()
        guard result == CCURL_MISSING else {
            throw HTTPFailure(.unsent, "the libcurl that is installed is too old; install libcurl4 7.80 or newer")
        }
        let reason = dlerror().map { " (\(String(cString: $0).printable(max: 300)))" } ?? ""
        throw HTTPFailure(.unsent, "libcurl 4 is not installed; install libcurl4\(reason)")
    }
}
