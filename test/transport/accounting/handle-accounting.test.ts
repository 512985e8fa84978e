import { expect } from 'chai'
import {
  type Attribute,
  attributeType,
  createSharedSecret,
  encodeRequest,
  integerAttribute,
  packetCode,
  textAttributes,
} from '../../../src/radius/index.ts'
import { createGatewayTable } from '../../../src/transport/gateways/gateway-table.ts'
import { hex } from '../../radius/hex.ts'
import { requestVectors } from '../../vectors/packets.ts'
import { accessRequest, createHarness, flush, gateway, readReply, secret } from '../harness.ts'
import { accountingRequest, createAccountingHarness } from './accounting-harness.ts'

const wrong = createSharedSecret('wrong')

function changed(bytes: Uint8Array, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = value
  return copy
}

const value = (type: number, text: string): Attribute => ({ type, value: Buffer.from(text) })

describe('an Accounting-Request', () => {
  it('is answered after the commit, and not before (RFC 2866 section 4.2)', async () => {
    const { receive, groups, sent, accounting } = createAccountingHarness()
    const request = accountingRequest()
    receive(request.bytes, { port: 40_001, socket: 3 })
    await flush()
    expect(groups[0]?.records).to.have.length(1)
    expect(sent).to.deep.equal([])
    groups[0]?.end()
    await flush()
    expect(sent).to.have.length(1)
    expect(sent[0]).to.include({ port: 40_001, host: '192.0.2.1', socket: 3 })
    const reply = readReply(sent[0]?.bytes, request)
    expect(reply.code).to.equal(packetCode.AccountingResponse)
    expect(reply.attributes).to.deep.equal([])
    expect(accounting).to.deep.equal(['vpn recorded'])
  })

  const published = requestVectors.filter(
    ({ request, secret: key }) => request.startsWith('04') && key !== '',
  )
  for (const { name, request, secret: key, replies } of published) {
    it(`of the vectors gets the published reply: ${name}`, async () => {
      const gateways = [gateway('vpn', { secret: createSharedSecret(key) })]
      const { receive, groups, sent } = createAccountingHarness({ gateways })
      receive(hex(request))
      await flush()
      groups[0]?.end()
      await flush()
      expect(sent.map(({ bytes }) => Buffer.from(bytes))).to.deep.equal([
        hex(replies[0]?.bytes ?? ''),
      ])
    })
  }

  for (const statusType of [1, 2, 3, 7, 8, 9, 15, 0xffff_ffff]) {
    it(`of Acct-Status-Type ${statusType} is kept`, async () => {
      const { receive, groups } = createAccountingHarness()
      receive(accountingRequest({ statusType }).bytes)
      await flush()
      expect(groups[0]?.records[0]).to.deep.include({
        gateway: 'vpn',
        source: '192.0.2.1',
        statusType,
      })
    })
  }

  it('gets every Proxy-State back, in its order', async () => {
    const { receive, groups, sent } = createAccountingHarness()
    const states = [value(attributeType.ProxyState, 'two'), value(attributeType.ProxyState, 'one')]
    const request = accountingRequest({ attributes: states })
    receive(request.bytes)
    await flush()
    groups[0]?.end()
    await flush()
    const reply = readReply(sent[0]?.bytes, request)
    expect(reply.attributes.map((each) => Buffer.from(each.value).toString())).to.deep.equal([
      'two',
      'one',
    ])
  })

  it('of 4096 bytes of Proxy-State gets them all back', async () => {
    const { receive, groups, sent } = createAccountingHarness()
    const states = Array.from({ length: 15 }, () =>
      value(attributeType.ProxyState, 'x'.repeat(253)),
    )
    const request = accountingRequest({ messageAuthenticator: true, attributes: states })
    receive(request.bytes)
    await flush()
    groups[0]?.end()
    await flush()
    const { attributes } = readReply(sent[0]?.bytes, request)
    expect(attributes.filter(({ type }) => type === attributeType.ProxyState)).to.have.length(15)
  })

  it('that is kept already is answered all the same', async () => {
    const { receive, groups, sent, accounting } = createAccountingHarness()
    receive(accountingRequest().bytes)
    await flush()
    groups[0]?.end(['repeated'])
    await flush()
    expect(sent).to.have.length(1)
    expect(accounting).to.deep.equal(['vpn repeated'])
  })

  it('that comes again while it is stored is stored once and answered once', async () => {
    const { receive, groups, sent, resends } = createAccountingHarness()
    const { bytes } = accountingRequest()
    for (let times = 0; times < 3; times += 1) receive(bytes)
    await flush()
    receive(bytes)
    expect(groups.map(({ records }) => records.length)).to.deep.equal([1])
    expect(resends).to.deep.equal(['joined', 'joined', 'joined'])
    groups[0]?.end()
    await flush()
    expect(sent).to.have.length(1)
    receive(bytes)
    await flush()
    groups[1]?.end(['repeated'])
    await flush()
    expect(sent[1]?.bytes).to.deep.equal(sent[0]?.bytes)
  })

  for (const [what, result, reason] of [
    ['whose commit fails', new Error('the disk is full'), 'accounting-not-stored'],
    ['for which the store has no room', ['full'], 'accounting-full'],
    ['of which the store says nothing', [], 'accounting-not-stored'],
  ] as const) {
    it(`${what} gets no answer: ${reason}`, async () => {
      const { receive, groups, sent, drops } = createAccountingHarness()
      receive(accountingRequest().bytes)
      await flush()
      groups[0]?.end(result)
      await flush()
      expect(sent).to.deep.equal([])
      expect(drops.map((drop) => [drop.reason, drop.gateway])).to.deep.equal([[reason, 'vpn']])
      // The next one is stored as before.
      receive(accountingRequest().bytes)
      await flush()
      groups[1]?.end()
      await flush()
      expect(sent).to.have.length(1)
    })
  }

  it('is answered with the secret that verified it, whatever a reload brings meanwhile', async () => {
    const { receive, groups, sent, state } = createAccountingHarness()
    const request = accountingRequest()
    receive(request.bytes)
    await flush()
    state.gateways = createGatewayTable([gateway('vpn', { secret: wrong })])
    groups[0]?.end()
    await flush()
    readReply(sent[0]?.bytes, request)
  })
})

describe('no answer and a named reason', () => {
  const status = (key = secret, signed = true) =>
    encodeRequest(
      {
        code: packetCode.StatusServer,
        identifier: 1,
        attributes: [],
        messageAuthenticator: signed,
      },
      key,
    ).bytes
  const good = accountingRequest().bytes
  const signed = accountingRequest({ messageAuthenticator: true }).bytes
  const repeated = accountingRequest({
    messageAuthenticator: true,
    attributes: [{ type: attributeType.MessageAuthenticator, value: Buffer.alloc(16) }],
  }).bytes
  const withoutType = encodeRequest(
    {
      code: packetCode.AccountingRequest,
      identifier: 1,
      attributes: textAttributes(attributeType.UserName, 'alice'),
    },
    secret,
  ).bytes
  const shortType = encodeRequest(
    {
      code: packetCode.AccountingRequest,
      identifier: 1,
      attributes: [value(attributeType.AcctStatusType, 'abc')],
    },
    secret,
  ).bytes
  const having = (attribute: Attribute) => accountingRequest({ attributes: [attribute] }).bytes

  const cases: readonly (readonly [string, Uint8Array, string, string?])[] = [
    ['nothing', Buffer.alloc(0), 'length-wrong'],
    ['19 bytes', good.subarray(0, 19), 'length-wrong'],
    ['a cut packet', good.subarray(0, -1), 'length-wrong'],
    ['Length above 4096', changed(Buffer.alloc(5000, good), 2, 0x13), 'length-wrong'],
    ['an attribute of length 1', changed(good, 21, 1), 'packet-malformed'],
    ['another secret', accountingRequest({ secret: wrong }).bytes, 'request-authenticator-wrong'],
    ['a changed attribute', changed(good, 25, 0x41), 'request-authenticator-wrong'],
    ['a random authenticator', changed(good, 4, (good[4] ?? 0) ^ 1), 'request-authenticator-wrong'],
    [
      'another secret and Message-Authenticator',
      accountingRequest({ secret: wrong, messageAuthenticator: true }).bytes,
      'message-authenticator-wrong',
    ],
    ['a changed attribute, signed', changed(signed, 43, 0x41), 'message-authenticator-wrong'],
    ['Message-Authenticator twice', repeated, 'message-authenticator-repeated'],
    ['no Acct-Status-Type', withoutType, 'accounting-invalid', 'it has no Acct-Status-Type'],
    [
      'Acct-Status-Type of 3 bytes',
      shortType,
      'accounting-invalid',
      'Acct-Status-Type is not 4 bytes long',
    ],
    [
      'User-Password',
      accountingRequest({ password: 'hunter2' }).bytes,
      'accounting-invalid',
      'it has User-Password',
    ],
    [
      'CHAP-Password',
      having({ type: attributeType.ChapPassword, value: Buffer.alloc(17) }),
      'accounting-invalid',
      'it has CHAP-Password',
    ],
    [
      'Reply-Message',
      having(value(attributeType.ReplyMessage, 'hi')),
      'accounting-invalid',
      'it has Reply-Message',
    ],
    ['State', having(value(attributeType.State, 's')), 'accounting-invalid', 'it has State'],
    ['an Access-Request', accessRequest().bytes, 'sign-in-to-accounting-port'],
    ['Status-Server with another secret', status(wrong), 'message-authenticator-wrong'],
    ['Status-Server without signature', status(secret, false), 'message-authenticator-missing'],
  ]
  for (const [what, bytes, reason, detail] of cases) {
    it(`${what}: ${reason}`, async () => {
      const { receive, drops, groups, sent } = createAccountingHarness()
      receive(bytes)
      await flush()
      expect(drops.map((drop) => drop.reason)).to.deep.equal([reason])
      if (detail !== undefined) expect(drops[0]?.detail).to.equal(detail)
      expect(groups).to.deep.equal([])
      expect(sent).to.deep.equal([])
    })
  }

  for (const code of [0, 2, 3, 5, 11, 13, 40, 43, 52, 255]) {
    it(`code ${code}: code-unexpected`, () => {
      const { receive, drops } = createAccountingHarness()
      receive(accountingRequest({ code }).bytes)
      expect(drops.map((drop) => drop.reason)).to.deep.equal(['code-unexpected'])
    })
  }

  it('an address that is not a gateway: gateway-unknown, with one log line a minute', () => {
    const { receive, drops } = createAccountingHarness()
    for (let times = 0; times < 3; times += 1) receive(good, { host: '203.0.113.9' })
    expect(drops.map(({ reason, log }) => [reason, log])).to.deep.equal([
      ['gateway-unknown', true],
      ['gateway-unknown', false],
      ['gateway-unknown', false],
    ])
  })

  it('code 4 on the port for sign-ins: accounting-to-sign-in-port', () => {
    const harness = createHarness()
    harness.receive(good)
    expect(harness.drops.map((drop) => drop.reason)).to.deep.equal(['accounting-to-sign-in-port'])
    expect(harness.held).to.deep.equal([])
  })

  it('while stopping: stopping, and what is being stored is answered', async () => {
    const { receive, drops, groups, sent, state } = createAccountingHarness()
    receive(good)
    await flush()
    state.stopping = true
    receive(accountingRequest({ identifier: 8 }).bytes)
    receive(status())
    expect(drops.map((drop) => drop.reason)).to.deep.equal(['stopping', 'stopping'])
    groups[0]?.end()
    await state.queue.drain()
    expect(sent).to.have.length(1)
  })

  it('what is thrown on the way costs only one answer: internal-error', async () => {
    const { receive, drops, state } = createAccountingHarness()
    const table = state.gateways
    state.gateways = {
      ...table,
      find: () => {
        throw new Error('a mistake')
      },
    }
    receive(good)
    state.gateways = table
    expect(drops.map((drop) => drop.reason)).to.deep.equal(['internal-error'])
  })
})

describe('which gateway an Accounting-Request is of (RULES 13)', () => {
  const pam = createSharedSecret('pam secret')
  const create = () =>
    createAccountingHarness({
      gateways: [
        gateway('vpn', { nasIdentifier: 'vpn' }),
        gateway('pam', { nasIdentifier: 'pam', secret: pam }),
      ],
    })
  const named = (nas: string, key = secret) =>
    accountingRequest({
      secret: key,
      attributes: textAttributes(attributeType.NasIdentifier, nas),
    }).bytes

  it('says its NAS-Identifier, and the secret of that one proves it', async () => {
    const { receive, groups, drops } = create()
    receive(named('pam', pam))
    receive(named('vpn'))
    receive(named('vpn', pam))
    receive(named('other'))
    receive(accountingRequest().bytes)
    await flush()
    expect(groups[0]?.records.map((record) => record.gateway)).to.deep.equal(['pam', 'vpn'])
    expect(drops.map(({ reason, detail }) => [reason, detail])).to.deep.equal([
      ['request-authenticator-wrong', undefined],
      ['nas-identifier-unknown', '"other"'],
      ['nas-identifier-unknown', 'it sends none'],
    ])
  })

  it('Status-Server is answered with Accounting-Response, and asks no store (RFC 5997 section 3)', async () => {
    const { receive, groups, sent, statuses } = create()
    const request = encodeRequest(
      { code: packetCode.StatusServer, identifier: 9, attributes: [] },
      pam,
    )
    receive(request.bytes)
    await flush()
    expect(readReply(sent[0]?.bytes, request).code).to.equal(packetCode.AccountingResponse)
    expect(groups).to.deep.equal([])
    expect(statuses).to.deep.equal(['pam'])
  })

  it('a gateway that must sign its sign-ins need not sign its accounting', async () => {
    const gateways = [gateway('vpn', { messageAuthenticator: 'required' })]
    const { receive, groups } = createAccountingHarness({ gateways })
    receive(accountingRequest({ attributes: [integerAttribute(attributeType.NasPort, 1)] }).bytes)
    await flush()
    expect(groups).to.have.length(1)
  })
})
