import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import type { LdapDirectory, LdapOptions } from '../../../src/directory/index.ts'
import { checkMsChap, ntHash } from '../../../src/mschap/index.ts'
import type { MsChapCredential, Verified } from '../../../src/signin/index.ts'
import { Secret } from '../../../src/support/index.ts'
import { encryptNewPassword } from '../../mschap/new-password.ts'
import { msChap } from '../../signin/ms-chap-peer.ts'
import { demoPhone } from '../demo-phone.ts'
import { openGateway, type TestGateway } from '../gateway.ts'
import { closeDirectories, findUser, openDirectory } from '../ldap-lab.ts'
import { msChapAttributes, readMsChapReply } from '../ms-chap-gateway.ts'
import { type Service, startService } from '../service.ts'
import { administer, gatewayConfig, lastingConfig, type Settings } from '../service-config.ts'
import { corpDirectory, needMemberServer } from './corp.ts'
import { type MemberServer, startMemberServer } from './member-server.ts'
import { type Samba, startSamba } from './samba.ts'
import { labPassword } from './samba-people.ts'

describe('MS-CHAP at a domain controller, from a member of its domain', function () {
  this.timeout(600_000)
  let samba: Samba
  let member: MemberServer
  let directory: LdapDirectory

  before(async function () {
    needMemberServer(this)
    samba = await startSamba()
    member = await startMemberServer()
    directory = open(member.ntlmAuth(['winbindd_priv']))
  })
  after(closeDirectories)

  function open(program: string, change: Partial<LdapOptions> = {}): LdapDirectory {
    const winbind = { program, helpers: 2, timeoutMs: 10_000 }
    return openDirectory(samba, { lockoutShield: 'off', winbind, ...change })
  }

  async function verify(
    typed: string,
    credential: MsChapCredential,
    at = directory,
  ): Promise<Verified> {
    return at.verify(await findUser(at, typed), credential, new AbortController().signal)
  }

  for (const version of [1, 2] as const) {
    it(`takes a right response of version ${version}, and gives what the password itself would`, async () => {
      const credential = msChap(labPassword, { version })
      expect(await verify('alice', credential)).to.deep.include({
        kind: 'right',
        msChap: checkMsChap(credential, ntHash(new Secret(labPassword))),
      })
    })
  }

  for (const [typed, hashed] of [
    ['CORP\\alice', 'alice'],
    ['alice@corp.example', 'alice@corp.example'],
    ['müller', 'müller'],
    ['par(en)', 'par(en)'],
    ['odd', 'odd'],
    ['dave@alt.example', 'dave@alt.example'],
  ] as const) {
    it(`takes ${typed}`, async () => {
      const credential = { ...msChap(labPassword, { userName: hashed }), userName: typed }
      expect(await verify(typed, credential)).to.have.property('kind', 'right')
    })
  }

  for (const [name, kind] of [
    ['disabled', 'disabled'],
    ['expired', 'expired'],
    ['mustchange', 'must-change'],
    ['night', 'restricted'],
    ['kiosk', 'restricted'],
  ] as const) {
    it(`says ${kind} of ${name}, and only to the right password`, async () => {
      const right = await verify(name, msChap(labPassword, { userName: name }))
      expect(right).to.deep.equal({ kind })
      const wrong = await verify(name, msChap('wrong', { userName: name }))
      expect(wrong.kind).to.equal('wrong')
    })
  }

  it('counts each wrong response once, and says locked in the end', async () => {
    const ask = (text: string) =>
      verify('locked', { ...msChap(text, { userName: 'locked' }), userName: 'CORP\\locked' })
    const kinds: string[] = []
    for (const text of ['a', 'b', 'c', 'd', labPassword]) kinds.push((await ask(text)).kind)
    expect(kinds).to.deep.equal(['wrong', 'wrong', 'wrong', 'locked', 'locked'])
  })

  it('has no error by holdfast check, for one in the group winbindd_priv', async () => {
    const row = (await directory.check()).find(({ what }) => what === 'corp winbind')
    expect(row).to.deep.include({ ok: true, remedy: '' })
    expect(row?.detail).to.include('holdfast')
  })

  it('has no error by holdfast check with bind_dn as user@domain', async () => {
    const other = open(member.ntlmAuth(), { bindDn: 'holdfast@corp.example' })
    const row = (await other.check()).find(({ what }) => what === 'corp winbind')
    expect(row).to.deep.include({ ok: true })
  })

  it('fails in holdfast check for one outside of the group, and says so', async () => {
    const outside = open(member.ntlmAuth([]))
    const row = (await outside.check()).find(({ what }) => what === 'corp winbind')
    expect(row).to.deep.include({ ok: false })
    expect(row?.remedy).to.include('winbindd_priv')
    const verified = await verify('alice', msChap(labPassword), outside)
    expect(verified).to.have.property('kind', 'down')
  })

  it('fails in holdfast check where the machine asks for a domain that is not there', async () => {
    const elsewhere = open(member.ntlmAuth(), { netbiosDomain: 'OTHER' })
    const row = (await elsewhere.check()).find(({ what }) => what === 'corp winbind')
    expect(row).to.deep.include({ ok: false, remedy: 'Correct netbios_domain.' })
  })

  describe('as a service', () => {
    let service: Service
    let gateway: TestGateway

    before(async () => {
      service = await startService((place) => {
        const corp = (more: Settings = {}) =>
          corpDirectory(samba, place.folder, { lockout_shield: 'off', ...more })
        return JSON.stringify({
          ...lastingConfig(place),
          directories: {
            corp: corp({ winbind: { program: member.ntlmAuth(['winbindd_priv']) } }),
            plain: corp(),
          },
          gateways: {
            hold: gatewayConfig('hold', { first_factor: 'corp' }),
            plain: gatewayConfig('plain', { flow: 'hold', first_factor: 'plain' }),
          },
        })
      })
      gateway = await openGateway({ port: service.port })
    })
    after(async () => {
      gateway?.close()
      await service?.stop()
    })

    async function ask(
      user: string,
      credential: MsChapCredential,
      nas = 'hold',
      from: { readonly device?: string } = {},
    ) {
      const more = msChapAttributes(credential)
      const request = gateway.request({ user, nas, more, ...from })
      const reply = await gateway.send(request, 22_000)
      if (reply === undefined) throw new Error('no reply')
      return { kind: reply.kind, ...readMsChapReply(reply.packet, request) }
    }

    it('holds alice while her phone rings, and sends what her client expects', async () => {
      const credential = msChap(labPassword)
      const held = ask('alice', credential)
      const phone = demoPhone(service.httpPort)
      await phone.press((await phone.next('call', 'alice')).id, '#')
      const expected = checkMsChap(credential, ntHash(new Secret(labPassword)))
      if (expected?.version !== 2) throw new Error('version 1')
      expect(await held).to.include({
        kind: 'accept',
        success: expected.authenticatorResponse,
        sendKey: Buffer.from(expected.sendKey).toString('hex'),
        receiveKey: Buffer.from(expected.receiveKey).toString('hex'),
      })
    })

    for (const [user, text, error] of [
      ['alice', 'wrong', /^E=691 R=0 /],
      ['nobody', labPassword, /^E=691 R=0 /],
      ['disabled', labPassword, /^E=647 R=0 /],
      ['night', labPassword, /^E=646 R=0 /],
      ['mustchange', labPassword, /^E=648 R=0 /],
      ['mustchange', 'wrong', /^E=691 R=0 /],
    ] as const) {
      it(`tells ${user} with ${text === 'wrong' ? 'a wrong' : 'the right'} password ${error.source.slice(1, 6)}`, async () => {
        const reply = await ask(user, msChap(text, { userName: user }))
        expect(reply.kind).to.equal('reject')
        expect(reply.error).to.match(error)
      })
    }

    it('lets changesit set a new password by MS-CHAP, once the phone has said yes', async () => {
      const authenticator = { method: 'call', phone: '+31612345679' }
      await administer(service, [['authenticator.add', { name: 'changesit', authenticator }]])
      const user = { userName: 'changesit' }
      const device = '203.0.113.9'
      const held = ask('changesit', msChap(labPassword, user), 'hold', { device })
      const phone = demoPhone(service.httpPort)
      await phone.press((await phone.next('call', 'changesit')).id, '#')
      expect((await held).error).to.match(/^E=648 R=0 /)

      const tooShort = {
        ...msChap('x', user),
        change: encryptNewPassword(labPassword, 'x', randomBytes),
      }
      expect((await ask('changesit', tooShort, 'hold', { device })).error).to.match(/^E=709 R=0 /)

      const again = ask('changesit', msChap(labPassword, user), 'hold', { device })
      await phone.press((await phone.next('call', 'changesit', 1)).id, '#')
      expect((await again).error).to.match(/^E=648 R=0 /)
      const next = 'Sömmer-2026-x'
      const change = encryptNewPassword(labPassword, next, randomBytes)
      const credential = { ...msChap(next, user), change }
      const expected = checkMsChap(credential, ntHash(new Secret(next)))
      if (expected?.version !== 2) throw new Error('version 1')
      expect(await ask('changesit', credential, 'hold', { device })).to.include({
        kind: 'accept',
        success: expected.authenticatorResponse,
        sendKey: Buffer.from(expected.sendKey).toString('hex'),
      })
      const [old, fresh] = [msChap(labPassword, user), msChap(next, user)]
      expect((await verify('changesit', fresh)).kind).to.equal('right')
      expect((await verify('changesit', old)).kind).to.equal('wrong')
    })

    it('says in the log which setting would help where there is none', async () => {
      const reply = await ask('alice', msChap(labPassword), 'plain')
      expect(reply.kind).to.equal('reject')
      await service.printed(/MS-CHAPv2.*give directory plain a winbind: section.*switch.*to PAP/)
    })
  })

  describe('when winbindd is gone', () => {
    before(() => member.stop())

    it('is down, and the helpers live on', async () => {
      const verified = await verify('alice', msChap(labPassword))
      expect(verified).to.have.property('kind', 'down')
    })
  })
})
