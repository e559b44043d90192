import Testing

/// kubectl and the Kubernetes client for Python, as people use them.
@Suite(.enabled(if: Shell.has("kubectl"), "skipped: there is no kubectl; Debian's package is kubernetes-client"))
struct KubectlTests {
    private static let manifest = """
        cat > hello.yaml <<'YAML'
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: hello, labels: { app: hello } }
        spec:
          replicas: 2
          selector: { matchLabels: { app: hello } }
          template:
            metadata: { labels: { app: hello } }
            spec:
              containers: [{ name: web, image: "registry.example.com/hello:1", ports: [{ containerPort: 80, name: http }] }]
        ---
        apiVersion: v1
        kind: Service
        metadata: { name: hello }
        spec: { selector: { app: hello }, ports: [{ port: 80, targetPort: http }] }
        YAML
        kubectl apply -f hello.yaml > applied || exit 1
        kubectl rollout status deploy/hello --timeout=30s > rolled || exit 1

        """

    private func run(_ script: String) async throws -> Outcome {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(Self.manifest + script)
        #expect(outcome.isSuccess, "\(outcome)")
        return outcome
    }

    @Test("given a manifest, when it is applied, then the rollout is followed, and applying again changes nothing")
    func apply() async throws {
        let outcome = try await run(
            """
            cat applied rolled; kubectl apply -f hello.yaml; kubectl apply --server-side --force-conflicts -f hello.yaml
            kubectl diff -f hello.yaml && echo no difference; sed -i s/hello:1/hello:2/ hello.yaml
            kubectl apply --dry-run=server -f hello.yaml; kubectl get deploy hello -o jsonpath='{..image}'
            """
        )
        for line in [
            "deployment.apps/hello created", "service/hello created", "deployment \"hello\" successfully rolled out",
            "deployment.apps/hello unchanged", "deployment.apps/hello serverside-applied", "no difference",
            "deployment.apps/hello configured (server dry run)", "registry.example.com/hello:1",
        ] {
            #expect(outcome.output.contains(line), "\(outcome)")
        }
    }

    @Test("given a field that nobody knows, when it is applied, then the server refuses it")
    func strict() async throws {
        let outcome = try await run(
            "sed -i 's/  replicas: 2/  replicas: 2\\n  replicsa: 3/' hello.yaml; kubectl apply -f hello.yaml 2>&1 && exit 1; true"
        )
        #expect(outcome.output.contains("unknown field \"spec.replicsa\""), "\(outcome)")
    }

    @Test("given objects, when they are listed and described, then people see the columns and facts that they know")
    func reading() async throws {
        let outcome = try await run(
            """
            kubectl get all; kubectl get deploy -o wide; kubectl get httproute,svc; kubectl describe deploy hello
            kubectl describe pod -l app=hello; kubectl get events; kubectl get deploy -A --no-headers | wc -l
            kubectl api-resources; kubectl get svc hello -o yaml; kubectl get pods -l app=hello -o json
            kubectl explain deploy 2>&1 | head -3; kubectl cluster-info
            """
        )
        for pattern in [
            #"NAME +READY +UP-TO-DATE +AVAILABLE +AGE"#, #"deployment.apps/hello +2/2 +2 +2 +\d+s"#,
            #"pod/hello-\w+-\w+ +1/1 +Running +0 +\d+s"#, #"service/hello +ClusterIP +10\.[0-9.]+ +<none> +80/TCP"#,
            #"hello +2/2 +2 +2 +\d+s +web +registry.example.com/hello:1 +app=hello"#, #"\["web.example.test"\]"#,
            #"Replicas: +2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable"#,
            #"Available +True +MinimumReplicasAvailable"#, #"Controlled By: +ReplicaSet/hello-"#,
            #"Normal +ScalingReplicaSet"#, #"httproutes +gateway.networking.k8s.io/v1 +true +HTTPRoute"#,
            #"  targetPort: http"#, #""phase": "Running""#,
            #"control plane.+is running at.+https://localhost:\d+/_k8s/main"#,
        ] {
            let found = try outcome.output.firstMatch(of: Regex(pattern)) != nil
            #expect(found, "no \(pattern) in \(outcome)")
        }
    }

    @Test("given names alone, when kubectl creates objects from them, then they are there, run and have logs")
    func creating() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            set -e
            kubectl create namespace other; kubectl create service clusterip made --tcp=80:8080
            kubectl create deployment made --image=registry.example.com/made:1 --replicas=2 --port=80 -- run fast
            kubectl rollout status deploy/made --timeout=30s | tail -1; kubectl logs deploy/made 2>&1
            kubectl get deploy made -o jsonpath='{.spec.template.spec.containers[0].command}{"\\n"}'
            kubectl create deployment made --image=x 2>&1 || true; kubectl create configmap made 2>&1 || true
            kubectl rollout restart deploy/made; kubectl rollout status deploy/made --timeout=60s | tail -1
            kubectl rollout history deploy/made | grep -c '<none>'; kubectl delete namespace other --timeout=20s
            """
        )
        #expect(outcome.isSuccess, "\(outcome)")
        for line in [
            "namespace/other created", "service/made created", "deployment.apps/made created",
            "successfully rolled out", "simulated container of registry.example.com/made:1", "[\"run\",\"fast\"]",
            "deployments.apps \"made\" already exists", "the server could not find the requested resource",
            "deployment.apps/made restarted", "\n2\n", "namespace \"other\" deleted",
        ] {
            #expect(outcome.output.contains(line), "no \(line) in \(outcome)")
        }
    }

    @Test("given a manifest in YAML, when curl applies it as it is, then the server reads it, or says what is wrong")
    func yaml() async throws {
        let outcome = try await run(
            """
            python3 -c 'print(open("hello.yaml").read().split("---")[0].replace("hello:1", "hello:3"))' > one.yaml
            apply() {
                cluster "/apis/apps/v1/namespaces/default/deployments/hello?fieldManager=curl&force=true" -X PATCH \
                    -H 'Content-Type: application/apply-patch+yaml' --data-binary "$1"
            }
            apply @one.yaml | grep -o 'hello:3' | head -1; apply 'a: [' | grep -o '"reason":"[A-Za-z]*"'
            """
        )
        #expect(outcome.text == "hello:3\n\"reason\":\"BadRequest\"", "\(outcome)")
    }

    @Test("given a Deployment, when it is patched, scaled, given an image and undone, then each rolls out")
    func changes() async throws {
        let outcome = try await run(
            """
            set -e
            kubectl patch deploy hello -p '{"spec":{"minReadySeconds":1}}'; kubectl scale deploy hello --replicas=3
            kubectl set image deploy/hello web=registry.example.com/hello:2
            kubectl rollout status deploy/hello --timeout=60s | tail -1; kubectl get deploy hello -o jsonpath='{..image} '
            kubectl rollout history deploy/hello; kubectl rollout undo deploy/hello
            kubectl rollout status deploy/hello --timeout=60s | tail -1
            kubectl get deploy hello -o jsonpath='{.spec.replicas} {.status.readyReplicas} {..image}'
            """
        )
        for line in [
            "deployment.apps/hello patched", "deployment.apps/hello scaled", "deployment.apps/hello image updated",
            "registry.example.com/hello:2", "deployment.apps/hello rolled back",
            "deployment \"hello\" successfully rolled out", "3 3 registry.example.com/hello:1",
        ] {
            #expect(outcome.output.contains(line), "\(outcome)")
        }
    }

    @Test("given a watch, when something changes, then its lines come while it lasts")
    func watching() async throws {
        let outcome = try await run(
            """
            timeout 20 kubectl get deploy hello -w > watched & sleep 1; kubectl scale deploy hello --replicas=1 > scaled
            for i in $(seq 100); do grep -q '1/1' watched && break; sleep 0.1; done; kill $!; cat watched
            """
        )
        #expect(outcome.output.contains("2/2") && outcome.output.contains("1/1"), "\(outcome)")
    }

    @Test("given rights, when they are asked about, then kubectl says what each caller may do")
    func rights() async throws {
        let seed = """
            kubernetes:
              - name: main
                users: [{ name: reader, token: reading-token, allow: [{ verb: list, resource: pods }, { verb: get, resource: pods }] }]
            """
        let sandbox = try await RunningSandbox(seed: seed)
        let outcome = await sandbox.shell(
            """
            kubectl auth can-i create deployments; kubectl config set-credentials reader --token=reading-token > /dev/null
            kubectl --user reader auth can-i create deployments; kubectl --user reader auth can-i list pods
            kubectl --user reader auth can-i --list; kubectl --user reader get svc 2>&1; kubectl --context main-token get ns
            """
        )
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.prefix(3) == ["yes", "no", "yes"], "\(outcome)")
        #expect(outcome.output.contains("User \"reader\" cannot list resource \"services\""), "\(outcome)")
        #expect(lines.last?.hasPrefix("default   Active") == true, "\(outcome)")
    }

    @Test("given objects, when they are deleted, then kubectl waits until they are gone")
    func deleting() async throws {
        let outcome = try await run(
            "kubectl delete -f hello.yaml; for i in $(seq 100); do [ -z \"$(kubectl get pods -l app=hello -o name)\" ] && break; sleep 0.1; done; kubectl get deploy,rs,pods -l app=hello 2>&1"
        )
        #expect(outcome.output.contains("deployment.apps \"hello\" deleted"), "\(outcome)")
        #expect(outcome.output.contains("No resources found"), "\(outcome)")
    }

    @Test(
        "given the client for Python, when it lists, patches and watches, then it reads what it gets",
        .enabled(
            if: Shell.hasPython("kubernetes"),
            "skipped: there is no kubernetes for Python; `.ci/deps clients` installs it where there is a network"
        )
    )
    func python() async throws {
        let outcome = try await run(
            """
            python3 - <<'PYTHON'
            from kubernetes import client, config, watch
            config.load_kube_config()
            apps = client.AppsV1Api()
            print(sorted(d.metadata.name for d in apps.list_namespaced_deployment("default").items))
            apps.patch_namespaced_deployment("hello", "default", {"spec": {"replicas": 3}})
            for event in watch.Watch().stream(apps.list_namespaced_deployment, "default", timeout_seconds=20):
                if event["object"].metadata.name == "hello" and event["object"].status.ready_replicas == 3:
                    print("ready", event["object"].status.ready_replicas)
                    break
            PYTHON
            """
        )
        #expect(outcome.text == "['hello', 'shop', 'web-canary', 'web-stable']\nready 3", "\(outcome)")
    }
}
