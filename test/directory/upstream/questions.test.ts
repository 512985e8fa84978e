import { expect } from 'chai'
import {
  type Attribute,
  attributeType,
  createAttributeCipher,
  decodeUserPassword,
  encodeVendorAttribute,
  findAllAttributes,
  findAttribute,
  findText,
  findVendorAttribute,
  integerAttribute,
  packetCode,
  textAttributes,
} from '../../../src/radius/index.ts'
import type { Credential, MsChapCredential, RequestAttribute } from '../../../src/signin/index.ts'
import { type Heard, type Peer, startPeer } from './peer.ts'
import { alice, anySignal, pap, request, setUp } from './set-up.ts'

const microsoft = 311
const accept = { code: packetCode.AccessAccept, attributes: [] }
const bytes = (length: number, first: number) =>
  Uint8Array.from({ length }, (_, index) => first + index)
const plain = (type: number, text: string): RequestAttribute => ({
  vendor: 0,
  type,
  value: Buffer.from(text),
})
const hex = (value: Uint8Array | undefined) => Buffer.from(value ?? []).toString('hex')

const version2: MsChapCredential = {
  kind: 'ms-chap',
  version: 2,
  identifier: 9,
  challenge: bytes(16, 1),
  peerChallenge: bytes(16, 32),
  ntResponse: bytes(24, 64),
  userName: 'CORP\\Alice',
}
const version1: MsChapCredential = {
  ...version2,
  version: 1,
  challenge: bytes(8, 1),
  peerChallenge: new Uint8Array(),
}

describe('what an upstream server is asked', () => {
  let peer: Peer
  afterEach(() => peer.stop())

  /** The one request that comes of it, answered with an Accept. */
  async function asked(credential: Credential, attributes: readonly RequestAttribute[] = []) {
    peer = await startPeer((heard) => peer.answer(heard, accept))
    const { directory } = setUp([peer])
    await directory.verify(alice, credential, anySignal, request({ attributes }))
    await directory.close()
    const { request: heard } = await peer.nth(1)
    return heard
  }

  it('is the name as it was typed and the password, signed first, with a Proxy-State of ours', async () => {
    const heard = await asked(pap('Grüße 9'))
    expect(heard.attributes[0]?.type).to.equal(attributeType.MessageAuthenticator)
    expect(findText(heard, attributeType.UserName)).to.equal('CORP\\Alice')
    expect(String(decodeUserPassword(heard))).to.equal('Grüße 9')
    expect(findText(heard, attributeType.ProxyState)).to.equal('attempt-0001')
  })

  it('names the gateway and the person’s device, and nothing of the conversation with the gateway', async () => {
    const heard = await asked(pap('wonderland'), [
      plain(attributeType.NasIdentifier, 'vpn-ams'),
      { vendor: 0, type: attributeType.NasIpAddress, value: Uint8Array.of(192, 0, 2, 10) },
      plain(attributeType.CallingStationId, '203.0.113.7'),
      plain(attributeType.CalledStationId, 'vpn.example.com'),
      { vendor: 0, type: attributeType.NasPortType, value: Uint8Array.of(0, 0, 0, 5) },
      plain(attributeType.NasPortId, ''),
      plain(attributeType.ProxyState, 'of the gateway'),
      plain(attributeType.State, 'of ours'),
      plain(attributeType.EapMessage, 'eap'),
      plain(attributeType.UserName, 'somebody else'),
      plain(attributeType.Class, 'what is this'),
      { vendor: 9, type: 1, value: Buffer.from('a=1') },
    ])
    expect(heard.attributes.map(({ type }) => type)).to.deep.equal([
      ...[attributeType.MessageAuthenticator, attributeType.UserName],
      ...[attributeType.NasIdentifier, attributeType.NasIpAddress],
      ...[attributeType.CallingStationId, attributeType.CalledStationId],
      ...[attributeType.NasPortType, attributeType.ProxyState, attributeType.UserPassword],
    ])
    expect(findText(heard, attributeType.NasIdentifier)).to.equal('vpn-ams')
    expect(findAllAttributes(heard, attributeType.ProxyState).map(String)).to.have.lengthOf(1)
  })

  it('names the gateway by our name for it where it does not say who it is', async () => {
    const heard = await asked(pap('wonderland'))
    expect(findText(heard, attributeType.NasIdentifier)).to.equal('vpn')
  })

  it('is CHAP with its challenge, which came from the Authenticator of another packet', async () => {
    const challenge = bytes(16, 200)
    const heard = await asked({ kind: 'chap', identifier: 7, response: bytes(16, 1), challenge })
    expect(hex(findAttribute(heard, attributeType.ChapPassword))).to.equal(`07${hex(bytes(16, 1))}`)
    expect(hex(findAttribute(heard, attributeType.ChapChallenge))).to.equal(hex(challenge))
    expect(findAttribute(heard, attributeType.UserPassword)).to.equal(undefined)
  })

  it('is MS-CHAPv2 in the form of RFC 2548', async () => {
    const heard = await asked(version2)
    expect(hex(findVendorAttribute(heard, microsoft, 11))).to.equal(hex(version2.challenge))
    expect(hex(findVendorAttribute(heard, microsoft, 25))).to.equal(
      `0900${hex(version2.peerChallenge)}${'00'.repeat(8)}${hex(version2.ntResponse)}`,
    )
  })

  it('is MS-CHAPv1 with the NT response alone', async () => {
    const heard = await asked(version1)
    expect(hex(findVendorAttribute(heard, microsoft, 11))).to.equal(hex(version1.challenge))
    expect(hex(findVendorAttribute(heard, microsoft, 1))).to.equal(
      `0901${'00'.repeat(24)}${hex(version1.ntResponse)}`,
    )
  })

  it('is never the password of another user than the one who was found', async () => {
    peer = await startPeer((heard) => peer.answer(heard, accept))
    const { directory } = setUp([peer])
    for (const userName of ['bob', 'OTHER\\Alice', '']) {
      const credential = { ...version2, userName }
      const verdict = await directory.verify(alice, credential, anySignal, request())
      expect(verdict, userName).to.have.property('kind', 'wrong')
    }
    expect(peer.heard).to.have.lengthOf(0)
    const credential = { ...version2, userName: 'alice@corp.example' }
    await directory.verify(alice, credential, anySignal, request())
    const { request: heard } = await peer.nth(1)
    expect(findText(heard, attributeType.UserName), 'the name in the response').to.equal(
      'alice@corp.example',
    )
    await directory.close()
  })

  it('is nothing where a name is longer than an attribute', async () => {
    peer = await startPeer()
    const { directory } = setUp([peer])
    const long = request({ userName: 'é'.repeat(200) })
    const verdict = await directory.verify(alice, pap('wonderland'), anySignal, long)
    expect(verdict).to.have.property('kind', 'not-checkable')
    expect(peer.heard).to.have.lengthOf(0)
    await directory.close()
  })

  for (const kind of ['none', 'unsupported'] as const) {
    it(`is nothing for a credential that is ${kind}`, async () => {
      peer = await startPeer()
      const { directory } = setUp([peer])
      const credential = kind === 'none' ? ({ kind } as const) : ({ kind, name: 'EAP' } as const)
      const verdict = await directory.verify(alice, credential, anySignal, request())
      expect(verdict).to.have.property('kind', 'not-checkable')
      expect(peer.heard).to.have.lengthOf(0)
      await directory.close()
    })
  }

  it('is nothing where a password is longer than RADIUS can carry', async () => {
    peer = await startPeer()
    const { directory, verify } = setUp([peer])
    expect(await verify('é'.repeat(65))).to.have.property('kind', 'too-long')
    expect(peer.heard).to.have.lengthOf(0)
    await directory.close()
  })
})

describe('what an upstream server’s Accept comes to', () => {
  let peer: Peer
  afterEach(() => peer.stop())

  const success = (identifier: number, text: string) =>
    encodeVendorAttribute(microsoft, 26, Uint8Array.of(identifier, ...Buffer.from(text)))
  const proof = `S=${'0123456789ABCDEF'.repeat(3).slice(0, 40)}`

  type MakeAttributes = (heard: Heard) => readonly Attribute[]
  async function verdictOf(
    credential: Credential,
    attributes: MakeAttributes,
    pass: readonly string[] = [],
  ) {
    peer = await startPeer((heard) =>
      peer.answer(heard, { ...accept, attributes: attributes(heard) }),
    )
    const { directory } = setUp([peer], { pass: new Set(pass) })
    const verdict = await directory.verify(alice, credential, anySignal, request())
    await directory.close()
    return verdict
  }

  it('takes the proof of MS-CHAPv2 and decrypts its keys', async () => {
    const verdict = await verdictOf(version2, ({ request: to }) => {
      const cipher = createAttributeCipher(to)
      return [
        ...success(9, `${proof} M=welcome`),
        ...encodeVendorAttribute(microsoft, 16, cipher.encrypt(bytes(16, 1), 'salted')),
        ...encodeVendorAttribute(microsoft, 17, cipher.encrypt(bytes(16, 100), 'salted')),
      ]
    })
    expect(verdict).to.deep.equal({
      kind: 'right',
      msChap: {
        version: 2,
        authenticatorResponse: proof,
        sendKey: bytes(16, 1),
        receiveKey: bytes(16, 100),
      },
    })
  })

  it('does without keys where the server gives none', async () => {
    const verdict = await verdictOf(version2, () => success(9, proof))
    expect(verdict).to.deep.equal({
      kind: 'right',
      msChap: { version: 2, authenticatorResponse: proof },
    })
  })

  it('decrypts the key of MS-CHAPv1', async () => {
    const verdict = await verdictOf(version1, ({ request: to }) => {
      const keys = Buffer.concat([Buffer.alloc(8, 1), bytes(16, 50), Buffer.alloc(8)])
      return encodeVendorAttribute(
        microsoft,
        12,
        createAttributeCipher(to).encrypt(keys, 'password'),
      )
    })
    expect(verdict).to.deep.equal({ kind: 'right', msChap: { version: 1, ntKey: bytes(16, 50) } })
  })

  const unusable: readonly (readonly [string, MsChapCredential, MakeAttributes])[] = [
    ['no proof', version2, () => []],
    ['the proof of another response', version2, () => success(8, proof)],
    ['a proof that is none', version2, () => success(9, 'S=yes')],
    [
      'a key that does not decrypt',
      version2,
      () => [...success(9, proof), ...encodeVendorAttribute(microsoft, 16, bytes(17, 1))],
    ],
    [
      'a key of another length',
      version2,
      ({ request: to }) => [
        ...success(9, proof),
        ...encodeVendorAttribute(
          microsoft,
          17,
          createAttributeCipher(to).encrypt(bytes(8, 1), 'salted'),
        ),
      ],
    ],
    ['no key in version 1', version1, () => []],
    [
      'a short key in version 1',
      version1,
      () => encodeVendorAttribute(microsoft, 12, bytes(16, 1)),
    ],
  ]
  for (const [what, credential, attributes] of unusable) {
    it(`lets no one in with ${what}: the client would hang up`, async () => {
      expect(await verdictOf(credential, attributes)).to.have.property('kind', 'not-checkable')
    })
  }

  it('keeps the attributes of the list of any vendor, and no others', async () => {
    const cisco = encodeVendorAttribute(9, 1, Buffer.from('shell:priv-lvl=15'))
    const two = Buffer.concat([
      Buffer.from([0, 0, 0, 9, 1, 5]),
      Buffer.from('a=1'),
      Buffer.from([2, 4, 7, 7]),
    ])
    const verdict = await verdictOf(
      pap('wonderland'),
      () => [
        ...textAttributes(attributeType.Class, 'one'),
        ...textAttributes(attributeType.FilterId, 'staff'),
        ...textAttributes(attributeType.Class, 'two'),
        integerAttribute(attributeType.SessionTimeout, 60),
        ...textAttributes(attributeType.ReplyMessage, 'Welcome'),
        ...cisco,
        { type: attributeType.VendorSpecific, value: two },
        { type: attributeType.VendorSpecific, value: Uint8Array.of(0, 0, 0, 9, 1, 99) },
        ...encodeVendorAttribute(microsoft, 26, Buffer.from('x')),
      ],
      ['25', '11', '26.9.1'],
    )
    const kept = verdict.kind === 'right' ? (verdict.attributes ?? []) : []
    expect(kept.map(({ type, value }) => [type, hex(value)])).to.deep.equal([
      [25, hex(Buffer.from('one'))],
      [11, hex(Buffer.from('staff'))],
      [25, hex(Buffer.from('two'))],
      [26, hex(cisco[0]?.value)],
      [26, `000000090105${hex(Buffer.from('a=1'))}`],
    ])
  })

  const open = [
    [undefined, 120],
    [30, 30],
    [86_400, 300],
    [0, 1],
  ] as const
  for (const [said, timeoutSeconds] of open) {
    it(`hands a question on that is open for ${said ?? 'nobody says how many'} seconds`, async () => {
      const state = { type: attributeType.State, value: bytes(100, 1) }
      const timeout = said === undefined ? [] : [integerAttribute(27, said)]
      const attributes = [
        ...textAttributes(attributeType.ReplyMessage, 'Enter your '),
        ...textAttributes(attributeType.ReplyMessage, 'token'),
        ...[state, ...timeout, integerAttribute(attributeType.Prompt, said === 30 ? 1 : 0)],
      ]
      const challenge = { code: packetCode.AccessChallenge, attributes }
      peer = await startPeer((heard) => peer.answer(heard, challenge))
      const { directory, verify } = setUp([peer])
      expect(await verify('wonderland')).to.deep.equal({
        kind: 'challenge',
        message: 'Enter your token',
        echo: said === 30,
        timeoutSeconds,
        relay: { server: `127.0.0.1:${peer.port}`, state: state.value },
      })
      await directory.close()
    })
  }
})

describe('people who are known only by name', () => {
  const { directory } = setUp([])
  const found = async (typed: string) => {
    const resolved = await directory.resolve(typed, anySignal)
    return resolved.kind === 'user' ? resolved.user.key : resolved.kind
  }

  it('are one person in every spelling that means the same', async () => {
    const spellings = ['alice', ' Alice ', 'ALICE', 'corp\\alice', 'Alice@CORP.example']
    for (const typed of spellings) expect(await found(typed), typed).to.equal('nps:alice')
  })

  it('do not exist with a domain that is not theirs, or with no name at all', async () => {
    expect(await found('OTHER\\alice')).to.equal('unknown')
    expect(await found('alice@other.example')).to.equal('unknown')
    for (const typed of ['', '  ', 'a\\b\\c', 'a@b@c', 'corp\\', 'a\u0000b', 'a'.repeat(254)]) {
      expect(await found(typed), JSON.stringify(typed)).to.equal('invalid')
    }
  })

  it('are found by their key, and no one else is', async () => {
    const byKey = async (key: string) => (await directory.resolveKey(key, anySignal)).kind
    expect(await byKey('nps:alice')).to.equal('user')
    expect(await byKey('corp:alice')).to.equal('unknown')
    expect(await byKey('nps:')).to.equal('unknown')
  })

  it('have their passwords checked only as long as this locks no one out (RULES 29)', async () => {
    const peer = await startPeer((heard) => peer.answer(heard, accept))
    try {
      const full = { kind: 'shielded', wrong: 2, threshold: 3, untilMs: 0 } as const
      let isFull = true
      const { verify, directory } = setUp([peer], {
        users: {
          resolve: async () => ({ kind: 'user', user: alice }),
          resolveKey: async () => ({ kind: 'user', user: alice }),
          shield: async (_user, _signal, check) => (isFull ? full : check()),
        },
      })
      expect(await verify('any')).to.deep.equal(full)
      expect(peer.heard).to.have.length(0)
      isFull = false
      expect(await verify('right')).to.have.property('kind', 'right')
      await directory.close()
    } finally {
      await peer.stop()
    }
  })

  it('are another directory’s where one is named', async () => {
    const user = { ...alice, key: 'corp:42', directory: 'corp', groups: ['staff'] }
    const asked: string[] = []
    const corp = setUp([], {
      users: {
        async resolve(name) {
          asked.push(name)
          return { kind: 'user', user }
        },
        resolveKey: async () => ({ kind: 'down', detail: 'corp is down' }),
        passwordStamp: async () => 'changed on Monday',
      },
    }).directory
    expect(await corp.resolve('anybody', anySignal)).to.deep.equal({ kind: 'user', user })
    expect(await corp.resolveKey('corp:42', anySignal)).to.have.property('kind', 'down')
    expect(await corp.passwordStamp?.(user, anySignal)).to.equal('changed on Monday')
    expect(asked).to.deep.equal(['anybody'])
  })
})
