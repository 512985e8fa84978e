export type PhoneSystem = 'iphone' | 'android'

/** Which phone or tablet the page is open on; undefined on a computer. */
export function phoneSystemOf(userAgent: string, touchPoints: number): PhoneSystem | undefined {
  if (/android/i.test(userAgent)) return 'android'
  if (/iphone|ipad|ipod/i.test(userAgent)) return 'iphone'
  // An iPad calls itself a Mac; no Mac has a touch screen.
  if (/macintosh/i.test(userAgent) && touchPoints > 1) return 'iphone'
  return undefined
}

export type CodeApp = {
  /** What the store finds it by. */
  readonly name: string
  readonly store: Readonly<Record<PhoneSystem, string>>
}

/** Two free apps that exist for both systems and open `otpauth:` links. */
export const codeApps: readonly CodeApp[] = [
  {
    name: '2FAS',
    store: {
      iphone: 'https://apps.apple.com/app/id1217793794',
      android: 'https://play.google.com/store/apps/details?id=com.twofasapp',
    },
  },
  {
    name: 'Ente Auth',
    store: {
      iphone: 'https://apps.apple.com/app/id6444121398',
      android: 'https://play.google.com/store/apps/details?id=io.ente.auth',
    },
  },
]

/** As people call them. */
export const phoneNames: Readonly<Record<PhoneSystem, string>> = {
  iphone: 'iPhone',
  android: 'Android',
}
