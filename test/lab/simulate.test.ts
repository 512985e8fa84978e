import { expect } from 'chai'
import { holdfast } from './cli.ts'
import { demoYaml, type Service, startService } from './service.ts'

describe('holdfast simulate, in the demo and without further flags', function () {
  this.timeout(600_000)
  let service: Service

  before(async () => {
    service = await startService(demoYaml)
  })
  after(async () => {
    await service.stop()
  })

  const simulate = (words: string) =>
    holdfast(['simulate', ...words.split(' ')], { XDG_RUNTIME_DIR: service.folder })

  it('plays GlobalProtect for carol, who is called once and lets the challenge go on', async () => {
    const { code, stdout, stderr } = await simulate(
      '--preset globalprotect --user carol --answer-after 8500ms',
    )
    expect(stdout + stderr)
      .to.match(/call to \+31687654321[\s\S]*again \(3\)[\s\S]*Access-Challenge[\s\S]*Enter/)
      .and.match(/Filter-Id = "Carol"/)
      .and.match(/\ncarol is in after \d+\.\d s, with one prompt\. Holdfast asked to go on/)
    expect(code).to.equal(0)
  })

  it('types the code of an app, or the one that was sent', async () => {
    const [alice, bob] = await Promise.all([
      simulate('--preset fortigate --user alice --answer-after 300ms'),
      simulate('--preset fortigate --user bob --answer-after 300ms --loss 0% --jitter 20ms'),
    ])
    expect(alice.stdout)
      .to.match(/-- code -+>/)
      .and.match(/\nalice is in after \d/)
    expect(bob.stdout)
      .to.match(/sms to \+31612345678/)
      .and.match(/\nbob is in after .* one prompt/)
    expect([alice.code, bob.code]).to.deep.equal([0, 0])
  })

  it('takes the gateway that anything comes to where none has the preset, and says so', async () => {
    const { code, stdout, stderr } = await simulate('--preset sophos --user bob --answer-after 1s')
    expect(stderr).to.include('No gateway here has the preset sophos; it is played at auto.')
    expect(stdout).to.match(
      /the gateway can show no challenge\.\n- Write challenges: false for auto\./,
    )
    expect(code).to.equal(7)
  })

  it('plays the person of a demo without being told when to answer', async () => {
    const { code, stdout, stderr } = await simulate('--preset sophos --user carol')
    expect(code, stdout + stderr).to.equal(0)
    expect(stdout).to.include('carol is in after').and.not.include('Password')
  })

  it('says by how much an Accept came too late, and which setting helps', async () => {
    const words = '--preset sophos --tries 1 --timeout 2s --user carol --answer-after 2500ms'
    const { code, stdout } = await simulate(words)
    expect(stdout)
      .to.match(/gave up after \d+\.\d s; the Access-Accept came \d+ ms late\./)
      .and.match(
        /takes auto for a gateway that waits 20\.0 s: write preset: sophos or patience: 2s/,
      )
    expect(code).to.equal(8)
  })

  it('plays a named gateway, and lets dave see why he is refused', async () => {
    const words = '--preset meraki --gateway hold --user dave --answer-after 1s --json'
    const { code, stdout } = await simulate(words)
    const { advice, ...told } = JSON.parse(stdout)
    expect(told).to.include({ gateway: 'hold', preset: 'meraki', outcome: 'reject', prompts: 0 })
    expect(code).to.equal(7)
    const [, reference = ''] = /holdfast why (\w+)/.exec(advice[0]) ?? []
    const why = await holdfast(['why', reference], { XDG_RUNTIME_DIR: service.folder })
    expect(why.stdout).to.include('not-enrolled')
  })

  for (const [what, words, tells] of [
    [
      'a phone types the number that the gateway shows',
      'dave --preset fortigate --with push',
      /-- (\d\d) -+>/,
    ],
    [
      'own digits are typed on the phone again',
      'dave --preset opnsense --with push',
      /-- (\d\d) -+>/,
    ],
    [
      'a passkey signs while the gateway waits',
      'dave --preset opnsense --with passkey',
      /-- a signature -+>/,
    ],
    [
      'and where it asks',
      'alice --preset fortigate --with passkey',
      /-- word -+>[\s\S]*-- a signature -+>/,
    ],
  ] as const) {
    it(`${what}: ${words}`, async () => {
      const { code, stdout, stderr } = await simulate(`--answer-after 300ms --user ${words}`)
      expect(code, stdout + stderr).to.equal(0)
      expect(stdout)
        .to.match(tells)
        .and.match(/\n(dave|alice) is in after .*, with one prompt/)
      const env = { XDG_RUNTIME_DIR: service.folder }
      const left = await holdfast(
        ['authenticator', 'list', words.split(' ')[0] ?? '', '--json'],
        env,
      )
      expect(left.stdout, 'nothing stays').not.to.contain('Simulated')
    })
  }

  it('knows no one else, and no other gateway', async () => {
    const [nobody, nowhere] = await Promise.all([
      simulate('--preset meraki --user mallory --answer-after 1s'),
      simulate('--preset meraki --gateway nowhere --user dave --answer-after 1s'),
    ])
    expect(nobody.stderr).to.include('No user of this demo is called "mallory"')
    expect([nobody.code, nowhere.code]).to.deep.equal([2, 4])
  })
})
