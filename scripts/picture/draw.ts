import { type Cluster, type Fleet, LAYERS, type Placed, rangeOf } from '../../constructs';
import { box, escapeXml, line, text } from './svg';

const WIDTH = 300;
const GAP = 32;
const ROW = 20;

/**
 * Draws a fleet from its model: the repository, the management cluster that makes and reaches the others,
 * and what each cluster runs, layer by layer.
 *
 * @returns an SVG document that reads well on a light and on a dark page
 */
export function drawFleet(fleet: Fleet): string {
  const { management } = fleet;
  const clusters = [
    ...(management ? [management] : []),
    ...fleet.clusters.filter((cluster) => cluster !== management),
  ];
  const height = Math.max(...clusters.map((cluster) => boxHeight(fleet, cluster)));
  const width = clusters.length * (WIDTH + GAP) + GAP;
  const top = 150;
  const parts = [
    ...drawRepository(fleet, width),
    ...clusters.flatMap((cluster, i) => drawCluster(fleet, cluster, GAP + i * (WIDTH + GAP), top, height)),
    ...drawArrows(clusters, width, top, height),
  ];
  const bottom = top + height + (management ? 64 : 24);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom}" font-family="system-ui, sans-serif" role="img" aria-label="${escapeXml(label(clusters))}">
<rect width="${width}" height="${bottom}" rx="12" fill="#f8fafc"/>
${parts.join('\n')}
</svg>
`;
}

function label(clusters: readonly Cluster[]): string {
  return `The fleet: ${clusters.map(({ name }) => name).join(', ')}`;
}

function drawRepository(fleet: Fleet, width: number): string[] {
  const x = width / 2 - 190;
  return [
    box(x, 24, 380, 64, '#1e293b', '#1e293b'),
    text(width / 2, 51, fleet.source.url, { size: 15, weight: 600, fill: '#ffffff', anchor: 'middle' }),
    text(width / 2, 73, `${fleet.source.path ?? 'dist'}/<cluster>, read by the Flux of each cluster`, {
      fill: '#cbd5e1',
      anchor: 'middle',
    }),
  ];
}

function drawCluster(fleet: Fleet, cluster: Cluster, x: number, y: number, height: number): string[] {
  const parts = [
    box(x, y, WIDTH, height, '#ffffff', cluster.isManagement ? '#0f766e' : '#64748b'),
    text(x + 16, y + 30, cluster.name, { size: 18, weight: 700 }),
    text(x + WIDTH - 16, y + 30, cluster.kubernetesVersion, { fill: '#475569', anchor: 'end' }),
    text(x + 16, y + 52, machines(cluster), { fill: '#475569' }),
  ];
  let row = y + 78;
  for (const [heading, names] of content(fleet, cluster)) {
    parts.push(text(x + 16, row, heading, { size: 11, weight: 600, fill: '#0f766e' }));
    for (const name of names) {
      row += ROW;
      parts.push(text(x + 28, row, name, {}));
    }
    row += ROW + 8;
  }
  return parts;
}

function boxHeight(fleet: Fleet, cluster: Cluster): number {
  return content(fleet, cluster).reduce((sum, [, names]) => sum + ROW + 8 + names.length * ROW, 78);
}

/** What a cluster runs: the layers that are not empty, and its tenants. */
function content(fleet: Fleet, cluster: Cluster): [string, string[]][] {
  const units: readonly Placed[] = fleet.unitsOn(cluster);
  const layers = LAYERS.map((layer): [string, string[]] => [
    layer,
    units.filter((unit) => unit.layer === layer).map(({ name }) => name),
  ]);
  const tenants: [string, string[]] = ['tenants', cluster.tenants.map(({ name }) => name)];
  return [...layers, tenants].filter(([, names]) => names.length > 0);
}

function machines({ provider, controlPlane, pools }: Cluster): string {
  if (!controlPlane) return provider;
  const sum = (end: 'min' | 'max') => pools.reduce((all, { replicas }) => all + rangeOf(replicas)[end], 0);
  const workers = sum('min') === sum('max') ? sum('min') : `${sum('min')} to ${sum('max')}`;
  return `${provider}: ${controlPlane.replicas} control-plane, ${workers} worker machines`;
}

function drawArrows(clusters: readonly Cluster[], width: number, top: number, height: number): string[] {
  const middle = (i: number) => GAP + i * (WIDTH + GAP) + WIDTH / 2;
  const below = top + height;
  const pulls = clusters.map((_, i) => line(`M ${width / 2} 88 V 112 H ${middle(i)} V ${top}`, '#64748b'));
  if (!clusters[0]?.isManagement || clusters.length < 2) return pulls;
  const makes = clusters
    .slice(1)
    .map((_, i) => line(`M ${middle(0)} ${below} V ${below + 24} H ${middle(i + 1)} V ${below}`, '#0f766e'));
  const caption = text(middle(0), below + 44, 'Cluster API makes them; its Flux hands over to theirs', {
    fill: '#0f766e',
  });
  return [...pulls, ...makes, caption];
}
