import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { attributeType, findAttribute } from '../../src/radius/index.ts'
import { createTexts } from '../../src/texts/index.ts'
import { type LabCertificates, makeCertificates } from './certificates.ts'
import { needProgram } from './need.ts'
import { type ProvidersApp, peopleOf, startApp, stopAll, textOf, toStop } from './providers-lab.ts'
import { gatewayConfig } from './service-config.ts'
import { type SmtpServer, startSmtpServer } from './smtp-server.ts'

const texts = createTexts({ defaultLanguage: 'en' })
const login = { user: 'holdfast', password: 'swordfish' }
const address = 'ann@corp.example'

describe('codes by mail, from the packet to the reply', function () {
  this.timeout(600_000)
  let folder: string
  let certificates: LabCertificates
  let others: LabCertificates

  before(async function () {
    needProgram('openssl', this)
    folder = mkdtempSync(join(tmpdir(), 'holdfast-mail-'))
    const make = (name: string, names: readonly string[]) => {
      mkdirSync(join(folder, name))
      return makeCertificates(join(folder, name), names)
    }
    certificates = await make('right', ['DNS:localhost'])
    others = await make('other', ['DNS:elsewhere.example'])
  })
  afterEach(stopAll)
  after(() => rmSync(folder, { recursive: true, force: true }))

  async function start(
    server: Partial<Parameters<typeof startSmtpServer>[0]> = {},
    { caFile = certificates.caFile, password = login.password } = {},
  ): Promise<{ mail: SmtpServer; app: ProvidersApp }> {
    const mail = toStop(await startSmtpServer({ certificates, login, ...server }))
    const app = await startApp(undefined, {
      ...peopleOf({ ann: { email: address, language: 'de' } }),
      gateways: {
        mail: gatewayConfig('mail', { flow: 'challenge', label: 'Büro & Söhne' }),
      },
      delivery: {
        office: {
          ...{ type: 'smtp', host: 'localhost', port: mail.port, timeout: '10s' },
          ...{ from: 'Sign-in <mfa@corp.example>', user: login.user, password, ca_file: caFile },
        },
      },
      methods: { email: { via: 'office', attempts: 2, expiry: '2m' } },
    })
    return { mail, app }
  }
  const signIn = { user: 'ann', nas: 'mail', device: '192.0.2.7' }

  it('arrive over STARTTLS, and are typed back', async () => {
    const { mail, app } = await start()
    const asked = await app.gateway.signIn({ ...signIn, password: 'pw-ann' })
    expect(asked?.kind).to.equal('challenge')
    expect(asked?.message).to.match(/a\S+@corp\.example/)
    expect(asked?.message).to.not.contain(address)
    const [received] = mail.mails
    expect(received).to.include({ to: address, encrypted: true })
    const [, header = '', body = ''] = /^(.*?)\n\n(.*)$/s.exec(received?.data ?? '') ?? []
    expect(header).to.match(/^From: "?Sign-in"? <mfa@corp\.example>$/m)
    const said = decodeQuotedPrintable(body)
    const code = /\b\d{6}\b/.exec(said)?.[0] ?? ''
    const values = { code, gateway: 'Büro & Söhne' }
    expect(said.trim()).to.equal(texts.text('email-code', 'de', values))
    // Nothing but the request for TLS crosses the wire unencrypted.
    const clear = mail.commands.filter((command) => !command.startsWith('TLS '))
    expect(clear.map((command) => command.split(' ')[0])).to.deep.equal(['EHLO', 'STARTTLS'])

    const state = asked?.state
    const wrong = code === '000000' ? '000001' : '000000'
    const again = await app.gateway.signIn({ ...signIn, password: wrong, ...(state && { state }) })
    expect(again?.kind).to.equal('challenge')
    const typed = { ...signIn, password: code, ...(again?.state && { state: again.state }) }
    expect((await app.gateway.signIn(typed))?.kind).to.equal('accept')
    expect(mail.mails).to.have.length(1)
    expect((await app.lastSignIn('ann', 'accepted')).method).to.equal('email')
  })

  it('end with the settings of mail: tries and expiry', async () => {
    const { mail, app } = await start()
    const asked = await app.gateway.signIn({ ...signIn, password: 'pw-ann' })
    const timeout = asked && findAttribute(asked.packet, attributeType.SessionTimeout)
    expect(Buffer.from(timeout ?? []).readUInt32BE()).to.be.within(110, 120)
    const wrong = { ...signIn, password: 'wrong' }
    const state = asked?.state
    const again = await app.gateway.signIn({ ...wrong, ...(state && { state }) })
    expect(again?.kind).to.equal('challenge')
    const last = await app.gateway.signIn({ ...wrong, ...(again?.state && { state: again.state }) })
    expect(last?.kind).to.equal('reject')
    await app.lastSignIn('ann', 'code-wrong')
    expect(mail.mails).to.have.length(1)
  })

  const failures: readonly (readonly [
    string,
    () => Parameters<typeof start>,
    outage: boolean,
    detail: RegExp,
  ])[] = [
    ['an authority that is not ours', () => [{}, { caFile: others.caFile }], true, /failed/],
    [
      'a certificate for another name',
      () => [{ certificates: others }, { caFile: others.caFile }],
      true,
      /failed/,
    ],
    ['no STARTTLS', () => [{ offersTls: false }], true, /ETLS/],
    ['a wrong password', () => [{}, { password: 'wrong' }], false, /535/],
    ['an address the server refuses', () => [{ answers: { RCPT: '550 nobody' } }], false, /550/],
    ['a server that goes away', () => [{ answers: { MAIL: '421 later' } }], true, /421/],
  ]
  for (const [what, options, outage, detail] of failures) {
    it(`go to no one with ${what}: ${outage ? 'an' : 'no'} outage`, async () => {
      const { mail, app } = await start(...options())
      const reply = await app.gateway.signIn({ ...signIn, password: 'pw-ann' })
      expect(reply?.kind).to.equal('reject')
      expect(textOf(reply)).to.equal(texts.text('prompt-failed', 'de'))
      expect(mail.mails).to.deep.equal([])
      const { timeline } = await app.lastSignIn('ann', 'prompt-failed')
      const failure = timeline.find((entry) => entry.what === 'provider-failed')?.detail
      expect(failure?.detail).to.match(detail)
      expect(failure?.outage).to.equal(outage)
      expect(JSON.stringify(app.log)).to.not.contain(login.password)
      // A password leaves only for a server that has proven its name.
      const clear = mail.commands.filter((command) => !command.startsWith('TLS '))
      expect(clear.join('\n')).to.not.match(/AUTH/)
    })
  }
})

/** RFC 2045 6.7. */
function decodeQuotedPrintable(text: string): string {
  const bytes = text
    .replace(/=\n/g, '')
    .replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
