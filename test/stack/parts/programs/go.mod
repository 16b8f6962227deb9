// Programs of our own that pods run in tests, of nothing but Go's standard library.
module fleetwright.dev/test/stack/parts/programs

go 1.26.0
