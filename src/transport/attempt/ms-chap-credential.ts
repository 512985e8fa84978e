import {
  attributeType,
  decodeMsChapResponse,
  findAttribute,
  microsoft,
  microsoftType,
  msChapChallengeLength,
  readVendorAttributes,
  type VerifiedRequest,
} from '../../radius/index.ts'
import type { Credential } from '../../signin/index.ts'
import { Secret } from '../../support/index.ts'
import { readMsChapChange } from './ms-chap-change.ts'

/**
 * The MS-CHAP response of a request, or its new password, or what is wrong with it; undefined where it has none. `userName`
 * is User-Name as text. Version 1 only where `allowsVersion1`: it proves no server, and its responses are
 * easier to break.
 */
export function readMsChap(
  request: VerifiedRequest,
  userName: string,
  allowsVersion1: boolean,
): Credential | undefined {
  const attributes = readVendorAttributes(request, microsoft)
  const valuesOf = (type: number) =>
    attributes.filter((attribute) => attribute.type === type).map(({ value }) => value)
  const responses1 = valuesOf(microsoftType.ChapResponse)
  const responses2 = valuesOf(microsoftType.Chap2Response)
  const [response, another] = [...responses2, ...responses1]
  if (response === undefined) return readMsChapChange(attributes, userName)
  if (another !== undefined) return unsupported('more than one MS-CHAP response')
  const version = responses2.length > 0 ? 2 : 1
  const name = `MS-CHAPv${version}`
  if (version === 1 && !allowsVersion1) return unsupported(`${name} (see ms_chap_v1)`)
  const [identifier] = response
  const answer = version === 2 ? readAnswer(request, response) : undefined
  if (answer !== undefined && identifier !== undefined) {
    return { kind: 'ms-chap', version, identifier, ...noResponse, userName, answer }
  }
  const read = decodeMsChapResponse(version, response)
  if (read === undefined) return unsupported(`malformed ${name}`)
  if (read.isLanManager) return unsupported('LAN Manager response')
  const challengeLength = msChapChallengeLength[version]
  const [challenge, otherChallenge] = valuesOf(microsoftType.ChapChallenge)
  if (challenge?.length !== challengeLength || otherChallenge !== undefined) {
    return unsupported(`${name} without one MS-CHAP-Challenge of ${challengeLength} bytes`)
  }
  return {
    kind: 'ms-chap',
    version,
    ...read.response,
    challenge: Uint8Array.from(challenge),
    userName,
  }
}

const noResponse = {
  challenge: new Uint8Array(0),
  peerChallenge: new Uint8Array(0),
  ntResponse: new Uint8Array(0),
}

/**
 * FortiGate writes the answer to a challenge as it was typed into MS-CHAP2-Response, from the third byte on, where the
 * 16 random bytes of the Peer-Challenge belong. Those begin with six digits, or end with zeros after a text, once in a
 * hundred million times at most.
 */
function readAnswer(request: VerifiedRequest, response: Uint8Array): Secret | undefined {
  if (findAttribute(request, attributeType.State) === undefined) return undefined
  const field = Buffer.from(response.subarray(2, 18)).toString('latin1').padEnd(16, '\0')
  const [, digits, padded] = /^(?:([0-9]{6,8})|([!-~]*)\0+$)/.exec(field) ?? []
  const text = digits ?? padded
  return text === undefined ? undefined : new Secret(text)
}

function unsupported(name: string): Credential {
  return { kind: 'unsupported', name }
}
