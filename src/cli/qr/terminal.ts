import { createQrMatrix } from './matrix.ts'

/** Black on white, of the 256 colours: themes change the first 16, and a light grey is not white. */
const blackOnWhite = '\x1b[38;5;16;48;5;231m'
const reset = '\x1b[0m'

/**
 * A QR code as lines of half blocks, two modules a character. With colours it brings its own, so that it reads on a
 * dark and on a light terminal. Without them the blocks are what is light: that reads on a dark background.
 */
export function formatQrCode(text: string, options: { readonly colours: boolean }): string {
  const matrix = createQrMatrix(text)
  const isInk = (dark: boolean | undefined) => (dark === true) === options.colours
  const lines = matrix.flatMap((row, index) => {
    if (index % 2 === 1) return []
    const below = matrix[index + 1] ?? []
    const line = row.map((dark, column) => block(isInk(dark), isInk(below[column]))).join('')
    return [options.colours ? `${blackOnWhite}${line}${reset}` : line]
  })
  return `${lines.join('\n')}\n`
}

/** Columns it takes. */
export function qrCodeWidth(text: string): number {
  return createQrMatrix(text).length
}

function block(above: boolean, below: boolean): string {
  if (above) return below ? '█' : '▀'
  return below ? '▄' : ' '
}
