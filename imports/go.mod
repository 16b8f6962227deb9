// What `npm run import` reads: the Go modules that carry the CRDs and OpenAPI documents behind the
// generated files of this folder. Nothing is built from them, so go.sum holds the zip of each module
// and nothing else; `go mod tidy` would empty this list. After a change of a version here, run
// `npm run import -- --update-sums`.
module fleetwright.dev/imports

go 1.21

require (
	github.com/fluxcd/helm-controller v1.4.0
	github.com/fluxcd/kustomize-controller v1.7.3
	github.com/fluxcd/notification-controller v1.6.0
	github.com/fluxcd/source-controller v1.7.3
	github.com/prometheus-operator/prometheus-operator v0.85.0
	k8s.io/kubernetes v1.36.3
	sigs.k8s.io/cluster-api v1.14.0
	sigs.k8s.io/cluster-api-operator v0.29.0
	sigs.k8s.io/cluster-api-provider-aws/v2 v2.13.0
	sigs.k8s.io/cluster-api/test v1.14.0
)
