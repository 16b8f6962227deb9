// The older Kubernetes that manifests are checked against. A go.mod of its own, because one go.mod
// holds one version of a module; the rest is as in ../go.mod.
module fleetwright.dev/imports/kubernetes-1.35

go 1.21

require k8s.io/kubernetes v1.35.4
