// One PAP Access-Request decoded, verified, its password opened, and an Access-Accept made, by us and by the
// npm package `radius`.
import {
  createSharedSecret,
  decodePacket,
  decodeUserPassword,
  encodeReply,
  encodeRequest,
  findAttribute,
  integerAttribute,
  loadDictionary,
  verifyRequest,
} from '../../../src/radius/index.ts'
import { radiusPackage } from '../../radius/radius-package.ts'

export type CodecCost = {
  readonly perSecond: number
  /** User and system time of the whole process. */
  readonly cpuMicros: number
}

const secretText = 'a shared secret of usual length'
const secret = createSharedSecret(secretText)
const policy = { requireMessageAuthenticator: true, limitProxyState: true }
const password = 'correct horse battery'

/** What a VPN gateway sends: ten attributes and Message-Authenticator. */
const dictionary = loadDictionary()
const request = encodeRequest(
  {
    code: 1,
    identifier: 7,
    password,
    attributes: [
      { name: 'User-Name', value: 'alice@example.com' },
      { name: 'NAS-IP-Address', value: '192.0.2.1' },
      { name: 'NAS-Identifier', value: 'vpn-gateway' },
      { name: 'NAS-Port', value: 4711 },
      { name: 'NAS-Port-Type', value: 'Virtual' },
      { name: 'Service-Type', value: 'Framed-User' },
      { name: 'Called-Station-Id', value: '192.0.2.1' },
      { name: 'Calling-Station-Id', value: '198.51.100.23' },
      { name: 'Acct-Session-Id', value: '5f3a91c200000042' },
    ].flatMap((attribute) => dictionary.encode(attribute)),
  },
  secret,
).bytes

const acceptAttributes = [
  { type: 25, value: Buffer.from('VPN-Users') },
  integerAttribute(27, 28_800),
]

/** One sign-in by us. */
export function answer(): void {
  const verification = verifyRequest(decodePacket(request), secret, policy)
  if (!verification.ok) throw new Error(verification.reason)
  const clear = decodeUserPassword(verification.request)?.toString()
  const name = findAttribute(verification.request, 1)
  encodeReply(verification.request, {
    code: clear === password && name !== undefined ? 2 : 3,
    attributes: acceptAttributes,
  })
}

/** The same by the package. */
export function answerWithPackage(): void {
  const packet = radiusPackage.decode({ packet: request, secret: secretText })
  radiusPackage.encode_response({
    packet,
    code: packet.attributes['User-Password'] === password ? 'Access-Accept' : 'Access-Reject',
    secret: secretText,
    attributes: [
      ['Class', Buffer.from('VPN-Users')],
      ['Session-Timeout', 28_800],
    ],
  })
}

/** Does the work so many times under the clock. */
export function measureCodec(work: () => void, times: number): CodecCost {
  const startedAt = performance.now()
  const startedCpu = process.cpuUsage()
  for (let done = 0; done < times; done += 1) work()
  const { user, system } = process.cpuUsage(startedCpu)
  return {
    perSecond: (times / (performance.now() - startedAt)) * 1_000,
    cpuMicros: (user + system) / times,
  }
}
