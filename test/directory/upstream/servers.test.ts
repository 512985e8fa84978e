import { expect } from 'chai'
import { packetCode } from '../../../src/radius/index.ts'
import type { Verified } from '../../../src/signin/index.ts'
import { type Heard, type Peer, startPeer } from './peer.ts'
import { alice, anySignal, pap, request, serverAt, setUp, until } from './set-up.ts'

const accept = { code: packetCode.AccessAccept, attributes: [] }
const rejected = { code: packetCode.AccessReject, attributes: [] }
const saysYes = (heard: Heard, peer: Peer) => peer.answer(heard, accept)
const saysNo = (heard: Heard, peer: Peer) => peer.answer(heard, rejected)
const codesOf = (peer: Peer) => peer.heard.map(({ request: { code } }) => code)

describe('upstream servers', () => {
  const peers: Peer[] = []
  afterEach(async () => {
    for (const peer of peers.splice(0)) await peer.stop()
  })
  async function start(script?: (heard: Heard, peer: Peer) => void, port?: number): Promise<Peer> {
    const peer = await startPeer(script, port)
    peers.push(peer)
    return peer
  }

  it('asks the first alone while it answers', async () => {
    const [first, second] = [await start(saysNo), await start(saysYes)]
    const { directory, verify } = setUp([first, second])
    expect(await verify('wonderland')).to.have.property('kind', 'wrong')
    expect(second.heard).to.have.lengthOf(0)
    await directory.close()
  })

  it('sends the same bytes again, then a new request to the next', async () => {
    const [first, second] = [await start(), await start(saysYes)]
    const { clock, directory, events, verify } = setUp([first, second])
    const verdict = verify('wonderland')
    await first.nth(1)
    clock.advance(999)
    clock.advance(1)
    const resent = await first.nth(2)
    expect(resent.datagram.equals(first.heard[0]?.datagram ?? Buffer.alloc(0))).to.equal(true)
    clock.advance(1_000)
    expect(await verdict).to.have.property('kind', 'right')
    expect(first.heard, 'sendings').to.have.lengthOf(2)
    const [authenticator, other] = [resent, second.heard[0]].map((heard) =>
      Buffer.from(heard?.request.authenticator ?? []).toString('hex'),
    )
    expect(other).to.not.equal(authenticator)
    expect(events).to.deep.equal([
      {
        kind: 'server-down',
        server: `127.0.0.1:${first.port}`,
        detail: 'no reply to 2 packets in 2 s',
      },
    ])
    await directory.close()
  })

  it('gives each server the time and the tries it is said to need', async () => {
    const [slow, quick] = [await start(), await start()]
    const patient = { ...serverAt(slow.port), timeoutMs: 5_000, tries: 3 }
    const { clock, directory, verify } = setUp([], { servers: [patient, serverAt(quick.port)] })
    const verdict = verify('wonderland')
    for (const sending of [1, 2, 3]) {
      await slow.nth(sending)
      clock.advance(4_999)
      clock.advance(1)
    }
    for (const sending of [1, 2]) {
      await quick.nth(sending)
      clock.advance(1_000)
    }
    expect(await verdict).to.have.property('kind', 'down')
    expect([slow.heard.length, quick.heard.length]).to.deep.equal([3, 2])
    await directory.close()
  })

  it('leaves a silent server alone until it answers Status-Server, then prefers it again', async () => {
    let isBack = false
    const first = await start((heard, peer) => {
      if (isBack) peer.answer(heard, accept)
    })
    const second = await start(saysNo)
    const { clock, directory, events, verify } = setUp([first, second], { tries: 1 })
    const verdict = verify('wonderland')
    await first.nth(1)
    clock.advance(1_000)
    expect(await verdict).to.have.property('kind', 'wrong')
    expect(await verify('wonderland'), 'at once').to.have.property('kind', 'wrong')
    expect(codesOf(first)).to.deep.equal([packetCode.AccessRequest])

    clock.advance(6_000)
    await first.nth(2)
    expect(await verify('wonderland')).to.have.property('kind', 'wrong')
    isBack = true
    clock.advance(6_000)
    await until(() => events.some(({ kind }) => kind === 'server-up'))
    expect(codesOf(first).slice(1)).to.deep.equal([
      packetCode.StatusServer,
      packetCode.StatusServer,
    ])
    expect(await verify('wonderland')).to.have.property('kind', 'right')
    expect(events.at(-1)).to.deep.include({ kind: 'server-up', downMs: 12_000 })
    await directory.close()
  })

  it('probes with a user who does not exist, where that is set: a refusal is an answer', async () => {
    let isBack = false
    const first = await start((heard, peer) => {
      if (isBack) peer.answer(heard, rejected)
    })
    const probe = { kind: 'user', name: 'nobody-here' } as const
    const { clock, directory, events, verify } = setUp([first], { tries: 1, probe })
    const verdict = verify('wonderland')
    await first.nth(1)
    clock.advance(1_000)
    expect(await verdict).to.have.property('kind', 'down')
    isBack = true
    clock.advance(6_000)
    const probed = await first.nth(2)
    expect(probed.request.code).to.equal(packetCode.AccessRequest)
    expect(Buffer.from(probed.request.bytes).includes('nobody-here')).to.equal(true)
    await until(() => events.some(({ kind }) => kind === 'server-up'))
    await directory.close()
  })

  for (const kind of ['status-server', 'none'] as const) {
    it(`tries a sign-in after 30 s where no probe was ever answered (${kind})`, async () => {
      const first = await start()
      const { clock, directory, events, verify } = setUp([first], { tries: 1, probe: { kind } })
      const failed = verify('wonderland')
      await first.nth(1)
      clock.advance(1_000)
      expect(await failed).to.have.property('kind', 'down')
      const isDown = async () => {
        const count = first.heard.length
        const trial = verify('wonderland')
        const isAsked = await Promise.race([
          trial.then(() => false),
          until(() => codesOf(first).slice(count).includes(packetCode.AccessRequest)).then(
            () => true,
          ),
        ])
        if (isAsked) clock.advance(1_000)
        expect(await trial).to.have.property('kind', 'down')
        return !isAsked
      }
      for (let passedMs = 0; passedMs < 24_000; passedMs += 6_000) {
        clock.advance(6_000)
        await turns()
        expect(await isDown(), `after ${passedMs} ms`).to.equal(true)
      }
      clock.advance(6_000)
      await turns()
      expect(await isDown(), 'after 30 s').to.equal(false)
      expect(await isDown(), 'after the trial').to.equal(true)
      expect(
        events.filter((event) => event.kind === 'server-up'),
        'it never was',
      ).to.deep.equal([])
      expect(events.filter((event) => event.kind === 'server-down')).to.have.lengthOf(1)
      await directory.close()
    })
  }

  it('goes on at once where no server listens', async () => {
    const gone = await startPeer()
    await gone.stop()
    const second = await start(saysYes)
    const { directory, events, verify } = setUp([gone, second])
    expect(await verify('wonderland')).to.have.property('kind', 'right')
    expect(events[0]).to.include({ kind: 'server-down' })
    await directory.close()
  })

  it('goes on at once where the system knows no way to a server', async () => {
    const second = await start(saysYes)
    // No socket may talk to everyone without being told so.
    const nowhere = { ...serverAt(1812), address: '255.255.255.255' }
    const { directory, events, verify } = setUp([], { servers: [nowhere, serverAt(second.port)] })
    expect(await verify('wonderland')).to.have.property('kind', 'right')
    expect(events[0]).to.include({ kind: 'server-down', server: '255.255.255.255:1812' })
    await directory.close()
  })

  it('does not call a server down that answers others meanwhile', async () => {
    const first = await start((heard, peer) => {
      if (peer.heard.length > 1) peer.answer(heard, accept)
    })
    const { clock, directory, events, verify } = setUp([first], { tries: 1 })
    const lost = verify('lost on the way')
    await first.nth(1)
    expect(await verify('wonderland')).to.have.property('kind', 'right')
    clock.advance(1_000)
    expect(await lost).to.have.property('kind', 'down')
    expect(await verify('wonderland')).to.have.property('kind', 'right')
    expect(events).to.deep.equal([])
    await directory.close()
  })

  it('is down when all are silent, and names each', async () => {
    const [first, second] = [await start(), await start()]
    const { clock, directory, verify } = setUp([first, second], { tries: 1 })
    const verdict = verify('wonderland')
    await first.nth(1)
    clock.advance(1_000)
    await second.nth(1)
    clock.advance(1_000)
    expect(await verdict).to.deep.equal({
      kind: 'down',
      detail: [first, second]
        .map(({ port }) => `127.0.0.1:${port}: no reply to a packet in 1 s`)
        .join('; '),
    })
    await directory.close()
  })

  it('gives no identifier to two that are in flight, however many are answered in between (RULES 18)', async () => {
    let isFirst = true
    const peer = await start((heard, each) => {
      if (!isFirst) saysYes(heard, each)
      isFirst = false
    })
    const { directory, verify } = setUp([peer])
    const silent = verify('wonderland')
    const { request } = await peer.nth(1)
    for (let asked = 0; asked < 256; asked += 1) await verify('wonderland')
    const used = peer.heard.slice(1).map((heard) => heard.request.identifier)
    expect(used).to.have.lengthOf(256).and.not.include(request.identifier)
    await directory.close()
    expect(await silent).to.have.property('kind', 'down')
  })

  it('has 1,000 in flight, from several source ports, and each gets its own reply', async () => {
    const peer = await start()
    const { directory, verify } = setUp([peer])
    // In waves: a socket buffer of the system holds some 250 datagrams.
    const verdicts: Promise<Verified>[] = []
    while (verdicts.length < 1_000) {
      for (let wave = 0; wave < 100; wave += 1) verdicts.push(verify('wonderland'))
      await peer.nth(verdicts.length)
    }
    const keys = new Set(
      peer.heard.map(({ fromPort, request: { identifier } }) => `${fromPort} ${identifier}`),
    )
    expect(keys.size, 'source port and identifier').to.equal(1_000)
    expect(new Set(peer.heard.map(({ fromPort }) => fromPort)).size).to.equal(4)
    const authenticators = new Set(
      peer.heard.map(({ request: { authenticator } }) =>
        Buffer.from(authenticator).toString('hex'),
      ),
    )
    expect(authenticators.size, 'Request Authenticators').to.equal(1_000)
    for (const [index, heard] of peer.heard.entries()) {
      peer.answer(heard, index % 2 === 0 ? accept : rejected)
      if (index % 100 === 99) await verdicts[index]
    }
    const rights = (await Promise.all(verdicts)).filter(({ kind }) => kind === 'right')
    expect(rights).to.have.lengthOf(500)
    await directory.close()
  })

  it('lets few wait for a place, and calls that busy and no outage', async () => {
    const peer = await start()
    const { clock, directory, verify } = setUp([peer], { inFlight: 2, queue: 1 })
    const asked = [verify('one'), verify('two')]
    const queued = verify('three')
    expect(await verify('four')).to.deep.equal({ kind: 'busy' })
    await peer.nth(2)
    clock.advance(1_000)
    expect(await queued, 'waited too long').to.deep.equal({ kind: 'busy' })
    for (const heard of peer.heard.slice(0, 2)) peer.answer(heard, accept)
    expect((await Promise.all(asked)).map(({ kind }) => kind)).to.deep.equal(['right', 'right'])
    expect(peer.heard.filter((_, index) => index < 2)).to.have.lengthOf(2)
    await directory.close()
  })

  it('sends the answer to a question to the server that has asked, with its State', async () => {
    const first = await start()
    const second = await start(saysYes)
    const { directory } = setUp([first, second])
    const relay = { server: `127.0.0.1:${second.port}`, state: Buffer.from('where we were') }
    const verdict = await directory.verify(alice, pap('123456'), anySignal, { ...request(), relay })
    expect(verdict).to.have.property('kind', 'right')
    expect(first.heard).to.have.lengthOf(0)
    const state = second.heard[0]?.request.attributes.find(({ type }) => type === 24)
    expect(String(Buffer.from(state?.value ?? []))).to.equal('where we were')
    const gone = { ...relay, server: '192.0.2.1:1812' }
    expect(
      await directory.verify(alice, pap('123456'), anySignal, { ...request(), relay: gone }),
      'no longer configured',
    ).to.deep.equal({ kind: 'down', detail: 'the server that has asked is gone' })
    await directory.close()
  })

  it('leaves nothing behind when it is closed', async () => {
    const peer = await start()
    const { clock, directory, verify } = setUp([peer])
    const open = verify('wonderland')
    await peer.nth(1)
    await directory.close()
    expect(await open).to.have.property('kind', 'down')
    expect(clock.waiting).to.equal(0)
  })

  describe('looked at by holdfast check', () => {
    it('says which server answers, and what to do about one that does not', async () => {
      const [well, silent] = [await start(saysYes), await start()]
      const { clock, directory } = setUp([well, silent])
      const checked = directory.check(['VPN-Users'])
      await silent.nth(1)
      await until(() => clock.waiting === 1)
      clock.advance(1_000)
      const [first, second, groups] = await checked
      expect(first).to.deep.include({ ok: true, what: `nps 127.0.0.1:${well.port}` })
      expect(first?.detail).to.equal('answers after 0 ms, with Message-Authenticator')
      expect(second).to.include({ ok: false })
      expect(second?.remedy).to.include('same secret').and.include('probe: user')
      expect(groups).to.include({ ok: false, what: 'nps group VPN-Users' })
      await directory.close()
    })

    it('asks no server where probe is `none`', async () => {
      const peer = await start()
      const { directory } = setUp([peer], { probe: { kind: 'none' } })
      expect((await directory.check())[0]).to.include({ ok: true })
      expect(peer.heard).to.have.lengthOf(0)
      await directory.close()
    })
  })
})

/** Lets what has just run out be told. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
