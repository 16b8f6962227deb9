/** How a text looks; sizes in pixels. */
interface TextStyle {
  readonly size?: number;
  readonly weight?: number;
  readonly fill?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** A rounded rectangle. */
export function box(
  x: number,
  y: number,
  width: number,
  height: number,
  fill: string,
  stroke: string,
): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${fill}" stroke="${stroke}" stroke-width="2"/>`;
}

/** A line of text, escaped. */
export function text(x: number, y: number, content: string, style: TextStyle): string {
  const { size = 13, weight = 400, fill = '#0f172a', anchor = 'start' } = style;
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escapeXml(content)}</text>`;
}

/** A line with an arrow head at its end; the path ends going down or up into a box. */
export function line(path: string, stroke: string): string {
  const [x = 0, y = 0] = endOf(path);
  const down = !path.includes(`H ${x} V ${y}`) || Number(/V ([\d.]+) H/.exec(path)?.[1]) < y;
  const back = down ? y - 9 : y + 9;
  const head = `<path d="M ${x - 5} ${back} L ${x} ${y} L ${x + 5} ${back}" fill="none" stroke="${stroke}" stroke-width="2"/>`;
  return `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="2"/>${head}`;
}

function endOf(path: string): number[] {
  const match = /H ([\d.]+) V ([\d.]+)$/.exec(path);
  return match ? [Number(match[1]), Number(match[2])] : [];
}

/** Text as it may stand in XML. */
export function escapeXml(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
