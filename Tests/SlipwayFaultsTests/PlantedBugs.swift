import HTTPTypes
import SlipwayBase
import SlipwayEngine
import SlipwayFaults
import SlipwayHTTP
import SlipwayModel

/// A mistake that an engine, a strategy or a provider could have; the simulation must find each of them.
struct PlantedBug: Sendable {
    /// What is wrong, as a sentence about the program.
    var testDescription: String
    /// The scenario in which it shows.
    var scenario: Scene
    /// With how many of its calls each fault is tried: one that shows late is looked for in larger steps.
    var stride = 1
    /// The mistake.
    var plant: @Sendable (inout Mutations) -> Void

    init(
        _ description: String,
        in scenario: Scene,
        stride: Int = 1,
        plant: @escaping @Sendable (inout Mutations) -> Void
    ) {
        (testDescription, self.scenario, self.stride, self.plant) = (description, scenario, stride, plant)
    }
}

/// The scenarios that bugs are planted in.
enum Scene: Sendable {
    case rolling, blueGreen, canary
    case rollingBroken, blueGreenBroken, canaryBroken
    case beanstalkRolling, beanstalkRollingBroken, beanstalkBlueGreen, beanstalkCloned
    case appServiceSwap, appServiceLongSwap, appServiceCanary, appServiceWithoutEffect

    func make() throws -> Scenario {
        switch self {
        case .rolling: try KubernetesLab.rolling(true)
        case .blueGreen: try KubernetesLab.blueGreen(true)
        case .canary: try KubernetesLab.canary(true)
        case .rollingBroken: try KubernetesLab.rolling(false)
        case .blueGreenBroken: try KubernetesLab.blueGreen(false)
        case .canaryBroken: try KubernetesLab.canary(false)
        case .beanstalkRolling: try ElasticBeanstalkLab.rolling(true)
        case .beanstalkRollingBroken: try ElasticBeanstalkLab.rolling(false)
        case .beanstalkBlueGreen: try ElasticBeanstalkLab.blueGreen(true)
        case .beanstalkCloned: try ElasticBeanstalkLab.clonedBlueGreen(true)
        case .appServiceSwap: try AppServiceLab.swap(true)
        case .appServiceLongSwap: try AppServiceLab.swap(true, isLong: true)
        case .appServiceCanary: try AppServiceLab.canary()
        case .appServiceWithoutEffect: try AppServiceLab.swapWithoutEffect()
        }
    }
}

extension PlantedBug {
    static let all: [PlantedBug] = reading + writing + planning + remembering + beanstalk + appService

    private static let reading = [
        PlantedBug("conditions are believed before the controller has seen the change", in: .rollingBroken) {
            mutations in
            mutations.transport = { base in
                Tampering(
                    base: base,
                    answer: { request, body in
                        guard request.target.contains("/deployments/") else { return body }
                        var body = body
                        body[path: "status", "observedGeneration"] = body[path: "metadata", "generation"]
                        return body
                    }
                )
            }
        },
        PlantedBug("replicas count as available when they only exist", in: .blueGreenBroken) { mutations in
            mutations.transport = { base in Tampering(base: base, answer: pretendAvailable) }
        },
        PlantedBug("a route gets its weight without a look at endpoints and replicas", in: .canaryBroken) {
            mutations in
            mutations.transport = { base in
                Tampering(
                    base: base,
                    answer: { request, body in
                        guard request.target.contains("/endpointslices") else { return pretendAvailable(request, body) }
                        let endpoint: JSON = ["conditions": ["ready": true], "targetRef": ["name": "shop-canary-1"]]
                        return ["kind": "EndpointSliceList", "metadata": [:], "items": [["endpoints": [endpoint]]]]
                    }
                )
            }
        },
        PlantedBug("a pod that cannot start is taken for a finished rollout", in: .rollingBroken) {
            mutations in
            mutations.provider = { base in
                Lying(base: base) { _, result in
                    if case .failure(let failure) = result, failure.kind == .unhealthy {
                        .success(.done(status: Status()))
                    } else {
                        result
                    }
                }
            }
        },
    ]

    private static let writing = [
        PlantedBug("a write whose answer was lost is sent again at once", in: .canary) { mutations in
            mutations.transport = { base in Tampering(base: base, sendsAgain: true) }
        },
        PlantedBug("Retry-After is not waited for", in: .rolling) { mutations in
            mutations.transport = { base in
                Tampering(
                    base: base,
                    header: { response in
                        var response = response
                        response.headers[.retryAfter] = nil
                        return response
                    }
                )
            }
        },
        PlantedBug("annotations of others are overwritten", in: .rolling) { mutations in
            mutations.transport = { base in
                Tampering(
                    base: base,
                    request: { request in
                        guard request.method == .patch, request.target.contains("/deployments/"),
                            case .bytes(let bytes) = request.body,
                            var body = try? JSON(parsing: bytes)
                        else { return request }
                        body[path: "metadata", "annotations", "team"] = .null
                        var request = request
                        request.body = .bytes(body.bytes)
                        return request
                    }
                )
            }
        },
        PlantedBug("the lock is taken for granted once it is held", in: .blueGreen) { mutations in
            mutations.lock = { Trusting(base: $0) }
        },
    ]

    private static let planning = [
        PlantedBug("the candidate is taken down before its traffic is taken away", in: .canary) {
            mutations in
            mutations.plan = { plan in
                var plan = plan
                let unstage = plan.steps[0].undo
                plan.steps[0].undo = []
                for index in plan.steps.indices where !plan.steps[index].undo.isEmpty {
                    plan.steps[index].undo = unstage + plan.steps[index].undo
                }
                return plan
            }
        },
        PlantedBug("the candidate is not taken down on the way back", in: .canaryBroken) { mutations in
            mutations.plan = { plan in
                var plan = plan
                plan.steps[0].undo = []
                return plan
            }
        },
        PlantedBug("the switch is made before the new fleet is brought up", in: .blueGreen) { mutations in
            mutations.plan = { plan in
                var plan = plan
                plan.steps.swapAt(0, 1)
                return plan
            }
        },
        PlantedBug("the stable fleet is handed production without being replaced", in: .canary) {
            mutations in
            mutations.plan = { plan in
                var plan = plan
                plan.steps.removeAll { $0.id == "promote" }
                return plan
            }
        },
        PlantedBug("the candidate fleet is left running at the end", in: .canary) { mutations in
            mutations.plan = { plan in
                var plan = plan
                plan.steps.removeLast()
                return plan
            }
        },
    ]

    private static let remembering = [
        PlantedBug("what succeeded is not in the journal", in: .canary) { mutations in
            mutations.journal = { base in
                Forgetful(base: base) { event in if case .succeeded = event { false } else { true } }
            }
        }
    ]

    private static let pretendAvailable: @Sendable (Request, JSON) -> JSON = { request, body in
        guard request.target.contains("/deployments/"), body["kind"]?.string == "Deployment" else { return body }
        var body = body
        let replicas = body[path: "spec", "replicas"] ?? 1
        for field in ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas"] {
            body[path: "status", field] = replicas
        }
        body[path: "status", "observedGeneration"] = body[path: "metadata", "generation"]
        return body
    }
}
