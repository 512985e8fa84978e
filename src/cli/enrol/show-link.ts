import { type CliIo, note, print } from '../io.ts'
import { formatQrCode, qrCodeWidth } from '../qr/index.ts'
import { hasColours } from '../text/print.ts'

type Shown = {
  readonly qr: boolean
  /** The file that has the QR code as a picture. */
  readonly svg?: string | undefined
}

/** Shows the link of a new authenticator, and as a QR code unless that is not wanted. */
export function showLink(uri: string, { qr, svg }: Shown, io: CliIo): void {
  const how = qr ? 'Scan this with the app' : 'Open this with the app'
  print(io, `\n${how}. It is shown once. Anyone who sees it can make the codes.\n\n`)
  if (qr) showQrCode(uri, svg, io)
  print(io, uri)
}

function showQrCode(uri: string, svg: string | undefined, io: CliIo): void {
  const width = qrCodeWidth(uri)
  if ((io.stdout.columns ?? width) < width) {
    note(io, `The terminal has to be ${width} columns wide for the QR code.`)
  }
  const colours = hasColours(io)
  if (!colours) {
    const picture = svg === undefined ? ' Add --svg FILE to write it to a file as a picture.' : ''
    note(io, `Without colours, the QR code can be read only on a dark background.${picture}`)
  }
  print(io, `${formatQrCode(uri, { colours })}\n`)
}
