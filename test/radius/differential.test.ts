import { expect } from 'chai'
import fc from 'fast-check'
import {
  createSharedSecret,
  decodePacket,
  decodeUserPassword,
  encodeReply,
  encodeRequest,
  findText,
  loadDictionary,
  type NamedAttribute,
  verifyReply,
  verifyRequest,
} from '../../src/radius/index.ts'
import { lenient } from './packets.ts'
import { radiusPackage } from './radius-package.ts'

const secretText = 'shared secret'
const secret = createSharedSecret(secretText)
const dictionary = loadDictionary()
const strict = { requireMessageAuthenticator: true }
const text = (maxLength: number) => fc.string({ minLength: 1, maxLength, size: 'max' })
const names = text(40)
/** The other side does not encrypt an empty password. */
const passwords = text(40).filter((password) => !password.includes('\0'))

/** The npm package `radius` shares no line with ours: what one makes the other must understand. */
describe('against the radius package', () => {
  it('it reads our Access-Request', () => {
    fc.assert(
      fc.property(names, passwords, fc.ipV4(), (name, password, address) => {
        const attributes = [
          ...dictionary.encode({ name: 'User-Name', value: name }),
          ...dictionary.encode({ name: 'NAS-IP-Address', value: address }),
        ]
        const { bytes } = encodeRequest({ code: 1, identifier: 3, attributes, password }, secret)
        const decoded = radiusPackage.decode({ packet: bytes, secret: secretText })
        expect(decoded.code).to.equal('Access-Request')
        expect(decoded.attributes).to.deep.include({
          'User-Name': name,
          'NAS-IP-Address': address,
          'User-Password': password,
        })
      }),
    )
  })

  it('we read and verify its Access-Request', () => {
    fc.assert(
      fc.property(names, passwords, fc.boolean(), (name, password, signed) => {
        const bytes = radiusPackage.encode({
          code: 'Access-Request',
          secret: secretText,
          attributes: [
            ['User-Name', name],
            ['User-Password', password],
          ],
          add_message_authenticator: signed,
        })
        const verification = verifyRequest(decodePacket(bytes), secret, lenient)
        if (!verification.ok) throw new Error(verification.reason)
        expect(verification.messageAuthenticator).to.equal(signed ? 'valid' : 'absent')
        expect(findText(verification.request, 1)).to.equal(name)
        expect(decodeUserPassword(verification.request)?.toString()).to.equal(password)
      }),
    )
  })

  it('we read its accounting, and it accepts our answer', () => {
    const bytes = radiusPackage.encode({
      code: 'Accounting-Request',
      secret: secretText,
      attributes: [
        ['User-Name', 'alice'],
        ['Acct-Status-Type', 'Start'],
      ],
    })
    const verification = verifyRequest(decodePacket(bytes), secret, lenient)
    if (!verification.ok) throw new Error(verification.reason)
    const named = dictionary.decode(verification.request.attributes)
    expect(named.find(({ name }) => name === 'Acct-Status-Type')?.valueName).to.equal('Start')
    const response = encodeReply(verification.request, { code: 5, attributes: [] })
    expect(
      radiusPackage.verify_response({ response, request: bytes, secret: secretText }),
    ).to.equal(true)
  })

  it('it accepts our replies, and refuses them with another secret', () => {
    fc.assert(
      fc.property(text(200), fc.constantFrom(2, 3, 11), (message, code) => {
        const request = radiusPackage.encode({
          code: 'Access-Request',
          secret: secretText,
          attributes: [['User-Name', 'alice']],
        })
        const verification = verifyRequest(decodePacket(request), secret, lenient)
        if (!verification.ok) throw new Error(verification.reason)
        const attributes = dictionary.encode({ name: 'Reply-Message', value: message })
        const response = encodeReply(verification.request, { code, attributes })
        const accepts = (secret: string) =>
          radiusPackage.verify_response({ response, request, secret })
        expect(accepts(secretText)).to.equal(true)
        expect(accepts('another')).to.equal(false)
        const decoded = radiusPackage.decode({ packet: response, secret: secretText })
        expect(decoded.attributes['Reply-Message']).to.equal(message)
      }),
    )
  })

  it('we accept its replies', () => {
    fc.assert(
      fc.property(text(200), fc.constantFrom('Access-Accept', 'Access-Reject'), (message, code) => {
        const sent = encodeRequest(
          { code: 1, identifier: 3, attributes: [], password: 'x' },
          secret,
        )
        const packet = radiusPackage.decode({ packet: sent.bytes, secret: secretText })
        const response = radiusPackage.encode_response({
          packet,
          code,
          secret: secretText,
          attributes: [['Reply-Message', message]],
        })
        expect(verifyReply(decodePacket(response), sent, strict).ok).to.equal(true)
      }),
    )
  })

  it('both give the same bytes for the same attributes', () => {
    const all: readonly NamedAttribute[] = [
      { name: 'User-Name', value: 'alice' },
      { name: 'NAS-Port', value: 17 },
      { name: 'Service-Type', value: 'Framed-User' },
      { name: 'Framed-IP-Address', value: '10.1.2.3' },
      { name: 'Event-Timestamp', value: 1_700_000_000 },
      { name: 'State', value: Buffer.from('0102', 'hex') },
      { name: 'Tunnel-Type', value: 13, tag: 1 },
      { name: 'Tunnel-Private-Group-Id', value: '42', tag: 1 },
    ]
    const theirs = radiusPackage.encode({
      code: 'Access-Request',
      secret: secretText,
      attributes: [
        ['User-Name', 'alice'],
        ['NAS-Port', 17],
        ['Service-Type', 'Framed-User'],
        ['Framed-IP-Address', '10.1.2.3'],
        ['Event-Timestamp', new Date(1_700_000_000_000)],
        ['State', Buffer.from('0102', 'hex')],
        ['Tunnel-Type', 1, 13],
        ['Tunnel-Private-Group-Id', 1, '42'],
      ],
    })
    const ours = encodeRequest(
      {
        code: 1,
        identifier: 0,
        attributes: all.flatMap((one) => dictionary.encode(one)),
        messageAuthenticator: false,
      },
      secret,
    )
    expect(ours.bytes.subarray(20).toString('hex')).to.equal(theirs.subarray(20).toString('hex'))
  })
})
