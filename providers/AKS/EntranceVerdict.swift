import SlipwayBase
import SlipwayKubernetes
import SlipwayModel

/// What it means on AKS that something leads production to a route.
struct EntranceVerdict: Sendable {
    /// A line for people: what it is.
    var summary: String?
    /// What to know before going on.
    var warning: String?
    /// Why production cannot be shared through it; nil when it can.
    var trouble: Fidelity?

    init(_ entrance: Entrance) {
        let words = entrance.words
        switch entrance.known {
        case .gatewayClass(let name): summary = "\(words): \(Self.gateway(name))"
        case .ingressClass(let name): judge(ingress: words, of: name)
        case .istioGateway(let selector):
            let isAddOn = selector.values.contains { $0.hasPrefix("aks-istio-ingressgateway") }
            summary = "\(words): \(isAddOn ? "the ingress gateway of AKS's Istio add-on" : "an Istio gateway")"
        case .mesh: summary = "Istio: inside the mesh only"
        case .missing: warning = "\(words), which the route names, is not there: nothing leads production to it."
        case .unreadable(let why): warning = "\(words) cannot be read, so that its class is not known: \(why)"
        }
    }

    private static func gateway(_ name: String) -> String {
        let shown = "class \(name.printable(max: 100))"
        return switch name {
        case "azure-alb-external": "Application Gateway for Containers (\(shown))"
        case "approuting-istio": "AKS's application routing (\(shown))"
        case "istio": "Istio (\(shown))"
        default: shown
        }
    }

    private mutating func judge(ingress words: String, of name: String?) {
        let shown = "class \((name ?? "").printable(max: 100))"
        switch name {
        case "azure-application-gateway", "azure/application-gateway":
            summary = "\(words): classic Application Gateway (\(shown))"
            warning =
                "\(words): the Application Gateway follows its Ingress only after its controller has written the whole "
                + "gateway anew, which the Ingress does not show."
            trouble = .impossible(
                why: "\(words) is served by a classic Application Gateway (\(shown)), which gives backends no weights: "
                    + "its LoadDistributionPolicy is behind a feature that Microsoft has to register for the "
                    + "subscription",
                instead: "an HTTPRoute on Application Gateway for Containers (gatewayClassName azure-alb-external) or "
                    + "on AKS's application routing (approuting-istio), with `httpRoute:`"
            )
        case "azure-alb-external":
            summary = "\(words): Application Gateway for Containers (\(shown))"
            trouble = .impossible(
                why: "\(words) is served by Application Gateway for Containers (\(shown)), which does not read the "
                    + "canary annotations of ingress-nginx",
                instead: "an HTTPRoute on the same gateway, with `httpRoute:`"
            )
        case "webapprouting.kubernetes.azure.com":
            summary = "\(words): AKS's managed ingress-nginx (\(shown))"
            warning =
                "\(words): ingress-nginx is retired (upstream since March 2026), and AKS supports it until November "
                + "2026; move to an HTTPRoute of the class approuting-istio or azure-alb-external."
        case let name?: summary = "\(words): class \(name.printable(max: 100))"
        case nil: summary = nil
        }
    }

    func apply(to observation: inout Observation) {
        if let summary { observation.summary.append(summary.printable(max: 300)) }
        if let warning { observation.warnings.append(warning.printable(max: 500)) }
        guard let trouble else { return }
        for feature in [Feature.weights, .headers] {
            if case .impossible = observation.capabilities[feature] { continue }
            observation.capabilities[feature] = trouble
        }
    }
}
