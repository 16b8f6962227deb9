import type { FirstBootManifest } from './props';

/** The folder of the machine that holds the script and what it applies. */
export const FOLDER = '/etc/fleetwright';

export const SCRIPT = `${FOLDER}/first-boot.sh`;

/** The manifests of Secrets; gone when they are applied. */
export const SECRETS = `${FOLDER}/secrets.yaml`;

/** The source of the cluster's folder, and its root sync. */
export const ROOT = `${FOLDER}/root.yaml`;

/**
 * The script that cloud-init runs after kubeadm on each control-plane machine. Only `kubeadm init` has a
 * `kubeadm.yaml`. cloud-init goes on when a command fails, so the script asks whether kubeadm succeeded. It may run
 * again: whatever it does, it does until it is so.
 *
 * cloud-init reads it as a template: two braces in a row would be replaced.
 *
 * @see https://github.com/kubernetes-sigs/cluster-api/blob/v1.14.0/bootstrap/kubeadm/pkg/cloudinit/controlplane_init.go
 */
export function firstBootScript(manifests: readonly FirstBootManifest[]): string {
  const lines = (write: (manifest: FirstBootManifest, i: number) => string) =>
    manifests.map(write).join('\n');
  return `#!/bin/sh
# Installs what this cluster starts with, on the machine that ran kubeadm init.
set -eu
umask 077

fail() {
  echo "first-boot: $*" >&2
  exit 1
}

# Networks and API servers may take a while: ten times, ten seconds apart.
try() {
  tries=1
  until "$@"; do
    [ "$tries" -lt 10 ] || return 1
    tries=$((tries + 1))
    sleep 10
  done
}

fetch() {
  file="$work/$1.yaml"
  try curl --globoff --proto '=https' --fail --silent --show-error --location --max-time 120 --output "$file" "$3" || fail "cannot download $3"
  echo "$2  $file" | sha256sum -c - >/dev/null || fail "$3 has another checksum than $2"
}

apply() {
  try kubectl apply --server-side --force-conflicts --filename "$1" || fail "cannot apply $2"
}

if [ ! -e /run/kubeadm/kubeadm.yaml ]; then
  rm -f ${SECRETS}
  echo 'first-boot: this machine joined a cluster, nothing to do'
  exit 0
fi
[ -e /run/cluster-api/bootstrap-success.complete ] || fail 'kubeadm init did not succeed'

export KUBECONFIG=/etc/kubernetes/admin.conf
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# All of them, before any is applied.
${lines(({ url, sha256 }, i) => `fetch ${i} ${sha256.toLowerCase()} '${url}'`)}

${lines(({ url }, i) => `apply "$work/${i}.yaml" '${url}'`)}
if [ -e ${SECRETS} ]; then
  apply ${SECRETS} 'the Secrets'
  rm -f ${SECRETS}
fi
apply ${ROOT} 'the source and the root sync'
echo 'first-boot: done'
`;
}
