import QRCode from 'qrcode-terminal/vendor/QRCode/index.js'
import levels from 'qrcode-terminal/vendor/QRCode/QRErrorCorrectLevel.js'

/** Light modules that a reader needs on every side (ISO/IEC 18004 section 6.3.8). */
const quietZone = 4

/** A QR code with its quiet zone, row by row: true is dark. */
export type QrMatrix = readonly (readonly boolean[])[]

export function createQrMatrix(text: string): QrMatrix {
  const code = new QRCode(-1, levels.M)
  code.addData(text)
  code.make()
  const count = code.getModuleCount()
  const isInside = (index: number) => index >= 0 && index < count
  const around = Array.from({ length: count + 2 * quietZone }, (_, index) => index - quietZone)
  return around.map((row) =>
    around.map((column) => isInside(row) && isInside(column) && code.isDark(row, column)),
  )
}
