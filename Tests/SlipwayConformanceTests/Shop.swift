import HTTPTypes
import SlipwayBase
import SlipwayConformance
import SlipwayHTTP
import SlipwayKubernetes
import SlipwayModel
import SlipwaySimulation

/// Objects of a shop on a cluster, as a team would have applied them.
enum Shop {
    static let old = "registry.example.com/shop:1.4.0"
    static let new = Release(version: "1.5.0", artifact: .image(reference: "registry.example.com/shop:1.5.0"))
    static let secret = "correct-horse-battery"

    /// A Deployment whose pods carry `app: shop` and `track: TRACK`; `change` sees it before it is applied.
    static func deployment(
        _ name: String,
        track: String?,
        image: String = old,
        replicas: Int = 4,
        _ change: (inout JSON) -> Void = { _ in }
    ) -> JSON {
        var labels: JSON = ["app": "shop"]
        labels["track"] = track.map { .string($0) }
        let affinity: JSON = [
            "podAntiAffinity": [
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    [
                        "weight": 1,
                        "podAffinityTerm": ["topologyKey": "zone", "labelSelector": ["matchLabels": labels]],
                    ]
                ]
            ]
        ]
        let container: JSON = [
            "name": "shop", "image": .string(image), "ports": [["name": "http", "containerPort": 8080]],
            "env": [["name": "PASSWORD", "value": .string(secret)]],
            "readinessProbe": ["httpGet": ["path": "/ready", "port": "http"]],
        ]
        let sidecar: JSON = ["name": "proxy", "image": "registry.example.com/proxy:3"]
        var deployment: JSON = [
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": [
                "name": .string(name), "labels": labels,
                "annotations": ["team": "checkout", "kubectl.kubernetes.io/last-applied-configuration": "{}"],
            ],
            "spec": [
                "replicas": JSON(replicas), "selector": ["matchLabels": labels],
                "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": "25%", "maxUnavailable": 0]],
                "template": [
                    "metadata": ["labels": labels],
                    "spec": ["affinity": affinity, "containers": [container, sidecar]],
                ],
            ],
        ]
        change(&deployment)
        return deployment
    }

    static func service(_ name: String, _ selector: JSON) -> JSON {
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": .string(name), "annotations": ["team": "checkout"]],
            "spec": ["selector": selector, "ports": [["name": "http", "port": 80, "targetPort": "http"]]],
        ]
    }

    static func service(_ name: String, track: String?) -> JSON {
        var selector: JSON = ["app": "shop"]
        selector["track"] = track.map { .string($0) }
        return service(name, selector)
    }

    static let gateway: JSON = [
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": ["name": "edge"],
        "spec": ["gatewayClassName": "simulated", "listeners": [["name": "http", "protocol": "HTTP", "port": 80]]],
    ]

    static func backend(_ service: String, _ weight: Int?) -> JSON {
        var backend: JSON = ["name": .string(service), "port": 80]
        backend["weight"] = weight.map { JSON($0) }
        return backend
    }

    static func rule(_ path: String, _ backends: [JSON]) -> JSON {
        ["matches": [["path": ["type": "PathPrefix", "value": .string(path)]]], "backendRefs": .array(backends)]
    }

    static func httpRoute(_ rules: [JSON]) -> JSON {
        [
            "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": ["name": "shop"],
            "spec": [
                "parentRefs": [["name": "edge"]], "hostnames": ["shop.example.test"], "rules": .array(rules),
            ],
        ]
    }

    static func ingress(_ service: String) -> JSON {
        let backend: JSON = ["service": ["name": .string(service), "port": ["number": 80]]]
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": ["name": "shop", "annotations": ["nginx.ingress.kubernetes.io/proxy-body-size": "8m"]],
            "spec": [
                "ingressClassName": "nginx",
                "rules": [
                    [
                        "host": "shop.example.test",
                        "http": ["paths": [["path": "/", "pathType": "Prefix", "backend": backend]]],
                    ]
                ],
            ],
        ]
    }

    static func destination(_ host: String, _ weight: Int?) -> JSON {
        var destination: JSON = ["destination": ["host": .string(host)]]
        destination["weight"] = weight.map { JSON($0) }
        return destination
    }

    static func virtualService(_ routes: [JSON]) -> JSON {
        [
            "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": ["name": "shop"],
            "spec": ["hosts": ["shop.example.test"], "http": .array(routes)],
        ]
    }
}
