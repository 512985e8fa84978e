import { type CliIo, note, print } from '../io.ts'
import { hasColours } from '../print.ts'
import { formatQrCode, qrCodeWidth } from '../qr/index.ts'

/** Shows the link of a new authenticator, and as a QR code unless that is not wanted. */
export function showLink(uri: string, { qr }: { readonly qr: boolean }, io: CliIo): void {
  const how = qr ? 'Scan this with the app' : 'Open this with the app'
  print(io, `\n${how}. It is shown once. Anyone who sees it can make the codes.\n\n`)
  if (qr) showQrCode(uri, io)
  print(io, uri)
}

function showQrCode(uri: string, io: CliIo): void {
  const width = qrCodeWidth(uri)
  if ((io.stdout.columns ?? width) < width) {
    note(io, `The terminal has to be ${width} columns wide for the QR code.`)
  }
  const colours = hasColours(io)
  if (!colours) {
    note(
      io,
      'Without colours the QR code can be read only on a dark background. --svg FILE writes a picture of it.',
    )
  }
  print(io, `${formatQrCode(uri, { colours })}\n`)
}
