import CCurl
import SlipwayCurl
import SlipwayHTTP
import Testing

@Suite struct FaultTests {
    @Test("given every code of the libcurl in use, when it is looked up, then it has a name, a sentence and a reach")
    func everyCode() {
        for code in 1..<Int(CURL_LAST.rawValue) {
            let fault = CurlFault(code: code)
            #expect(fault.code == code)
            #expect(fault.name != "UNKNOWN", "libcurl has the code \(code), which the table lacks")
            #expect(fault.sentence.split(separator: " ").count >= 3)
            #expect(fault.reach(hasBegun: true) == .unanswered)
            #expect(fault.reach(hasBegun: false) == (fault.stage == .afterRequest ? .unanswered : .unsent))
        }
    }

    @Test("given the table, when it is read in order, then no code is missing or twice in it")
    func complete() {
        #expect(CurlFault.table.map(\.code) == Array(1...CurlFault.table.count))
        #expect(Set(CurlFault.table.map(\.name)).count == CurlFault.table.count)
    }

    @Test("given libcurl's own numbers, when a name is looked up, then the table means the same code")
    func numbers() {
        let pairs = [
            (CURLE_COULDNT_RESOLVE_HOST, "COULDNT_RESOLVE_HOST"), (CURLE_COULDNT_CONNECT, "COULDNT_CONNECT"),
            (CURLE_PARTIAL_FILE, "PARTIAL_FILE"), (CURLE_OPERATION_TIMEDOUT, "OPERATION_TIMEDOUT"),
            (CURLE_SSL_CONNECT_ERROR, "SSL_CONNECT_ERROR"), (CURLE_GOT_NOTHING, "GOT_NOTHING"),
            (CURLE_SEND_ERROR, "SEND_ERROR"), (CURLE_RECV_ERROR, "RECV_ERROR"),
            (CURLE_PEER_FAILED_VERIFICATION, "PEER_FAILED_VERIFICATION"), (CURLE_HTTP2_STREAM, "HTTP2_STREAM"),
            (CURLE_PROXY, "PROXY"), (CURLE_SSL_CLIENTCERT, "SSL_CLIENTCERT"),
        ]
        for (code, name) in pairs { #expect(CurlFault(code: Int(code.rawValue)).name == name) }
    }

    @Test("given a code newer than the table, when it is looked up, then it may mean anything")
    func unknown() {
        let fault = CurlFault(code: 4_711)
        #expect(fault.stage == .anyMoment)
        #expect(fault.sentence.contains("4711"))
    }
}
