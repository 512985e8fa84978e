import { expect } from 'chai'
import fc from 'fast-check'
import { createLocalDirectory } from '../../../src/directory/index.ts'
import type { MacRule, PolicyRule, ReplyRule } from '../../../src/signin/index.ts'
import { parseMac, Secret } from '../../../src/support/index.ts'
import { anyText } from '../../any-text.ts'
import {
  type Ask,
  call,
  chap,
  createWorld,
  flush,
  gatewayRules,
  pap,
  password,
  reasonOf,
  type World,
} from '../harness.ts'

const printer = '001122aabbcc'
const vlan30 = [{ type: 81, value: Buffer.from('30') }]
const printers: MacRule = {
  name: 'printers',
  gateways: ['vpn'],
  macs: new Set([printer]),
  attributes: vlan30,
}

const callingStation = (text: string) => ({ vendor: 0, type: 31, value: Buffer.from(text) })
const callCheck = { vendor: 0, type: 6, value: Buffer.of(0, 0, 0, 10) }

/** A request as a switch makes one of a device that says nothing. */
function deviceAsks(name: string, change: Partial<Ask> = {}): Ask {
  return {
    user: name,
    password: name,
    device: { kind: 'mac', value: printer },
    attributes: [callingStation('00-11-22-AA-BB-CC')],
    ...change,
  }
}

describe('MAC authentication', () => {
  let world: World
  beforeEach(() => {
    world = createWorld({ parts: { macRules: [printers] } })
  })

  async function answerTo(ask: Ask): Promise<string> {
    const pending = world.start(ask)
    await world.advance(1_500)
    return reasonOf(pending.outcome)
  }

  for (const written of [
    '001122aabbcc',
    '001122AABBCC',
    '00:11:22:aa:bb:cc',
    '00-11-22-AA-BB-CC',
    '0011.22aa.bbcc',
    '001122-aabbcc',
  ]) {
    it(`lets a listed device in that is called ${written}, and asks no directory`, async () => {
      expect(await world.ask(deviceAsks(written))).to.deep.equal({
        kind: 'accept',
        reason: 'accepted',
        attributes: vlan30,
      })
      expect(world.local.verified).to.equal(0)
    })
  }

  it('takes Call Check with any password, with a hash of one, or with none', async () => {
    const attributes = [callCheck, callingStation('001122aabbcc')]
    for (const credential of [pap('shared word'), chap(printer), { kind: 'none' } as const]) {
      expect(await answerTo(deviceAsks(printer, { attributes, credential }))).to.equal('accepted')
    }
  })

  it('is named in the audit, with the rule and the whole address', async () => {
    await world.ask(deviceAsks('001122AABBCC'))
    const [row] = world.rows
    expect(row).to.include({ userName: '00:11:22:aa:bb:cc', rule: 'printers', outcome: 'accept' })
    expect(row?.userKey).to.equal(undefined)
    expect(row?.timeline.map(({ what }) => what)).to.include('mac-rule')
  })

  it('refuses a device that is not listed, by its whole address', async () => {
    const ask = deviceAsks('00:11:22:aa:bb:cd', {
      attributes: [callingStation('00-11-22-AA-BB-CD')],
    })
    expect(await answerTo(ask)).to.equal('mac-unknown')
    expect(world.rows[0]).to.include({ userName: '00:11:22:aa:bb:cd', outcome: 'reject' })
  })

  for (const [what, attributes] of [
    ['is another one', [callingStation('00-11-22-AA-BB-CD')]],
    ['is no address', [callingStation('port 7')]],
    ['has something behind it', [callingStation('00-11-22-AA-BB-CC:corp')]],
    ['is empty', [callingStation('')]],
    ['is not there', []],
    ['is of a vendor', [{ ...callingStation(printer), vendor: 9 }]],
  ] as const) {
    it(`refuses a name typed at a web page, where Calling-Station-Id ${what}`, async () => {
      expect(await answerTo(deviceAsks(printer, { attributes }))).to.equal('mac-differs')
      expect(world.local.verified).to.equal(0)
    })
  }

  it('counts at its own gateways alone', async () => {
    const gateway = gatewayRules({ name: 'other' })
    expect(await answerTo(deviceAsks(printer, { gateway }))).to.equal('user-unknown')
  })

  it('is off where nothing is configured', async () => {
    world = createWorld()
    expect(await answerTo(deviceAsks(printer))).to.equal('user-unknown')
    const attributes = [callCheck, callingStation(printer)]
    expect(await answerTo(deviceAsks(printer, { attributes }))).to.equal('user-unknown')
  })

  it('is nothing that EAP or the answer to a challenge could become', async () => {
    const eap = { method: 'EAP-MD5', outerIdentity: printer }
    expect(await answerTo(deviceAsks(printer, { eap }))).to.equal('user-unknown')
    const state = new Uint8Array(40)
    expect(await answerTo(deviceAsks(printer, { state }))).to.equal('state-invalid')
  })

  it('gives nothing that people get there', async () => {
    const everybody: ReplyRule = {
      name: 'everybody',
      last: false,
      parts: [{ kind: 'fixed', attributes: [{ type: 25, value: Buffer.from('people') }] }],
    }
    const rules: readonly PolicyRule[] = [
      { name: 'all', users: [printer], outcome: { kind: 'no-second-factor' } },
    ]
    world = createWorld({ parts: { macRules: [printers], replyRules: [everybody], rules } })
    expect(await world.ask(deviceAsks(printer))).to.deep.include({ attributes: vlan30 })
    expect(await answerTo(deviceAsks('001122aabbcd'))).to.equal('mac-differs')
  })

  it('is not in the way of people', async () => {
    await world.enrol('alice', call)
    const pending = world.start({ attributes: [callingStation('00-11-22-AA-BB-CC')] })
    await flush()
    expect(pending.outcome, 'held while it rings').to.equal(undefined)
    expect(await answerTo({ user: 'alice', password: printer })).to.equal('password-wrong')
  })

  it('lets no one in by whatever else is said, in whatever form', async () => {
    const mac = fc.constantFrom(printer, '00:11:22:AA:BB:CC', '0011.22aa.bbcd', '02:00:00:00:00:00')
    const text = fc.oneof({ weight: 3, arbitrary: mac }, anyText())
    const service = fc.option(
      fc.oneof(fc.constant(callCheck.value), fc.uint8Array({ maxLength: 5 })),
    )
    await fc.assert(
      fc.asyncProperty(text, text, text, service, async (user, typed, station, type) => {
        const attributes = [
          callingStation(station),
          ...(type === null ? [] : [{ vendor: 0, type: 6, value: type }]),
        ]
        const pending = world.start({ user, password: typed, attributes })
        await world.advance(1_500)
        const isCallCheck = type !== null && callCheck.value.equals(type)
        const said = isCallCheck ? [user, station] : [user, typed, station]
        const isPrinter = said.every((each) => parseMac(each) === printer)
        expect(reasonOf(pending.outcome) === 'accepted').to.equal(isPrinter)
      }),
      { numRuns: 300 },
    )
  })

  describe('and a user in a directory whose name looks like an address', () => {
    beforeEach(() => {
      const users = [printer, '001122aabbcd'].map((name) => ({ name, password: new Secret(name) }))
      const options = { name: 'local', users, allowClear: true }
      const directory = createLocalDirectory(options, world)
      world = createWorld({
        parts: { macRules: [printers], directories: new Map([['local', directory]]) },
      })
    })

    it('never passes with the address as password', async () => {
      const attributes = [callingStation('001122aabbcd')]
      expect(await answerTo(deviceAsks('001122aabbcd', { attributes }))).to.equal('mac-unknown')
    })

    it('needs the second factor with another password', async () => {
      expect(await answerTo(deviceAsks(printer, { password }))).to.equal('password-wrong')
    })

    it('needs it where no rule lists devices, whatever the password', async () => {
      const gateway = gatewayRules({ name: 'other' })
      expect(await answerTo(deviceAsks(printer, { gateway }))).to.equal('not-enrolled')
    })
  })
})
