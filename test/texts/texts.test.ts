import { expect } from 'chai'
import type { TextKey } from '../../src/signin/index.ts'
import { en } from '../../src/texts/en.ts'
import { builtInLanguages, createTexts, TextsError } from '../../src/texts/index.ts'
import { placesOf } from '../../src/texts/texts.ts'

const keys = Object.keys(en) as TextKey[]
const values = {
  to: '**78',
  options: '1 text message to **78, 2 call to **21',
  code: '123456',
  gateway: 'VPN Amsterdam, main building',
  user: 'Alice Example',
  from: '198.51.100.7',
  portal: 'https://mfa.example.com/',
  helpdesk: '+31 20 555 1234',
  what: 'calls to **21',
  when: '30 November 2026 at 14:05 CET',
  until: '30 November 2026 at 14:05 CET',
  count: '3',
  id: 'K7Q2M4',
  text: 'New way to sign in: a passkey.',
  minutes: '59',
  page: 'mfa.example.com/approve',
}
/** GSM 03.38: texts of other characters cost twice as many messages. */
const gsm7 = /^[A-Za-z0-9 \n@£$¥èéùìòÇØøÅåÆæßÉ!"#%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà]*$/

describe('texts', () => {
  it('come in five languages', () => {
    expect(Object.keys(builtInLanguages)).to.have.members(['en', 'nl', 'de', 'fr', 'es'])
  })

  for (const [language, texts] of Object.entries(builtInLanguages)) {
    describe(language, () => {
      it('has every key and no other', () => {
        expect(Object.keys(texts)).to.have.members(keys)
      })

      for (const key of keys) {
        it(`${key}: places of English, short enough, whole`, () => {
          const places = placesOf(texts[key])
          expect([...new Set(places)]).to.deep.equal([...new Set(placesOf(en[key]))])
          const text = createTexts({ defaultLanguage: language }).text(key, language, values)
          expect(text).not.to.match(/[{}<>&]/)
          expect(text.trim()).to.equal(text)
          expect(text).not.to.equal('')
          if (!/^(alert|call|email|notice|paper|proof|remind|setup)-/.test(key)) {
            expect(Buffer.byteLength(text)).to.be.at.most(200)
          }
          if (key === 'sms-code') {
            expect(text).to.match(gsm7)
            expect(text.length).to.be.at.most(160)
          }
        })
      }

      it('says something of its own for every sentence', () => {
        if (language === 'en') return
        const same = keys.filter((key) => texts[key] === en[key])
        expect(same).to.deep.equal([])
      })
    })
  }

  it('takes the language of the person, otherwise the default', () => {
    const texts = createTexts({ defaultLanguage: 'de' })
    for (const [tag, language] of [
      ['nl-BE', 'nl'],
      ['FR', 'fr'],
      ['es_MX', 'es'],
      ['pl', 'de'],
      ['', 'de'],
      [undefined, 'de'],
      ['pl, nl;q=0.8, en;q=0.5', 'nl'],
      ['__proto__', 'de'],
      ['constructor', 'de'],
      ['-,;,-', 'de'],
    ] as const) {
      expect(texts.languageOf(tag), String(tag)).to.equal(language)
      expect(texts.text('denied', tag)).to.equal(builtInLanguages[language]?.denied)
    }
  })

  it('takes the organisation’s own words, for a language, a region, or a new language', () => {
    const texts = createTexts({
      defaultLanguage: 'en',
      overrides: {
        en: { denied: 'Call 1234.' },
        'nl-BE': { denied: 'Bel 1234.' },
        pl: { menu: 'Wybierz: {options}' },
      },
    })
    expect(texts.text('denied', 'en-US')).to.equal('Call 1234.')
    expect(texts.text('denied', 'nl-be')).to.equal('Bel 1234.')
    expect(texts.text('denied', 'nl')).to.equal(builtInLanguages.nl?.denied)
    expect(texts.text('unavailable', 'nl-BE')).to.equal(builtInLanguages.nl?.unavailable)
    expect(texts.text('menu', 'pl', { options: '1 sms' })).to.equal('Wybierz: 1 sms')
    expect(texts.text('denied', 'pl')).to.equal(en.denied)
  })

  it('refuses a default language it has no texts for', () => {
    expect(() => createTexts({ defaultLanguage: 'pl' }))
      .to.throw(TextsError)
      .with.property('code', 'text-language-unknown')
  })

  it('refuses a place that is never filled, and names the text', () => {
    expect(() =>
      createTexts({ defaultLanguage: 'en', overrides: { en: { 'sms-code': '{code} {secret}' } } }),
    )
      .to.throw(TextsError, /en\.sms-code uses \{secret\}/)
      .with.property('code', 'text-place-unknown')
  })

  it('cuts a Reply-Message at 253 bytes and a whole character, and nothing else', () => {
    const long = '€😀'.repeat(200)
    const texts = createTexts({
      defaultLanguage: 'en',
      overrides: { en: { denied: long, 'email-code': long } },
    })
    const cut = texts.text('denied', 'en')
    expect(Buffer.byteLength(cut)).to.be.within(250, 253)
    expect(long.startsWith(cut)).to.equal(true)
    expect(Buffer.from(cut).toString()).to.equal(cut)
    expect(texts.text('email-code', 'en')).to.equal(long)
    const exact = createTexts({
      defaultLanguage: 'en',
      overrides: { en: { denied: 'x'.repeat(253) } },
    })
    expect(exact.text('denied', 'en')).to.have.length(253)
  })

  it('puts values in as plain text: no line breaks, no reversed writing, no second filling', () => {
    const texts = createTexts({ defaultLanguage: 'en' })
    const to = 'a\r\nBcc: x\u202egnp\u0000{code}$&'
    expect(texts.text('menu-sms', 'en', { to })).to.equal('text message to a Bcc: x gnp {code}$&')
    expect(texts.text('menu-sms', 'en')).to.equal('text message to ')
  })
})
