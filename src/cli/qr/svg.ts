import { createQrMatrix } from './matrix.ts'

/** A QR code as an SVG picture, black on white, 8 pixels a module. */
export function formatQrSvg(text: string): string {
  const matrix = createQrMatrix(text)
  const size = matrix.length
  const squares = matrix.flatMap((row, y) =>
    row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${8 * size}" height="${8 * size}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">
<rect width="${size}" height="${size}" fill="#fff"/>
<path d="${squares.join('')}" fill="#000"/>
</svg>
`
}
