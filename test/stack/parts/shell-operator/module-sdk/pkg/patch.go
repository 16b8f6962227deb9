// Package pkg has what shell-operator takes from the module's package of this name: what a patch of an object is.
package pkg

// PatchCollectorOperation is something to do to an object.
type PatchCollectorOperation interface {
	Description() string
	SetObjectPrefix(prefix string)
}

// PatchCollectorOption says more about an operation.
type PatchCollectorOption interface {
	Apply(PatchCollectorOptionApplier)
}

// PatchCollectorOptionApplier is an operation as its options see it.
type PatchCollectorOptionApplier interface {
	WithSubresource(subresource string)
	WithIgnoreMissingObject(ignore bool)
	WithIgnoreHookError(ignore bool)
}

// PatchCollector takes operations; the engine itself adds to it.
type PatchCollector interface {
	Operations() []PatchCollectorOperation
}
