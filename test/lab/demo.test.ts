import { execFile } from 'node:child_process'
import { expect } from 'chai'
import { demoPhone } from './demo-phone.ts'
import { needProgram } from './need.ts'
import { type RadclientReply, radclient } from './radclient.ts'
import { demoYaml, type Service, startService } from './service.ts'
import { totpNow } from './totp.ts'

/** What a shell prints for a line. */
function paste(line: string): Promise<string> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', line], (_error, stdout, stderr) => resolve(stdout + stderr))
  })
}

/** Lets the person in, and tells the gateway who it is and in which group. */
function expectStaff({ kind, attributes, output }: RadclientReply, displayName: string): void {
  expect(kind, output).to.equal('Access-Accept')
  expect(attributes).to.include({
    Class: `0x${Buffer.from('OU=staff').toString('hex')}`,
    'Filter-Id': displayName,
  })
}

const aliceSeed = 'JBSWY3DPEHPK3PXP'

describe('the demo, as docs/start/demo.md shows it', function () {
  this.timeout(600_000)
  let service: Service
  let phone: ReturnType<typeof demoPhone>

  before(function () {
    needProgram('radclient', this)
    needProgram('oathtool', this)
  })
  beforeEach(async () => {
    service = await startService(demoYaml)
    phone = demoPhone(service.httpPort)
  })
  afterEach(async () => {
    await service.stop()
  })

  const signIn = (
    user: string,
    password: string,
    gateway: string,
    more: Record<string, string> = {},
  ) =>
    radclient(
      { 'User-Name': user, 'User-Password': password, 'NAS-Identifier': gateway, ...more },
      { port: service.port, timeoutSeconds: 22 },
    )

  it('prints lines for the shell that sign alice in, and carol once she answers', async () => {
    await service.printed(/Without radclient/)
    const block = service.output().split('Sign in from another terminal:')[1] ?? ''
    const [alice, carol, ...more] = block
      .split('\n')
      .filter((line) => line.includes('radclient -x'))
    expect(more).to.deep.equal([])
    expect(await paste(alice ?? '')).to.match(/^Received Access-Accept /m)
    const held = paste(carol ?? '')
    expect(block).to.include(`http://127.0.0.1:${service.httpPort}/demo/`)
    const call = await phone.next('call', 'carol')
    await phone.press(call.id, '#')
    expect(await held).to.match(/^Received Access-Accept /m)
  })

  it('accepts alice with the code after the password, and refuses the same code again', async () => {
    const password = `wonderland,${totpNow(aliceSeed)}`
    expectStaff(await signIn('alice', password, 'append'), 'Alice')
    const again = await signIn('alice', password, 'append')
    expect(again.kind).to.equal('Access-Reject')
    expect(again.attributes['Reply-Message']).to.match(/Sign-in failed/)
    expect(again.tookMs).to.be.greaterThan(900)
  })

  it('accepts alice with a code typed at a challenge', async () => {
    const asked = await signIn('alice', 'wonderland', 'challenge')
    expect(asked.kind).to.equal('Access-Challenge')
    expect(asked.attributes['Reply-Message']).to.match(/code/)
    const state = asked.attributes.State ?? ''
    expect(asked.attributes).to.not.have.any.keys('Class', 'Filter-Id')
    const answered = await signIn('alice', totpNow(aliceSeed), 'challenge', { State: state })
    expectStaff(answered, 'Alice')
  })

  it('accepts bob after he types the code the demo phone shows', async () => {
    const asked = await signIn('bob', 'builder', 'auto')
    expect(asked.kind).to.equal('Access-Challenge')
    const { code = '' } = await phone.next('sms', 'bob')
    expect(code).to.match(/^\d{6}$/)
    const answered = await signIn('bob', code, 'auto', { State: asked.attributes.State ?? '' })
    expectStaff(answered, 'Bob')
  })

  it('holds carol until she presses #, and calls once though radclient asks three times', async () => {
    const held = radclient(
      { 'User-Name': 'carol', 'User-Password': 'singer', 'NAS-Identifier': 'hold' },
      { port: service.port, timeoutSeconds: 2, tries: 9 },
    )
    const call = await phone.next('call', 'carol')
    await new Promise((resolve) => setTimeout(resolve, 4_500))
    expect(await phone.press(call.id, '#')).to.equal(200)
    expectStaff(await held, 'Carol')
    const calls = (await phone.list()).filter(
      ({ kind, user }) => kind === 'call' && user === 'carol',
    )
    expect(calls).to.have.length(1)
  })

  it('refuses dave with a text, after the right password only', async () => {
    const right = await signIn('dave', 'diver', 'auto')
    expect(right.kind).to.equal('Access-Reject')
    expect(right.attributes['Reply-Message']).to.match(/no phone or app/)
    const wrong = await signIn('dave', 'driver', 'auto')
    expect(wrong.attributes['Reply-Message']).to.match(/Sign-in failed/)
    expect(right.attributes).to.not.have.any.keys('Class', 'Filter-Id')
  })

  it('answers a FortiGate before its 5 s are over: carol approves, then presses Enter', async () => {
    // A FortiGate has one try of 5 s. On a machine that is too busy for that, the answer is there at the second one, and
    // still only where the server gave it with no key pressed.
    const asking = radclient(
      { 'User-Name': 'carol', 'User-Password': 'singer', 'NAS-Identifier': 'fortigate' },
      { port: service.port, timeoutSeconds: 5, tries: 2 },
    )
    const call = await phone.next('call', 'carol')
    const asked = await asking
    expect(asked.kind).to.equal('Access-Challenge')
    await phone.press(call.id, '#')
    const state = asked.attributes.State ?? ''
    expectStaff(await signIn('carol', '', 'fortigate', { State: state }), 'Carol')
  })

  it('asks behind GlobalProtect, and takes the code after the password of OPNsense', async () => {
    const asked = await signIn('bob', 'builder', 'globalprotect')
    expect(asked.kind).to.equal('Access-Challenge')
    const { code = '' } = await phone.next('sms', 'bob')
    const state = asked.attributes.State ?? ''
    expectStaff(await signIn('bob', code, 'globalprotect', { State: state }), 'Bob')
    const password = `wonderland,${totpNow(aliceSeed)}`
    expectStaff(await signIn('alice', password, 'opnsense'), 'Alice')
    expect((await signIn('bob', 'builder', 'opnsense')).kind).to.equal('Access-Reject')
  })

  it('lets frank and carol on the Wi-Fi: him into the guests’ VLAN, her with one call a day', async function () {
    needProgram('eapol_test', this)
    await service.printed(/eapol_test -c/)
    const line = /^ *(printf .*\| eapol_test .*)$/m.exec(service.output())?.[1] ?? ''
    const frank = await paste(line)
    expect(frank)
      .to.match(/^SUCCESS$/m)
      .and.match(/^MPPE keys OK: 1 {2}mismatch: 0$/m)
    expect(frank).to.match(/Attribute 81 .*\n +Value: 313230\n/)

    const carol = line.replace('frank', 'carol').replace('freckles', 'singer')
    const held = paste(carol)
    const call = await phone.next('call', 'carol')
    await phone.press(call.id, '#')
    expect(await held).to.match(/^SUCCESS$/m)
    // Another proof of the same password, so that it is not a repetition of the first; bound to its tunnel.
    const bound = carol.replace('TTLS', 'PEAP').replace('auth=PAP', 'auth=MSCHAPV2')
    expect(await paste(bound)).to.match(/^SUCCESS$/m)
    expect(await phone.calls()).to.equal(1)
  })

  it('explains the same beforehand, and why afterwards', async () => {
    const holdfast = (words: string) =>
      paste(`XDG_RUNTIME_DIR=${service.folder} bin/holdfast ${words}`)
    const explained = await holdfast('explain alice --gateway hold')
    expect(explained).to.match(
      /^alice at hold, with the right password alone, is refused: no-method-for-flow/,
    )
    const carol = await holdfast('explain carol --gateway hold')
    expect(carol)
      .to.match(/is held for up to 1\d\.\d s while \*\*21 rings/)
      .and.include('Class = "OU=staff" (rule staff)')
      .and.include('Filter-Id = "Carol" (rule person)')
    const reached = await phone.list()
    expect(reached.filter(({ kind }) => kind !== 'email')).to.deep.equal([])
    const refused = await signIn('alice', 'wonderland', 'hold')
    const reference = /Ref (\w+)/.exec(refused.attributes['Reply-Message'] ?? '')?.[1] ?? ''
    expect(await holdfast(`why ${reference}`)).to.include('no-method-for-flow')
  })

  it('lets carol in without a call while she has a bypass, with the same attributes', async () => {
    const words = 'bypass carol --once --reason "phone at home"'
    await paste(`XDG_RUNTIME_DIR=${service.folder} bin/holdfast ${words}`)
    expectStaff(await signIn('carol', 'singer', 'hold'), 'Carol')
    expect(await phone.calls()).to.equal(0)
  })

  it('accepts a code alone where the gateway has checked the password', async () => {
    const code = totpNow(aliceSeed)
    expectStaff(await signIn('alice', code, 'code-only'), 'Alice')
    expect((await signIn('alice', code, 'code-only')).kind).to.equal('Access-Reject')
  })

  it('refuses and blocks after 0#', async () => {
    const held = signIn('carol', 'singer', 'hold')
    const call = await phone.next('call', 'carol')
    await phone.press(call.id, '0#')
    expect((await held).kind).to.equal('Access-Reject')
    const blocked = await signIn('carol', 'singer', 'hold')
    expect(blocked.kind).to.equal('Access-Reject')
    expect(blocked.attributes['Reply-Message']).to.match(/Sign-in failed/)
  })

  it('stops by itself when asked, with exit code 0', async () => {
    expect(await service.stop()).to.equal(0)
  })
})
