// SPDX-License-Identifier: Apache-2.0

interface SparklineProps {
  /** Oldest first; what is not known is null and leaves a gap. */
  values: (number | null)[];
  label: string;
  width?: number;
  height?: number;
}

/** A line without axes: the shape of the last minutes. */
export function Sparkline({ values, label, width = 120, height = 28 }: SparklineProps) {
  const path = toPath(values, width, height);
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      className="overflow-visible text-forward"
    >
      <title>{label}</title>
      <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} className="stroke-line" strokeWidth={1} />
      {path && <path d={path} fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinejoin="round" />}
    </svg>
  );
}

/** SVG path of the values over the full width, scaled to their maximum. */
function toPath(values: (number | null)[], width: number, height: number): string {
  const top = Math.max(...values.map((value) => value ?? 0), 0);
  if (top === 0 || values.length < 2) return "";
  const step = width / (values.length - 1);
  let pen = "M";
  const parts: string[] = [];
  values.forEach((value, index) => {
    if (value === null) {
      pen = "M";
      return;
    }
    parts.push(`${pen}${(index * step).toFixed(1)},${((1 - value / top) * (height - 3) + 1).toFixed(1)}`);
    pen = "L";
  });
  return parts.join("");
}
