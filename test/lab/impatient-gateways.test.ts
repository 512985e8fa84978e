import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { demoPhone } from './demo-phone.ts'
import { needProgram } from './need.ts'
import { type RadclientReply, radclient } from './radclient.ts'
import { freeUdpPort, type Service, startService } from './service.ts'

/** Everyone picks up this long after the phone began to ring. */
const answerAfterMs = 12_000

/**
 * How often a sign-in is played at most, each time by another person. On a machine that stalls for seconds,
 * these gateways give up whatever Holdfast does. A fault of Holdfast is there each time.
 */
const plays = 3

const people = ['ann', 'ben', 'cas', 'dot', 'eli', 'fin', 'gus', 'hal'].flatMap((name) =>
  Array.from({ length: plays }, (_, play) => `${name}${play}`),
)

/** Gateways as their presets know them, and a phone for each person. */
function yamlOf(port: number, secondPort: number, httpPort: number): string {
  const gateway = (name: string, more: string) =>
    `  ${name}: { address: 127.0.0.1, secret: testing123, nas_identifier: ${name}, trust_nas_identifier: true, ${more} }`
  return `insecure_demo: true
default_region: NL
store: temporary
listen: ["127.0.0.1:${port}", "127.0.0.1:${secondPort}"]
http: { listen: "127.0.0.1:${httpPort}" }
directories:
  people:
    type: local
    users:
${people.map((name) => `      ${name}: { password: secret-${name}, groups: [staff] }`).join('\n')}
gateways:
${gateway('fortigate', 'preset: fortigate, challenges: false')}
${gateway('fortigate-mute', 'preset: fortigate')}
${gateway('fortigate-15', 'preset: fortigate, challenges: false, patience: 15s')}
${gateway('globalprotect', 'preset: palo-alto')}
${gateway('opnsense', 'preset: opnsense, patience: 30s')}
reply_rules:
  - group: staff
    vlan: 120
    reply: { Class: [OU=staff, "0x00ff10"], Filter-Id: ["{{sAMAccountName}}", staff], Session-Timeout: 3600 }
delivery:
  phone: { type: demo }
methods: { call: { via: phone } }
demo:
  enrolments:
${people
  .map(
    (name, index) =>
      `    - { directory: people, user: ${name}, method: call, phone: "+316123456${10 + index}" }`,
  )
  .join('\n')}
`
}

/** All that the rules give, whichever way the person came in. */
function expectStaff({ kind, attributes, output }: RadclientReply, name: string): void {
  expect(kind, output).to.equal('Access-Accept')
  expect(attributes).to.include({
    'Session-Timeout': '3600',
    'Tunnel-Type:0': 'VLAN',
    'Tunnel-Medium-Type:0': 'IEEE-802',
    'Tunnel-Private-Group-Id:0': '120',
  })
  const valuesOf = (attribute: string) =>
    [...output.matchAll(new RegExp(`^\\t${attribute} = "?(.*?)"?$`, 'gm'))].map(
      ([, value]) => value,
    )
  expect(valuesOf('Filter-Id')).to.deep.equal([name, 'staff'])
  // To the byte: a gateway sends them back as they are, for accounting.
  const staff = `0x${Buffer.from('OU=staff').toString('hex')}`
  expect(valuesOf('Class')).to.deep.equal([staff, '0x00ff10'])
}

/** How often radclient has sent its request. */
function sent({ output }: RadclientReply): number {
  return output.match(/^Sent Access-Request/gm)?.length ?? 0
}

describe('gateways that wait too short for a person who answers after 12 s', function () {
  this.timeout(600_000)
  let service: Service
  let secondPort: number
  const signIns: Readonly<Record<string, (play: number) => Promise<void>>> = {
    fortigate: (play) => signInAtFortigate(`ann${play}`, 'fortigate', 'Access-Reject'),
    'fortigate-mute': (play) =>
      signInAtFortigate(`gus${play}`, 'fortigate-mute', 'Access-Challenge'),
    'fortigate-15': (play) => signInAtPatientFortigate(`ben${play}`),
    globalprotect: (play) => signInAtGlobalProtect(`cas${play}`),
    'globalprotect-mute': (play) => signInAtMuteGlobalProtect(`hal${play}`),
    opnsense: (play) => signInAtOpnsense(`dot${play}`),
    'second server': (play) => signInAtSecondServer(`eli${play}`),
    'unknown port': (play) => beRefusedAtSecondServer(`fin${play}`),
  }
  const faults = new Map<string, unknown>(
    Object.keys(signIns).map((name) => [name, new Error('was not played')]),
  )

  before(async function () {
    needProgram('radclient', this)
    secondPort = await freeUdpPort()
    service = await startService(({ port, httpPort }) => yamlOf(port, secondPort, httpPort))
    // All at the same time: what takes long is that people take their time.
    for (let play = 0; play < plays; play++) {
      await Promise.all(
        Object.entries(signIns).map(async ([name, signIn]) => {
          if (!faults.has(name)) return
          try {
            await signIn(play)
            faults.delete(name)
          } catch (error) {
            faults.set(name, error)
          }
        }),
      )
    }
  })
  after(async () => {
    await service?.stop()
  })

  for (const [name, how] of [
    ['fortigate', 'FortiGate, 5 s: refused in time, and let in at once on the second try'],
    [
      'fortigate-mute',
      'FortiGate, 5 s: challenged where its client shows nothing, and let in at once on the second try',
    ],
    ['fortigate-15', 'FortiGate, 5 s and two resends: held for'],
    ['globalprotect', 'GlobalProtect, 3 s x 3: challenged in time, then let in'],
    ['globalprotect-mute', 'the same, shown to nobody: let in at once on the second try'],
    ['opnsense', 'OPNsense, 10 s x 3: held for'],
    [
      'second server',
      'the same, and then its second server: the request there waits for the same call',
    ],
    ['unknown port', 'the same where nothing tells people apart: refused at the second server'],
  ] as const) {
    it(`${how}, and the phone rings once`, () => {
      expect(signIns).to.have.property(name)
      if (faults.has(name)) throw faults.get(name)
    })
  }

  const ask = (
    name: string,
    nas: string,
    more: Record<string, string>,
    timers: { readonly timeoutSeconds: number; readonly tries: number; readonly port?: number },
  ) =>
    radclient(
      { 'User-Name': name, 'User-Password': `secret-${name}`, 'NAS-Identifier': nas, ...more },
      { port: service.port, ...timers },
    )

  /** Waits for the call and answers it late; then tells how often the phone has rung. */
  async function pickUp(name: string): Promise<() => Promise<number>> {
    const phone = demoPhone(service.httpPort)
    const { id } = await phone.next('call', name)
    await sleep(answerAfterMs)
    expect(await phone.press(id, '#'), `${name} answers`).to.equal(200)
    return async () => (await phone.list()).filter(({ user }) => user === name).length
  }

  async function signInAtFortigate(
    name: string,
    nas: string,
    kind: RadclientReply['kind'],
  ): Promise<void> {
    const request = () =>
      ask(name, nas, { 'Calling-Station-Id': '198.51.100.1' }, { timeoutSeconds: 5, tries: 3 })
    const first = request()
    const answered = pickUp(name)
    answered.catch(() => undefined)
    const refused = await first
    expect(refused.kind, refused.output).to.equal(kind)
    expect(sent(refused), 'before the FortiGate asks again').to.equal(1)
    const countCalls = await answered
    const second = await request()
    expectStaff(second, name)
    expect(await countCalls()).to.equal(1)
  }

  async function signInAtPatientFortigate(name: string): Promise<void> {
    const held = ask(name, 'fortigate-15', {}, { timeoutSeconds: 5, tries: 3 })
    const countCalls = await pickUp(name)
    expectStaff(await held, name)
    expect(sent(await held)).to.equal(3)
    expect(await countCalls()).to.equal(1)
  }

  async function signInAtGlobalProtect(name: string): Promise<void> {
    const timers = { timeoutSeconds: 3, tries: 3 }
    const first = ask(name, 'globalprotect', {}, timers)
    const answered = pickUp(name)
    answered.catch(() => undefined)
    const challenged = await first
    expect(challenged.kind, challenged.output).to.equal('Access-Challenge')
    expect(sent(challenged), 'at the end of its patience').to.equal(3)
    const countCalls = await answered
    const state = challenged.attributes.State ?? ''
    expectStaff(
      await ask(name, 'globalprotect', { 'User-Password': '', State: state }, timers),
      name,
    )
    expect(await countCalls()).to.equal(1)
  }

  /** Known again by the attribute in which PAN-OS has the person's address. */
  async function signInAtMuteGlobalProtect(name: string): Promise<void> {
    const timers = { timeoutSeconds: 3, tries: 3 }
    const device = { 'PaloAlto-Client-Source-IP': '198.51.100.8' }
    const first = ask(name, 'globalprotect', device, timers)
    const countCalls = await pickUp(name)
    expect((await first).kind).to.equal('Access-Challenge')
    expectStaff(await ask(name, 'globalprotect', device, timers), name)
    expect(await countCalls()).to.equal(1)
  }

  async function signInAtOpnsense(name: string): Promise<void> {
    const held = ask(name, 'opnsense', { 'NAS-Port': '0' }, { timeoutSeconds: 10, tries: 3 })
    const countCalls = await pickUp(name)
    expectStaff(await held, name)
    expect(await countCalls()).to.equal(1)
  }

  /** The second server gets a request of its own: another identifier, another authenticator. */
  async function signInAtSecondServer(name: string): Promise<void> {
    const port = { 'NAS-Port': '17' }
    const first = ask(name, 'opnsense', port, { timeoutSeconds: 10, tries: 1 })
    const answered = pickUp(name)
    answered.catch(() => undefined)
    expect((await first).kind).to.equal('none')
    const timers = { timeoutSeconds: 10, tries: 3, port: secondPort }
    const second = ask(name, 'opnsense', port, timers)
    const countCalls = await answered
    expectStaff(await second, name)
    expect(await countCalls()).to.equal(1)
  }

  /** Anyone who has the password could have sent it, so that it must not share her approval (RULES 2). */
  async function beRefusedAtSecondServer(name: string): Promise<void> {
    const port = { 'NAS-Port': '0' }
    const first = ask(name, 'opnsense', port, { timeoutSeconds: 10, tries: 1 })
    const answered = pickUp(name)
    answered.catch(() => undefined)
    expect((await first).kind).to.equal('none')
    const timers = { timeoutSeconds: 10, tries: 3, port: secondPort }
    const second = await ask(name, 'opnsense', port, timers)
    expect(second.kind, second.output).to.equal('Access-Reject')
    expect(second.attributes['Reply-Message']).to.match(/^Another sign-in of yours is open/)
    const countCalls = await answered
    expect(await countCalls()).to.equal(1)
  }
})
