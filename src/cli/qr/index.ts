// QR codes for the terminal and as a picture. May import nothing of ours.
export { formatQrSvg } from './svg.ts'
export { formatQrCode, qrCodeWidth } from './terminal.ts'
