import CCurl
import SlipwayHTTP
import Testing

@testable import SlipwayCurl

// Elsewhere libcurl is linked, so that it cannot be missing.
#if os(Linux)
@Suite struct LibraryTests {
    @Test("given a machine without libcurl, when it is loaded, then one sentence says what to install")
    func missing() throws {
        let failure = try #require(throws: HTTPFailure.self) { try Library.load("libslipway-has-no-such.so.4") }
        #expect(failure.reach == .unsent)
        #expect(failure.reason.hasPrefix("libcurl 4 is not installed; install libcurl4 (libslipway-has-no-such.so.4:"))
        #expect(!failure.reason.contains("\n"))
    }

    @Test("given a library that lacks a function, when it is loaded, then it counts as too old")
    func tooOld() throws {
        let failure = try #require(throws: HTTPFailure.self) { try Library.load("libc.so.6") }
        #expect(failure.reach == .unsent)
        #expect(failure.reason == "the libcurl that is installed is too old; install libcurl4 7.80 or newer")
    }

    @Test("given libcurl, when it is asked for twice, then both get the same functions")
    func once() throws {
        let curl = try Library.functions()
        #expect(try Library.functions() == curl)
        #expect(curl.pointee.version >= CCURL_VERSION_MIN)
    }
}
#endif
