// The manifests of a release of Flux; nothing is built from it.
module fleetwright.dev/test/stack/parts/flux

go 1.26.0

require github.com/fluxcd/flux2/v2 v2.7.5
