import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Explanation, UserDetails } from '../../../src/operations/index.ts'
import { connectAdmin } from '../../../src/ops/index.ts'
import { demoPhone } from '../demo-phone.ts'
import { needProgram, needRoot } from '../need.ts'
import { radclient } from '../radclient.ts'
import { type Service, startService } from '../service.ts'
import { totpNow } from '../totp.ts'
import { type Samba, startSamba } from './samba.ts'
import { labPassword } from './samba-people.ts'

function yaml(samba: Samba) {
  return ({ port, httpPort, folder }: { port: number; httpPort: number; folder: string }) => {
    writeFileSync(join(folder, 'ca.pem'), samba.ca)
    const gateway = (name: string, more: string) =>
      `  ${name}: { address: 127.0.0.1, secret: testing123, nas_identifier: ${name}, trust_nas_identifier: true, patience: 15s, ${more} }`
    return `insecure_demo: true
default_region: NL
listen: ["127.0.0.1:${port}"]
http: { listen: "127.0.0.1:${httpPort}" }
store: temporary
admin_socket: ${folder}/admin.sock
directories:
  corp:
    type: ldap
    servers: ${samba.ldapsUrl}
    ca_file: ${folder}/ca.pem
    bind_dn: "${samba.bindDn}"
    bind_password: "${samba.password}"
    base_dn: "${samba.baseDn}"
    upn_suffixes: [alt.example]
    phone_attributes: [mobile]
gateways:
${gateway('hold', 'flow: hold, label: VPN Amsterdam')}
${gateway('text', 'flow: challenge, methods: [sms]')}
${gateway('append', 'flow: append')}
${gateway('nested', 'flow: append, require_groups: [VPN-Users]')}
delivery: { phone: { type: demo } }
methods: { sms: { via: phone }, call: { via: phone } }
`
  }
}

describe('sign-ins against Active Directory over LDAPS', function () {
  this.timeout(600_000)
  const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  let service: Service
  let phone: ReturnType<typeof demoPhone>

  before(async function () {
    needRoot(this)
    for (const program of ['samba', 'radclient', 'oathtool']) needProgram(program, this)
    service = await startService(yaml(await startSamba()))
    phone = demoPhone(service.httpPort)
    const admin = await connectAdmin(join(service.folder, 'admin.sock'))
    for (const user of ['bob', 'odd', 'disabled', 'expired', 'mustchange', 'night']) {
      await admin.call('authenticator.add', { name: user, authenticator: { method: 'totp', seed } })
    }
    admin.close()
  })
  after(async () => {
    if (process.env.SHOW_OUTPUT) console.log(service?.output())
    await service?.stop()
  })

  const signIn = (
    user: string,
    password: string,
    gateway: string,
    more: Record<string, string> = {},
  ) =>
    radclient(
      { 'User-Name': user, 'User-Password': password, 'NAS-Identifier': gateway, ...more },
      { port: service.port, timeoutSeconds: 16 },
    )

  let calls = 0
  for (const name of ['alice', 'corp.example.\\ALICE', 'CORP\\Alice@corp.example', 'alice@CORP']) {
    it(`holds for ${name} until # is pressed`, async () => {
      const held = signIn(name, labPassword, 'hold')
      const call = await phone.next('call', 'alice', calls)
      calls += 1
      expect(call.to).to.equal('+31612345678')
      expect(call.text).to.contain('VPN Amsterdam')
      await phone.press(call.id, '#')
      expect((await held).kind).to.equal('Access-Accept')
    })
  }

  it('texts in the language the directory holds', async () => {
    const asked = await signIn('alice', labPassword, 'text')
    expect(asked.kind).to.equal('Access-Challenge')
    const { text, code = '' } = await phone.next('sms', 'alice')
    expect(text).to.match(/is uw code|is je code/i)
    const answered = await signIn('alice', code, 'text', { State: asked.attributes.State ?? '' })
    expect(answered.kind).to.equal('Access-Accept')
  })

  it('accepts a password with a code after it, under an alternative suffix', async () => {
    const reply = await signIn(
      'robert.smith@alt.example',
      `${labPassword},${totpNow(seed)}`,
      'append',
    )
    expect(reply.kind).to.equal('Access-Accept')
  })

  it('counts wrong codes of one person, however the name is spelt, and says what was not understood', async () => {
    const admin = await connectAdmin(join(service.folder, 'admin.sock'))
    const spellings = ['odd', 'Odd@CORP.', 'corp\\odd@corp.example']
    for (const [index, name] of spellings.entries()) {
      const wrong = `${labPassword},${totpNow(seed) === '000000' ? '000001' : '000000'}`
      expect((await signIn(name, wrong, 'append')).kind, name).to.equal('Access-Reject')
      const shown = await admin.call('user.show', { name: spellings[index - 1] ?? name })
      const { state } = shown as UserDetails
      expect(state.wrongCodes, name).to.equal(index + 1)
    }
    await admin.call('user.unlock', { name: 'odd@CORP' })
    for (const [user, reason, step] of [
      ['OTHER\\odd', 'domain-unknown', 'domain-unknown'],
      ['CORP\\CORP\\odd', 'name-invalid', 'name-invalid'],
    ] as const) {
      const explained = await admin.call('explain', { user, gateway: 'append' })
      const { sees, name } = explained as Explanation
      expect(sees).to.include({ kind: 'reject', reason })
      expect(name?.map(({ what }) => what)).to.deep.equal([step])
    }
    const shown = admin.call('user.show', { name: 'OTHER\\odd' })
    expect(await shown.catch(String)).to.match(
      /No user is called.*directory corp does not have the domain.*corp, corp\.example\./,
    )
    admin.close()
  })

  it('lets in a user of the group three levels down, and no one else', async () => {
    expect((await signIn('odd', `${labPassword},${totpNow(seed)}`, 'nested')).kind).to.equal(
      'Access-Accept',
    )
    const refused = await signIn('bob', `${labPassword},${totpNow(seed)}`, 'nested')
    expect(refused.attributes['Reply-Message']).to.match(/Sign-in failed/)
  })

  for (const [user, text] of [
    ['disabled', /cannot be used/],
    ['expired', /cannot be used/],
    ['night', /cannot be used/],
    ['mustchange', /expired/],
  ] as const) {
    it(`tells ${user} what may be told, after the right password only`, async () => {
      const right = await signIn(user, `${labPassword},${totpNow(seed)}`, 'append')
      expect(right.kind).to.equal('Access-Reject')
      expect(right.attributes['Reply-Message']).to.match(text)
    })
  }

  it('answers a wrong password, an unknown name and a wrong code in the same way', async () => {
    const replies = await Promise.all([
      signIn('bob', `Wrong-Passw0rd,${totpNow(seed)}`, 'append'),
      signIn('nobody', `${labPassword},123456`, 'append'),
      signIn('carol', 'Wrong-Passw0rd', 'hold'),
    ])
    for (const { kind, attributes, tookMs } of replies) {
      expect(kind).to.equal('Access-Reject')
      expect(attributes['Reply-Message']).to.match(/Sign-in failed/)
      expect(tookMs).to.be.greaterThan(900)
    }
  })
})
