// QR codes for the terminal and as a picture. May not import other parts.
export { formatQrSvg } from './svg.ts'
export { formatQrCode, qrCodeWidth } from './terminal.ts'
