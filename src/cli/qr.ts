import qrcode from 'qrcode-terminal'

/** A QR code as lines of half blocks: light on dark, so that it reads on a dark terminal. */
export function formatQrCode(text: string): string {
  let drawn = ''
  qrcode.generate(text, { small: true }, (code) => {
    drawn = code
  })
  return `${drawn}\n`
}
