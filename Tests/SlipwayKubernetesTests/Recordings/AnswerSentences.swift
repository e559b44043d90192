/// What people read when the server refuses, for every refusal that was recorded.
enum AnswerSentences {
    static let golden = #"""
        apply/no-manager: refused: PATCH deployments/ssa answered 422: PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch
        errors/401-bad-token: refused: GET deployments/web answered 401: Unauthorized; the credentials are not accepted, renew them and try again.
        errors/401-unknown-client-ca: refused: GET deployments answered 401: Unauthorized; the credentials are not accepted, renew them and try again.
        errors/403-anonymous: refused: GET deployments answered 403: deployments.apps is forbidden: User "system:anonymous" cannot list resource "deployments" in API group "apps" in the namespace "shop"
        errors/403-no-binding: refused: GET deployments/web answered 403: deployments.apps "web" is forbidden: User "rig-nobody" cannot get resource "deployments" in API group "apps" in the namespace "shop"
        errors/403-secrets: refused: GET secrets/db answered 403: secrets "db" is forbidden: User "rig-deployer" cannot get resource "secrets" in API group "" in the namespace "shop"
        errors/403-other-namespace: refused: PATCH deployments/web answered 403: deployments.apps "web" is forbidden: User "rig-deployer" cannot patch resource "deployments" in API group "apps" in the namespace "default"
        errors/403-nonresource: refused: GET /metrics answered 403: forbidden: User "rig-nobody" cannot get path "/metrics"
        errors/403-serviceaccount: refused: GET deployments answered 403: deployments.apps is forbidden: User "system:serviceaccount:shop:default" cannot list resource "deployments" in API group "apps" in the namespace "shop"
        errors/405-delete-version: refused: PUT /apis/apps/v1/deployments answered 405: the server does not allow this method on the requested resource
        errors/406: refused: GET deployments answered 406: 406: Not Acceptable  Available representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch
        errors/415-patch: refused: PATCH deployments/nope answered 415: 415: Unsupported Media Type
        errors/400-malformed: refused: POST deployments answered 400: the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: unexpected end of JSON input …
        errors/400-wrong-kind: refused: POST deployments answered 400: Service in version "v1" cannot be handled as a Deployment: converting (v1.Service) to (apps.Deployment): unknown conversion
        errors/400-namespace-mismatch: refused: POST deployments answered 400: the namespace of the provided object does not match the namespace sent on the request
        errors/400-strict-unknown-field: refused: POST deployments answered 400: Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replicaz"
        errors/409-already-exists: transient: POST deployments answered 409: deployments.apps "web" already exists
        errors/409-conflict-put: transient: PUT deployments/web answered 409: Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again
        errors/409-conflict-patch: transient: PATCH deployments/web answered 409: Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again
        errors/422-json-patch-test: transient: PATCH deployments/web answered 422: the server rejected our request due to an error in our request
        errors/422-negative-replicas: refused: PATCH deployments/web answered 422: Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0
        errors/422-selector-immutable: refused: PATCH deployments/web answered 422: Deployment.apps "web" is invalid: [spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`, spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable]
        errors/422-create-invalid: refused: POST deployments answered 422: Deployment.apps "Bad_Name" is invalid: [metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'), spec.template.metadata.labels: Invalid value: {"a":"c"}: `selector` does not match template `labels`, spec.template.spec.containers[0].image: Required …
        errors/422-patch-type: refused: PATCH deployments/web answered 422:  "" is invalid: patch: Invalid value: …
        errors/409-delete-precondition: transient: DELETE deployments/web answered 409: Operation cannot be fulfilled on Deployment.apps "web": the UID in the precondition (00000000-0000-0000-0000-000000000000) does not match the UID in record (a7034a93-04d4-4f71-bdcc-a1fcad80c8a1). The object might have been deleted and then recreated
        errors/409-apply-conflict: conflict: PATCH deployments/ssa answered 409: Apply failed with 2 conflicts: conflicts with "rig-a": - .spec.replicas - .spec.template.spec.containers[name="web"].image
        errors/422-service-clusterip: refused: PATCH services/cart answered 422: Service "cart" is invalid: spec.clusterIPs[0]: Invalid value: ["10.0.0.250"]: may not change once set
        errors/422-httproute-weight: refused: PATCH httproutes/cart answered 422: HTTPRoute.gateway.networking.k8s.io "cart" is invalid: spec.rules[0].backendRefs[0].weight: Invalid value: -1: spec.rules[0].backendRefs[0].weight in body should be greater than or equal to 0
        errors/422-httproute-type: refused: PATCH httproutes/cart answered 422: HTTPRoute.gateway.networking.k8s.io "cart" is invalid: [spec.rules[0].backendRefs[0].weight: Invalid value: "string": spec.rules[0].backendRefs[0].weight in body must be of type integer: "string", <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]
        errors/422-httproute-cel: refused: PATCH httproutes/cart answered 422: HTTPRoute.gateway.networking.k8s.io "cart" is invalid: spec.rules[0].backendRefs[0]: Invalid value: Must have port for Service reference
        errors/429-eviction: transient: POST pods/cart-blue-fcd998479-59d7r/eviction answered 429: Cannot evict pod as it would violate the pod's disruption budget.
        errors/504-write-timeout: transient: PATCH deployments/web answered 504: Timeout: request did not complete within the allotted timeout
        errors/429-priority-and-fairness: transient, after 1s: GET deployments/web answered 429: Too many requests, please try again later.
        errors/504-read-timeout: transient: GET deployments/web answered 504: Timeout: request did not complete within the allotted timeout
        errors/closed-without-response: transient: GET deployments/web: connection closed without a response
        errors/500-readyz-starting: transient: GET /readyz answered 500: [+]ping ok [+]log ok [-]informer-sync failed: reason withheld [+]poststarthook/start-apiserver-admission-initializer ok [+]poststarthook/generic-apiserver-start-informers ok [+]poststarthook/priority-and-fairness-config-consumer ok [+]poststarthook/priority-and-fairness-filter ok [+]poststarthook/st
        errors/410-continue: transient: GET deployments answered 410: The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.
        errors/410-list-exact: transient: GET deployments answered 410: The resourceVersion for the provided list is too old.
        gateway/httproute-patch-json-stale: transient: PATCH httproutes/cart answered 422: the server rejected our request due to an error in our request
        gateway/httproute-patch-merge-stale: transient: PATCH httproutes/cart answered 409: Operation cannot be fulfilled on httproutes.gateway.networking.k8s.io "cart": the object has been modified; please apply your changes to the latest version and try again
        gateway/httproute-patch-strategic: refused: PATCH httproutes/cart answered 415: the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml
        gateway/httproute-apply-conflict: conflict: PATCH httproutes/cart answered 409: Apply failed with 2 conflicts: conflicts with "rig" using gateway.networking.k8s.io/v1: - .spec.parentRefs conflicts with "rig-recorder" using gateway.networking.k8s.io/v1: - .spec.rules
        lease/create-again: transient: POST leases answered 409: leases.coordination.k8s.io "deploy-cart" already exists
        lease/takeover-stale: transient: PUT leases/deploy-cart answered 409: Operation cannot be fulfilled on leases.coordination.k8s.io "deploy-cart": the object has been modified; please apply your changes to the latest version and try again
        list/bad-continue: refused: GET pods answered 400: invalid continue token: continue key is not valid: invalid character '\x9e' looking for beginning of value
        service/patch-selector-stale: transient: PATCH services/cart answered 409: Operation cannot be fulfilled on services "cart": the object has been modified; please apply your changes to the latest version and try again
        watch/future: transient, after 1s: GET deployments answered 504: Timeout: Too large resource version: 99999999, current: 912
        """#
}
