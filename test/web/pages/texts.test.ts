import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { allTexts, pseudoText, textKeys, tradeWords } from './languages.ts'

const placesOf = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
const sources = join(import.meta.dirname, '../../../src/web/pages/people')

/** Forms of the address that a language does not use. */
const otherAddress = {
  nl: /(?<![\p{L}’'])(?:je|jij|jou|jouw|jullie)(?!\p{L})/iu,
  de: /(?<!\p{L})(?:du|dich|dir|dein\p{L}*|euch|euer\p{L}*)(?!\p{L})/iu,
  fr: /(?<![\p{L}’'])(?:tu|te|toi|ton|ta|tes|t’\p{L}+)(?!\p{L})/iu,
  es: /(?<!\p{L})(?:tú|tu|tus|te|ti|contigo|vos|vosotros|vuestr\p{L}+)(?!\p{L})/iu,
}
/** And the one that it uses. */
const ownAddress = { nl: /\bu\b/, de: /\bSie\b/, fr: /\bvous\b/, es: /\busted\b/i }

describe("texts of people's pages", () => {
  for (const [language, texts] of Object.entries(allTexts)) {
    describe(language, () => {
      it('has every key and no other, each with the places of English', () => {
        expect(Object.keys(texts)).to.have.members(textKeys)
        for (const key of textKeys) {
          expect(placesOf(texts[key]), key).to.deep.equal(placesOf(allTexts.en[key]))
        }
      })

      it('is whole: no blank at an end, nothing empty, no straight apostrophe', () => {
        for (const key of textKeys) {
          expect(texts[key].trim(), key).to.equal(texts[key])
          expect(texts[key], key).to.match(/^[^'"<>]+$/)
        }
      })

      it('uses no word of the trade', () => {
        expect(textKeys.filter((key) => tradeWords.test(texts[key]))).to.deep.equal([])
      })
    })
  }

  for (const language of ['nl', 'de', 'fr', 'es'] as const) {
    it(`${language} has one form of address, and says something of its own`, () => {
      const texts = allTexts[language]
      expect(textKeys.filter((key) => otherAddress[language].test(texts[key]))).to.deep.equal([])
      expect(textKeys.some((key) => ownAddress[language].test(texts[key]))).to.equal(true)
      const sentences = textKeys.filter((key) => allTexts.en[key].includes(' '))
      expect(sentences.filter((key) => texts[key] === allTexts.en[key])).to.deep.equal([])
    })
  }

  it('finds the wrong address and words of the trade where they are', () => {
    expect(otherAddress.de.test('Nimm dein Telefon')).to.equal(true)
    expect(otherAddress.nl.test('Neem je telefoon')).to.equal(true)
    expect(otherAddress.fr.test('Prends ton téléphone')).to.equal(true)
    expect(otherAddress.es.test('Toma tu teléfono')).to.equal(true)
    for (const word of ['TOTP', 'Authenticator', 'Faktor', 'token', 'seed', 'enrol']) {
      expect(tradeWords.test(`Your ${word}!`), word).to.equal(true)
    }
  })

  it('are all used', () => {
    const code = readdirSync(sources, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('texts/'))
      .map((file) => readFileSync(join(sources, file), 'utf8'))
      .join('\n')
    // Such as say(`by-${method}`), say(`${kind}-title`).
    const patterns = [...code.matchAll(/`((?:[\w-]*\$\{[^}]+\}[\w-]*)+)`/g)].map(
      ([, template = '']) => new RegExp(`^${template.replace(/\$\{[^}]+\}/g, '[\\w-]+')}$`),
    )
    const specific = patterns.filter(({ source }) => /[a-z]{2}/.test(source.replace(/\\w/g, '')))
    const isUsed = (key: string) =>
      code.includes(`'${key}'`) || specific.some((pattern) => pattern.test(key))
    expect(textKeys.filter((key) => !isUsed(key))).to.deep.equal([])
  })

  it('grow by two fifths in the pseudo-language, and keep their places', () => {
    for (const key of textKeys) {
      const text = allTexts.en[key]
      const pseudo = pseudoText(text)
      const bare = (each: string) => each.replace(/\{\w+\}|\s/g, '').length
      expect(placesOf(pseudo), key).to.deep.equal(placesOf(text))
      expect(bare(pseudo), key).to.be.at.least(Math.floor(bare(text) * 1.4))
    }
  })
})
