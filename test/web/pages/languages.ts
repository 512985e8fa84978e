import { de } from '../../../src/web/pages/people/texts/de.ts'
import { en, type TextKey, type Texts } from '../../../src/web/pages/people/texts/en.ts'
import { es } from '../../../src/web/pages/people/texts/es.ts'
import { fr } from '../../../src/web/pages/people/texts/fr.ts'
import { nl } from '../../../src/web/pages/people/texts/nl.ts'

export const allTexts: Readonly<Record<'en' | 'nl' | 'de' | 'fr' | 'es', Texts>> = {
  en,
  nl,
  de,
  fr,
  es,
}

export const textKeys = Object.keys(en) as readonly TextKey[]

/** Words of the trade, in the languages' own forms, that a person who knows nothing of it must not meet. */
export const tradeWords =
  /totp|hotp|authenti[cfk]|autentic|fa[ck]tor|facteur|token|jeton|\bseed|\bgraine|semilla|enr[oô]l|inscri|registrier|aanmeldsleutel/i

const accents: Readonly<Record<string, string>> = { a: 'àá', e: 'éê', i: 'ïî', o: 'öô', u: 'üû' }

/** A text that no one can read, two fifths longer, with the same places, in words that grow as German ones do. */
export function pseudoText(text: string): string {
  return text
    .split(/(\{\w+\}|\s+)/)
    .map((word) => {
      if (/^(?:\{\w+\}|\s*)$/.test(word)) return word
      const wanted = Math.ceil(word.length * 1.4)
      const longer = word.replace(/[aeiou]/g, (vowel) => accents[vowel] ?? vowel)
      return longer.padEnd(wanted, 'ö').slice(0, Math.max(wanted, longer.length))
    })
    .join('')
}
