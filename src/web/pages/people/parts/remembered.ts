const languageKey = 'holdfast-language'
const phoneKey = 'holdfast-phone'
const sessionKey = 'holdfast-signed-in'

/** Storage that the browser may have switched off: the pages work without it. */
function tried<Value>(use: () => Value): Value | undefined {
  try {
    return use()
  } catch {
    return undefined
  }
}

/** The language of the last visit with this browser, for pages before the sign-in. */
export function rememberedLanguage(): string | null | undefined {
  return tried(() => localStorage.getItem(languageKey))
}

export function rememberLanguage(language: string): void {
  tried(() => localStorage.setItem(languageKey, language))
}

/** Whether this browser is a phone that approves sign-ins. */
export function isPhone(): boolean {
  return tried(() => localStorage.getItem(phoneKey)) === 'yes'
}

export function rememberPhone(is: boolean): void {
  tried(() => (is ? localStorage.setItem(phoneKey, 'yes') : localStorage.removeItem(phoneKey)))
}

/** Whether this tab was signed in, so that a session that ended meanwhile is mentioned. */
export function wasSignedIn(): boolean {
  return tried(() => sessionStorage.getItem(sessionKey)) === 'yes'
}

export function rememberSignedIn(isSignedIn: boolean): void {
  tried(() =>
    isSignedIn ? sessionStorage.setItem(sessionKey, 'yes') : sessionStorage.removeItem(sessionKey),
  )
}
