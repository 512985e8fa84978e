import { expect } from 'chai'
import {
  isOpen,
  methodOf,
  notMePath,
  pageOf,
  wayPath,
} from '../../../src/web/pages/people/logic/address.ts'
import { bareCode, codeOfHash, groupedCode } from '../../../src/web/pages/people/logic/groups.ts'
import {
  chooseLanguage,
  languageOf,
  localeOf,
} from '../../../src/web/pages/people/logic/language.ts'
import { codeApps, phoneSystemOf } from '../../../src/web/pages/people/logic/phone.ts'
import { qrPath } from '../../../src/web/pages/people/logic/qr.ts'
import { recoveryFile } from '../../../src/web/pages/people/logic/recovery.ts'
import { fill } from '../../../src/web/pages/people/logic/say.ts'
import {
  offered,
  screenFor,
  withoutSecret,
} from '../../../src/web/pages/people/logic/setup-flow.ts'
import { viewOf } from '../../../src/web/pages/people/logic/view.ts'
import { nameOf, standingOf } from '../../../src/web/pages/people/logic/ways.ts'

describe("logic of people's pages", () => {
  it('finds the page of every address, whatever is in an id, and none for other addresses', () => {
    expect(pageOf('/')).to.deep.equal({ page: 'home' })
    expect(pageOf('/account/data/')).to.deep.equal({ page: 'data' })
    for (const id of ['a/b', 'ä%', '..', '?x#y']) {
      expect(pageOf(wayPath(id))).to.deep.equal({ page: 'way', id })
      expect(pageOf(wayPath(id, 'remove'))).to.deep.equal({ page: 'way-remove', id })
      expect(pageOf(notMePath(id))).to.deep.equal({ page: 'not-me', id })
    }
    for (const path of ['/ways/', '/ways/a/b/c', '/ways/%', '/constructor', '/account/x']) {
      expect(pageOf(path), path).to.equal(undefined)
    }
    expect(isOpen({ page: 'sign-in' })).to.equal(true)
    expect(isOpen({ page: 'set-up' })).to.equal(false)
    expect(methodOf('call')).to.equal('call')
    expect(methodOf('app')).to.equal(undefined)
  })

  it('reads codes as people type and links carry them', () => {
    expect(bareCode(' 123 456-7 ')).to.equal('1234567')
    expect(groupedCode('abcd efgh_jklm')).to.equal('ABCD-EFGH-JKLM')
    expect(groupedCode('ab')).to.equal('AB')
    expect(codeOfHash('#code=abcd-efgh-jklm')).to.equal('ABCD-EFGH-JKLM')
    expect(codeOfHash('#ABCDEFGHJKLM')).to.equal('ABCD-EFGH-JKLM')
    for (const hash of [
      '',
      '#content',
      '#code=',
      '#code=ABCD-EFGH',
      '#code=ABCD-EFGH-JKLM-NPQR',
      '#code=<b>ABCDEFGHJK</b>',
    ]) {
      expect(codeOfHash(hash), hash).to.equal(undefined)
    }
  })

  it('speaks the language that was chosen, otherwise the first of the browser that it knows', () => {
    expect(chooseLanguage('fr', ['de'])).to.equal('fr')
    expect(chooseLanguage(null, ['pt-BR', 'nl-BE', 'en'])).to.equal('nl')
    expect(chooseLanguage('xx', ['DE_at'])).to.equal('de')
    expect(chooseLanguage(undefined, ['pt'])).to.equal(undefined)
    expect(languageOf('')).to.equal(undefined)
    expect(localeOf('en', ['nl', 'en-GB', 'en-US'])).to.equal('en-GB')
    expect(localeOf('de', ['nl'])).to.equal('de')
  })

  it('knows phones from computers, and has two apps for each system', () => {
    const android =
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/156.0 Mobile'
    const mac =
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.0 Safari'
    expect(phoneSystemOf(android, 5)).to.equal('android')
    expect(phoneSystemOf('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)', 5)).to.equal(
      'iphone',
    )
    expect(phoneSystemOf(mac, 0)).to.equal(undefined)
    expect(phoneSystemOf(mac, 5)).to.equal('iphone')
    expect(phoneSystemOf('Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 10)).to.equal(undefined)
    for (const system of ['iphone', 'android'] as const) {
      expect(new Set(codeApps.map(({ store }) => store[system]))).to.have.lengthOf(2)
    }
  })

  it('draws a QR code with a quiet zone of four', () => {
    const { size, path } = qrPath('otpauth://totp/Example:dave?secret=JBSWY3DPEHPK3PXP')
    expect((size - 8 - 17) % 4).to.equal(0)
    const corners = [...path.matchAll(/M(\d+) (\d+)/g)].map(([, x, y]) => [Number(x), Number(y)])
    expect(Math.min(...corners.flat())).to.equal(4)
    expect(Math.max(...corners.flat())).to.equal(size - 5)
  })

  it('fills places, and leaves what it does not know', () => {
    expect(fill('{a} of {b}: {a} {c}', { a: 1, b: '{a}' })).to.equal('1 of {a}: 1 {c}')
  })

  it('offers to set up what the server has, without recovery codes, the app first', () => {
    const computer = { hasPasskeys: true, system: undefined }
    const setups = ['recovery', 'email', 'token', 'app', 'passkey'] as const
    expect(offered(setups, computer)).to.deep.equal(['app', 'passkey', 'token', 'email'])
    expect(offered(setups, { ...computer, system: 'iphone' })[0]).to.equal('passkey')
    const old = { ...computer, hasPasskeys: false }
    expect(offered(setups, old)).to.deep.equal(['app', 'token', 'email'])
    expect(screenFor('call')).to.deep.equal({ screen: 'number', setup: 'call' })
    expect(screenFor('token')).to.deep.equal({ screen: 'serial' })
  })

  it('keeps no secret in the history', () => {
    const pending = { setup: 'app', uri: 'otpauth://x', secret: 'ABCD', untilMs: 1 } as const
    expect(JSON.stringify(withoutSecret(pending))).not.to.match(/otpauth|ABCD/)
    expect(withoutSecret({ setup: 'sms', to: '**78', untilMs: 1 })).to.have.property('to', '**78')
  })

  it('says when a view is another one: a wrong code and a phone that rings on are not', () => {
    const question = { asks: 'code', canType: true, options: [], untilMs: 1 }
    const code = viewOf({ step: { step: 'question', question } })
    expect(
      viewOf({ step: { step: 'question', question: { ...question, wrong: true, untilMs: 2 } } }),
    ).to.equal(code)
    const views = [
      viewOf({}),
      code,
      viewOf({
        step: { step: 'question', question: { ...question, via: { method: 'sms', to: '**78' } } },
      }),
      viewOf({ step: { step: 'question', question: { ...question, asks: 'approve' } } }),
      viewOf({ step: { step: 'refused' } }),
      viewOf({ step: { step: 'proof' } }),
      viewOf({ step: { step: 'proof', sentTo: '**78' } }),
      viewOf({ isOver: true }),
      viewOf({ screen: { screen: 'number', setup: 'sms' } }),
      viewOf({ screen: { screen: 'number', setup: 'call' } }),
    ]
    expect(new Set(views).size).to.equal(views.length)
  })

  it('calls a way to sign in as the person does, and says how well off they are without the phone', () => {
    expect(nameOf({ label: 'My phone', setup: 'app' }, (key) => key)).to.equal('My phone')
    expect(nameOf({ label: '', setup: 'app' }, (key) => key)).to.equal('way-app')
    expect(standingOf([])).to.equal('one')
    expect(standingOf([{ setup: 'app' }])).to.equal('one')
    expect(standingOf([{ setup: 'recovery' }])).to.equal('one')
    expect(standingOf([{ setup: 'app' }, { setup: 'recovery' }])).to.equal('good')
    expect(standingOf([{ setup: 'app' }, { setup: 'call' }])).to.equal('no-codes')
  })

  it('writes recovery codes into a file that every editor shows line by line', () => {
    const file = recoveryFile(
      ['AAAA-BBBB', 'CCCC-DDDD'],
      { title: 'Codes of {name}, {company}', made: 'Made on {date}', how: 'Once each' },
      { name: 'Dave', company: 'Example', date: '1 May' },
    )
    expect(file.split('\r\n')).to.deep.equal([
      'Codes of Dave, Example',
      'Made on 1 May',
      '',
      'AAAA-BBBB',
      'CCCC-DDDD',
      '',
      'Once each',
      '',
    ])
  })
})
