import SlipwayBase
import SlipwayModel

/// How far a Deployment's rollout is, judged from what was read and nothing else.
enum Rollout: Hashable, Sendable {
    /// Every replica runs the present template and is available.
    case complete(Status)
    /// Still going.
    case going(Status)
    /// It will not get there: the reason, in the pod's or the controller's own words.
    case stuck(String)

    /// Judges `deployment`; `pods` are its pods when they were read.
    static func judge(_ deployment: DeploymentView, pods: [JSON], image: String, container: String) -> Rollout {
        let wanted = deployment.replicas
        var status = Status(ready: deployment.ready, wanted: wanted)
        status.updated = deployment.isObserved ? deployment.updated : 0
        guard deployment.isObserved else {
            status.note = "waiting for the controller to see the change"
            return .going(status)
        }
        let isComplete =
            deployment.updated >= wanted && deployment.available >= wanted
            && deployment.statusReplicas == deployment.updated
        if isComplete {
            status.ready = min(deployment.ready, wanted)
            return .complete(status)
        }
        if let reason = podTrouble(pods, image: image, container: container) { return .stuck(reason) }
        if let progress = deployment.condition("Progressing"), progress["status"]?.string == "False",
            progress["reason"]?.string == "ProgressDeadlineExceeded"
        {
            return .stuck("ProgressDeadlineExceeded: " + (progress["message"]?.string ?? "").printable())
        }
        if deployment.isPaused {
            return .stuck("Deployment \(deployment.name) is paused; resume it with `kubectl rollout resume` first.")
        }
        status.note = "\(deployment.updated) of \(wanted) replaced, \(deployment.available) available"
        return .going(status)
    }

    /// Reasons after which the kubelet only repeats itself.
    private static let hopeless: Set<String> = [
        "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "CrashLoopBackOff", "CreateContainerConfigError",
        "CreateContainerError",
    ]

    private static func podTrouble(_ pods: [JSON], image: String, container: String) -> String? {
        for pod in pods where pod[path: "metadata", "deletionTimestamp"] == nil {
            let runsImage = (pod[path: "spec", "containers"]?.array ?? []).contains {
                $0["name"]?.string == container && $0["image"]?.string == image
            }
            guard runsImage else { continue }
            for list in ["containerStatuses", "initContainerStatuses"] {
                for status in pod[path: "status", list]?.array ?? [] {
                    guard let waiting = status[path: "state", "waiting"], let reason = waiting["reason"]?.string,
                        hopeless.contains(reason)
                    else { continue }
                    let name = pod[path: "metadata", "name"]?.string ?? "a pod"
                    let message = waiting["message"]?.string.map { ": \($0)" } ?? ""
                    return "pod \(name) is in \(reason)\(message)".printable()
                }
            }
        }
        return nil
    }
}

/// The endpoints behind a Service, from its EndpointSlices.
struct Endpoints: Hashable, Sendable {
    /// Names of pods that are ready and not terminating.
    var readyPods: [String] = []

    init(_ list: JSON) {
        for slice in list["items"]?.array ?? [] {
            for endpoint in slice["endpoints"]?.array ?? [] {
                let conditions = endpoint["conditions"]
                // Absent means ready: the API's own rule.
                guard conditions?["ready"]?.bool ?? true, conditions?["terminating"]?.bool != true else { continue }
                readyPods.append(endpoint[path: "targetRef", "name"]?.string ?? "")
            }
        }
    }
}
