/** The part of qrcode-terminal that computes a code; its types know only the part that draws one. */
declare module 'qrcode-terminal/vendor/QRCode/index.js' {
  export default class QRCode {
    /** `typeNumber` -1: the smallest that holds the text. */
    constructor(typeNumber: number, errorCorrectLevel: number)
    addData(text: string): void
    make(): void
    getModuleCount(): number
    isDark(row: number, column: number): boolean
  }
}

declare module 'qrcode-terminal/vendor/QRCode/QRErrorCorrectLevel.js' {
  const levels: { readonly L: number; readonly M: number; readonly Q: number; readonly H: number }
  export default levels
}
