import HTTPTypes
import SlipwayBase
import SlipwayFaults
import SlipwayHTTP
import SlipwayModel

/// Mistakes that tools for Elastic Beanstalk make.
extension PlantedBug {
    static let beanstalk = [
        PlantedBug("a swap whose answer was lost is sent again at once", in: .beanstalkBlueGreen, stride: 4) {
            mutations in
            mutations.transport = { base in
                Rewriting(base: base, sendsAgain: { $0.action == "SwapEnvironmentCNAMEs" })
            }
        },
        PlantedBug("success is read from the words of an event", in: .beanstalkRollingBroken) { mutations in
            mutations.provider = { base in
                Lying(base: base) { _, result in
                    guard case .success(.running(_, _, let status)) = result,
                        status.note?.contains("Completed application deployment") == true
                    else { return result }
                    return .success(.done(status: status))
                }
            }
        },
        PlantedBug("the old environment is terminated before the DNS tail is over", in: .beanstalkCloned) { mutations in
            mutations.provider = { base in
                Misremembering(base: base) { token in
                    var value = token?.value ?? [:]
                    value["tailSince"] = 0
                    return Token(value)
                }
            }
        },
        PlantedBug("options and version go in one call", in: .beanstalkRolling) { mutations in
            mutations.transport = { base in
                Rewriting(
                    base: base,
                    request: { request in
                        let form = request.form
                        guard request.action == "UpdateEnvironment", form.contains("&OptionSettings.") else {
                            return request
                        }
                        var request = request
                        request.body = .bytes(Array((form + "&VersionLabel=2.0.0").utf8))
                        return request
                    }
                )
            }
        },
        PlantedBug("it polls past the published rate", in: .beanstalkRolling) { mutations in
            mutations.provider = { base in
                Lying(base: base) { _, result in
                    guard case .success(.running(let token, _, let status)) = result else { return result }
                    return .success(.running(token: token, pollAfter: .milliseconds(200), status: status))
                }
            }
        },
    ]
}

/// A transport that changes forms on their way, or sends some of them again when their answer is lost.
struct Rewriting: Transport {
    let base: any Transport
    var request: @Sendable (Request) -> Request = { $0 }
    var sendsAgain: @Sendable (Request) -> Bool = { _ in false }

    func send(_ original: Request) async throws(HTTPFailure) -> Response {
        let changed = request(original)
        do throws(HTTPFailure) { return try await base.send(changed) } catch {
            guard sendsAgain(changed), error.mayHaveTakenEffect else { throw error }
            return try await base.send(changed)
        }
    }
}

/// A provider whose memory of its last look is another one.
struct Misremembering: Provider {
    let base: any Provider
    let change: @Sendable (Token?) -> Token?

    func observe() async throws(ProviderFailure) -> Observation { try await base.observe() }
    func outline(_ action: Action, in context: PlanContext) -> [String] { base.outline(action, in: context) }
    func advance(_ call: Call) async throws(ProviderFailure) -> Progress {
        var call = call
        call.token = change(call.token)
        return try await base.advance(call)
    }
}

extension Request {
    /// The body as a form.
    var form: String { if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { "" } }
    /// What the form asks for.
    var action: String { String(form.dropFirst("Action=".count).prefix { $0 != "&" }) }
}
