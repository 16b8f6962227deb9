// In the place of github.com/deckhouse/module-sdk, which is large: shell-operator names a few interfaces of it.
module github.com/deckhouse/module-sdk

go 1.26.0
