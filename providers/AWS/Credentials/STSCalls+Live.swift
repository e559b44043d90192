import SlipwayBase
import SlipwayHTTP

extension STSCalls {
    static func live(_ endpoint: AWSEndpoint, transport: any Transport, time: any TimeSource) -> STSCalls {
        STSCalls { (call, _) async throws(AWSFailure) in
            throw AWSFailure(.unavailable, call: call.action, summary: "STS is not wired yet")
        }
    }
}
