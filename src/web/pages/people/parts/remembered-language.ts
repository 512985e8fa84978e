const key = 'holdfast-language'

/** The language of the last visit with this browser, for pages before the sign-in. */
export function rememberedLanguage(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    // Switched off by the browser.
    return null
  }
}

export function rememberLanguage(language: string): void {
  try {
    localStorage.setItem(key, language)
  } catch {
    // The page works without.
  }
}
