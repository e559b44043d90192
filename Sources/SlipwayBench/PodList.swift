import SlipwayBase

/// A list of pods shaped like an API server's answer.
enum PodList {
    static func make(pods: Int) -> JSON {
        [
            "kind": "PodList", "apiVersion": "v1", "metadata": ["resourceVersion": "184467"],
            "items": .array((0..<pods).map(pod)),
        ]
    }

    private static func pod(_ number: Int) -> JSON {
        let name = "shop-7c9d8b6f5-\(String(number * 7919 + 100_000, radix: 36))"
        let labels: JSON = ["app": "shop", "pod-template-hash": "7c9d8b6f5", "team": "checkout", "tier": "front"]
        let owner: JSON = [
            "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "shop-7c9d8b6f5",
            "uid": "6f1c9a52-5d0e-4c9b-9a51-0d4f2f6f9b11", "controller": true, "blockOwnerDeletion": true,
        ]
        return [
            "metadata": [
                "name": .string(name), "generateName": "shop-7c9d8b6f5-", "namespace": "shop",
                "uid": .string("0b5f6d0e-3c3f-4d43-8f0c-\(100_000_000_000 + number)"),
                "resourceVersion": .string("\(150_000 + number)"), "creationTimestamp": "2026-03-01T09:30:00Z",
                "labels": labels, "annotations": ["example.com/note": "a \"quoted\" line\nand another – with a dash"],
                "ownerReferences": [owner], "managedFields": [managed("kube-controller-manager"), managed("kubelet")],
            ],
            "spec": spec(number), "status": status(number),
        ]
    }

    private static func managed(_ manager: String) -> JSON {
        let port: JSON = [".": [:], "f:containerPort": [:], "f:name": [:], "f:protocol": [:]]
        let container: JSON = [
            ".": [:], "f:env": [".": [:], "k:{\"name\":\"PORT\"}": [".": [:], "f:name": [:], "f:value": [:]]],
            "f:image": [:], "f:imagePullPolicy": [:], "f:name": [:],
            "f:ports": [".": [:], "k:{\"containerPort\":8080,\"protocol\":\"TCP\"}": port],
            "f:resources": [".": [:], "f:limits": [".": [:], "f:memory": [:]]],
        ]
        return [
            "manager": .string(manager), "operation": "Update", "apiVersion": "v1", "time": "2026-03-01T09:30:00Z",
            "fieldsType": "FieldsV1",
            "fieldsV1": ["f:spec": ["f:containers": ["k:{\"name\":\"web\"}": container], "f:dnsPolicy": [:]]],
        ]
    }

    private static func spec(_ number: Int) -> JSON {
        let probe: JSON = [
            "httpGet": ["path": "/healthz", "port": "http", "scheme": "HTTP"], "timeoutSeconds": 1, "periodSeconds": 10,
            "successThreshold": 1, "failureThreshold": 3,
        ]
        let container: JSON = [
            "name": "web", "image": "registry.example.com/shop:2.4.1",
            "ports": [["name": "http", "containerPort": 8080, "protocol": "TCP"]],
            "env": [["name": "PORT", "value": "8080"], ["name": "REGION", "value": "eu-central"]],
            "resources": ["limits": ["memory": "256Mi"], "requests": ["cpu": "100m", "memory": "128Mi"]],
            "livenessProbe": probe, "readinessProbe": probe, "terminationMessagePath": "/dev/termination-log",
            "imagePullPolicy": "IfNotPresent",
        ]
        return [
            "volumes": [["name": "kube-api-access-x2x9d", "projected": ["defaultMode": 420]]],
            "containers": [container], "restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst", "nodeName": .string("node-\(number % 12)"), "priority": 0,
            "tolerations": [
                [
                    "key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute",
                    "tolerationSeconds": 300,
                ]
            ],
        ]
    }

    private static func status(_ number: Int) -> JSON {
        let conditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]
        let address = JSON.string("10.1.\(number / 250).\(number % 250)")
        return [
            "phase": "Running",
            "conditions": .array(
                conditions.map {
                    [
                        "type": .string($0), "status": "True", "lastProbeTime": .null,
                        "lastTransitionTime": "2026-03-01T09:30:04Z",
                    ]
                }
            ),
            "hostIP": "192.0.2.17", "podIP": address, "podIPs": [["ip": address]], "startTime": "2026-03-01T09:30:00Z",
            "containerStatuses": [
                [
                    "name": "web", "state": ["running": ["startedAt": "2026-03-01T09:30:02Z"]], "lastState": [:],
                    "ready": true, "restartCount": 0, "image": "registry.example.com/shop:2.4.1", "started": true,
                ]
            ],
            "qosClass": "Burstable",
        ]
    }
}
