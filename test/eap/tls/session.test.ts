import { expect } from 'chai'
import { createTlsContext, TlsSession } from '../../../src/eap/tls/session.ts'
import { authority, serverCertificate, serverKey } from '../../vectors/certificates.ts'
import { recordHello } from '../tls-peer.ts'

describe('a TLS session', () => {
  it('gives a flight of 200 certificates whole, in the call that was given the ClientHello', async () => {
    const cert = serverCertificate + authority.repeat(200)
    const context = createTlsContext({ cert, key: serverKey, maxVersion: 'TLSv1.2' })
    const session = new TlsSession(context, false)
    await session.receive(await recordHello())
    const flight = session.takeOutput()
    expect(flight.length).to.be.above(70_000)
    // Handshake type 14, ServerHelloDone, which has no content (RFC 5246 7.4.5).
    expect(flight.subarray(-4).toString('hex')).to.equal('0e000000')
    await new Promise((resolve) => setImmediate(resolve))
    expect(session.takeOutput()).to.have.length(0)
    session.close()
  })
})
